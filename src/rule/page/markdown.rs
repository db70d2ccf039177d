//! The little Markdown a page consists of: headings, paragraphs, fences. Says nothing about what they mean.

use super::Problems;
use super::body::ROLES;

/// One piece of a page.
pub(super) enum Block {
    /// `# …`
    Title(String),
    /// `## …`
    Section(String),
    /// Prose up to an empty line, on one line; deeper headings are prose too.
    Paragraph(String),
    /// A fenced block; the body is exact, its last line end included.
    Fence { info: String, body: String },
}

/// A line of three or more backticks or tildes.
struct Marker<'a> {
    indent: usize,
    mark: char,
    length: usize,
    info: &'a str,
}

impl<'a> Marker<'a> {
    fn of(line: &'a str) -> Option<Marker<'a>> {
        let line = line.trim_end();
        let rest = line.trim_start_matches(' ');
        let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = rest.trim_start_matches(mark);
        let (indent, length) = (line.len() - rest.len(), rest.len() - info.len());
        let fence = indent < 4 && length >= 3 && !(mark == '`' && info.contains('`'));
        fence.then_some(Marker { indent, mark, length, info: info.trim() })
    }

    fn is_as_long_as(&self, open: &Marker) -> bool {
        self.mark == open.mark && self.length >= open.length
    }

    fn has_role(&self) -> bool {
        let mut words = self.info.split_whitespace();
        words.next() == Some("python") && words.next().is_some_and(|role| ROLES.contains(&role))
    }
}

/// The pieces of `lines[first..]`, each with its line from 1.
pub(super) fn blocks(lines: &[&str], first: usize, problems: &mut Problems) -> Vec<(usize, Block)> {
    let (mut blocks, mut at) = (Vec::new(), first);
    while at < lines.len() {
        let (start, line) = (at, lines[at].trim_end());
        at += 1;
        let block = if let Some(open) = Marker::of(line) {
            let end = body_end(lines, at, &open, problems);
            let closed = lines.get(end).is_some_and(|line| closes(line, &open));
            let body = lines[at..end].concat();
            at = end + usize::from(closed);
            Block::Fence { info: open.info.to_owned(), body }
        } else if let Some(title) = line.strip_prefix("# ") {
            Block::Title(title.trim().to_owned())
        } else if let Some(section) = line.strip_prefix("## ") {
            Block::Section(section.trim().to_owned())
        } else if line.is_empty() {
            continue;
        } else {
            while lines.get(at).is_some_and(|line| is_prose(line)) {
                at += 1;
            }
            let words: Vec<&str> = lines[start..at].iter().map(|line| line.trim()).collect();
            Block::Paragraph(words.join(" "))
        };
        blocks.push((start + 1, block));
    }
    blocks
}

fn is_prose(line: &str) -> bool {
    let line = line.trim_end();
    !line.is_empty() && !line.starts_with("# ") && !line.starts_with("## ") && Marker::of(line).is_none()
}

fn closes(line: &str, open: &Marker) -> bool {
    Marker::of(line).is_some_and(|marker| marker.is_as_long_as(open) && marker.info.is_empty())
}

/// Index of the line that ends the body starting at `start`. An unclosed fence ends before the next one with a role,
/// so that the rest of the page is still read.
fn body_end(lines: &[&str], start: usize, open: &Marker, problems: &mut Problems) -> usize {
    if open.has_role() && open.indent > 0 {
        problems.add(start, "a fence with a role is not indented; start it at the beginning of the line");
    }
    let ticks = open.mark.to_string().repeat(open.length);
    for (at, line) in lines.iter().enumerate().skip(start) {
        let Some(marker) = Marker::of(line).filter(|marker| marker.is_as_long_as(open)) else {
            continue;
        };
        if marker.info.is_empty() {
            return at;
        }
        if open.has_role() && marker.has_role() {
            problems.add(start, format!("this fence is not closed before the next one in line {}; end it with {ticks}", at + 1));
            return at;
        }
    }
    problems.add(start, format!("this fence is never closed; end it with {ticks}"));
    lines.len()
}
