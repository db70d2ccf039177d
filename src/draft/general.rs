//! From a change to a pattern and its rewrite: what both sides share becomes a variable, what only one has stays as it is.

use std::collections::HashSet;
use std::ops::Range;

use super::anchor::{Anchor, anchor, missing, path};
use super::change::{Beside, Change, is_expression};
use super::code::tokens;
use super::keep;
use super::wording::{Pair, Wording, snake};
use super::{Note, Program};
use crate::python::flow;
use crate::python::scope::Bound;
use crate::python::{Id, Inference};

/// Adds what can be said of a program's changes to the page, and notes what cannot.
pub(super) fn all(before: &Inference<'_, '_>, after: &Inference<'_, '_>, program: &Program, wording: &mut Wording, notes: &mut Vec<Note>) {
    let changes = Beside { before, after }.changes();
    let mut note = |line: usize, after: bool, reason: String| notes.push(Note { file: program.name.clone(), line, after, reason });
    if changes.is_empty() {
        note(1, false, "nothing but imports and comments differs from the program after".to_owned());
    }
    let mut tied = Vec::new();
    for change in changes {
        let Some(&first) = change.before.first() else {
            let line = change.after.first().map_or(1, |&id| after.line(id));
            note(line, true, "this was added, and nothing before stands for it".to_owned());
            continue;
        };
        let there = |text: &str| change.after.iter().any(|&root| after.syntax.subtree(root).any(|id| tokens(after.syntax, id) == text));
        match change.before.iter().find_map(|&root| anchor(before, root, &there)) {
            Some(tie) => {
                if let Anchor::Receiver { words, .. } = &tie {
                    wording.typed(words);
                }
                tied.push((change, tie));
            }
            None => note(before.line(first), false, missing(before, first)),
        }
    }
    for (change, tie) in tied {
        let line = change.before.first().map_or(1, |&id| before.line(id));
        let mut remarks = Vec::new();
        let made = Generaliser { before, after, change: &change, tie: &tie, named: Vec::new(), remarks: &mut remarks }.pair(wording);
        match made {
            Ok((pair, imports)) => {
                wording.add(pair, tie.replaced(), imports);
                let said = remarks.into_iter().map(|remark| format!("{}:{line}: {remark}", program.name));
                wording.remarks.extend(said);
            }
            Err(reason) => note(line, false, reason),
        }
    }
}

/// A text that takes the place of another.
type Put = (Range<usize>, String);

struct Generaliser<'g, 'a, 't> {
    before: &'g Inference<'a, 't>,
    after: &'g Inference<'a, 't>,
    change: &'g Change,
    tie: &'g Anchor,
    /// Tokens that both sides share, and the variable that they become.
    named: Vec<(String, String)>,
    remarks: &'g mut Vec<String>,
}

impl Generaliser<'_, '_, '_> {
    fn pair(mut self, wording: &mut Wording) -> Result<(Pair, Vec<String>), String> {
        let mut puts = Vec::new();
        for &root in &self.change.before {
            self.matched(root, wording, &mut puts)?;
        }
        let pattern = text(self.before, &self.change.before, &puts);
        let (mut puts, mut imports) = (Vec::new(), Vec::new());
        for &root in &self.change.after {
            self.rewritten(root, &mut puts, &mut imports)?;
        }
        let rewrite = text(self.after, &self.change.after, &puts);
        if pattern == rewrite {
            return Err("nothing is left of the change when both sides are generalised".to_owned());
        }
        let shape = self.shape(&format!("{pattern}\n=>\n{rewrite}"), wording);
        let shown = self.tie.replaced();
        let keep = keep::program(self.before, self.change, self.tie);
        Ok((Pair { pattern, rewrite, shape, shown, keep }, imports))
    }

    /// The text with the variables of this pair under numbers.
    fn shape(&self, text: &str, wording: &Wording) -> String {
        let own: Vec<&String> =
            self.named.iter().map(|(_, name)| name).filter(|name| wording.wheres.iter().all(|(typed, _)| typed != *name)).collect();
        let mut text = text.to_owned();
        for (number, name) in own.iter().enumerate() {
            text = text.replace(&format!("${name}"), &format!("${number}"));
        }
        text
    }

    /// What becomes of a node of the program before.
    fn matched(&mut self, id: Id, wording: &mut Wording, puts: &mut Vec<Put>) -> Result<(), String> {
        let syntax = self.before.syntax;
        let put = match syntax.kind(id) {
            _ if id == self.tie.node() => Some((syntax.span(id), self.tied(wording))),
            "argument_list" => self.arguments(id),
            kind if is_expression(kind) => self.expression(id, wording)?,
            _ => None,
        };
        match put {
            Some(put) => puts.push(put),
            None => {
                let children: Vec<Id> = syntax.named(id).collect();
                children.into_iter().try_for_each(|child| self.matched(child, wording, puts))?;
            }
        }
        Ok(())
    }

    /// What stands for the receiver, or for the imported thing.
    fn tied(&mut self, wording: &mut Wording) -> String {
        match self.tie {
            Anchor::Receiver { node, words, .. } => {
                let name = wording.typed(words);
                self.named.push((tokens(self.before.syntax, *node), name.clone()));
                format!("${name}")
            }
            Anchor::Path { path, .. } => path.clone(),
        }
    }

    /// Arguments that all stand in the program after, too.
    fn arguments(&mut self, id: Id) -> Option<Put> {
        let syntax = self.before.syntax;
        let some = syntax.named(id).next().is_some() && !syntax.contains(id, self.tie.node());
        (some && self.is_after(id, &["argument_list"])).then(|| {
            self.named.push((tokens(syntax, id), "*args".to_owned()));
            (syntax.start(id) + 1..syntax.end(id) - 1, "$*args".to_owned())
        })
    }

    /// An expression that becomes a variable, a path or a member's variable; none where its parts are looked at.
    fn expression(&mut self, id: Id, wording: &Wording) -> Result<Option<Put>, String> {
        let (syntax, kind) = (self.before.syntax, self.before.syntax.kind(id));
        let shown = || shortened(syntax.str(id));
        let put = |text: String| Ok(Some((syntax.span(id), text)));
        let is_own = kind == "identifier" && self.before.scopes.resolve(syntax, id, syntax.str(id)).is_some();
        match syntax.role(id) {
            Some("attribute") => return Ok(self.member(id)),
            Some("name" | "operator") => return Ok(None),
            Some("function") if is_own => {
                return match path(self.before, id) {
                    Some(path) => put(path),
                    None => Err(format!("`{}` is of this program, and a rule cannot know it", shown())),
                };
            }
            Some("function") => return Ok(None),
            _ if syntax.contains(id, self.tie.node()) || self.change.before.contains(&id) => return Ok(None),
            _ => {}
        }
        if self.is_after(id, &[]) {
            return put(format!("${}", self.variable(id, wording)));
        }
        if let Some(path) = path(self.before, id) {
            return put(path);
        }
        if is_own {
            let name = self.variable(id, wording);
            self.remarks.push(format!("`{}` stands before only, so whatever stands there goes away: `${name}`", shown()));
            return put(format!("${name}"));
        }
        if matches!(kind, "call" | "await") && !self.partly(id) {
            return Err(format!("`{}` is evaluated before only; a rule would take it away unseen", shown()));
        }
        Ok(None)
    }

    /// A member's name that is a text in the program after: `config.timeout`, `config["timeout"]`.
    fn member(&mut self, id: Id) -> Option<Put> {
        let (old, new) = (self.before.syntax, self.after.syntax);
        let of_tie = old.parent(id).and_then(|up| old.field(up, "object")) == Some(self.tie.node());
        let mut all = self.change.after.iter().flat_map(|&root| new.subtree(root));
        (!of_tie && all.any(|part| new.literal(part) == Some(old.str(id)))).then(|| {
            let name = if self.named.iter().any(|(_, taken)| taken == "name") { "member" } else { "name" };
            self.named.push((format!("\"{}\"", old.str(id)), name.to_owned()));
            (old.span(id), format!("${name}"))
        })
    }

    /// What becomes of a node of the program after; what it needs imported is added.
    fn rewritten(&self, id: Id, puts: &mut Vec<Put>, imports: &mut Vec<String>) -> Result<(), String> {
        let syntax = self.after.syntax;
        let kind = syntax.kind(id);
        let known = |text: &str| self.named.iter().find(|(other, _)| other == text).map(|(_, name)| name);
        let word = matches!(syntax.role(id), Some("attribute" | "name" | "operator"));
        if (is_expression(kind) || kind == "argument_list")
            && !word
            && let Some(name) = known(&tokens(syntax, id))
        {
            let inside = if kind == "argument_list" { syntax.start(id) + 1..syntax.end(id) - 1 } else { syntax.span(id) };
            puts.push((inside, format!("${name}")));
            return Ok(());
        }
        if let Some(name) = syntax.literal(id).and_then(|text| known(&format!("\"{text}\""))) {
            puts.push((syntax.span(id), format!("\"${name}\"")));
            return Ok(());
        }
        if matches!(kind, "identifier" | "attribute") && !word {
            if let Some((text, import)) = self.imported(id) {
                puts.push((syntax.span(id), text));
                imports.push(import);
                return Ok(());
            }
            if kind == "identifier" {
                return self.is_known(id).then_some(()).ok_or_else(|| {
                    let line = self.after.line(id);
                    format!("`{}` stands in the program after only, in line {line}, and a rule cannot know it", syntax.str(id))
                });
            }
        }
        syntax.named(id).try_for_each(|child| self.rewritten(child, puts, imports))
    }

    /// How a rewrite writes an imported thing, and the import: `Retry` and `acme.http.Retry`.
    fn imported(&self, id: Id) -> Option<(String, String)> {
        let (syntax, code) = (self.after.syntax, self.after);
        let name = syntax.str(id);
        if syntax.kind(id) == "attribute" {
            let whole = syntax.role(id) != Some("object") && code.import_path(id).is_some();
            let root = syntax.subtree(id).find(|&part| syntax.kind(part) == "identifier")?;
            let plain = |binding: &Bound| matches!(binding, Bound::Import(module, None) if module == syntax.str(root));
            let [binding] = flow::reaching(syntax, code.scopes, root, syntax.str(root))[..] else { return None };
            // `import acme.util` lets nobody say what of the chain is a module; the thing itself can be imported.
            let deep = name.matches('.').count() > 1;
            return (whole && deep && plain(&binding.bound)).then(|| (name.rsplit('.').next().unwrap_or(name).to_owned(), name.to_owned()));
        }
        let [binding] = flow::reaching(syntax, code.scopes, id, name)[..] else { return None };
        match &binding.bound {
            Bound::Import(module, Some(name)) => Some((name.clone(), format!("{module}.{name}"))),
            Bound::Import(module, None) => Some((module.rsplit('.').next().unwrap_or(module).to_owned(), module.clone())),
            _ => None,
        }
    }

    /// A builtin, or a name that the rewrite binds itself.
    fn is_known(&self, id: Id) -> bool {
        let (syntax, scopes) = (self.after.syntax, self.after.scopes);
        match scopes.resolve(syntax, id, syntax.str(id)) {
            None => scopes.stars.is_empty(),
            Some(scope) => scope != 0 && self.change.after.iter().any(|&root| syntax.contains(root, scope)),
        }
    }

    fn variable(&mut self, id: Id, wording: &Wording) -> String {
        let syntax = self.before.syntax;
        let key = tokens(syntax, id);
        if let Some((_, name)) = self.named.iter().find(|(known, _)| *known == key) {
            return name.clone();
        }
        let keyword = syntax.parent(id).filter(|&up| syntax.kind(up) == "keyword_argument").and_then(|up| syntax.field(up, "name"));
        let plain = match syntax.kind(id) {
            "identifier" => snake(syntax.str(id)),
            _ => keyword.map_or_else(|| "value".to_owned(), |name| snake(syntax.str(name))),
        };
        let taken = |name: &str| {
            name == "args" || self.named.iter().any(|(_, known)| known == name) || wording.wheres.iter().any(|(known, _)| known == name)
        };
        let name = std::iter::once(plain.clone()).chain((2..).map(|number| format!("{plain}{number}"))).find(|name| !taken(name));
        let name = name.unwrap_or(plain);
        self.named.push((key, name.clone()));
        name
    }

    /// Whether the same tokens stand in the program after, as an expression or as a node of one of the kinds.
    fn is_after(&self, id: Id, kinds: &[&str]) -> bool {
        let (syntax, key) = (self.after.syntax, tokens(self.before.syntax, id));
        let fits = |id: Id| {
            let kind = syntax.kind(id);
            let word = matches!(syntax.role(id), Some("attribute" | "name" | "function"));
            if kinds.is_empty() { is_expression(kind) && !word } else { kinds.contains(&kind) }
        };
        self.change.after.iter().flat_map(|&root| syntax.subtree(root)).any(|id| fits(id) && tokens(syntax, id) == key)
    }

    /// Whether a part of an expression stands in the program after.
    fn partly(&self, id: Id) -> bool {
        let syntax = self.before.syntax;
        let parts: HashSet<Id> = syntax.subtree(id).skip(1).filter(|&part| is_expression(syntax.kind(part))).collect();
        syntax.contains(id, self.tie.node()) || parts.into_iter().any(|part| self.is_after(part, &[]))
    }
}

/// The source of nodes with what takes the place of its parts; following lines lose the indentation of the first.
fn text(code: &Inference<'_, '_>, nodes: &[Id], puts: &[Put]) -> String {
    let (Some(&first), Some(&last)) = (nodes.first(), nodes.last()) else { return String::new() };
    let (start, end) = (code.syntax.start(first), code.syntax.end(last));
    let mut puts: Vec<&Put> = puts.iter().collect();
    puts.sort_by_key(|(range, _)| range.start);
    let (mut text, mut at) = (String::new(), start);
    for (range, put) in puts {
        text.push_str(code.syntax.text.get(at..range.start).unwrap_or(""));
        text.push_str(put);
        at = range.end;
    }
    text.push_str(code.syntax.text.get(at..end).unwrap_or(""));
    let indent = crate::edit::template::indentation(code.syntax.text, code.syntax.start(code.syntax.statement(first)));
    text.replace("\r\n", "\n").replace(&format!("\n{indent}"), "\n")
}

fn shortened(text: &str) -> String {
    crate::source::beginning(text, 60)
}
