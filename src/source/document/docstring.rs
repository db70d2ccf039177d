//! The examples in the docstrings of a Python file: sessions, code blocks and fences.

use super::grammar::docstrings;
use super::lines::{Block, of};
use super::{markdown, prompt, rst};

/// What an example starts with; a file without it needs no tree.
const SIGNS: [&str; 4] = [">>>", "```", "~~~", ".. "];

/// The blocks of all docstrings of a file. Lines that hold a quote of the docstring are no code.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    if !SIGNS.iter().any(|sign| text.contains(sign)) {
        return Vec::new();
    }
    let lines = of(text);
    let mut blocks = Vec::new();
    for docstring in docstrings(text) {
        let (start, end) = (docstring.lines.start, docstring.lines.end.min(lines.len()));
        let mut found = markdown::within(&lines, start, end);
        let fenced = |block: &Block| found.iter().any(|fence| fence.code.iter().any(|line| block.code.contains(line)));
        let more: Vec<Block> = rst::within(&lines, start, end).into_iter().filter(|block| !fenced(block)).collect();
        found.extend(more);
        found.extend(first(&lines, docstring.opening));
        found.sort_by_key(|block| block.code.first().map_or(block.start, |line| line.0));
        found.iter_mut().for_each(|block| block.escapes = !docstring.raw);
        blocks.append(&mut found);
    }
    blocks
}

/// An example on the line that opens a docstring: its quotes would get lost with a change.
fn first(lines: &[&str], (line, before): (usize, usize)) -> Option<Block> {
    let inside = lines.get(line)?.get(before..)?;
    let prompt = before + inside.find(">>>")? + 3;
    prompt::starts(inside).then(|| Block { start: line, code: vec![(line, prompt)], prompts: true, opens: true, ..Block::default() })
}

#[cfg(test)]
mod tests {
    use crate::source::document::{Form, read};

    #[test]
    fn only_examples_of_docstrings_are_code() {
        let whole = "'''Module.\n\n>>> a\n1\n'''\nx = '''\n>>> no docstring\n'''\n\ndef f():\n    r\"\"\"Does.\n\n    ```python\n    >>> b\n    ```\n\
                     \n    .. code-block:: python\n\n        c\n    \"\"\"\n    '''\n    >>> no\n    '''\n";
        let (text, _) = read(Form::Docstrings, whole).expect("a document");
        let code: String = text.split_inclusive('\n').filter(|line| !super::super::is_gap(line)).collect();
        assert_eq!(code, "a\nb\nc\n");
        assert_eq!(text.lines().count(), whole.lines().count());
    }

    #[test]
    fn an_example_beside_the_quotes_is_left_alone_and_said() {
        for whole in ["'''>>> victor.x\n'''\n", "def f():\n    \"\"\">>> victor.x\"\"\"\n"] {
            let (text, document) = read(Form::Docstrings, whole).expect("a document");
            assert!(!text.contains("victor") && document.unseen().iter().any(|unseen| unseen.text.contains("victor")), "{text}");
        }
    }

    #[test]
    fn the_imports_of_the_module_stand_before_its_examples() {
        let whole = "import a  # why\nfrom b import (\n    c,\n)\nimport d\n\ndef f():\n    '''\n    >>> c.x\n    '''\n";
        let (text, document) = read(Form::Docstrings, whole).expect("a document");
        assert!(text.contains("    c,  # noqa") && text.contains("import d  # noqa") && text.contains("\nc.x\n"), "{text}");
        assert_eq!(document.write(&text.replace("c.x", "c.y")).as_deref(), Ok(whole.replace("c.x", "c.y").as_str()));
    }

    #[test]
    fn an_escape_in_a_docstring_is_left_alone_and_said() {
        let (text, document) = read(Form::Docstrings, "'''\n>>> print('a\\n', victor)\n'''\n").expect("a document");
        assert!(!text.contains("print") && document.unseen()[0].text.contains("victor"));
        assert_eq!(document.unseen()[0].line, 2);
        assert_eq!(document.remarks(), ["1 example left out: a backslash in a docstring that is not raw (line 2)"]);
    }
}
