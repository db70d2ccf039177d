//! `scan --fix --interactive`: fix by fix, in the manner of `git add --patch`. What was confirmed is made at the end, in one
//! run of the journal; what was said is kept from answer to answer, so that nothing is lost when somebody goes away.

mod editor;
mod hunk;
mod session;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::Stop;
use super::args::Interactive;
use super::scan::Run;
use crate::edit;
use crate::edit::answers::{Answer, Answers, Look};
use crate::finding::{Edit, Finding};
use crate::report::{level_word, one_line, path_text};
use crate::scan::{Approved, Outcome, error_count};
use crate::source::root::project;
use crate::source::{Lines, Source};
use hunk::Change;
use session::{HELP, Said, Session, Step, Topic};

/// A fix that can be asked about.
struct Site {
    path: PathBuf,
    start: usize,
    rule: String,
    /// What it has in common with others, and its place among them.
    look: Look,
    place: usize,
    /// What is said before the change is shown.
    head: String,
    changes: Vec<Change>,
}

/// What was said, and about what: needed again once the fixes are made.
pub(super) struct Kept {
    root: PathBuf,
    answers: Answers,
    sites: Vec<Site>,
    /// How many sites have each look.
    looks: BTreeMap<Look, usize>,
    confirmed: usize,
}

/// Asks, and makes what was confirmed in memory.
pub(super) fn outcome(run: &Run<'_>, how: Interactive, err: &mut dyn Write) -> Result<(Outcome, Kept), Stop> {
    if !std::io::stdin().is_terminal() || !run.watched() {
        let why = "--interactive asks on a terminal, and there is none; leave it out, or run it where you can answer";
        return Err(Stop::Message(why.to_owned()));
    }
    let (seen, allowed) = run.before_asking(err)?;
    let root = project(run.setup.paths.first().map_or(Path::new("."), PathBuf::as_path));
    let answers = if how == Interactive::Restart { Answers::default() } else { Answers::load(&root).map_err(Stop::Message)? };
    let mut kept = Kept { answers, sites: Vec::new(), looks: BTreeMap::new(), root, confirmed: 0 };
    kept.find(run, &seen, allowed.as_ref(), err);
    let approved = kept.ask(run, err)?;
    Ok((run.chosen(approved), kept))
}

impl Kept {
    /// The fixes that may be asked about.
    fn find(&mut self, run: &Run<'_>, seen: &Outcome, allowed: Option<&Approved>, err: &mut dyn Write) {
        let level = run.level();
        let mut apart = 0;
        for file in &seen.files {
            let text = file.text();
            let lines = Lines::new(text);
            let real = std::fs::canonicalize(&file.source.path).unwrap_or_else(|_| file.source.path.clone());
            let path = path_text(real.strip_prefix(&self.root).unwrap_or(&real));
            for finding in &file.findings {
                let code = one_line(text.get(finding.span.clone()).unwrap_or(""));
                let look = Look { path: path.clone(), rule: finding.rule.clone(), code };
                let place = self.looks.entry(look.clone()).or_default();
                *place += 1;
                let open = finding.suppressed.is_none() && finding.fix.as_ref().is_some_and(|fix| fix.level <= level);
                let allowed = allowed.is_none_or(|allowed| allowed.has(&file.source.path, finding.span.start, &finding.rule));
                if !open || !allowed {
                    continue;
                }
                if file.source.document.is_some() {
                    apart += 1;
                    continue;
                }
                let line = lines.line_col(finding.span.start).0;
                match changes(&file.source, finding) {
                    Ok(changes) => self.sites.push(Site {
                        path: file.source.path.clone(),
                        start: finding.span.start,
                        rule: finding.rule.clone(),
                        head: head(&format!("{}:{line}", one_line(&path_text(&file.source.path))), finding),
                        place: *place - 1,
                        look,
                        changes,
                    }),
                    Err(why) => _ = writeln!(err, "warning: {}; a fix that needs it is not offered", one_line(&why)),
                }
            }
        }
        if apart > 0 {
            let _ = writeln!(
                err,
                "{} in notebooks and examples {} not asked about, and not made; `scan --fix` without --interactive makes what is safe",
                fixes(apart),
                if apart == 1 { "is" } else { "are" }
            );
        }
    }

    fn said(&self, site: &Site) -> Option<Answer> {
        let of = self.answers.of(&site.look, self.looks.get(&site.look).copied().unwrap_or(0));
        of.get(site.place).copied().flatten()
    }

    /// Keeps what was said about a site; what is rewritten is made now or asked again.
    fn keep(&mut self, at: usize, said: Option<Answer>) {
        let site = &self.sites[at];
        let mut all = self.answers.of(&site.look, self.looks.get(&site.look).copied().unwrap_or(0));
        if let Some(one) = all.get_mut(site.place) {
            *one = said;
        }
        self.answers.say(site.look.clone(), all);
    }

    /// Asks what was not answered before; what is to be made.
    fn ask(&mut self, run: &Run<'_>, err: &mut dyn Write) -> Result<Approved, Stop> {
        let before: Vec<Option<Answer>> = self.sites.iter().map(|site| self.said(site)).collect();
        let open: Vec<usize> = (0..self.sites.len()).filter(|&at| before[at].is_none()).collect();
        let number = |answer| before.iter().filter(|said| **said == Some(answer)).count();
        let (yes, no) = (number(Answer::Yes), number(Answer::No));
        if yes > 0 {
            let _ = writeln!(err, "{} confirmed earlier, and made with these.", fixes(yes));
        }
        if no > 0 {
            let _ = writeln!(err, "{} declined earlier; --interactive=restart asks again.", fixes(no));
        }
        if open.is_empty() {
            let _ = writeln!(err, "There is nothing to ask.");
        }
        let topic = |&at: &usize| Topic { rule: self.sites[at].rule.clone(), file: self.sites[at].look.path.clone() };
        let topics: Vec<Topic> = open.iter().map(topic).collect();
        let mut session = Session::new(&topics);
        let mut shown = None;
        while let Some(question) = session.open() {
            let site = &self.sites[open[question]];
            if shown != Some(question) {
                let _ = write!(err, "\n{}{}", site.head, hunk::shown(&site.changes, run.color_err()));
                shown = Some(question);
            }
            let _ = write!(err, "({}/{}) Make this fix [y,n,a,d,s,e,q,?]? ", question + 1, open.len());
            let _ = err.flush();
            let line = read().map_err(Stop::Output)?;
            if line.is_none() {
                let _ = writeln!(err);
            }
            match session.hear(line.as_deref()) {
                Step::Next => {}
                Step::Help => _ = write!(err, "{HELP}"),
                Step::Edit => match edited(site) {
                    Ok(Some(edits)) => session.rewrite(edits),
                    Ok(None) => _ = writeln!(err, "Nothing was changed."),
                    Err(why) => _ = writeln!(err, "That cannot be made: {}.", one_line(&why)),
                },
            }
            for (said, &at) in session.said().iter().zip(&open) {
                if let Some(Said::Answered(answer)) = said {
                    self.keep(at, Some(*answer));
                }
            }
            self.answers.save(&self.root).map_err(Stop::Message)?;
        }
        Ok(self.approved(&session, &open, &before, err))
    }

    fn approved(&mut self, session: &Session<'_>, open: &[usize], before: &[Option<Answer>], err: &mut dyn Write) -> Approved {
        let key = |at: usize| (self.sites[at].path.clone(), self.sites[at].start, self.sites[at].rule.clone());
        let new = |wanted: Answer| {
            let is_it = move |said: &Option<Said>| *said == Some(Said::Answered(wanted));
            session.said().iter().zip(open).filter(move |(said, _)| is_it(said)).map(|(_, &at)| at)
        };
        let earlier = (0..before.len()).filter(|&at| before[at] == Some(Answer::Yes));
        let yes: BTreeSet<usize> = earlier.chain(new(Answer::Yes)).collect();
        let mut approved = Approved::new(yes.iter().map(|&at| key(at)));
        let mut rewritten = 0;
        for (said, &at) in session.said().iter().zip(open) {
            if let Some(Said::Rewritten(edits)) = said {
                let (path, start, rule) = key(at);
                approved.rewrite(path, start, rule, edits.clone());
                rewritten += 1;
            }
        }
        self.confirmed = yes.len() + rewritten;
        let declined = new(Answer::No).count();
        let later = session.said().iter().filter(|said| **said == Some(Said::Later)).count();
        if !open.is_empty() {
            let _ = writeln!(err, "\n{} confirmed, {declined} declined, {later} left for another time.", self.confirmed);
        }
        approved
    }

    /// Forgets the answers that were carried out; says what else was confirmed.
    pub fn settle(mut self, outcome: &Outcome, err: &mut dyn Write) -> Result<(), Stop> {
        let mut made: BTreeMap<Look, BTreeSet<usize>> = BTreeMap::new();
        let written = outcome.files.iter().filter(|file| file.fixed.is_some());
        for (file, applied) in written.flat_map(|file| file.applied.iter().map(move |applied| (file, applied))) {
            let is_it = |site: &&Site| site.path == file.source.path && site.start == applied.start && site.rule == applied.rule;
            if let Some(site) = self.sites.iter().find(is_it) {
                made.entry(site.look.clone()).or_default().insert(site.place);
            }
        }
        let done: usize = made.values().map(BTreeSet::len).sum();
        for (look, places) in made {
            let all = self.answers.of(&look, self.looks.get(&look).copied().unwrap_or(0));
            let left = all.into_iter().enumerate().filter(|(place, _)| !places.contains(place)).map(|(_, said)| said).collect();
            self.answers.say(look, left);
        }
        if done < self.confirmed {
            let waiting = self.confirmed - done;
            let _ = writeln!(
                err,
                "{waiting} of {} confirmed were not made, as they overlap others or could not be written; run again.",
                self.confirmed
            );
        }
        if self.sites.is_empty() {
            return Ok(());
        }
        self.answers.save(&self.root).map_err(Stop::Message)
    }
}

/// `1 fix`, `2 fixes`.
fn fixes(number: usize) -> String {
    format!("{number} fix{}", if number == 1 { "" } else { "es" })
}

/// What is said about a fix before its change is shown.
fn head(place: &str, finding: &Finding) -> String {
    let mut head = format!("{place} [{}] {}: {}\n", finding.rule, level_word(finding.level), one_line(&finding.message));
    let verdict = finding.verdict.as_ref().map(|verdict| {
        let why = if verdict.why.is_empty() { String::new() } else { format!(": {}", one_line(&verdict.why)) };
        format!("{}{why}", verdict.word)
    });
    for line in finding.reason.as_deref().map(one_line).into_iter().chain(verdict) {
        head += &format!("  {line}\n");
    }
    head
}

/// Every file that a fix changes.
fn changes(source: &Source, finding: &Finding) -> Result<Vec<Change>, String> {
    let mut edits: BTreeMap<PathBuf, BTreeSet<Edit>> = BTreeMap::new();
    let own = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| (source.path.clone(), edit));
    for (path, edit) in own.chain(finding.elsewhere.iter().map(|(path, edit)| (PathBuf::from(path), edit))) {
        edits.entry(path).or_default().insert(edit.clone());
    }
    let change = |(path, edits): (PathBuf, BTreeSet<Edit>)| {
        let before =
            if path == source.path { source.text.clone() } else { Source::load(&path, &path).map_err(|error| error.to_string())?.text };
        let after = edit::apply(&before, &edits.into_iter().collect::<Vec<_>>());
        Ok(Change { path, before, after })
    };
    edits.into_iter().map(change).collect()
}

/// The change as a person rewrites it; `None` where nothing is left of it.
fn edited(site: &Site) -> Result<Option<crate::scan::Rewritten>, String> {
    let text = editor::edit(&hunk::to_edit(&site.changes))?;
    let Some(edits) = hunk::edited(&text, &site.changes)? else { return Ok(None) };
    for change in &site.changes {
        let own: Vec<Edit> = edits.iter().filter(|(path, _)| *path == change.path).map(|(_, edit)| edit.clone()).collect();
        if error_count(&edit::apply(&change.before, &own)) > error_count(&change.before) {
            return Err(format!("{} would not parse with it", path_text(&change.path)));
        }
    }
    Ok(Some(edits))
}

/// A line of input; `None` at its end.
fn read() -> std::io::Result<Option<String>> {
    let mut line = Vec::new();
    let read = std::io::stdin().lock().read_until(b'\n', &mut line)?;
    Ok((read > 0).then(|| String::from_utf8_lossy(&line).into_owned()))
}
