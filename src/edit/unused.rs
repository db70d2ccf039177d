//! Takes away imports that a fix left without a use. An import that was unused before the fix is none of its business.

use std::collections::HashSet;
use std::ops::Range;

use crate::python::syntax::{Id, Syntax};

use super::import_block::{Imported, Statement, beside, identifiers, line_end, line_start, statements, words};
use crate::finding::Edit;

/// The edits on `after` that remove the imported names which `before` used and `after` does not mention any more.
///
/// A word in a string or a comment counts as a use. In doubt an import stays: in `__init__.py`, where another file takes the
/// name from this one, inside `try`, with `noqa`, as the re-export `x as x`, as the only statement of its block. `before` is
/// parsed only where a name may go.
pub fn unused_after(before: &str, new: &Syntax<'_>, after: &str, (is_init, is_taken): (bool, &dyn Fn(&str) -> bool)) -> Vec<Edit> {
    if is_init {
        return Vec::new();
    }
    let imports = statements(new);
    let mut gone: Vec<(&Statement, Vec<bool>)> = imports
        .iter()
        .filter(|s| may_lose_names(new, s))
        .map(|s| (s, s.names.iter().map(|name| !is_mentioned(new, name, &imports, after) && !is_taken(name.local())).collect::<Vec<_>>()))
        .filter(|(_, lost)| lost.contains(&true))
        .collect();
    let Some(old) = (!gone.is_empty()).then(|| Syntax::parse(before)).flatten() else { return Vec::new() };
    let used = used_names(&old, &statements(&old));
    for (statement, lost) in &mut gone {
        statement.names.iter().zip(lost).for_each(|(name, lost)| *lost &= used.contains(&key(name)));
    }
    gone.retain(|(_, lost)| lost.contains(&true));
    let emptied: HashSet<Id> = gone.iter().map(|(s, _)| s.block).filter(|block| is_emptied(new, *block, &gone)).collect();
    gone.retain(|(s, lost)| lost.contains(&false) || !emptied.contains(&s.block));
    let mut ranges = Vec::new();
    for (statement, lost) in &gone {
        if lost.contains(&false) {
            remove_names(new, statement, lost, &mut ranges);
        } else {
            ranges.push(whole(new, statement.node));
        }
    }
    merged(ranges).into_iter().map(|r| Edit { start: r.start, end: r.end, text: String::new() }).collect()
}

type Key = (String, Option<String>, String);

fn key(name: &Imported) -> Key {
    (name.module.clone(), name.name.clone(), name.local().to_owned())
}

/// What `text` imports and reads somewhere outside import statements.
fn used_names(syntax: &Syntax<'_>, imports: &[Statement]) -> HashSet<Key> {
    let in_import = |node: Id| imports.iter().any(|s| syntax.contains(s.node, node));
    let is_used = |name: &&Imported| identifiers(syntax, name.local()).into_iter().any(|node| !in_import(node));
    imports.iter().flat_map(|s| &s.names).filter(is_used).map(key).collect()
}

fn may_lose_names(syntax: &Syntax<'_>, statement: &Statement) -> bool {
    let text = syntax.text;
    let start = line_start(text, syntax.start(statement.node));
    let lines = &text[start..line_end(text, syntax.end(statement.node))];
    let kept = ["noqa", "unused-import"].iter().any(|word| lines.contains(word));
    let broken = syntax.has_error(statement.node) || syntax.kind(statement.block) == "ERROR";
    !kept && !broken && !statement.is_future() && statement.guard.is_none()
}

/// Whether the name stands anywhere but in its own import, or is exported on purpose (`x as x`).
fn is_mentioned(syntax: &Syntax<'_>, name: &Imported, imports: &[Statement], text: &str) -> bool {
    let local = name.local();
    if name.alias.as_deref().is_some_and(|alias| alias == name.name.as_deref().unwrap_or(&name.module)) {
        return true;
    }
    let mut own: Vec<Range<usize>> = Vec::new();
    for statement in imports {
        // `from acme.util import new` reads no `util`.
        own.extend(syntax.field(statement.node, "module_name").map(|module| syntax.span(module)));
        own.extend(statement.names.iter().filter(|other| key(other) == key(name)).map(|other| syntax.span(other.node)));
    }
    words(text, local).any(|at| !own.iter().any(|o| o.start <= at.start && at.end <= o.end))
}

/// Whether nothing but comments would stay in the block.
fn is_emptied(syntax: &Syntax<'_>, block: Id, gone: &[(&Statement, Vec<bool>)]) -> bool {
    let is_gone = |n: Id| gone.iter().any(|(s, lost)| s.node == n && !lost.contains(&false));
    syntax.kind(block) != "module" && syntax.named(block).all(is_gone)
}

/// The statement with its line, or with one `;` where it shares the line.
fn whole(syntax: &Syntax<'_>, statement: Id) -> Range<usize> {
    if let Some(next) = beside(syntax, statement, true) {
        return syntax.start(statement)..syntax.start(next);
    }
    if let Some(previous) = beside(syntax, statement, false) {
        return syntax.end(previous)..syntax.end(statement);
    }
    let (text, start) = (syntax.text, line_start(syntax.text, syntax.start(statement)));
    if text[start..syntax.start(statement)].trim().is_empty() {
        start..line_end(text, syntax.end(statement))
    } else {
        syntax.span(statement)
    }
}

/// Removes some names of a statement; at least one stays.
fn remove_names(syntax: &Syntax<'_>, statement: &Statement, lost: &[bool], ranges: &mut Vec<Range<usize>>) {
    let text = syntax.text;
    let names: Vec<Range<usize>> = statement.names.iter().map(|n| syntax.span(n.node)).collect();
    let commas = commas_after(syntax, statement.node, &names);
    let Some(last_kept) = lost.iter().rposition(|lost| !lost) else {
        return;
    };
    // With `\` instead of parentheses no line can go alone.
    let bracketed = text[syntax.span(statement.node)].ends_with(')');
    let line = |i: usize| own_line(&names[i], commas[i].as_ref(), text).filter(|_| bracketed);
    let lines: Vec<Option<Range<usize>>> = (0..names.len()).map(line).collect();
    let tail = last_kept + 1..names.len();
    let end = names.last().map_or(0, |n| n.end);
    let inline_tail = !tail.is_empty() && !tail.clone().all(|i| lines[i].is_some()) && !text[names[last_kept].end..end].contains('#');
    if inline_tail {
        ranges.push(names[last_kept].end..end);
    }
    for i in (0..names.len()).filter(|i| lost[*i] && !(inline_tail && tail.contains(i))) {
        let end = commas[i].as_ref().map_or(names[i].end, |c| c.end);
        ranges.push(match (&lines[i], names.get(i + 1)) {
            (Some(line), _) => line.clone(),
            (None, Some(next)) if !text[end..next.start].contains('\n') => names[i].start..next.start,
            // The last on its line, behind another: the space before it goes, the line end stays.
            (None, _) => spaces_before(text, names[i].start)..end,
        });
    }
}

fn spaces_before(text: &str, at: usize) -> usize {
    let before = text[..at].trim_end_matches([' ', '\t']);
    if before.ends_with(',') { before.len() } else { at }
}

/// The comma behind each name.
fn commas_after(syntax: &Syntax<'_>, statement: Id, names: &[Range<usize>]) -> Vec<Option<Range<usize>>> {
    let commas: Vec<_> = syntax.children(statement).filter(|&part| syntax.kind(part) == ",").map(|part| syntax.span(part)).collect();
    let behind = |i: usize| {
        let next = names.get(i + 1).map_or(usize::MAX, |n| n.start);
        commas.iter().find(|c| c.start >= names[i].end && c.start < next).cloned()
    };
    (0..names.len()).map(behind).collect()
}

/// The line of a name that has it to itself, its comma and comment included.
fn own_line(name: &Range<usize>, comma: Option<&Range<usize>>, text: &str) -> Option<Range<usize>> {
    let start = line_start(text, name.start);
    let behind = comma.map_or(name.end, |c| c.end);
    let end = line_end(text, behind);
    let rest = text[behind..end].trim();
    let alone = text[start..name.start].trim().is_empty() && (rest.is_empty() || rest.starts_with('#'));
    alone.then_some(start..end)
}

/// Sorted, with what overlaps or touches joined.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|r| (r.start, r.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `imports` in front of code that used X and Y, and now does not.
    fn cleaned_up(imports: &str, is_init: bool) -> String {
        let (before, after) = (format!("{imports}X(Y, victor, z)\n"), format!("{imports}keep()\n"));
        let new = Syntax::parse(&after).expect("a short text");
        let mut text = after.clone();
        for edit in unused_after(&before, &new, &after, (is_init, &|_| false)).into_iter().rev() {
            text.replace_range(edit.start..edit.end, &edit.text);
        }
        assert!(Syntax::parse(&text).is_some_and(|syntax| !syntax.is_faulty()), "does not parse:\n{text}");
        text.strip_suffix("keep()\n").expect("the code stays").to_owned()
    }

    #[test]
    fn the_last_name_takes_its_statement_along_and_others_stay() {
        for (before, after) in [
            ("import os\nfrom m import X  # why\nimport sys\n", "import os\nimport sys\n"),
            ("\u{feff}from m import X\r\nimport os\r\n", "\u{feff}import os\r\n"),
            ("from m import X, A\n", "from m import A\n"),
            ("from m import A, X\n", "from m import A\n"),
            ("from m import A, X, Y  # c\n", "from m import A  # c\n"),
            ("from m import A, X, B\n", "from m import A, B\n"),
            ("from m import X, A, q as Y\n", "from m import A\n"),
            ("from m import A, \\\n    X\n", "from m import A\n"),
            ("from m import A, \\\n    X, \\\n    B\n", "from m import A, \\\n     \\\n    B\n"),
            ("from m import (A, X,)\n", "from m import (A,)\n"),
            ("from m import (\n    A,  # a\n    X,  # x\n    B,  # b\n)\n", "from m import (\n    A,  # a\n    B,  # b\n)\n"),
            ("from m import (\n    A,  # a\n    X  # x\n)\n", "from m import (\n    A,  # a\n)\n"),
            ("from m import (\n    A, X,\n    B, Y\n)\n", "from m import (\n    A,\n    B\n)\n"),
            ("from m import (A,  # a\n    X)\n", "from m import (A,  # a\n    )\n"),
            ("import a; from m import X; import b\n", "import a; import b\n"),
            ("import a; from m import X\n", "import a\n"),
            ("import victor.agent\n", ""),
            ("from m import X\nfrom m.X import q\n", "from m.X import q\n"),
            ("def f():\n    from m import X\n    return 1\n", "def f():\n    return 1\n"),
        ] {
            assert_eq!(cleaned_up(before, false), after, "of {before}");
        }
    }

    #[test]
    fn what_may_have_a_reader_stays() {
        for kept in [
            "from m import Unused\n",
            "from m import X as X\n",
            "import z as z\n",
            "from m import X  # noqa: F401\n",
            "from m import (  # noqa\n    X,\n)\n",
            "from m import X\n__all__ = ['X']\n",
            "from m import X\n# X is patched in tests\n",
            "from m import *\n",
            "try:\n    from m import X\nexcept ImportError:\n    pass\n",
            "if TYPE_CHECKING:\n    # types\n    from m import X\n    from m import Y\n",
            "if a: from m import X\n",
            "import victor.agent\nimport victor.tools\n",
        ] {
            assert_eq!(cleaned_up(kept, false), kept);
        }
        assert_eq!(cleaned_up("from m import X\n", true), "from m import X\n");
    }
}
