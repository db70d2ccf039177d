//! What the grammar says of a piece of code: whether it is Python, where its statements start, where docstrings stand.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use tree_sitter::{Node, Parser, Tree};

use crate::source::nesting;

fn parse(text: &str) -> Option<Tree> {
    u32::try_from(text.len()).ok().filter(|_| nesting::is_bearable(text))?;
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
    parser.parse(text, None)
}

/// Whether a text is Python from its first to its last byte.
pub(super) fn is_python(text: &str) -> bool {
    parse(text).is_some_and(|tree| !tree.root_node().has_error())
}

/// Whether a text awaits something outside of functions, as its reader's shell then allows.
pub(super) fn awaits_at_top(text: &str) -> bool {
    let Some(tree) = parse(text).filter(|_| text.contains("await")) else { return false };
    let mut open = vec![tree.root_node()];
    while let Some(node) = open.pop() {
        let mut cursor = node.walk();
        match node.kind() {
            "await" => return true,
            "function_definition" | "class_definition" | "lambda" => {}
            _ => open.extend(node.named_children(&mut cursor)),
        }
    }
    false
}

/// The lines (from 0) on which a statement at the top starts.
pub(super) fn statement_lines(text: &str) -> HashSet<usize> {
    let Some(tree) = parse(text) else { return HashSet::new() };
    let mut cursor = tree.root_node().walk();
    tree.root_node().children(&mut cursor).map(|child| child.start_position().row).collect()
}

/// The lines (from 0) of the imports at the top of a module that can be read line by line.
pub(super) fn imports(text: &str) -> HashMap<usize, String> {
    let Some(tree) = parse(text) else { return HashMap::new() };
    let lines: Vec<&str> = text.lines().collect();
    let mut cursor = tree.root_node().walk();
    let is_import = |node: &Node<'_>| matches!(node.kind(), "import_statement" | "import_from_statement") && !node.has_error();
    let mut found = HashMap::new();
    for node in tree.root_node().children(&mut cursor).filter(is_import) {
        let rows = node.start_position().row..node.end_position().row + 1;
        let own = lines.get(rows.clone()).unwrap_or_default();
        let alone = node.start_position().column == 0 && node.next_sibling().is_none_or(|next| next.start_position().row >= rows.end);
        // No comment of the module speaks for its examples; a backslash needs the line behind it.
        let code = |line: &&str| line.split('#').next().unwrap_or("").trim_end().to_owned();
        if alone && !own.iter().any(|line| line.ends_with('\\') || line.contains(';')) {
            found.extend(rows.zip(own.iter().map(code)));
        }
    }
    found
}

/// A docstring: the lines (from 0) that hold nothing but its text.
pub(super) struct Docstring {
    pub lines: Range<usize>,
    /// A backslash in it is one.
    pub raw: bool,
    /// The line (from 0) that opens it, and the length of what stands there before its text.
    pub opening: (usize, usize),
}

/// The docstrings of modules, classes and functions, in order.
pub(super) fn docstrings(text: &str) -> Vec<Docstring> {
    let Some(tree) = parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    let mut open = vec![tree.root_node()];
    while let Some(node) = open.pop() {
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        let is_body = node.kind() == "module"
            || node.kind() == "block" && node.parent().is_some_and(|up| matches!(up.kind(), "class_definition" | "function_definition"));
        let first = children.iter().find(|child| child.kind() != "comment").filter(|_| is_body);
        found.extend(first.and_then(|first| docstring(*first, text)));
        open.extend(children);
    }
    found.sort_by_key(|one| one.lines.start);
    found
}

fn docstring(statement: Node<'_>, text: &str) -> Option<Docstring> {
    let string = statement.named_child(0).filter(|child| statement.kind() == "expression_statement" && child.kind() == "string")?;
    let opening = text.get(string.start_byte()..)?;
    let prefix = &opening[..opening.find(['"', '\''])?];
    let marks = &opening[prefix.len()..];
    let marks = if ["\"\"\"", "'''"].iter().any(|three| marks.starts_with(three)) { 3 } else { 1 };
    let before = string.start_position().column + prefix.len() + marks;
    let lines = string.start_position().row + 1..string.end_position().row;
    let raw = prefix.contains(['r', 'R']);
    let opening = (string.start_position().row, before);
    (!prefix.contains(['f', 'F', 'b', 'B'])).then_some(Docstring { lines, raw, opening })
}
