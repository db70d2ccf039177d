//! The part of a source that a finding is shown in: whole lines where they are short, a window where they are not.

use std::ops::Range;

use crate::source::Lines;

/// Characters of one line that are shown, the marks of a cut not counted.
const WIDTH: usize = 120;
/// A finding over more lines is shown by its first line.
const MOST_LINES: usize = 6;

/// Lines to show and what to mark in them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The lines, cut to their windows.
    pub text: String,
    /// Bytes of `text` to mark.
    pub mark: Range<usize>,
    /// Line and column where the finding starts in the source, from 1.
    pub at: (usize, usize),
}

/// The excerpt for a byte range of `text`.
pub(super) fn excerpt(text: &str, lines: &Lines<'_>, span: &Range<usize>) -> Excerpt {
    let start = span.start.min(text.len());
    let end = span.end.clamp(start, text.len());
    let at = lines.line_col(start);
    let mut last = lines.line_col(end.saturating_sub(1).max(start)).0;
    if last - at.0 >= MOST_LINES {
        last = at.0;
    }
    let (mut shown, mut mark) = (String::new(), 0..0);
    for number in at.0..=last {
        let line = lines.line_span(number);
        let inside = |byte: usize| byte.clamp(line.start, line.end) - line.start;
        let focus = match (number == at.0, number == last) {
            (true, true) => inside(start)..inside(end),
            (true, false) => inside(start)..inside(start),
            (false, true) => inside(end)..inside(end),
            (false, false) => 0..0,
        };
        let window = Window::around(&text[line], &focus);
        if number > at.0 {
            shown.push('\n');
        }
        if number == at.0 {
            mark.start = shown.len() + window.place(focus.start);
        }
        mark.end = shown.len() + window.place(focus.end);
        window.push_to(&mut shown);
    }
    Excerpt { text: shown, mark, at }
}

/// A part of one line.
struct Window<'t> {
    line: &'t str,
    kept: Range<usize>,
    /// Whether something that can be seen was cut before `kept`.
    cut: bool,
}

impl<'t> Window<'t> {
    fn around(line: &'t str, focus: &Range<usize>) -> Self {
        let first = if line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let at = focus.start.max(first);
        let wanted = line[at..focus.end.max(at)].chars().take(WIDTH).count();
        let (mut from, mut before) = (at, 0);
        // A line that fits is shown from its beginning.
        let room = if line[first..].chars().nth(WIDTH).is_none() { WIDTH } else { (WIDTH - wanted) / 2 };
        for (byte, _) in line[first..at].char_indices().rev().take(room) {
            (from, before) = (first + byte, before + 1);
        }
        let to = line[at..].char_indices().nth(WIDTH - before).map_or(line.len(), |(byte, _)| at + byte);
        Window { line, cut: from > first, kept: from..to }
    }

    /// Where a byte of the line stands in what is shown.
    fn place(&self, byte: usize) -> usize {
        byte.clamp(self.kept.start, self.kept.end) - self.kept.start + if self.cut { '…'.len_utf8() } else { 0 }
    }

    fn push_to(&self, shown: &mut String) {
        if self.cut {
            shown.push('…');
        }
        shown.push_str(&self.line[self.kept.clone()]);
        if self.kept.end < self.line.len() {
            shown.push('…');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, excerpt};
    use crate::source::Lines;

    fn of(text: &str, needle: &str) -> Excerpt {
        let start = text.find(needle).expect("the needle");
        excerpt(text, &Lines::new(text), &(start..start + needle.len()))
    }

    #[test]
    fn a_short_line_is_shown_whole_and_a_byte_order_mark_is_not() {
        let text = "\u{feff}x = a._b # é\r\ny";
        assert_eq!(of(text, "a._b"), Excerpt { text: "x = a._b # é".to_owned(), mark: 4..8, at: (1, 5) });
    }

    #[test]
    fn a_long_line_is_cut_around_what_is_marked() {
        let text = format!("é{}a._b{}", "ä".repeat(5000), "ö".repeat(5000));
        let found = of(&text, "a._b");
        assert_eq!(&found.text[found.mark.clone()], "a._b");
        assert!(found.text.starts_with("…ä") && found.text.ends_with("ö…"));
        assert_eq!((found.text.chars().count(), found.at), (122, (1, 5002)));
        let wide = format!("a({})", "b".repeat(500));
        let found = of(&wide, &wide);
        assert_eq!((found.mark.clone(), found.text.chars().count()), (0..120, 121));
    }

    #[test]
    fn several_lines_are_shown_when_they_are_few() {
        let found = of("x\na(\n  1,\n)\ny", "a(\n  1,\n)");
        assert_eq!(found, Excerpt { text: "a(\n  1,\n)".to_owned(), mark: 0..9, at: (2, 1) });
        let many = format!("a({})", "\n".repeat(9));
        assert_eq!(of(&many, &many), Excerpt { text: "a(".to_owned(), mark: 0..2, at: (1, 1) });
    }

    #[test]
    fn a_range_outside_the_text_stands_at_its_end() {
        assert_eq!(excerpt("ab", &Lines::new("ab"), &(7..9)).at, (1, 3));
    }
}
