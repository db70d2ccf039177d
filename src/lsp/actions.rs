//! What can be done about the findings at a place, as actions of the editor. An action says what is wanted; its edit is made
//! when somebody wants it, but for a comment, which needs no look at the project.

use std::collections::BTreeSet;
use std::ops::Range;

use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams, Diagnostic};

use super::change::workspace_edit;
use super::client::{Client, FIX_ALL};
use super::diagnostics::{UNUSED, diagnostics, of_finding};
use super::documents::Workspace;
use super::engine::{Changed, Seen, Wanted, What};
use super::position::Positions;
use crate::finding::{Finding, Fix, Level};
use crate::report::{count, one_line, shortened};
use crate::suppress;

/// What stands in a comment that an editor writes, until a person does.
const REASON: &str = "TODO: say why";

/// Titles are one line of a menu.
const LONGEST_REASON: usize = 160;

/// An action, with what it needs to get its edit where it has none.
pub(super) struct Offer {
    pub action: CodeAction,
    pub wanted: Option<Wanted>,
}

/// The place that somebody asks about.
struct Place<'p> {
    seen: &'p Seen,
    workspace: &'p Workspace,
    client: &'p Client,
    positions: Positions<'p>,
    bytes: Range<usize>,
}

/// Everything that is offered at a place; the surest first.
pub(super) fn offers(params: &CodeActionParams, seen: &Seen, workspace: &Workspace, client: &Client) -> Vec<Offer> {
    let positions = Positions::new(&seen.document.text, client.units);
    let bytes = positions.bytes(params.range);
    let place = Place { seen, workspace, client, positions, bytes };
    let mut all = Vec::new();
    let mut here = place.here();
    here.sort_by_key(|(_, fix)| fix.map_or(Level::Manual, |fix| fix.level));
    all.extend(here.iter().filter_map(|(finding, fix)| Some(place.fix(finding, (*fix)?))));
    all.extend(place.of_rules(&here));
    all.extend(place.unused());
    all.extend(place.comments(&here));
    all.extend(place.safe());
    let wanted = |offer: &Offer| params.context.only.as_ref().is_none_or(|only| only.iter().any(|kind| is_of(offer, kind)));
    all.retain(wanted);
    all
}

/// A kind stands for all kinds below it.
fn is_of(offer: &Offer, asked: &CodeActionKind) -> bool {
    let word = |kind: &CodeActionKind| String::from(kind.clone());
    let (kind, asked) = (offer.action.kind.as_ref().map(word).unwrap_or_default(), word(asked));
    asked.is_empty() || kind.strip_prefix(&asked).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl<'p> Place<'p> {
    /// The findings that touch the place.
    fn here(&self) -> Vec<(&'p Finding, Option<&'p Fix>)> {
        let touches = |finding: &&Finding| finding.span.start <= self.bytes.end && self.bytes.start <= finding.span.end;
        let asks = |finding: &&Finding| finding.is_due() || finding.fix.is_some();
        self.seen.findings.iter().filter(touches).filter(asks).map(|finding| (finding, finding.fix.as_ref())).collect()
    }

    fn wanted(&self, what: What) -> Option<Wanted> {
        let document = &self.seen.document;
        Some(Wanted { uri: document.uri.clone(), version: document.version, what })
    }

    fn diagnostic(&self, finding: &Finding) -> Option<Vec<Diagnostic>> {
        Some(vec![of_finding(finding, self.seen, self.workspace, self.client, &self.positions)])
    }

    fn fix(&self, finding: &Finding, fix: &Fix) -> Offer {
        let (message, rule) = (one_line(&finding.message), &finding.rule);
        let files: BTreeSet<&str> = finding.elsewhere.iter().map(|(path, _)| path.as_str()).collect();
        let more = if files.is_empty() { String::new() } else { format!(" in {}", count(files.len() + 1, "file")) };
        let title = match fix.level {
            Level::Review => format!("{message}{more} [{rule}], to be reviewed: {}", self.doubt(finding)),
            _ => format!("{message}{more} [{rule}]"),
        };
        let action = CodeAction {
            is_preferred: (finding.is_open() && fix.level == Level::Safe).then_some(true),
            diagnostics: self.diagnostic(finding),
            ..quick(title)
        };
        Offer { action, wanted: self.wanted(What::Sites(vec![(finding.span.start, rule.clone())])) }
    }

    /// Why a fix is to be reviewed.
    fn doubt(&self, finding: &Finding) -> String {
        let differs = || self.seen.ground.rules.page(&finding.rule).and_then(|page| page.differs.clone());
        let why = finding.reason.clone().or_else(differs).unwrap_or_else(|| "behaviour may differ".to_owned());
        shortened(&one_line(&why), LONGEST_REASON)
    }

    /// For every rule that has a fix here and others in the file: all of them.
    fn of_rules(&self, here: &[(&Finding, Option<&Fix>)]) -> Vec<Offer> {
        let mut seen = BTreeSet::new();
        let rules = here.iter().filter_map(|(finding, fix)| Some((&finding.rule, (*fix)?.level)));
        let rules = rules.filter(|(rule, _)| seen.insert(rule.as_str()));
        rules
            .filter_map(|(rule, level)| {
                let same =
                    self.seen.findings.iter().filter(|one| one.rule == *rule && one.fix.as_ref().is_some_and(|fix| fix.level <= level));
                let sites: Vec<(usize, String)> = same.map(|one| (one.span.start, rule.clone())).collect();
                let note = if level == Level::Review { ", to be reviewed" } else { "" };
                let title = format!("Fix all {} of {rule} in this file{note}", sites.len());
                (sites.len() > 1).then(|| Offer { action: quick(title), wanted: self.wanted(What::Sites(sites)) })
            })
            .collect()
    }

    fn safe(&self) -> Option<Offer> {
        let is_safe = |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| fix.level <= Level::Safe);
        let number = self.seen.findings.iter().filter(is_safe).count();
        let kind = Some(CodeActionKind::from(FIX_ALL.to_owned()));
        let title = format!("Make the {} of this file", if number == 1 { "safe fix".to_owned() } else { format!("{number} safe fixes") });
        (number > 0).then(|| Offer { action: CodeAction { kind, ..quick(title) }, wanted: self.wanted(What::Safe) })
    }

    fn unused(&self) -> Option<Offer> {
        let touches = |span: &Range<usize>| span.start <= self.bytes.end && self.bytes.start <= span.end;
        self.seen.unused.iter().find(|unused| touches(&unused.span) && !unused.rules.is_empty())?;
        let mut told = diagnostics(self.seen, self.workspace, self.client);
        told.retain(|diagnostic| diagnostic.code == Some(UNUSED.to_owned().into()));
        let action = CodeAction { diagnostics: Some(told), ..quick("Take out the comments that keep nothing quiet".to_owned()) };
        Some(Offer { action, wanted: self.wanted(What::Unused) })
    }

    /// A comment for every finding here that is due.
    fn comments(&self, here: &[(&Finding, Option<&Fix>)]) -> Vec<Offer> {
        let mut texts = BTreeSet::new();
        let due = here.iter().map(|(finding, _)| *finding).filter(|finding| finding.is_due());
        due.filter_map(|finding| {
            let document = &self.seen.document;
            let after = suppress::add(&document.text, std::slice::from_ref(finding), REASON);
            // No comment can stand there, or the same one was offered for another site of the statement.
            if after == *document.text || !texts.insert(after.clone()) {
                return None;
            }
            let change = Changed { uri: document.uri.clone(), version: Some(document.version), before: document.text.to_string(), after };
            let title = format!("Leave it for now: # victor-migrate: ignore[{}]", finding.rule);
            let edit = Some(workspace_edit(&[change], self.client));
            Some(Offer { action: CodeAction { edit, diagnostics: self.diagnostic(finding), ..quick(title) }, wanted: None })
        })
        .collect()
    }
}

fn quick(title: String) -> CodeAction {
    CodeAction { title, kind: Some(CodeActionKind::QuickFix), ..CodeAction::default() }
}
