//! `scan`: reads, fixes where asked to, reports. The order is fixed: files are written first, reports after, so that
//! a reader who goes away cannot stop a fix halfway.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::args::{Color, ScanArgs};
use super::patch::Patch;
use super::setup::Setup;
#[cfg(feature = "verify")]
use super::verify;
use super::write::{bytes, tell_where, write_all};
use super::{Stop, Terminal, commits, complain, debts, interactive, output, watch};
use crate::finding::Level;
use crate::report::summary::Summary;
use crate::report::{Earlier, Format, Mode, View, account, count, one_line, render, statistics, text};
use crate::scan::{self, Approved, Comments, Options, Outcome};
use crate::settings::show;
use crate::source::{Form, Source};
use crate::target::Target;
#[cfg(feature = "verify")]
use crate::verify::edits::Verified;

/// Runs the command and returns its exit code.
pub(super) fn scan(args: &ScanArgs, terminal: Terminal, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
    if !args.watch {
        return once(args, terminal, out, err);
    }
    watch::watch(&args.selection.paths, args.selection.given.rules.as_deref(), err, &mut |err| {
        // What is wrong with the configuration today may be right after the next change.
        match once(args, terminal, out, err) {
            Err(Stop::Message(message)) => message.lines().for_each(|line| complain(err, line)),
            ended => drop(ended?),
        }
        out.flush().map_err(Stop::Output)
    })
}

fn once(args: &ScanArgs, terminal: Terminal, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
    if args.diff && args.format.is_some() && args.output.is_empty() {
        return Err(Stop::Message(
            "--diff prints a diff, so that --format has nothing to form; --output FILE writes a report too".to_owned(),
        ));
    }
    let stdin = args.stdin_filename.clone().or_else(|| reads_dash(args).then(|| PathBuf::from(".")));
    let mut setup = Setup::new(&args.selection, stdin)?;
    if let Some(from) = &args.from {
        let target = Target::clone(&setup.options.target).since_release(from).map_err(Stop::Message)?;
        setup.options.target = Arc::new(target);
    }
    let setup = setup;
    if args.show_settings {
        return show(&setup.settings, out).map(|()| 0).map_err(Stop::Output);
    }
    let earlier = output::earlier(&args.earlier).map_err(Stop::Message)?;
    let run = Run { args, setup: &setup, terminal, earlier, only: None };
    let baseline = setup.settings.path("baseline");
    output::check(&args.output, &setup.paths, &run.options(), baseline.as_deref()).map_err(Stop::Message)?;
    if run.reads_stdin()? {
        let source = run.stdin()?;
        return run.report_text(source, out, err);
    }
    let paths = &setup.paths;
    let committed = if args.commit_per_rule { commits::commit(&run, out, err)? } else { Vec::new() };
    let began = Instant::now();
    let (mut outcome, kept) = match args.interactive {
        Some(how) => interactive::outcome(&run, how, err).map(|(outcome, kept)| (outcome, Some(kept)))?,
        None => (run.executed(err)?, None),
    };
    run.tell(&outcome, began, err);
    setup.assign_owners(&mut outcome);
    debts::mark_configured(&setup, &mut outcome)?;
    if run.mode() == Mode::Fix {
        run.write_fixes(paths, &mut outcome)?;
        commits::account(committed, &mut outcome);
        if args.quiet < 2 && outcome.files.iter().any(|file| file.fixed.is_some()) {
            tell_where(paths, err);
        }
    }
    if let Some(kept) = kept {
        kept.settle(&outcome, err)?;
    }
    if outcome.scanned == 0 && outcome.failed.is_empty() {
        let names: Vec<String> = paths.iter().map(|path| one_line(&path.to_string_lossy())).collect();
        let _ = writeln!(err, "No Python file was found in {}; name a file, or a folder that has some.", names.join(", "));
    }
    run.report(outcome, out, err)
}

fn reads_dash(args: &ScanArgs) -> bool {
    args.selection.paths.iter().any(|path| path.as_os_str() == "-")
}

/// One call of the command.
#[derive(Clone)]
pub(super) struct Run<'a> {
    args: &'a ScanArgs,
    pub setup: &'a Setup,
    terminal: Terminal,
    earlier: Vec<Earlier>,
    /// These rules and no others.
    only: Option<Vec<String>>,
}

impl Run<'_> {
    fn mode(&self) -> Mode {
        match (self.args.diff, self.args.fix || self.comments()) {
            (true, _) => Mode::Preview,
            (false, true) => Mode::Fix,
            (false, false) => Mode::Look,
        }
    }

    /// Whether our comments are to be written or taken out.
    fn comments(&self) -> bool {
        self.args.add_ignores.is_some() || self.args.remove_unused_ignores
    }

    fn unsafe_fixes(&self) -> bool {
        self.args.unsafe_fixes || self.setup.options.unsafe_fixes
    }

    fn docs(&self) -> bool {
        self.args.docs || self.setup.options.docs
    }

    /// The level up to which fixes are made.
    pub fn level(&self) -> Level {
        if self.unsafe_fixes() { Level::Review } else { Level::Safe }
    }

    /// Somebody watches standard error.
    pub fn watched(&self) -> bool {
        self.terminal.watched
    }

    /// Standard output is for a person; a program that reads a report from it can take nothing beside it.
    pub fn prints_text(&self) -> bool {
        matches!(self.args.format, None | Some(Format::Text))
    }

    /// Nothing but errors is to be said.
    pub fn is_silent(&self) -> bool {
        self.args.quiet > 1
    }

    /// Whether standard error has colours.
    pub fn color_err(&self) -> bool {
        self.view(self.terminal.color_err).color
    }

    /// The outcome with some fixes and no others.
    pub fn chosen(&self, approved: Approved) -> Outcome {
        self.scan(&Options { approved: Some(approved), ..self.options() })
    }

    fn options(&self) -> Options {
        let select = self.only.as_ref().unwrap_or(&self.setup.options.select).clone();
        Options {
            select,
            comments: Comments { add: self.args.add_ignores.clone(), remove_unused: self.args.remove_unused_ignores },
            fix: self.args.fix || self.args.diff && !self.comments(),
            unsafe_fixes: self.unsafe_fixes(),
            modernize: self.args.modernize || self.setup.options.modernize,
            docs: self.docs(),
            ..self.setup.options.clone()
        }
    }

    fn view(&self, terminal_color: bool) -> View {
        let color = match self.args.color {
            Color::Auto => terminal_color,
            Color::Always => true,
            Color::Never => false,
        };
        View {
            color,
            explain: self.args.explain,
            mode: self.mode(),
            unsafe_fixes: self.args.unsafe_fixes,
            limited: self.setup.limited(),
            by: self.args.by,
            earlier: self.earlier.clone(),
        }
    }

    /// The same for some rules.
    pub fn only(&self, rules: Vec<String>) -> Self {
        Run { only: Some(rules), ..self.clone() }
    }

    /// The code as it is, by all rules.
    pub fn unfixed(&self) -> Outcome {
        self.scan(&Options { fix: false, ..self.options() })
    }

    /// With `--verbose`: what was done, and how long it took.
    fn tell(&self, outcome: &Outcome, began: Instant, err: &mut dyn Write) {
        if self.args.verbose {
            let (read, spoken) = (count(outcome.scanned, "file"), count(outcome.files.len(), "file"));
            let took = began.elapsed().as_secs_f64();
            let how = match outcome.remembered {
                true => "unchanged since an earlier run".to_owned(),
                false => format!("read, {} looked into", outcome.looked_into),
            };
            let _ = writeln!(err, "{read} {how}, {spoken} with something to say; {took:.2} s.");
        }
    }

    fn scan(&self, options: &Options) -> Outcome {
        self.setup.scan_with(options, self.terminal)
    }

    /// The outcome of a scan; with `--verify`, of one whose edits were executed first.
    #[cfg(feature = "verify")]
    pub fn executed(&self, err: &mut dyn Write) -> Result<Outcome, Stop> {
        if !self.verifies() {
            return Ok(self.scan(&self.options()));
        }
        let (seen, verified) = self.verified(err)?;
        if self.mode() == Mode::Look {
            return Ok(seen);
        }
        let approved = verify::approved(&verified, self.args.require.is_some());
        let mut outcome = self.chosen(approved.clone());
        verify::note(&mut outcome, &verified, &approved);
        Ok(outcome)
    }

    #[cfg(feature = "verify")]
    fn verifies(&self) -> bool {
        self.args.require.is_some() || self.args.verify || self.args.python.is_some()
    }

    /// A look at the code as it is, and what came of executing the fixes.
    #[cfg(feature = "verify")]
    fn verified(&self, err: &mut dyn Write) -> Result<(Outcome, Vec<Verified>), Stop> {
        let mut seen = self.look();
        let python = self.args.python.as_deref();
        let verified = verify::run(self.setup, &seen, &verify::world(&seen), self.level(), python, self.terminal, err)?;
        if !self.is_silent() {
            let _ = writeln!(err, "{}", verify::told(&verified));
        }
        verify::mark(&mut seen, &verified);
        Ok((seen, verified))
    }

    fn look(&self) -> Outcome {
        self.scan(&Options { fix: false, comments: Comments::default(), ..self.options() })
    }

    /// The code as it is; with `--verify`, which fixes may be made. Those that may not are named.
    #[cfg(feature = "verify")]
    pub fn before_asking(&self, err: &mut dyn Write) -> Result<(Outcome, Option<Approved>), Stop> {
        if !self.verifies() {
            return Ok((self.look(), None));
        }
        let (seen, verified) = self.verified(err)?;
        let approved = verify::approved(&verified, self.args.require.is_some());
        for one in verified.iter().filter(|one| !approved.has(&one.path, one.start, &one.rule)) {
            let _ = writeln!(
                err,
                "not offered: {}:{} [{}], {}",
                one_line(&crate::report::path_text(&one.path)),
                one.line,
                one.rule,
                one.outcome.word()
            );
        }
        Ok((seen, Some(approved)))
    }

    #[cfg(not(feature = "verify"))]
    #[allow(clippy::unnecessary_wraps)]
    pub fn before_asking(&self, _: &mut dyn Write) -> Result<(Outcome, Option<Approved>), Stop> {
        Ok((self.look(), None))
    }

    #[cfg(not(feature = "verify"))]
    #[allow(clippy::unnecessary_wraps)]
    pub fn executed(&self, _: &mut dyn Write) -> Result<Outcome, Stop> {
        Ok(self.scan(&self.options()))
    }

    /// `-` stands alone; a name for it alone means it too.
    fn reads_stdin(&self) -> Result<bool, Stop> {
        let dash = reads_dash(self.args);
        if dash && self.args.selection.paths.len() > 1 {
            return Err(Stop::Message("`-` reads standard input and cannot stand beside other paths; scan them in two runs".to_owned()));
        }
        if dash && self.args.interactive.is_some() {
            return Err(Stop::Message(
                "--interactive needs standard input for your answers, and `-` reads a file from it; name the file".to_owned(),
            ));
        }
        if self.args.commit_per_rule && (dash || self.args.stdin_filename.is_some()) {
            return Err(Stop::Message("--commit-per-rule commits files, and standard input is none; name the file".to_owned()));
        }
        if self.args.stdin_filename.is_some() && !dash && !self.args.selection.paths.is_empty() {
            return Err(Stop::Message("--stdin-filename names what `-` reads; leave it out, or give `-` as the path".to_owned()));
        }
        Ok(dash || self.args.stdin_filename.is_some())
    }

    fn stdin(&self) -> Result<Source, Stop> {
        let path = self.args.stdin_filename.as_deref().map_or(PathBuf::from("-"), crate::source::shown);
        let failed = |reason: &str| Stop::Message(format!("{}: {reason}", one_line(&path.to_string_lossy())));
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| failed(&format!("cannot be read: {error}")))?;
        if bytes.contains(&0) {
            return Err(failed("binary file"));
        }
        if Form::of(&path).is_some_and(Form::is_prose) && !self.docs() {
            return Err(failed(scan::NEEDS_DOCS));
        }
        let module = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
        Source::decode(&path, module, &bytes).map_err(|reason| failed(&reason))
    }

    /// As a filter: with `--fix` standard output has the text, changed or not.
    fn report_text(&self, source: Source, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
        let original = source.clone();
        let began = Instant::now();
        let outcome = scan::run_text(source, &self.setup.rules, &self.options());
        self.tell(&outcome, began, err);
        if self.mode() != Mode::Fix {
            return self.report(outcome, out, err);
        }
        let failed = |reason: String| Stop::Message(format!("{}: {reason}", original.path.display()));
        let changed = outcome.files.iter().find_map(|file| bytes(file).transpose()).transpose().map_err(failed)?;
        out.write_all(&changed.map_or_else(|| original.encode(&original.text), |(_, after)| Ok(after)).map_err(failed)?)?;
        // Standard error may be closed; the text is what counts.
        let _ = self.show(&outcome, &self.view(self.terminal.color_err), err);
        let written = self.write_outputs(&outcome, err);
        Ok(self.code(&outcome, written))
    }

    /// Puts the fixed texts on disk, recorded in the journal; a file that cannot be written is told as it is there.
    pub fn write_fixes(&self, paths: &[PathBuf], outcome: &mut Outcome) -> Result<(), Stop> {
        let mut unwritten = write_all(paths, &outcome.files)?;
        if unwritten.is_empty() {
            return Ok(());
        }
        let mut as_is = self.look().files;
        as_is.retain(|file| unwritten.iter().any(|(path, _)| *path == file.source.path));
        outcome.files.retain(|file| unwritten.iter().all(|(path, _)| *path != file.source.path));
        outcome.files.append(&mut as_is);
        outcome.files.sort_by(|a, b| a.source.path.cmp(&b.source.path));
        outcome.failed.append(&mut unwritten);
        outcome.failed.sort();
        Ok(())
    }

    fn report(&self, mut outcome: Outcome, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
        if self.mode() == Mode::Preview {
            let patch = Patch::of(&mut outcome);
            let view = self.view(self.terminal.color_err);
            let _ = match self.args.quiet {
                0 => account::write(&outcome, &view, err),
                1 => account::unseen(&outcome, &view, err),
                _ => Ok(()),
            };
            self.name_failures(&outcome, err);
            patch.tell_where(err);
            let written = self.write_outputs(&outcome, err);
            out.write_all(&patch.text)?;
            return Ok(self.code(&outcome, written));
        }
        self.name_failures(&outcome, err);
        let written = self.write_outputs(&outcome, err);
        if self.args.statistics && !self.is_silent() {
            let _ = account::not_parsed(&outcome, err);
        }
        self.show(&outcome, &self.view(self.terminal.color_out), out)?;
        Ok(self.code(&outcome, written))
    }

    /// The report, as far as somebody wants to hear it.
    fn show(&self, outcome: &Outcome, view: &View, into: &mut dyn Write) -> std::io::Result<()> {
        match self.args.format.unwrap_or(Format::Text) {
            Format::Text if self.is_silent() => Ok(()),
            Format::Text if self.args.statistics => statistics::write(outcome, &self.setup.rules, into),
            Format::Text if self.args.quiet > 0 => {
                text::findings(outcome, view, into)?;
                account::unseen(outcome, view, into)
            }
            format => render(format, outcome, &self.setup.rules, view, into),
        }
    }

    fn name_failures(&self, outcome: &Outcome, err: &mut dyn Write) {
        for (path, reason) in &outcome.failed {
            complain(err, &format!("{}: {}", one_line(&path.to_string_lossy()), one_line(reason)));
        }
    }

    fn write_outputs(&self, outcome: &Outcome, err: &mut dyn Write) -> bool {
        let github = self.args.format == Some(Format::Github);
        output::write_all(&self.args.output, self.args.format, github, outcome, &self.setup.rules, &self.view(false), err)
    }

    fn code(&self, outcome: &Outcome, written: bool) -> u8 {
        let summary = Summary::of(outcome);
        // A diff leaves the sites where they were.
        let shown =
            summary.applied[1..].iter().any(|&fixes| fixes > 0) || self.comments() && outcome.files.iter().any(|f| f.fixed.is_some());
        let pending = self.mode() == Mode::Preview && shown;
        if !outcome.failed.is_empty() || !written { 2 } else { u8::from((summary.due > 0 || pending) && !self.args.exit_zero) }
    }
}
