//! One file, from its text to its outcome.

use std::cell::{OnceCell, RefCell};

use super::Options;
use super::catching::Catching;
use super::findings;
use super::near::{self, NearMiss};
use super::outcome::FileOutcome;
use super::parts;
use super::prefilter::Facts;
use super::rounds;
use super::site::Context;
use super::unseen;
use crate::edit::imports::Imports;
use crate::finding::Finding;
use crate::project::{Questions, names_in};
use crate::python::Parsed;
use crate::python::carriers::{Names, Spelling};
use crate::python::infer::Inference;
use crate::python::modules::FileId;
use crate::python::outside::Outside;
use crate::rule::RuleSet;
use crate::source::Source;
use crate::suppress::{self, Unused};
use crate::surface;

/// What is the same for every file of a run.
#[derive(Clone, Copy)]
pub(crate) struct Given<'g> {
    pub rules: &'g RuleSet,
    pub options: &'g Options,
    pub facts: &'g Facts,
}

/// What the project says, and which of its files is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Seat<'p> {
    pub outside: &'p Outside,
    pub file: FileId,
    /// Which text is looked at.
    pub text: Text,
    /// Where the files of the project catch exceptions.
    pub catching: &'p Catching<'p>,
    /// What looks at the file ask of others.
    pub asked: &'p RefCell<Questions>,
}

/// A text, for somebody who wants to know which names in it can carry an orchestrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    /// The one by which the project is known.
    Known,
    /// What became of it.
    Changed,
    /// Any: every name can.
    #[cfg(test)]
    Any,
}

impl Seat<'_> {
    /// Whether others were asked for everything that was needed so far.
    pub fn is_answered(&self) -> bool {
        self.asked.borrow().iter().all(|(key, _)| self.outside.wanted.has_key(*key))
    }
}

/// Looks at a file as it is, or as `prepared`; `parsed` is what it holds, `seen` what is known of it already. The outcome is
/// `None` when there is nothing to say about it.
///
/// # Errors
/// Others have to be asked first for what it takes to fix the file; with what was seen so far, where that can be used again.
pub(crate) fn scan(
    source: &Source,
    prepared: Option<&String>,
    (parsed, seen): (Option<&Parsed<'_>>, Option<Look>),
    given: Given<'_>,
    project: Seat<'_>,
) -> Result<Option<FileOutcome>, Option<Look>> {
    let is_home = source.module.as_deref() == Some(surface::HOME);
    let hidden = source.document.as_ref().and_then(|document| parts::hidden(document, given.facts.imports_victor));
    let look = seen.unwrap_or_else(|| parsed.map_or(Look::BEYOND, |parsed| look_at(parsed, source, given, project)));
    let project = Seat { text: Text::Changed, ..project };
    let changes = given.options.fix || prepared.is_some() || given.options.comments.changes();
    if changes && !project.is_answered() {
        return Err(Some(look));
    }
    let Look { mut findings, syntax_error, unused, near } = look;
    if is_home {
        findings.clear();
    }
    let mut outcome = FileOutcome {
        fixed: prepared.cloned(),
        findings,
        syntax_error,
        names_victor: source.text.contains("victor")
            || given.rules.names().roots().iter().any(|root| source.text.contains(root))
            || hidden.is_some(),
        joined: prepared.is_some(),
        unused,
        near,
        notes: source.document.as_ref().map_or_else(Vec::new, |document| document.remarks()),
        ..FileOutcome::of(source.clone())
    };
    match parsed {
        Some(parsed) if given.options.fix && !is_home => rounds::fix(&mut outcome, &parsed.syntax, given, project),
        Some(parsed) if prepared.is_some() => rounds::tidy(&mut outcome, &parsed.syntax, given, project),
        _ => {}
    }
    if !is_home {
        comments(&mut outcome, given, project);
    }
    if changes && !project.is_answered() {
        return Err(None);
    }
    let silent = outcome.findings.is_empty()
        && outcome.near.is_empty()
        && outcome.unused.is_empty()
        && outcome.fixed.is_none()
        && outcome.notes.is_empty();
    Ok((!silent || outcome.syntax_error.is_some()).then_some(outcome))
}

/// Writes our comments, or takes them out, where that was asked for and does what it should.
fn comments(outcome: &mut FileOutcome, given: Given<'_>, project: Seat<'_>) {
    let wanted = &given.options.comments;
    if wanted.remove_unused && !outcome.unused.is_empty() {
        let new = suppress::remove_unused(outcome.text(), &outcome.unused);
        accept(outcome, new, "comments that kept nothing quiet were taken out", given, project);
    }
    if let Some(reason) = &wanted.add {
        let new = suppress::add(outcome.text(), &outcome.findings, reason);
        accept(outcome, new, "comments were added", given, project);
    }
}

/// Takes a text with other comments, unless more is due in it than before.
fn accept(outcome: &mut FileOutcome, new: String, what: &str, given: Given<'_>, project: Seat<'_>) {
    if new == outcome.text() {
        return;
    }
    let seen = look(&outcome.source, &new, given, project);
    let due = |findings: &[Finding]| findings.iter().filter(|finding| finding.is_due()).count();
    let (before, after) = (due(&outcome.findings), due(&seen.findings));
    if after > before || seen.syntax_error.is_some() && outcome.syntax_error.is_none() {
        return outcome.notes.push(format!("{what}, but that would change what the code is, so nothing was written"));
    }
    rounds::see(outcome, seen);
    outcome.fixed = Some(new);
    outcome.notes.push(format!("{what}; {before} sites were due, {after} are left"));
}

/// What one look at a text shows.
#[derive(Default)]
pub(crate) struct Look {
    pub findings: Vec<Finding>,
    /// The line of the first syntax error.
    pub syntax_error: Option<usize>,
    pub unused: Vec<Unused>,
    pub near: Vec<NearMiss>,
}

impl Look {
    /// What is seen of a text that is too large.
    const BEYOND: Self = Self { findings: Vec::new(), syntax_error: Some(1), unused: Vec::new(), near: Vec::new() };
}

/// Looks at a text.
pub(crate) fn look(source: &Source, text: &str, given: Given<'_>, project: Seat<'_>) -> Look {
    Parsed::new(text, source).map_or(Look::BEYOND, |parsed| look_at(&parsed, source, given, project))
}

/// Looks at a text that was parsed.
pub(crate) fn look_at(parsed: &Parsed<'_>, source: &Source, given: Given<'_>, project: Seat<'_>) -> Look {
    let Parsed { syntax, scopes, lines } = parsed;
    let text = syntax.text;
    let broken = syntax.errors().next().map(|id| lines.line_col(syntax.start(id)).0);
    let module = source.module.as_deref();
    let code = Inference::new((syntax, scopes, lines), given.facts.imports_victor, project.outside, project.file);
    let code = match &project.outside.carriers {
        Some(_) if project.text == Text::Known => code.by_name(Names::default()),
        Some(carriers) if project.text == Text::Changed => match names_in(Spelling { syntax, scopes, file: project.file }, &carriers.names)
        {
            Some(more) => code.by_name(more),
            None => code,
        },
        _ => code,
    };
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let imports = Imports::new(syntax).within(source);
    let context = Context {
        code: &code,
        imports: &imports,
        rules: given.rules,
        options: given.options,
        facts: given.facts,
        module,
        newline,
        source,
        catching: project.catching,
        changes: OnceCell::new(),
        guarded: OnceCell::new(),
    };
    let mut findings = findings::find(&context);
    if let Some(document) = &source.document {
        parts::settle(document, text, &mut findings);
    }
    unseen::settle(source, syntax, given.options.docs, &mut findings);
    let broken = broken.or_else(|| parts::hidden(source.document.as_ref()?, given.facts.imports_victor));
    let unused = suppress::apply(syntax, lines, &mut findings, given.rules, &|rule, example| given.options.wants(rule, example));
    given.options.per_file.apply(&source.path, &mut findings);
    let near = if given.options.near { near::misses(&context, &findings) } else { Vec::new() };
    project.asked.borrow_mut().extend(code.asked());
    Look { findings, syntax_error: broken, unused, near }
}
