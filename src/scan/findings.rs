//! All findings of one text: every rule's patterns and transforms, then one owner for every access.

use std::collections::{HashMap, HashSet};

use rustc_hash::FxHashSet;

use super::against;
use super::doubts::{sees_the_first, weigh};
use super::handlers;
use super::site::{Context, Draft};
use crate::edit::statements;
use crate::edit::template::{self, Filling, Rendered};
use crate::finding::{Edit, Finding, Fix, Level};
use crate::python::place;
use crate::python::syntax::{Id, Syntax};
use crate::python::types::Ty;
use crate::rule::Rule;
use crate::rule::matching::{Match, Matcher};
use crate::rule::pattern::{CompiledPair, Pattern, Rewrite, Shape};
use crate::transform;

/// Finds and prices everything in one text, by position.
pub(crate) fn find(context: &Context<'_, '_, '_>) -> Vec<Finding> {
    let mut drafts = Vec::new();
    let names: FxHashSet<&str> = context.code.syntax.of_kind("identifier").map(|id| context.code.syntax.str(id)).collect();
    for rule in context.rules.rules().iter().filter(|rule| against::takes_part(rule, &context.options.target)) {
        if rule.page.modernize && !context.options.modernize {
            if let Some(name) = &rule.page.transform {
                drafts.extend(transform::run(name, context, rule));
            }
            continue;
        }
        for pair in &rule.pairs {
            patterns(context, rule, pair, &names, &mut drafts);
        }
        if let Some(name) = &rule.page.transform {
            drafts.extend(transform::run(name, context, rule));
        }
    }
    if context.options.target.release.is_some() {
        // What stays as it is by the guide may be gone in a release.
        drafts.iter_mut().filter(|draft| draft.finding.level == Level::None).for_each(|draft| draft.weight = draft.weight.min(3));
    }
    let drafts = owners(drafts);
    let drafts = transform::patched(context, transform::aliases(context, drafts));
    let drafts = against::judged(context, drafts);
    let findings = drafts.into_iter().map(|draft| draft.finding);
    let mut findings = once(findings.collect());
    findings.retain(|finding| context.options.wants(&finding.rule, finding.example));
    findings.sort_by(|a, b| (a.span.start, a.span.end, &a.rule).cmp(&(b.span.start, b.span.end, &b.rule)));
    // They stand where the larger drafts stood, and are kept to the end of the run.
    findings.shrink_to_fit();
    findings
}

/// Each access belongs to one finding: the heavier, then the earlier.
fn owners(mut drafts: Vec<Draft>) -> Vec<Draft> {
    drafts.sort_by(|a, b| {
        b.weight.cmp(&a.weight).then(a.finding.span.start.cmp(&b.finding.span.start)).then(a.finding.rule.cmp(&b.finding.rule))
    });
    let mut taken: HashSet<Id> = HashSet::new();
    let mut kept = Vec::new();
    for draft in drafts {
        if draft.owned.iter().any(|id| taken.contains(id)) {
            continue;
        }
        taken.extend(&draft.owned);
        kept.push(draft);
    }
    kept
}

/// `orch.chat` in `orch.chat("…")` is one site with the call that a rule is about.
fn once(mut findings: Vec<Finding>) -> Vec<Finding> {
    // What stays comes after the finding around it.
    findings.sort_by_key(|finding| (finding.span.start, finding.rule == transform::CURRENT));
    let mut ends: HashMap<String, usize> = HashMap::new();
    findings.retain(|finding| {
        if finding.rule == transform::CURRENT {
            return ends.get(&finding.receiver).is_none_or(|&end| end < finding.span.end);
        }
        let end = ends.entry(finding.receiver.clone()).or_default();
        *end = finding.span.end.max(*end);
        true
    });
    findings
}

/// The kinds of nodes at which a shape can begin.
fn root_kinds(shape: &Shape) -> Vec<&str> {
    let first = match shape {
        Shape::Expression(pattern) => Some(pattern),
        Shape::Statements(list) => list.first().and_then(Option::as_ref),
    };
    match first {
        Some(Pattern::Attribute(..)) => vec!["attribute"],
        Some(Pattern::Path(_)) => vec!["attribute", "identifier"],
        Some(Pattern::Call { .. }) => vec!["call"],
        Some(Pattern::Node(kind, _)) => vec![kind],
        _ => vec!["expression_statement"],
    }
}

/// What a pair finds, in a text with these names.
fn patterns(context: &Context<'_, '_, '_>, rule: &Rule, pair: &CompiledPair, names: &FxHashSet<&str>, drafts: &mut Vec<Draft>) {
    let matcher = Matcher { code: context.code, wheres: &rule.wheres };
    let syntax = context.code.syntax;
    let can_hold = |needs: &[String]| needs.iter().all(|name| names.contains(name.as_str()));
    for (shape, _) in pair.shapes.iter().zip(&pair.needs).filter(|(_, needs)| can_hold(needs)) {
        for node in root_kinds(shape).into_iter().flat_map(|kind| syntax.of_kind(kind)).filter(|&id| syntax.is_named(id)) {
            let Some(found) = matcher.at(shape, node) else {
                continue;
            };
            let receiver = found.receiver.as_ref().map(|(id, _)| *id);
            if rule.page.to.is_some() && receiver.is_some_and(|id| transform::is_installed(context, id)) {
                continue;
            }
            if is_done(&matcher, pair, node, &found)
                || vetoed(context, &matcher, pair, &found)
                || (pair.rewrite.is_some() && sees_the_first(context, &found))
            {
                continue;
            }
            drafts.push(draft(context, rule, pair, &found));
        }
    }
}

/// `client.fetch($url, retries=3)`, where `client.fetch($url)` becomes that: nothing is left to say.
fn is_done(matcher: &Matcher<'_, '_, '_>, pair: &CompiledPair, node: Id, found: &Match) -> bool {
    let shape = pair.rewrite.as_ref().and_then(|rewrite| rewrite.shape.as_ref()).filter(|_| found.near.is_some() && found.named.is_some());
    shape.and_then(|shape| matcher.at(shape, node)).is_some_and(|other| other.near.is_none())
}

fn vetoed(context: &Context<'_, '_, '_>, matcher: &Matcher<'_, '_, '_>, pair: &CompiledPair, found: &Match) -> bool {
    let syntax = context.code.syntax;
    let (Some(&first), Some(&last)) = (found.nodes.first(), found.nodes.last()) else {
        return false;
    };
    let same = |other: &Match| other.near.is_none() && other.owned.iter().any(|id| found.owned.contains(id));
    pair.unless.iter().any(|shape| {
        let top = syntax.statement(first);
        // Further up it would not look down to what is owned here.
        let (height, mut levels) = (shape.height(), 0);
        let above = syntax.ancestors(first).take_while(|&up| up >= top).take_while(move |&up| {
            levels += usize::from(syntax.kind(up) != "parenthesized_expression");
            levels <= height
        });
        let inside = if found.nodes.len() > 1 { first..syntax.subtree(last).end } else { 0..0 };
        std::iter::once(first).chain(above).any(|node| matcher.at(shape, node).is_some_and(|other| same(&other)))
            || inside.into_iter().any(|node| matcher.at(shape, node).is_some_and(|other| other.near.is_none()))
    })
}

fn draft(context: &Context<'_, '_, '_>, rule: &Rule, pair: &CompiledPair, found: &Match) -> Draft {
    let syntax = context.code.syntax;
    let (first, last) = (found.nodes.first().copied().unwrap_or(0), found.nodes.last().copied().unwrap_or(0));
    let span = syntax.start(first)..syntax.end(last);
    let receiver = found.receiver.as_ref().map(|(id, typed)| (*id, typed));
    let mut draft = context.draft(rule, span.clone(), receiver);
    draft.owned.clone_from(&found.owned);
    if draft.owned.is_empty() {
        // The public spelling of a half-migrated program: the place itself belongs to one finding.
        draft.owned.push(first);
    }
    if rule.page.to.is_some() {
        // A public member that went away is missing, too.
        let access = found.receiver.as_ref().and_then(|(id, _)| syntax.parent(*id)).filter(|&up| syntax.kind(up) == "attribute");
        draft.owned.extend(access);
    }
    draft.weight = 10 + span.len() + usize::from(pair.rewrite.is_some());
    if found.nodes.len() > 1 {
        draft.weight += if pair.rewrite.is_some() { 500_000 } else { 100_000 };
    }
    if let Some(reason) = &found.near {
        draft.weight = 5 + span.len();
        draft.hold(Level::Manual, reason);
        return draft;
    }
    if let Some(path) = &found.named {
        overridden(context, path, found, &mut draft);
    }
    let Some(rewrite) = &pair.rewrite else {
        return draft;
    };
    let awaited = syntax.kind(first) == "await";
    match rewritten(context, rule, rewrite, found, &mut draft) {
        Ok(fix) => context.offer(&mut draft, first, receiver.map(|(_, typed)| typed), rewrite.awaits && !awaited, fix),
        Err(reason) => draft.hold(Level::Review, &reason),
    }
    draft
}

/// A project that puts its own in the place of what a rule moves away from: where the receiver has it, it means its own;
/// where it only may have it, somebody must look.
fn overridden(context: &Context<'_, '_, '_>, path: &str, found: &Match, draft: &mut Draft) {
    let (syntax, code) = (context.code.syntax, context.code);
    let Some((receiver, typed)) = &found.receiver else { return };
    let Ty::Instance(class) = typed.ty else { return };
    let direct = |id: &&Id| syntax.field(**id, "object").is_some_and(|object| syntax.unparenthesised(object) == *receiver);
    let Some(member) = found.owned.iter().find(direct).and_then(|id| syntax.field(*id, "attribute")).map(|name| syntax.str(name)) else {
        return;
    };
    if let Some(own) = code.brings(class, path, member) {
        draft.blocked = Some(format!("`{own}` defines `{member}` itself, and means its own; migrate the class first"));
    } else if let Some(own) = code.overriding(class, member).first() {
        draft.finding.level = draft.finding.level.max(Level::Review);
        draft.explain(&format!("`{own}` defines `{member}` itself, and the receiver may be one; migrate the class too"));
    }
}

/// The edits of a rewrite at a match.
fn rewritten(context: &Context<'_, '_, '_>, rule: &Rule, rewrite: &Rewrite, found: &Match, draft: &mut Draft) -> Result<Fix, String> {
    let syntax = context.code.syntax;
    let (Some(&first), Some(&last)) = (found.nodes.first(), found.nodes.last()) else {
        return Err("nothing matched".to_owned());
    };
    let mut template = rewrite.text.clone();
    let mut edits = Vec::new();
    for dotted in &rule.page.imports {
        if dotted.rsplit_once('.').is_some_and(|(module, _)| context.code.is_module(module)) {
            return Err(format!("this file is the module from which `{dotted}` would be imported"));
        }
        let (local, edit) = context.import(dotted, syntax.start(last));
        let plain = dotted.rsplit('.').next().unwrap_or(dotted);
        template = renamed(&template, plain, &local);
        edits.extend(edit);
    }
    weigh(context, rule, &template, found, draft);
    let mut once = HashMap::new();
    bind_receiver(context, &template, found, &mut once, &mut edits)?;
    let expression = rewrite.kind != "statements" && found.nodes.len() == 1 && syntax.kind(first) != "expression_statement";
    if template.trim().is_empty() && found.nodes.len() == 1 {
        return removed(context, first, rule.level());
    }
    // What stands alone in a rewrite is as tight as what it stands for.
    let alone = template.trim().strip_prefix('$').and_then(|name| *found.captures.get(name)?);
    let kind = alone.map_or(rewrite.kind, |node| syntax.kind(node));
    let torn = alone.is_some_and(|node| syntax.is_torn(node)) && !template::is_bracketed(syntax, first);
    if expression && (place::tightness(kind) < place::required(syntax, first) || torn) {
        template = format!("({template})");
    }
    let fill = |name: &str| match (once.get(name), found.captures.get(name)) {
        (Some(text), _) => Some(Filling::Text(String::clone(text))),
        (None, Some(Some(node))) => Some(Filling::Node(*node)),
        (None, Some(None)) => Some(Filling::Omitted),
        (None, None) => Some(rest(syntax, &found.rest)),
    };
    let whole = if expression && place::tightness(kind) == place::Tightness::Primary { bare(context, last) } else { last };
    let Rendered { edits: own, mut reads } = template::render(syntax, last, syntax.span(whole), &template, &fill, context.newline)?;
    edits.extend(own);
    for &statement in found.nodes.iter().filter(|&&node| node != last) {
        if syntax.subtree(statement).any(|id| syntax.kind(id) == "comment") {
            return Err("a comment inside the old statements would be lost; move it first".to_owned());
        }
        edits.push(statements::removal(context.text(), &syntax.span(statement)));
        reads.retain(|read| !(read.start >= syntax.start(statement) && read.end <= syntax.end(statement)));
    }
    let mut level = rule.level();
    if let Some((old, new)) = &rule.page.raises {
        match handlers::widen(context, first, old, new) {
            Ok((more, None)) => edits.extend(more),
            Ok((more, Some(reason))) => {
                edits.extend(more);
                level = level.max(Level::Review);
                draft.explain(&reason);
            }
            Err(reason) => {
                level = level.max(Level::Review);
                draft.explain(&reason);
            }
        }
    }
    Ok(Fix { level, edits, reads })
}

/// The edits of an empty rewrite: the statement goes, if the site is all of it.
fn removed(context: &Context<'_, '_, '_>, site: Id, level: Level) -> Result<Fix, String> {
    let syntax = context.code.syntax;
    let statement = syntax.statement(site);
    let holds = |id: Id| syntax.parent(id).filter(|&up| matches!(syntax.kind(up), "await" | "expression_statement"));
    if std::iter::successors(Some(site), |&id| holds(id)).last() != Some(statement) {
        return Err("its value is used, so that it cannot just go".to_owned());
    }
    let (span, block) = (syntax.span(statement), syntax.parent(statement).unwrap_or(0));
    let is_only = syntax.kind(block) == "block" && syntax.named(block).filter(|&id| syntax.kind(id) != "comment").count() == 1;
    let edit = match is_only {
        true => Edit { start: span.start, end: span.end, text: "pass".to_owned() },
        false => statements::removal(context.text(), &span),
    };
    Ok(Fix { level, edits: vec![edit], reads: Vec::new() })
}

/// What `$*rest` becomes: the arguments as they stand, where nothing else stands between them.
fn rest(syntax: &Syntax<'_>, taken: &[Id]) -> Filling {
    let (Some(&first), Some(&last)) = (taken.first(), taken.last()) else { return Filling::Text(String::new()) };
    let list = syntax.parent(first).unwrap_or(0);
    let all: Vec<Id> = syntax.named(list).collect();
    let from = all.iter().position(|id| *id == first);
    if from.and_then(|from| all.get(from..from + taken.len())) != Some(taken) {
        return Filling::Text(taken.iter().map(|&id| syntax.str(id)).collect::<Vec<_>>().join(", "));
    }
    let inside = (all.len() == taken.len()).then(|| syntax.start(list) + 1..syntax.end(list) - 1);
    Filling::Arguments(syntax.start(first)..syntax.end(last), inside)
}

/// The parentheses that only held an `await` together: `(await x).y` needs them, its rewrite does not.
fn bare(context: &Context<'_, '_, '_>, site: Id) -> Id {
    let syntax = context.code.syntax;
    let tight = |up: &Id| {
        let inner = syntax.start(*up) + 1..syntax.end(*up) - 1;
        syntax.kind(*up) == "parenthesized_expression" && syntax.kind(site) == "await" && inner == syntax.span(site)
    };
    syntax.parent(site).filter(tight).unwrap_or(site)
}

/// A receiver that is written twice but may be evaluated only once gets a name first, where the statement allows it.
fn bind_receiver(
    context: &Context<'_, '_, '_>,
    template: &str,
    found: &Match,
    once: &mut HashMap<String, String>,
    edits: &mut Vec<crate::finding::Edit>,
) -> Result<(), String> {
    let syntax = context.code.syntax;
    for (name, node) in &found.captures {
        let Some(node) = *node else { continue };
        let times = template.matches(&format!("${name}")).count();
        if times < 2 || context.code.is_pure(node) {
            continue;
        }
        let site = found.nodes.first().copied().unwrap_or(0);
        let statement = syntax.statement(site);
        let up = syntax.parent(site).unwrap_or(0);
        let outer = if syntax.kind(up) == "await" { syntax.parent(up).unwrap_or(0) } else { up };
        let whole = matches!(syntax.kind(outer), "expression_statement" | "return_statement")
            || (syntax.kind(outer) == "assignment" && syntax.field(outer, "left").is_some_and(|left| syntax.kind(left) == "identifier"));
        if !whole || found.nodes.len() > 1 || !statements::has_own_line(context.text(), &syntax.span(statement)) {
            return Err(format!("`{}` would be evaluated twice; give it a name first", syntax.str(node)));
        }
        let free = context.free_name(if found.named.is_none() { "orchestrator" } else { name });
        let line = format!("{free} = {}", syntax.str(node));
        edits.push(statements::line_before(context.text(), syntax.start(statement), &line, context.newline));
        once.insert(name.clone(), free);
    }
    Ok(())
}

/// The rewrite with an imported name under its local spelling: as a word of its own, and no member, variable or keyword.
fn renamed(template: &str, plain: &str, local: &str) -> String {
    if plain == local {
        return template.to_owned();
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
    let (mut text, mut from) = (String::new(), 0);
    for (at, _) in template.match_indices(plain) {
        let (before, after) = (&template[..at], &template[at + plain.len()..]);
        let keyword = after.starts_with('=') && !after.starts_with("==");
        let inside = before.ends_with(is_part) || after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if at >= from && !keyword && !inside {
            text.push_str(&template[from..at]);
            text.push_str(local);
            from = at + plain.len();
        }
    }
    text + &template[from..]
}
