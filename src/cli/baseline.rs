//! `baseline create` and `baseline update`: the file with the debts that may stay for now.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::args::BaselineCommand;
use super::setup::Setup;
use super::{Stop, Terminal, complain, debts};
use crate::edit::write::write_atomic;
use crate::readiness::baseline::{Baseline, Entry};
use crate::report::{count, one_line, path_text};
use crate::scan::Outcome;
use crate::source::regular;

/// Runs one of the two commands.
pub(super) fn baseline(command: &BaselineCommand, terminal: Terminal, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
    let args = match command {
        BaselineCommand::Create { args, .. } | BaselineCommand::Update { args } => args,
    };
    let setup = Setup::of(&args.path, &args.given, None)?;
    let file = args.file.clone().or_else(|| setup.settings.path("baseline")).unwrap_or_else(|| PathBuf::from(debts::DEFAULT));
    let run = Run { setup, file, terminal };
    match command {
        BaselineCommand::Create { force, owner, reason, expires, .. } => {
            let fill = |entry: Entry| Entry {
                owner: entry.owner.or_else(|| owner.clone()),
                reason: entry.reason.or_else(|| reason.clone()),
                expires: entry.expires.or(*expires),
                ..entry
            };
            run.create(*force, &fill, out, err)
        }
        BaselineCommand::Update { .. } => run.update(out, err),
    }
}

struct Run {
    setup: Setup,
    file: PathBuf,
    terminal: Terminal,
}

impl Run {
    fn name(&self) -> String {
        one_line(&path_text(&self.file))
    }

    /// Writes a new file; an old one only with `--force`, and then what it says of debts that stay is kept.
    fn create(&self, force: bool, fill: &dyn Fn(Entry) -> Entry, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
        let before = match regular::read(&self.file) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            // What it has is not known, and so nobody may write over it.
            Err(error) => return Err(Stop::Message(format!("{}: cannot be read: {}", self.name(), one_line(&error.to_string())))),
        };
        let text = String::from_utf8_lossy(before.as_deref().unwrap_or(b""));
        if Baseline::parse(&text).is_err() && !debts::was_one(&text) {
            return Err(Stop::Message(debts::stranger(&self.name())));
        }
        if before.is_some() && !force {
            return Err(Stop::Message(format!(
                "{0}: is there already; `victor-migrate baseline update {0}` drops what is gone, and --force writes it anew",
                self.name()
            )));
        }
        let outcome = self.scan(err)?;
        // A damaged file has nothing to keep.
        let old = if before.is_some() { debts::read(&self.file).unwrap_or_default() } else { Baseline::default() };
        let folder = debts::folder(Some(&self.file));
        let (_, all) = debts::compare(&self.setup, &outcome, &Baseline::default(), &folder);
        let kept = debts::beyond(&self.setup, &outcome, &old, &folder);
        let others = match kept.iter().map(|entry| entry.count).sum() {
            0 => String::new(),
            others => format!("; {} of what was not looked at kept", count(others, "debt")),
        };
        let entries = Baseline::entries(&all, &old.entries).into_iter().map(fill).chain(kept).collect();
        self.write(before.as_deref(), entries)?;
        let ready = outcome.scanned;
        writeln!(out, "{}: {} written, from {} scanned{others}.", self.name(), count(all.len(), "debt"), count(ready, "file"))?;
        Ok(0)
    }

    /// Drops what is gone, and follows renamed files. New debts are not taken in: that would be no ratchet.
    fn update(&self, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
        let old = debts::read(&self.file)?;
        let before = std::fs::read(&self.file).ok();
        let outcome = self.scan(err)?;
        let (compared, _) = debts::compare(&self.setup, &outcome, &old, &debts::folder(Some(&self.file)));
        let gone: usize = compared.gone.iter().map(|entry| entry.count).sum();
        let left: usize = compared.left.iter().map(|entry| entry.count).sum();
        self.write(before.as_deref(), compared.left)?;
        writeln!(out, "{}: {} dropped, {left} left.", self.name(), count(gone, "debt"))?;
        if !compared.new.is_empty() {
            let new = count(compared.new.len(), "new open site");
            writeln!(out, "{new} not taken in; fix them, or let `victor-migrate baseline create {} --force` take them in.", self.name())?;
        }
        Ok(0)
    }

    /// Scans, and ends where that would make a file that forgets something.
    fn scan(&self, err: &mut dyn Write) -> Result<Outcome, Stop> {
        let outcome = self.setup.scan(self.terminal);
        for (path, reason) in &outcome.failed {
            complain(err, &format!("{}: {}", one_line(&path_text(path)), one_line(reason)));
        }
        let paths: Vec<String> = self.setup.paths.iter().map(|path| one_line(&path_text(path))).collect();
        if !outcome.failed.is_empty() {
            return Err(Stop::Message("no baseline was written, because not everything could be read".to_owned()));
        }
        if outcome.scanned == 0 {
            return Err(Stop::Message(format!("{}: no Python file was found, so no baseline was written", paths.join(", "))));
        }
        Ok(outcome)
    }

    fn write(&self, before: Option<&[u8]>, entries: Vec<Entry>) -> Result<(), Stop> {
        let text = Baseline::text(entries);
        let failed = |error: &dyn std::fmt::Display| Stop::Message(format!("{}: cannot be written: {error}", self.name()));
        match before {
            Some(before) => write_atomic(Path::new(&self.file), before, text.as_bytes()).map_err(|error| failed(&error)),
            None => std::fs::write(&self.file, text).map_err(|error| failed(&error)),
        }
    }
}
