//! The part of a module that one of its lines needs: the definition around it, and whatever at the top binds a name that is
//! used there, and so on.

use std::collections::BTreeSet;

use crate::python::Syntax;
use crate::python::syntax::Id;

/// A part of a module.
pub(super) struct Slice {
    /// Its text.
    pub text: String,
    /// The names that it binds at the top.
    pub names: BTreeSet<String>,
}

/// The part that the line at a byte needs.
pub(super) fn of(text: &str, byte: usize) -> Option<Slice> {
    let syntax = Syntax::parse(text)?;
    let own = syntax.children(0).find(|&id| syntax.start(id) <= byte && syntax.end(id) > byte)?;
    Some(around(&syntax, BTreeSet::from([own])))
}

/// The part that binds some names, of another version of the module.
pub(super) fn named(text: &str, names: &BTreeSet<String>) -> Option<String> {
    let syntax = Syntax::parse(text)?;
    let wanted: BTreeSet<Id> = syntax.children(0).filter(|&id| bound(&syntax, id).iter().any(|name| names.contains(*name))).collect();
    (!wanted.is_empty()).then(|| around(&syntax, wanted).text)
}

fn around(syntax: &Syntax<'_>, mut wanted: BTreeSet<Id>) -> Slice {
    let top: Vec<Id> = syntax.children(0).filter(|&id| !syntax.is_trivia(id)).collect();
    loop {
        let used: BTreeSet<&str> = wanted.iter().flat_map(|&id| words(syntax, id)).collect();
        let needs = |id: &Id| bound(syntax, *id).iter().any(|name| used.contains(name)) || syntax.kind(*id) == "future_import_statement";
        let more: Vec<Id> = top.iter().copied().filter(|id| !wanted.contains(id)).filter(needs).collect();
        if more.is_empty() {
            break;
        }
        wanted.extend(more);
    }
    let mut text = String::new();
    for &id in &wanted {
        let is_definition = matches!(syntax.kind(id), "function_definition" | "class_definition" | "decorated_definition");
        text.push_str(if is_definition && !text.is_empty() { "\n\n" } else { "" });
        text.push_str(syntax.str(id).trim_end());
        text.push('\n');
    }
    let names = wanted.iter().flat_map(|&id| bound(syntax, id)).map(str::to_owned).collect();
    Slice { text, names }
}

/// The names that a statement at the top may bind: all identifiers of an import or an assignment, the name of a definition.
fn bound<'t>(syntax: &Syntax<'t>, id: Id) -> Vec<&'t str> {
    match syntax.kind(id) {
        "function_definition" | "class_definition" => syntax.field(id, "name").map(|name| syntax.str(name)).into_iter().collect(),
        "decorated_definition" => syntax.field(id, "definition").map(|inner| bound(syntax, inner)).unwrap_or_default(),
        "expression_statement" => {
            let target = syntax.children(id).next().and_then(|inner| syntax.field(inner, "left"));
            target.map(|target| words(syntax, target)).unwrap_or_default()
        }
        _ => words(syntax, id),
    }
}

fn words<'t>(syntax: &Syntax<'t>, id: Id) -> Vec<&'t str> {
    syntax.subtree(id).filter(|&inner| syntax.kind(inner) == "identifier").map(|inner| syntax.str(inner)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_holds_what_its_line_needs_and_nothing_else() {
        let text = "import os\nfrom victor import A\n\nLIMIT = 3\nOTHER = os.sep\n\n\ndef f(a: A):\n    return g(a._model)\n\n\ndef g(x):\n    return x, LIMIT\n\n\ndef h():\n    pass\n";
        let sliced = of(text, text.find("_model").expect("there")).expect("a slice");
        let expected = "from victor import A\nLIMIT = 3\n\n\ndef f(a: A):\n    return g(a._model)\n\n\ndef g(x):\n    return x, LIMIT\n";
        assert_eq!(sliced.text, expected);
        assert_eq!(named(&text.replace("_model", "model"), &sliced.names), Some(expected.replace("_model", "model")));
    }
}
