//! `O.chat("text")`: compatible as it is; the new spelling on request; and the `await` that async code forgot.

use crate::edit::template::{self, Filling};
use crate::finding::{Fix, Level, Wants};
use crate::python::place::{self, Await};
use crate::python::syntax::Id;
use crate::python::types::{Ty, Typed};
use crate::rule::Rule;
use crate::scan::{Context, Draft};

const ANSWER: [&str; 5] = ["content", "role", "tool_calls", "usage", "model"];

/// The sites of `chat-text` or `chat-not-awaited`, whichever the page is.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let forgotten = rule.page.name == "chat-not-awaited";
    let mut drafts = Vec::new();
    for call in syntax.of_kind("call") {
        let Some((object, typed)) = receiver(context, call) else {
            continue;
        };
        let awaited = syntax.parent(call).is_some_and(|up| syntax.kind(up) == "await");
        let missing = !awaited && place::awaiting(syntax, call) == Await::Here && is_answer(context, call);
        if missing == forgotten {
            drafts.push(draft(context, rule, &Site { call, object, typed, awaited, forgotten }));
        }
    }
    drafts
}

struct Site {
    call: Id,
    object: Id,
    typed: Typed,
    awaited: bool,
    forgotten: bool,
}

fn receiver(context: &Context<'_, '_, '_>, call: Id) -> Option<(Id, Typed)> {
    let syntax = context.code.syntax;
    let function = syntax.field(call, "function").filter(|&f| syntax.kind(f) == "attribute")?;
    if syntax.str(syntax.field(function, "attribute")?) != "chat" {
        return None;
    }
    let object = syntax.field(function, "object")?;
    let typed = context.code.orchestrator(object)?;
    (typed.also.is_empty() && !matches!(typed.ty, Ty::Mock(_))).then_some((object, typed))
}

/// Whether the value of the call is used as the answer: a member of it is read, here or through the one name it has.
fn is_answer(context: &Context<'_, '_, '_>, call: Id) -> bool {
    let syntax = context.code.syntax;
    let reads = |value: Id| {
        syntax.parent(value).is_some_and(|up| {
            syntax.kind(up) == "attribute"
                && syntax.role(value) == Some("object")
                && syntax.field(up, "attribute").is_some_and(|name| ANSWER.contains(&syntax.str(name)))
        })
    };
    if reads(call) {
        return true;
    }
    let Some(up) = syntax.parent(call).filter(|&up| syntax.kind(up) == "assignment") else {
        return false;
    };
    let Some(name) = syntax.field(up, "left").filter(|&left| syntax.kind(left) == "identifier") else {
        return false;
    };
    let scope = context.code.scopes.of(call);
    let uses = context.code.uses(scope, syntax.str(name));
    let meant = uses.get(&call).into_iter().flatten().filter(|meant| meant.value == call && !meant.annotated);
    let reached: Vec<Id> = meant.map(|meant| meant.used).filter(|&used| used > name).collect();
    let awaited = reached.iter().any(|&used| syntax.parent(used).is_some_and(|up| syntax.kind(up) == "await"));
    !awaited && reached.iter().any(|&used| reads(used))
}

/// Whether the new spelling is asked for, and there: no release has it.
fn modernizes(context: &Context<'_, '_, '_>) -> bool {
    context.options.modernize && (context.options.target.release.is_none() || context.facts.bridged)
}

fn draft(context: &Context<'_, '_, '_>, rule: &Rule, site: &Site) -> Draft {
    let syntax = context.code.syntax;
    let mut draft = context.draft(rule, syntax.span(site.call), Some((site.object, &site.typed)));
    draft.owned.push(site.call);
    draft.weight = 2;
    let arguments = text_argument(context, site.call);
    let modern = modernizes(context) && arguments.is_ok();
    if modernizes(context)
        && let Err(reason) = &arguments
    {
        draft.explain(reason);
    }
    let here = place::awaiting(syntax, site.call);
    let used = is_answer(context, site.call);
    let wrap = match (&here, site.awaited, used) {
        (_, true, _) => Wrap::Nothing,
        (Await::Here, false, true) => Wrap::Await,
        (Await::Module, false, true) => Wrap::Run,
        (Await::Here | Await::Module, false, false) => Wrap::Nothing,
        (Await::Sync(function), false, _) => {
            if modernizes(context) {
                draft.explain("left as it is: the function is not `async def`, so `await` is illegal here");
            }
            // An answer that nobody looks at was never asked for; an `await` would ask.
            if modern && used {
                let fix = edits(context, site, arguments.ok(), &Wrap::Await);
                draft.finding.wants = fix.ok().map(|fix| Wants { function: context.code.scopes.number(*function), fix });
            }
            return draft;
        }
        (Await::No(reason), false, _) => {
            if modernizes(context) {
                draft.explain(&format!("left as it is: {reason}"));
            }
            return draft;
        }
    };
    if !modern && !site.forgotten {
        return draft;
    }
    match edits(context, site, arguments.ok().filter(|_| modern), &wrap) {
        Ok(mut fix) => {
            if site.forgotten && modern {
                draft.finding.level = Level::Safe;
                draft.explain("the new spelling was asked for and awaits");
            }
            fix.level = if site.forgotten && !modern { Level::Review } else { Level::Safe };
            if let Some(reason) = context.held_lock(site.call).filter(|_| matches!(wrap, Wrap::Await)) {
                fix.level = Level::Review;
                draft.explain(&reason);
            }
            context.offer(&mut draft, site.call, Some(&site.typed), false, fix);
        }
        Err(reason) => draft.explain(&reason),
    }
    draft
}

enum Wrap {
    Nothing,
    Await,
    Run,
}

/// The one text argument, and what else is passed.
///
/// # Errors
/// Why the first argument is not provably one text.
fn text_argument(context: &Context<'_, '_, '_>, call: Id) -> Result<(Id, Vec<Id>), String> {
    let syntax = context.code.syntax;
    let list = syntax.field(call, "arguments").filter(|&list| syntax.kind(list) == "argument_list").ok_or("the argument is a generator")?;
    let mut text = None;
    let mut rest = Vec::new();
    for argument in syntax.named(list) {
        match syntax.kind(argument) {
            "list_splat" | "dictionary_splat" => {
                return Err("the arguments are spread, so the message is not visible".to_owned());
            }
            "keyword_argument" => {
                let name = syntax.field(argument, "name").map_or("", |name| syntax.str(name));
                match name {
                    "message" | "user_message" => text = syntax.field(argument, "value"),
                    "messages" => return Err("already passes messages".to_owned()),
                    _ => rest.push(argument),
                }
            }
            _ if text.is_none() => text = Some(argument),
            _ => return Err("more than one positional argument".to_owned()),
        }
    }
    let text = text.ok_or("there is no message")?;
    let typed = context.code.of(text);
    if typed.ty != Ty::Text || !typed.also.is_empty() {
        return Err(format!("`{}` is not provably text (it may be a list of messages)", syntax.str(text)));
    }
    Ok((text, rest))
}

fn edits(context: &Context<'_, '_, '_>, site: &Site, arguments: Option<(Id, Vec<Id>)>, wrap: &Wrap) -> Result<Fix, String> {
    let syntax = context.code.syntax;
    let mut more = Vec::new();
    let (template, nodes) = match arguments {
        Some((text, rest)) => {
            let extra: String = rest.iter().enumerate().map(|(at, _)| format!(",\n    $rest_{at}")).collect();
            let call = format!("$orch.chat(\n    messages=[{{\"role\": \"user\", \"content\": $text}}]{extra}\n)");
            let mut nodes = vec![("orch".to_owned(), site.object), ("text".to_owned(), text)];
            nodes.extend(rest.iter().enumerate().map(|(at, &id)| (format!("rest_{at}"), id)));
            (call, nodes)
        }
        None => ("$call".to_owned(), vec![("call".to_owned(), site.call)]),
    };
    let template = match wrap {
        Wrap::Nothing => template,
        Wrap::Await if place::required(syntax, site.call) == place::Tightness::Primary => {
            format!("(await {template})")
        }
        Wrap::Await => format!("await {template}"),
        Wrap::Run => {
            let (asyncio, edit) = context.import("asyncio", syntax.start(site.call));
            more.extend(edit);
            format!("{asyncio}.run({template})")
        }
    };
    let fill = |name: &str| nodes.iter().find(|(known, _)| known == name).map(|(_, id)| Filling::Node(*id));
    let rendered = template::render(syntax, site.call, syntax.span(site.call), &template, &fill, context.newline)?;
    more.extend(rendered.edits);
    Ok(Fix { level: Level::Safe, edits: more, reads: rendered.reads })
}
