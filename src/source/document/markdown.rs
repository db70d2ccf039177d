//! Fences of Markdown that say they hold Python, also in lists, quotes and directives of MyST. A fence of another language
//! hides what it holds.

use super::lines::Block;
use super::prompt;

/// Second words of fences that are samples and patterns of rules, and mean what they say.
const ROLES: [&str; 7] = ["match", "rewrite", "unless", "before", "after", "keep", "report"];

/// An open fence.
struct Fence<'l> {
    /// What stands before it: blanks and marks of quotes; the mark of a list counts as blanks.
    prefix: String,
    mark: &'l str,
    info: &'l str,
}

/// The blocks of Python in some lines.
pub(super) fn blocks(lines: &[&str]) -> Vec<Block> {
    within(lines, 0, lines.len())
}

/// The same from one line to another.
pub(super) fn within(lines: &[&str], start: usize, end: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut at = start;
    while at < end {
        let Some(fence) = opened(lines[at]) else {
            at += 1;
            continue;
        };
        let stop = (at + 1..end).find(|&line| fence.ends(lines[line])).unwrap_or(end);
        if is_python(fence.info) {
            blocks.push(block(lines, at, stop, &fence));
        }
        let closed = stop < end && !fence.leaves(lines[stop]);
        at = stop + usize::from(closed);
    }
    blocks
}

fn opened(line: &str) -> Option<Fence<'_>> {
    let bare = line.trim_end();
    let start = bare.find(['`', '~'])?;
    let (before, rest) = bare.split_at(start);
    let mark = &rest[..rest.len() - rest.trim_start_matches(&rest[..1]).len()];
    let info = rest[mark.len()..].trim();
    let prefix = before_fence(before)?;
    // `​```x``` ` on one line is no fence.
    (mark.len() >= 3 && !(mark.starts_with('`') && info.contains('`'))).then_some(Fence { prefix, mark, info })
}

/// What lines of a fence have before them; `None` where the fence would stand in a text.
fn before_fence(before: &str) -> Option<String> {
    let blank = |c: char| matches!(c, ' ' | '\t' | '>');
    if before.chars().all(blank) {
        return Some(before.to_owned());
    }
    let item = before.trim_start_matches(blank).trim_end();
    let number = item.strip_suffix(['.', ')']).is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    (matches!(item, "-" | "*" | "+") || number).then(|| before.chars().map(|c| if blank(c) { c } else { ' ' }).collect())
}

impl Fence<'_> {
    /// Whether a line closes it, or cannot be in it.
    fn ends(&self, line: &str) -> bool {
        let inside = line.trim_start_matches([' ', '\t', '>']).trim_end();
        let closes = inside.len() >= self.mark.len() && inside.trim_start_matches(&self.mark[..1]).is_empty();
        closes || self.leaves(line)
    }

    /// Whether the quote around it ended.
    fn leaves(&self, line: &str) -> bool {
        self.prefix.contains('>') && !line.trim_start().starts_with('>')
    }

    /// What a line has before its code.
    fn before(&self, line: &str) -> usize {
        if line.starts_with(&self.prefix) {
            return self.prefix.len();
        }
        let same = line.bytes().zip(self.prefix.bytes()).take_while(|(one, other)| one == other).count();
        same.min(line.trim_end_matches(['\n', '\r']).len())
    }
}

fn block(lines: &[&str], open: usize, stop: usize, fence: &Fence<'_>) -> Block {
    let body = open + 1 + options(&lines[open + 1..stop], fence);
    let first = lines[body..stop].iter().find(|line| !line[fence.before(line)..].trim().is_empty());
    if first.is_some_and(|line| prompt::starts(&line[fence.before(line)..])) {
        return Block { start: open, ..prompt::session(lines, body, stop, fence.prefix.len()) };
    }
    let code = (body..stop).map(|at| (at, fence.before(lines[at]))).collect();
    Block { start: open, code, prefix: fence.prefix.clone(), ..Block::default() }
}

/// How many lines at the top of a directive are its options.
fn options(lines: &[&str], fence: &Fence<'_>) -> usize {
    let inside = |line: &&&str| line[fence.before(line)..].trim().to_owned();
    if !fence.info.starts_with('{') || fence.info.starts_with("{.") {
        return 0;
    }
    if lines.first().is_some_and(|line| inside(&line) == "---") {
        return lines.iter().skip(1).position(|line| inside(&line) == "---").map_or(0, |end| end + 2);
    }
    lines.iter().take_while(|line| inside(line).starts_with(':')).count()
}

/// Whether an info string says Python: `python`, `py title="x"`, `{.python}`, `{code-block} python`.
fn is_python(info: &str) -> bool {
    let lower = info.to_ascii_lowercase();
    let mut words = lower.split([' ', '\t', ',', '{', '}']).filter(|word| !word.is_empty());
    let directive = lower.starts_with('{');
    let mut first = words.next().unwrap_or("");
    if directive && ["code-block", "code-cell", "code", "sourcecode"].contains(&first) {
        first = words.next().unwrap_or("");
    }
    let second = words.next().unwrap_or("");
    ["python", "py", "python3", "py3", "pycon", "ipython3", "doctest"].contains(&first.trim_start_matches('.'))
        && (directive || !ROLES.contains(&second))
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
    fn a_fence_says_that_it_is_python_in_many_ways() {
        for info in [
            "python",
            "py",
            "Python title=\"a\"",
            "{.python .numberLines}",
            "{code-block} python",
            "{code-cell} ipython3",
            "python3,ignore",
        ] {
            assert_eq!(found(&format!("```{info}\nx\n```\n")), ["x\n"], "{info}");
        }
        for info in ["", "text", "bash", "python before", "pythonic", "{note}"] {
            assert_eq!(found(&format!("```{info}\nx\n```\n")), [""; 0], "{info}");
        }
    }

    #[test]
    fn a_fence_ends_where_its_own_mark_says() {
        assert_eq!(found("````markdown\n```python\nx\n```\n````\n```py\ny\n"), ["y\n"]);
        assert_eq!(found("~~~~py\n~~~\n```\n~~~~\n"), ["~~~\n```\n"]);
        assert_eq!(found("1. ```py\n   x\n\n   y\n   ```\n"), ["x\n\ny\n"]);
        assert_eq!(found("> ```py\n> x\nno quote\n"), ["x\n"]);
        assert_eq!(found("text ```py\nx\n```\n`` ```py ``\n"), [""; 0]);
        assert_eq!(found("```{code-block} python\n:linenos:\nx\n```\n```{code-block} python\n---\na: b\n---\ny\n```\n"), ["x\n", "y\n"]);
    }

    #[test]
    fn a_session_in_a_fence_is_its_prompts() {
        assert_eq!(found("  ```pycon\n  >>> f(\n  ...   1)\n  2\n  ... no code\n  ```\n"), ["f(\n  1)\n"]);
    }
}
