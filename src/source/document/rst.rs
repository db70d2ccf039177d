//! Code blocks of reStructuredText that say they hold Python, and doctests. What stands behind a bare `::` may be anything.

use super::lines::Block;
use super::prompt;

/// The blocks of Python in some lines.
pub(super) fn blocks(lines: &[&str]) -> Vec<Block> {
    within(lines, 0, lines.len())
}

/// The same from one line to another.
pub(super) fn within(lines: &[&str], start: usize, end: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    // Sessions that stand outside of directives are looked for between these.
    let (mut at, mut plain) = (start, start);
    while at < end {
        let Some(is_python) = directive(lines[at]) else {
            at += 1;
            continue;
        };
        let stop = body_end(lines, at, end);
        blocks.extend(prompt::sessions(lines, plain, at));
        if is_python {
            blocks.push(block(lines, at, stop));
        }
        (at, plain) = (stop, stop);
    }
    blocks.extend(prompt::sessions(lines, plain, end));
    blocks
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Whether a line opens a block of code, and whether that is Python.
fn directive(line: &str) -> Option<bool> {
    let (name, argument) = line.trim().strip_prefix(".. ")?.split_once("::")?;
    match name.trim() {
        "code-block" | "code" | "sourcecode" => {
            Some(["python", "python3", "py", "py3", "pycon"].contains(&argument.trim().to_ascii_lowercase().as_str()))
        }
        "testcode" | "testsetup" | "testcleanup" | "doctest" => Some(true),
        _ => None,
    }
}

/// Where the lines end that are indented deeper than the directive.
fn body_end(lines: &[&str], open: usize, end: usize) -> usize {
    let depth = indent(lines[open]);
    let out = |line: &str| !line.trim().is_empty() && indent(line) <= depth;
    let stop = (open + 1..end).find(|&at| out(lines[at])).unwrap_or(end);
    // Blank lines at the end are between the block and what follows.
    (open + 1..stop).rev().find(|&at| !lines[at].trim().is_empty()).map_or(open + 1, |last| last + 1)
}

fn block(lines: &[&str], open: usize, stop: usize) -> Block {
    let options = (open + 1..stop).take_while(|&at| lines[at].trim().starts_with(':')).count();
    let body = (open + 1 + options..stop).find(|&at| !lines[at].trim().is_empty()).unwrap_or(stop);
    let code = || (body..stop).filter(|&at| !lines[at].trim().is_empty());
    let least = code().map(|at| indent(lines[at])).min().unwrap_or(0);
    if lines.get(body).is_some_and(|line| body < stop && prompt::starts(line)) {
        return Block { start: open, ..prompt::session(lines, body, stop, least) };
    }
    let before = |at: usize| (at, least.min(lines[at].trim_end_matches(['\n', '\r']).len()));
    let prefix = code().next().map_or_else(String::new, |at| lines[at][..least].to_owned());
    Block { start: open, code: (body..stop).map(before).collect(), prefix, ..Block::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::document::lines::of;

    fn found(text: &str) -> Vec<String> {
        let lines = of(text);
        let code = |block: &Block| block.code.iter().map(|&(line, before)| &lines[line][before..]).collect();
        blocks(&lines).iter().map(code).collect()
    }

    #[test]
    fn directives_and_sessions_are_found_and_literal_blocks_are_not() {
        let text = "Text::\n\n    x = 1\n\n.. code-block:: python\n   :linenos:\n\n   y = 1\n\n   if y:\n       z\n\nText\n\n>>> a\n1\n>>> b\n\n\
                    .. code:: bash\n\n   >>> no\n\n.. doctest::\n\n   >>> c\n   3\n";
        assert_eq!(found(text), ["y = 1\n\nif y:\n    z\n", "a\nb\n", "c\n"]);
        assert_eq!(found(".. code-block:: python\n"), [""]);
    }
}
