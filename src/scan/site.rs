//! What the scan of one file shares: the code, the rules, the options; and a finding in the making.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use super::Options;
use super::catching::Catching;
use super::prefilter::Facts;
use crate::edit::imports::{Import, Imports};
use crate::finding::{Edit, Finding, Fix, Kind, Level, Strength, Wants};
use crate::python::infer::Inference;
use crate::python::place::{self, Await};
use crate::python::syntax::Id;
use crate::python::types::{Cls, Ty, Typed};
use crate::rule::matching::is_target;
use crate::rule::{Rule, RuleSet};
use crate::source::{Source, beginning};
use crate::surface;

/// Everything a rule may look at in one file.
pub(crate) struct Context<'c, 'a, 't> {
    pub code: &'c Inference<'a, 't>,
    pub imports: &'c Imports<'c, 't>,
    pub rules: &'c RuleSet,
    pub options: &'c Options,
    pub facts: &'c Facts,
    pub module: Option<&'c str>,
    pub newline: &'static str,
    /// The accesses that change the configuration, once somebody asked.
    pub changes: OnceCell<Vec<Id>>,
    /// The file.
    pub source: &'c Source,
    /// Where other files catch exceptions.
    pub catching: &'c Catching<'c>,
    /// Functions that are called, or properties that are read, where an exception is caught; by the exception.
    pub guarded: OnceCell<HashMap<String, HashMap<String, usize>>>,
}

/// A finding in the making, with the accesses it owns.
#[derive(Clone)]
pub(crate) struct Draft {
    pub finding: Finding,
    /// Nodes (accesses `O._name`, uses of aliases) that belong to this finding alone.
    pub owned: Vec<Id>,
    /// The internal that the site replaces for a while, in a test.
    pub patches: Option<String>,
    /// Why no fix can be right here, whatever the rewrite is.
    pub blocked: Option<String>,
    /// Larger wins when two drafts want the same node.
    pub weight: usize,
}

impl<'t> Context<'_, '_, 't> {
    pub fn text(&self) -> &'t str {
        self.code.syntax.text
    }

    /// A draft of a rule at a node, at the level of its page, without a fix.
    pub fn draft(&self, rule: &Rule, span: Range<usize>, receiver: Option<(Id, &Typed)>) -> Draft {
        let mut strength = receiver.map_or(Strength::Proven, |(_, typed)| typed.strength);
        let mock = receiver.is_some_and(|(_, typed)| matches!(typed.ty, Ty::Mock(_)));
        if mock && receiver.is_some_and(|(_, typed)| typed.ty == Ty::Mock(false)) {
            strength = Strength::Likely;
        }
        let page = &rule.page;
        let finding = Finding {
            rule: page.name.clone(),
            example: page.example,
            level: rule.level(),
            strength,
            kind: Kind::Use,
            span,
            receiver: receiver.map_or_else(String::new, |(id, _)| shortened(self.code.syntax.str(id))),
            message: page.title.clone(),
            reason: None,
            next: page.next.clone(),
            suggestion: None,
            evidence: receiver.map_or_else(Vec::new, |(_, typed)| typed.evidence.links().to_vec()),
            effort: page.effort,
            fix: None,
            wants: None,
            plan: Vec::new(),
            elsewhere: Vec::new(),
            verdict: None,
            known: false,
            suppressed: None,
        };
        Draft { finding, owned: Vec::new(), patches: None, blocked: None, weight: 0 }
    }

    /// Gives a draft its fix, unless something about the receiver or the place forbids or weakens it.
    pub fn offer(&self, draft: &mut Draft, site: Id, receiver: Option<&Typed>, awaits: bool, mut fix: Fix) {
        if let Some(typed) = receiver {
            if matches!(typed.ty, Ty::Mock(_)) {
                return draft.hold(Level::Manual, "a mock stands in for the orchestrator; migrate it together with the code under test");
            }
            if let Some(other) = typed.doubt() {
                let reason = format!("the receiver is {} on one path and {other} on another", self.code.described(&typed.ty));
                return draft.hold(Level::Manual, &reason);
            }
        }
        if let Some(reason) = draft.blocked.take().or_else(|| receiver.and_then(|typed| self.own_definition(typed, &draft.owned))) {
            return draft.hold(Level::Manual, &reason);
        }
        if let Some(reason) = receiver.and_then(|typed| self.hidden(typed, &fix)) {
            return draft.hold(Level::Manual, &reason);
        }
        if awaits {
            match place::awaiting(self.code.syntax, site) {
                Await::Here => {
                    if let Some(reason) = self.held_lock(site) {
                        fix.level = fix.level.max(Level::Review);
                        draft.explain(&reason);
                    }
                }
                Await::Module => {
                    return draft.hold(
                        Level::Review,
                        "needs `await`, which is illegal at module level; move the code into an `async def` that `asyncio.run` starts",
                    );
                }
                Await::Sync(function) => {
                    let name = self.code.syntax.field(function, "name").map_or("", |name| self.code.syntax.str(name));
                    let reason = format!("needs `await`, but `{name}` is not `async def`, so `await` is illegal here");
                    fix.edits.sort();
                    fix.edits.dedup();
                    fix.level = Level::Review;
                    draft.hold(Level::Review, &reason);
                    draft.finding.wants = Some(Wants { function: self.code.scopes.number(function), fix });
                    return;
                }
                Await::No(reason) => {
                    return draft.hold(Level::Review, &format!("needs `await`, but {reason}"));
                }
            }
        }
        if let Some((name, line)) = self.replaced(&draft.owned) {
            fix.level = fix.level.max(Level::Review);
            draft.explain(&format!("line {line} puts another `{name}` in its place, of which its coordinator knows nothing"));
        }
        if let Some(reason) = receiver.and_then(|typed| self.heir(typed, &fix)) {
            fix.level = fix.level.max(Level::Review);
            draft.explain(&reason);
        }
        let mut level = draft.finding.level.max(fix.level);
        if draft.finding.strength == Strength::Likely {
            level = level.max(Level::Review);
            let receiver = receiver.map_or_else(|| "an orchestrator".to_owned(), |typed| self.code.described(&typed.ty));
            draft.explain(&format!("that the receiver is {receiver} is likely, not proven"));
        }
        if place::shows_itself(self.code.syntax, site) {
            level = level.max(Level::Review);
            draft.explain("`{…=}` prints its own source text, which changes");
        }
        if draft.finding.level != Level::None {
            draft.finding.level = level;
        }
        fix.level = level.max(Level::Safe);
        fix.edits.sort();
        fix.edits.dedup();
        draft.finding.fix = Some(fix);
    }

    /// A subclass that defines a public member itself: what a fix writes would mean that one, or call itself.
    fn hidden(&self, typed: &Typed, fix: &Fix) -> Option<String> {
        let Ty::Instance(class @ (Cls::Local(_) | Cls::Elsewhere(_))) = typed.ty else { return None };
        let home = format!("{}.{}", surface::HOME, surface::ORCHESTRATOR);
        fix.edits.iter().flat_map(|edit| written(&edit.text)).find_map(|name| {
            let own =
                self.code.brings(class, &home, name).or_else(|| self.code.overriding(class, name).first().map(|own| (*own).to_owned()))?;
            Some(format!("`{own}` defines `{name}` itself, which the fix would write; migrate the class first"))
        })
    }

    /// A subclass somewhere in the project that brings what a fix writes: an annotation may mean one of its objects.
    fn heir(&self, typed: &Typed, fix: &Fix) -> Option<String> {
        let Ty::Instance(Cls::Surface(_)) = typed.ty else { return None };
        fix.edits.iter().flat_map(|edit| written(&edit.text)).find_map(|name| {
            let (class, path, line) = self.catching.heir(name)?;
            Some(format!("`{class}` ({}:{line}) defines `{name}` itself, and the object may be one", path.display()))
        })
    }

    /// A subclass that defines an internal itself, in its body or in `__init__`, means its own when it reads it.
    fn own_definition(&self, typed: &Typed, owned: &[Id]) -> Option<String> {
        let Ty::Instance(class @ (Cls::Local(_) | Cls::Elsewhere(_))) = typed.ty else { return None };
        if !self.code.is_orchestrator(class) {
            return None;
        }
        let syntax = self.code.syntax;
        let named = |id: &Id| syntax.field(*id, "attribute").map(|attribute| syntax.str(attribute));
        if let Some(own) = owned.iter().filter_map(named).find(|name| self.code.defines(class, name, true)) {
            let class = self.code.class_name(class).unwrap_or("");
            return Some(format!("`{class}` defines `{own}` itself; inject the component into its coordinator instead (Example 10)"));
        }
        owned.iter().filter_map(named).find_map(|name| {
            let below = *self.code.overriding(class, name).first()?;
            Some(format!("`{below}` defines `{name}` itself, and the object may be one; migrate that class first (Example 10)"))
        })
    }

    /// A component among what is owned that is replaced as a whole somewhere in the file, and the line.
    fn replaced(&self, owned: &[Id]) -> Option<(&'t str, usize)> {
        let syntax = self.code.syntax;
        let component = |id: &Id| syntax.field(*id, "attribute").map(|name| syntax.str(name)).filter(|name| is_replaceable(name));
        owned.iter().filter_map(component).find_map(|name| {
            let places = self.code.spelled(0, name).iter().filter_map(|&id| syntax.parent(id));
            let assigned = |&up: &Id| {
                let whole = syntax.kind(up) == "attribute" && syntax.role(up) == Some("left");
                whole && is_target(self.code, up) && !owned.contains(&up)
            };
            let object = |up: Id| syntax.field(up, "object").is_some_and(|object| self.code.orchestrator(object).is_some());
            places.filter(assigned).find(|&up| object(up)).map(|up| (name, self.code.line(up)))
        })
    }

    /// Why an `await` at a site is for review: a `with` around it may hold a lock of a thread. While a coroutine waits inside of
    /// it, another one may stop the whole loop by asking for the same lock.
    pub fn held_lock(&self, site: Id) -> Option<String> {
        let syntax = self.code.syntax;
        let inside = syntax.frames(site).take_while(|&up| syntax.kind(up) != "function_definition");
        let plain = inside.filter(|&up| syntax.kind(up) == "with_statement" && !syntax.is_async(up));
        let line = plain
            .into_iter()
            .find(|&with| syntax.named(with).next().is_some_and(|items| is_lock(syntax.str(items))))
            .map(|with| self.code.line(with))?;
        Some(format!("`await` inside the `with` of line {line} may let others wait for that lock for ever"))
    }

    /// The name to write for an import at a byte, and the edit that makes it available.
    pub fn import(&self, dotted: &str, at: usize) -> (String, Option<Edit>) {
        let import = match dotted.rsplit_once('.') {
            Some((module, name)) => Import { module: module.to_owned(), name: Some(name.to_owned()) },
            None => Import { module: dotted.to_owned(), name: None },
        };
        let local = self.imports.local_name(&import);
        let edit = self.imports.insertion(&import, &local, at);
        (local, edit)
    }

    /// Whether a word stands anywhere in the text.
    pub fn mentions(&self, word: &str) -> bool {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        self.text().match_indices(word).any(|(at, _)| {
            let before = self.text()[..at].chars().next_back();
            let after = self.text()[at + word.len()..].chars().next();
            !before.is_some_and(is_word) && !after.is_some_and(is_word)
        })
    }

    /// A name that the file does not use yet.
    pub fn free_name(&self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 2;
        while self.mentions(&name) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        name
    }
}

impl Draft {
    /// No fix: the level and why.
    pub fn hold(&mut self, level: Level, reason: &str) {
        self.finding.fix = None;
        if self.finding.level != Level::None {
            self.finding.level = self.finding.level.max(level);
        }
        self.explain(reason);
    }

    /// Adds a reason.
    pub fn explain(&mut self, reason: &str) {
        match &mut self.finding.reason {
            Some(text) if text.contains(reason) => {}
            Some(text) => {
                text.push_str("; ");
                text.push_str(reason);
            }
            None => self.finding.reason = Some(reason.to_owned()),
        }
    }
}

/// Whether an internal is a component that no rule knows how to replace as a whole.
fn is_replaceable(name: &str) -> bool {
    surface::is_legacy_internal(name) && !matches!(name, "_provider" | "_model" | "_enabled_tools" | "_middleware")
}

/// Whether something is called like what only one thread at a time can have.
fn is_lock(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric());
    let ends = |word: &str| ["lock", "locks", "mutex", "semaphore", "condition"].iter().any(|end| word.ends_with(end));
    words.into_iter().any(|word| ends(word) && !matches!(word, "block" | "clock" | "unlock"))
}

pub(super) fn shortened(text: &str) -> String {
    let line = beginning(text, 61);
    if line.chars().count() > 60 { line.chars().take(59).chain(['…']).collect() } else { line }
}

/// The members of the orchestrator that a text writes, and a name that is all of it; keys in quotes are none.
fn written(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let is_key = move |word: &str| ["\"", "'"].iter().any(|quote| text.contains(&format!("{quote}{word}{quote}")));
    words.filter(move |word| *word == text || surface::is_current(word) && !is_key(word))
}
