//! A document whose lines are those of its text: code lines stand there without what is before them in the file, all others
//! as marks. A line keeps its number, and a new one gets what its neighbours have before them.

use std::collections::HashSet;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::grammar::{awaits_at_top, is_python, statement_lines};
use super::{Document, Form, Kept as Parts, Left, MARK, Part};
use crate::source::LONGEST_LINE;

/// A byte order mark.
const BOM: char = '\u{feff}';

/// What a scanner found: the code of one fence or example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// The line (from 0) that opens it.
    pub start: usize,
    /// Its code lines (from 0), in order, each with the length of what stands before the code.
    pub code: Vec<(usize, usize)>,
    /// What stands before a new line; the prompt not counted.
    pub prefix: String,
    /// Its lines have the prompts of an interactive session.
    pub prompts: bool,
    /// A backslash in it may be an escape of the string around it.
    pub escapes: bool,
    /// It stands beside the quotes that open its docstring.
    pub opens: bool,
}

/// What new lines of a part need.
#[derive(Clone, Debug)]
struct Run {
    /// Lines of the file (from 0).
    lines: Range<usize>,
    /// The first byte of the first of them.
    at: usize,
    prefix: String,
    prompts: bool,
}

/// Where the parts stand in the file, in the order of the parts.
#[derive(Clone, Debug)]
pub(super) struct Kept(Vec<Run>);

/// The lines of a text with their ends.
pub(super) fn of(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The document of what a scanner finds in a text that may begin with a byte order mark.
pub(super) fn marked(form: Form, whole: &str, scanner: fn(&[&str]) -> Vec<Block>) -> Document {
    let bare = whole.strip_prefix(BOM).unwrap_or(whole);
    let mut blocks = scanner(&of(bare));
    for line in blocks.iter_mut().flat_map(|block| &mut block.code).filter(|line| line.0 == 0) {
        line.1 += whole.len() - bare.len();
    }
    document(form, whole, blocks)
}

/// The document of some blocks, which are sorted and do not overlap.
pub(super) fn document(form: Form, whole: &str, blocks: Vec<Block>) -> Document {
    let lines = of(whole);
    let (mut parts, mut runs, mut gaps, mut left) = (Vec::new(), Vec::<Run>::new(), Vec::new(), Vec::new());
    let (mut behind, mut bytes) = (0, 0);
    for block in &blocks {
        let code: Vec<&str> = block.code.iter().map(|&(line, before)| &lines[line][before..]).collect();
        let text = code.concat();
        if text.trim().is_empty() {
            continue;
        }
        let overlaps = behind > 0 && block.code.first().is_some_and(|line| line.0 <= behind);
        let reason = overlaps.then(|| "an overlap with another".to_owned());
        if let Some(reason) = reason.or_else(|| why_not(block, &text)) {
            left.push(Left { line: block.start + 1, cell: None, reason, text });
            continue;
        }
        let awaits = awaits_at_top(&text);
        for (run, code) in block.code.chunk_by(|one, next| one.0 + 1 == next.0).zip(chunks(block, &code)) {
            let (first, last) = (run[0], run[run.len() - 1]);
            let shift = lines[first.0][..first.1].chars().count();
            gaps.push(first.0 - behind);
            let at = bytes + lines[behind..first.0].concat().len();
            bytes = at + lines[first.0..=last.0].concat().len();
            behind = last.0 + 1;
            parts.push(Part { code, cell: None, line: block.start + 1, shift, awaits });
            runs.push(Run { lines: first.0..behind, at, prefix: block.prefix.clone(), prompts: block.prompts });
        }
    }
    gaps.push(lines.len() - behind);
    Document { form, whole: whole.to_owned(), gaps, parts, starts: Vec::new(), left, kept: Parts::Lines(Kept(runs)) }
}

/// The code of every run of adjacent lines.
fn chunks<'c>(block: &'c Block, code: &'c [&str]) -> impl Iterator<Item = String> + 'c {
    let mut at = 0;
    block.code.chunk_by(|one, next| one.0 + 1 == next.0).map(move |run| {
        at += run.len();
        code[at - run.len()..at].concat()
    })
}

/// Why a block is not looked at.
fn why_not(block: &Block, code: &str) -> Option<String> {
    if code.contains(MARK) {
        return Some("a private character (U+E000), which is used here".to_owned());
    }
    if code.split('\n').any(|line| line.len() > LONGEST_LINE) {
        return Some(format!("a line over {LONGEST_LINE} bytes"));
    }
    if code.replace("\r\n", "").contains('\r') {
        return Some("a bare carriage return".to_owned());
    }
    if block.opens {
        return Some("on the line that opens its docstring".to_owned());
    }
    if block.escapes && code.contains('\\') {
        return Some("a backslash in a docstring that is not raw".to_owned());
    }
    (!is_python(code)).then(|| "no Python that parses".to_owned())
}

impl Kept {
    /// The lines of a part with other code: their bytes in the file, and what stands there instead.
    pub(super) fn change(&self, whole: &str, number: usize, old: &str, new: &str) -> (Range<usize>, String) {
        let run = &self.0[number];
        let lines: Vec<&str> = whole[run.at..].split_inclusive('\n').take(run.lines.len()).collect();
        let end = run.at + lines.iter().map(|line| line.len()).sum::<usize>();
        let mut text = run.written(&lines, old, new);
        if run.at == 0 && whole.starts_with(BOM) && !text.starts_with(BOM) {
            text.insert(0, BOM);
        }
        (run.at..end, text)
    }

    /// Where a place in the code of a part stands in the file.
    pub(super) fn in_whole(&self, whole: &str, code: &str, number: usize, line: usize, column: usize) -> usize {
        let Some(run) = self.0.get(number) else { return 0 };
        let mut lines = whole[run.at..].split_inclusive('\n');
        let before: usize = lines.by_ref().take(line).map(str::len).sum();
        let code = code.split_inclusive('\n').nth(line).map_or(0, str::len);
        // Behind the last line of the part no code stands on the line.
        let prefix = if line < run.lines.len() { lines.next().map_or(0, |line| line.len() - code) } else { 0 };
        run.at + before + prefix + column
    }
}

impl Run {
    /// The lines of new code with what stands before them; lines that stay keep what they have.
    fn written(&self, lines: &[&str], old: &str, new: &str) -> String {
        let mut file = String::new();
        let (old, new) = (of(old), of(new));
        let starts = if self.prompts { statement_lines(&new.concat()) } else { HashSet::new() };
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            match op {
                DiffOp::Equal { old_index, len, .. } => file.extend(lines[old_index..old_index + len].iter().copied()),
                _ => op.new_range().for_each(|at| self.push(new[at], starts.contains(&at), &mut file)),
            }
        }
        file
    }

    fn push(&self, line: &str, starts: bool, file: &mut String) {
        let prompt = match (self.prompts, starts) {
            (false, _) => "",
            (true, true) => ">>> ",
            (true, false) => "... ",
        };
        let before = format!("{}{prompt}", self.prefix);
        file.push_str(if line.trim().is_empty() { before.trim_end() } else { &before });
        file.push_str(line);
    }
}

#[cfg(test)]
mod tests {
    use crate::source::document::{Form, read};

    /// The text of a document, and the document with `old` replaced in that text.
    #[track_caller]
    pub fn changed(form: Form, whole: &str, old: &str, new: &str) -> String {
        let (text, document) = read(form, whole).expect("a document");
        assert_eq!(document.write(&text).as_deref(), Ok(whole), "what nobody changed stays");
        assert!(text.contains(old), "{text}");
        document.write(&text.replace(old, new)).expect("taken back")
    }

    #[test]
    fn lines_keep_their_numbers_and_get_what_stands_before_them() {
        let whole = "- text\r\n\r\n  ```python\r\n  if a:\r\n\r\n      b()\r\n  ```\r\nend";
        let (text, _) = read(Form::Markdown, whole).expect("a document");
        assert_eq!(text.lines().count(), whole.lines().count());
        assert_eq!(text.lines().nth(5), Some("    b()"));
        let after = changed(Form::Markdown, whole, "    b()\r\n", "    c()\r\n\r\n    d()\r\n");
        assert_eq!(after, whole.replace("      b()\r\n", "      c()\r\n\r\n      d()\r\n"));
        let quoted = "> ~~~py\n> x = 1\n>\n> ~~~\n";
        assert_eq!(changed(Form::Markdown, quoted, "x = 1\n", "x = 2\n\ny\n"), "> ~~~py\n> x = 2\n>\n> y\n>\n> ~~~\n");
    }

    #[test]
    fn prompts_are_given_by_what_a_line_is() {
        let whole = "Text.\n\n    >>> x = f(1)\n    >>> x\n    1\n    >>> for y in x:\n    ...     g(y)\n    ...\n\nend\n";
        let after = changed(Form::Rst, whole, "x = f(1)\n", "import m\nx = f(\n    2\n)\n");
        assert_eq!(after, whole.replace("    >>> x = f(1)\n", "    >>> import m\n    >>> x = f(\n    ...     2\n    ... )\n"));
        let after = changed(Form::Rst, whole, "    g(y)\n", "    g(y)\n    h(y)\n");
        assert_eq!(after, whole.replace("    ...     g(y)\n", "    ...     g(y)\n    ...     h(y)\n"));
    }

    #[test]
    fn a_lost_line_between_two_parts_is_refused() {
        let whole = "```py\na\n```\n\n```py\nb\n```\n";
        let (text, document) = read(Form::Markdown, whole).expect("a document");
        let joined: String = text.split_inclusive('\n').filter(|line| line.len() < 4).collect();
        assert!(document.write(&joined).is_err_and(|reason| reason.contains("did not survive")));
        assert_eq!(document.write(&text.replace("a\n", "")).as_deref(), Ok("```py\n```\n\n```py\nb\n```\n"));
    }
}
