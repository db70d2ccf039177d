//! The names without which a pattern cannot hold anywhere in a text: most patterns need not be tried on most texts.

use super::pattern::{Pattern, Shape};

/// The names of a shape: each stands in any text that it holds in, in the code or where an alias of it is made.
pub(super) fn needs(shape: &Shape) -> Vec<String> {
    let mut names = Vec::new();
    match shape {
        Shape::Expression(pattern) => collect(pattern, &mut names),
        Shape::Statements(list) => list.iter().flatten().for_each(|pattern| collect(pattern, &mut names)),
    }
    names.sort();
    names.dedup();
    names
}

fn collect(pattern: &Pattern, names: &mut Vec<String>) {
    match pattern {
        Pattern::Attribute(object, name) => {
            names.extend((!name.starts_with('$')).then(|| name.clone()));
            collect(object, names);
        }
        Pattern::Builtin(name) => names.push(name.clone()),
        // What does not fit its arguments is said, too.
        Pattern::Call { function, .. } => collect(function, names),
        Pattern::Node(_, parts) => parts.iter().for_each(|part| collect(part, names)),
        // A path can be known under any name.
        Pattern::Variable(_) | Pattern::Path(_) | Pattern::Leaf(_) => {}
    }
}
