//! What a release changes about findings of the guide: a fix that writes what the release lacks is not made, and the finding
//! says what the release has instead.

use std::collections::HashMap;

use similar::TextDiff;

use super::site::{Context, Draft};
use crate::edit;
use crate::finding::{Fix, Level};
use crate::releases::{Class, Kind, Manifest};
use crate::rule::{Page, Rule};
use crate::surface;
use crate::target::Target;

/// Whether a rule takes part: what is about releases only against one, the rest unless two are compared.
pub(super) fn takes_part(rule: &Rule, target: &Target) -> bool {
    match (&rule.page.to, rule.page.is_of_releases()) {
        (Some(to), _) => target.has_seen(to),
        (None, true) => target.release.is_some(),
        (None, false) => target.from.is_none(),
    }
}

/// The drafts as they hold for the target.
pub(super) fn judged(context: &Context<'_, '_, '_>, drafts: Vec<Draft>) -> Vec<Draft> {
    let target = &context.options.target;
    let Some(manifest) = &target.release else { return drafts };
    let drafts = drafts.into_iter().map(|draft| one(context, target, manifest, draft)).collect();
    told_once(context, drafts)
}

/// Where a finding is, and what kind of one.
struct Place {
    of_releases: bool,
    is_open: bool,
    start: usize,
}

impl Place {
    /// What a release says goes before what stays as it is by the guide, and after what the guide's own rules say.
    fn beats(&self, other: &Place) -> bool {
        self.of_releases != other.of_releases && if self.of_releases { !other.is_open } else { self.is_open }
    }
}

/// One place is one site.
fn told_once(context: &Context<'_, '_, '_>, drafts: Vec<Draft>) -> Vec<Draft> {
    let mut places: HashMap<String, Vec<Place>> = HashMap::new();
    let place = |draft: &Draft| Place {
        of_releases: context.rules.page(&draft.finding.rule).is_some_and(Page::is_of_releases),
        is_open: draft.finding.level != Level::None,
        start: draft.finding.span.start,
    };
    drafts.iter().for_each(|draft| places.entry(draft.finding.receiver.clone()).or_default().push(place(draft)));
    let mut kept = drafts;
    kept.retain(|draft| {
        let own = place(draft);
        let mut others = places.get(&draft.finding.receiver).into_iter().flatten();
        !others.any(|other| other.start == own.start && other.beats(&own))
    });
    kept
}

fn one(context: &Context<'_, '_, '_>, target: &Target, manifest: &Manifest, mut draft: Draft) -> Draft {
    let Some(rule) = context.rules.rule(&draft.finding.rule).filter(|rule| !rule.page.is_of_releases()) else { return draft };
    let lacking = if context.facts.bridged { None } else { lacking(rule, manifest) };
    if let Some(what) = lacking {
        let fix = draft.finding.fix.take().or_else(|| draft.finding.wants.take().map(|wants| wants.fix));
        if let Some(fix) = fix.filter(|_| draft.finding.level != Level::None) {
            draft.finding.suggestion = Some(shown(context.text(), &fix));
            draft.finding.level = draft.finding.level.max(Level::Review);
            let bridge = target.bridge();
            draft.explain(&format!("{} lacks {what}, so --fix does not write this; {bridge}", target.name()));
        }
    }
    if draft.finding.level != Level::None {
        facts(context, target, &mut draft);
    }
    draft
}

/// What the release has, and has not, of the internals that a finding owns.
fn facts(context: &Context<'_, '_, '_>, target: &Target, draft: &mut Draft) {
    let syntax = context.code.syntax;
    let named = |id: &usize| syntax.field(*id, "attribute").map(|name| syntax.str(name));
    let names: Vec<&str> = draft.owned.iter().filter_map(named).filter(|name| name.starts_with('_')).collect();
    for name in names {
        let here = target.orchestrator().is_some_and(|class| class.member(name).is_some());
        let offers: Vec<String> = target.offers(name).iter().map(|name| format!("`{name}`")).collect();
        let offered = if offers.is_empty() { String::new() } else { format!("; it offers {}", offers.join(", ")) };
        if !here || !offers.is_empty() {
            let has = if here { "has" } else { "has no" };
            draft.explain(&format!("{} {has} `{name}`{offered}", target.name()));
        }
    }
}

/// What a rule writes and a release does not have, for a person; `None` where it has all of it.
fn lacking(rule: &Rule, manifest: &Manifest) -> Option<String> {
    let page = &rule.page;
    let class = manifest.orchestrator()?;
    let mut imports = page.imports.iter().filter(|name| name.starts_with("victor."));
    if let Some(import) = imports.find(|name| !manifest.exports(name)) {
        return Some(format!("`{import}`"));
    }
    if !page.needs.is_empty() {
        return page.needs.iter().find(|need| !has(manifest, class, need)).map(|need| format!("`{need}`"));
    }
    let rewrites: Vec<&str> = rule.pairs.iter().filter_map(|pair| pair.rewrite.as_ref()).map(|rewrite| rewrite.text.as_str()).collect();
    if page.transform.is_some() || rewrites.is_empty() {
        return Some("what the guide has here".to_owned());
    }
    rewrites.into_iter().find_map(|text| unknown(page, class, text))
}

/// `victor.agent.AgentOrchestrator`, `AgentOrchestrator.model`, or `AgentOrchestrator.chat()`, which is awaited.
fn has(manifest: &Manifest, class: &Class, need: &str) -> bool {
    match need.strip_prefix(surface::ORCHESTRATOR).and_then(|rest| rest.strip_prefix('.')) {
        Some(name) => match name.strip_suffix("()") {
            Some(name) => class.member(name).is_some_and(|member| member.kind == Kind::Async),
            None => class.member(name).is_some_and(|member| member.kind.is_value()),
        },
        None => manifest.exports(need),
    }
}

/// The first member of the orchestrator in a rewrite that is not simply a value of the release: what is called, or looked
/// into, promises more than its name.
fn unknown(page: &Page, class: &Class, rewrite: &str) -> Option<String> {
    let mut variables = page.wheres.iter().filter(|(_, of)| of == surface::ORCHESTRATOR).map(|(name, _)| format!("${name}."));
    variables.find_map(|variable| {
        rewrite.match_indices(&variable).find_map(|(at, _)| {
            let rest = &rewrite[at + variable.len()..];
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let more = after.starts_with(['.', '(']);
            let member = class.member(name);
            match member {
                Some(member) if !more && member.kind.is_value() => None,
                Some(_) => Some(format!("`{name}` as the guide has it")),
                None => Some(format!("`{name}`")),
            }
        })
    })
}

/// The lines that a fix would change, before and after.
fn shown(text: &str, fix: &Fix) -> String {
    let new = edit::apply(text, &fix.edits);
    let diff = TextDiff::from_lines(text, new.as_str());
    let unified = diff.unified_diff().context_radius(0).to_string();
    unified.lines().filter(|line| !line.starts_with("@@") && !line.starts_with('\\')).collect::<Vec<_>>().join("\n")
}
