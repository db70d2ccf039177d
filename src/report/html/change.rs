//! What the edits of a fix do, as the lines before and after: enough for a person, and cheap for a file of any size.

use crate::edit;
use crate::finding::Edit;
use crate::source::Lines;

/// Lines of one fix that are shown.
const MOST_LINES: usize = 60;

/// Lines with `-`, `+` and `@` in front, as a page shows them.
pub(super) fn change(text: &str, lines: &Lines<'_>, edits: &[Edit]) -> Vec<String> {
    let mut shown = Vec::new();
    for group in groups(lines, edits) {
        let (first, last) = (lines.line_col(group[0].start).0, lines.line_col(group[group.len() - 1].end).0);
        let start = lines.line_span(first).start;
        let end = lines.line_span(last).end;
        let old = &text[start..end];
        let inside: Vec<Edit> =
            group.iter().map(|edit| Edit { start: edit.start - start, end: edit.end - start, text: edit.text.clone() }).collect();
        let new = edit::apply(old, &inside);
        shown.push(format!("@ line {first}"));
        let differs = |old: &str, new: &str| old.lines().count() != new.lines().count();
        if differs(old, &new) {
            shown.extend(old.lines().map(|line| format!("-{line}")));
            shown.extend(new.lines().map(|line| format!("+{line}")));
            continue;
        }
        // As many lines as before: those that stay need not be shown twice.
        let (mut gone, mut came) = (Vec::new(), Vec::new());
        for (before, after) in old.lines().zip(new.lines()).filter(|(before, after)| before != after) {
            gone.push(format!("-{before}"));
            came.push(format!("+{after}"));
        }
        shown.append(&mut gone);
        shown.append(&mut came);
    }
    if shown.len() > MOST_LINES {
        shown.truncate(MOST_LINES);
        shown.push("@ and more".to_owned());
    }
    shown
}

/// Edits that stand on the same or adjacent lines.
fn groups<'e>(lines: &Lines<'_>, edits: &'e [Edit]) -> Vec<&'e [Edit]> {
    let line = |byte: usize| lines.line_col(byte).0;
    edits.chunk_by(|one, next| line(next.start) <= line(one.end) + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, edits: &[(usize, usize, &str)]) -> Vec<String> {
        let edits: Vec<Edit> = edits.iter().map(|&(start, end, text)| Edit { start, end, text: text.to_owned() }).collect();
        change(text, &Lines::new(text), &edits)
    }

    #[test]
    fn the_lines_that_differ_are_shown_before_and_after() {
        let text = "import a\n\n\n\nx = o._m\ny = o._n\nend\n";
        assert_eq!(
            shown(text, &[(8, 8, "\nimport b"), (18, 20, "m"), (27, 29, "n")]),
            ["@ line 1", "-import a", "+import a", "+import b", "@ line 5", "-x = o._m", "-y = o._n", "+x = o.m", "+y = o.n",]
        );
        assert_eq!(shown("a = 1\r\nb = 2\r\n", &[(4, 5, "3")]), ["@ line 1", "-a = 1", "+a = 3"]);
    }
}
