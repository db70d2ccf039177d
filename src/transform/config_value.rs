//! The configuration object as a value: kept in a name, passed on, printed, written to. Where every use of a name is
//! seen and is a read, the object becomes a dict in one edit; everything else is for a person to look at.

use super::config_uses::{Held, Use, changing_line, held, is_written, use_at};
use crate::edit::template::{self, Filling};
use crate::finding::{Fix, Level};
use crate::python::place;
use crate::python::syntax::Id;
use crate::python::types::Typed;
use crate::rule::Rule;
use crate::scan::{Context, Draft};

const DICT: &str = "$orch._config_coordinator.get_config()";

/// The sites of `config-value` or `config-write`, whichever the page is.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let writes = rule.page.name == "config-write";
    let mut drafts = Vec::new();
    for access in syntax.of_kind("attribute") {
        let (Some(object), Some(name)) = (syntax.field(access, "object"), syntax.field(access, "attribute")) else {
            continue;
        };
        if syntax.str(name) != "_config" {
            continue;
        }
        let Some(typed) = context.code.orchestrator(object) else {
            continue;
        };
        let held = held(context, access);
        let places: Vec<Id> = held.as_ref().map_or_else(|| vec![access], |held| held.uses.clone());
        let written: Vec<Id> = places.iter().copied().filter(|&place| is_written(context, place)).collect();
        let site = Site { access, object, typed };
        if writes && !written.is_empty() {
            drafts.push(write(context, rule, &site, &places, &written));
        } else if !writes && written.is_empty() {
            drafts.extend(value(context, rule, &site, held));
        }
    }
    drafts
}

struct Site {
    access: Id,
    object: Id,
    typed: Typed,
}

fn write(context: &Context<'_, '_, '_>, rule: &Rule, site: &Site, places: &[Id], written: &[Id]) -> Draft {
    let syntax = context.code.syntax;
    let place = written.first().copied().unwrap_or(site.access);
    let mut draft = context.draft(rule, syntax.span(site.access), Some((site.object, &site.typed)));
    if place != site.access {
        draft.explain(&format!("the object is written to on line {}", context.code.line(place)));
    }
    draft.owned = vec![site.access];
    draft.owned.extend(places.iter().filter(|&&place| place != site.access));
    draft.weight = 2_000_000;
    draft
}

fn value(context: &Context<'_, '_, '_>, rule: &Rule, site: &Site, held: Option<Held>) -> Option<Draft> {
    let syntax = context.code.syntax;
    if held.is_none() && matches!(use_at(context, site.access), Use::Key(..) | Use::Call(..)) {
        return None;
    }
    let mut draft = context.draft(rule, syntax.span(site.access), Some((site.object, &site.typed)));
    draft.owned.push(site.access);
    draft.weight = 1_000_000;
    draft.finding.level = Level::Safe;
    let fix = one(context, site.access, site.access, DICT, &[("orch", site.object)]);
    let fix = fix.and_then(|fix| match held {
        None => whole(context, site, fix, &mut draft),
        Some(held) => named(context, site, &held, fix, &mut draft),
    });
    match fix {
        Ok(fix) => context.offer(&mut draft, site.access, Some(&site.typed), false, fix),
        Err(reason) => draft.hold(Level::Review, &reason),
    }
    Some(draft)
}

/// The object is used where it is read.
fn whole(context: &Context<'_, '_, '_>, site: &Site, fix: Fix, draft: &mut Draft) -> Result<Fix, String> {
    match use_at(context, site.access) {
        Use::Whole(how) => draft.hold(Level::Review, &format!("the value is {how}; it becomes a plain dict")),
        Use::Shape(how) => return Err(format!("the object is {how}, which a plain dict does not take")),
        Use::Key(..) | Use::Call(..) => {}
    }
    Ok(fix)
}

/// The object is kept, and all its readers change with it.
fn named(context: &Context<'_, '_, '_>, site: &Site, held: &Held, mut fix: Fix, draft: &mut Draft) -> Result<Fix, String> {
    if let Some(doubt) = &held.doubt {
        draft.hold(Level::Review, doubt);
    }
    draft.owned.extend(&held.uses);
    if held.blind {
        return Err("its readers would have to change with it".to_owned());
    }
    for &place in &held.uses {
        rewrite_use(context, place, &mut fix, draft)?;
    }
    if let Some(line) = changing_line(context, site.access, site.object, &held.uses) {
        draft.hold(Level::Review, &format!("the configuration may change on line {line}, and the dict is a copy"));
    }
    Ok(fix)
}

fn rewrite_use(context: &Context<'_, '_, '_>, place: Id, fix: &mut Fix, draft: &mut Draft) -> Result<(), String> {
    let more = match use_at(context, place) {
        Use::Key(node, name) => one(context, node, place, &format!("$c[\"{name}\"]"), &[("c", place)])?,
        Use::Call(call, text, arguments) => {
            let names = ["c", "key", "default"];
            let bound: Vec<(&str, Id)> = names.iter().copied().zip(arguments).collect();
            one(context, call, place, &text, &bound)?
        }
        Use::Whole(how) => {
            let line = context.code.line(place);
            draft.hold(Level::Review, &format!("the value is {how} on line {line}, where it becomes a plain dict"));
            return Ok(());
        }
        Use::Shape(how) => {
            return Err(format!("the object is {how} on line {}, which a plain dict does not take", context.code.line(place)));
        }
    };
    if place::shows_itself(context.code.syntax, place) {
        draft.hold(Level::Review, "`{…=}` prints its own source text, which changes");
    }
    fix.edits.extend(more.edits);
    fix.reads.extend(more.reads);
    match crate::scan::widen(context, place, "AttributeError", "KeyError") {
        Ok((edits, reason)) => {
            fix.edits.extend(edits);
            if let Some(reason) = reason {
                draft.hold(Level::Review, &reason);
            }
        }
        Err(reason) => draft.hold(Level::Review, &reason),
    }
    Ok(())
}

/// The edits of one rewritten expression.
fn one(context: &Context<'_, '_, '_>, node: Id, site: Id, text: &str, bound: &[(&str, Id)]) -> Result<Fix, String> {
    let syntax = context.code.syntax;
    let loose = text.contains(" in ") && place::Tightness::Comparison < place::required(syntax, node);
    let text = if loose { format!("({text})") } else { text.to_owned() };
    let fill = |name: &str| bound.iter().find(|(known, _)| *known == name).map(|(_, id)| Filling::Node(*id));
    let rendered = template::render(syntax, site, syntax.span(node), &text, &fill, context.newline)?;
    Ok(Fix { level: Level::Safe, edits: rendered.edits, reads: rendered.reads })
}
