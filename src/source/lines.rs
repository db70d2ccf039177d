//! Where a byte of a text stands for a person: its line and column. Not a tokenizer; it does not know strings.

use std::ops::Range;

/// Distance of the marks that keep a column lookup cheap in a line of any length.
const STEP: usize = 1024;

/// An index of the lines of one text. A lookup costs a binary search and at most two short counts.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    /// First byte of every line; the first is 0.
    starts: Vec<usize>,
    /// Characters that start before byte `i * STEP`.
    marks: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Indexes a text whose lines end at `\n`, `\r\n` or a lone `\r`, as Python has it; a form feed ends none.
    pub fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let starts = ends.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n')).map(|at| at + 1);
        let mut total = 0;
        let marks = bytes.chunks(STEP).map(|chunk| {
            let before = total;
            total += characters(chunk);
            before
        });
        Lines { text, starts: std::iter::once(0).chain(starts).collect(), marks: marks.collect() }
    }

    /// How many lines there are; a text that ends with a line end has an empty last line.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Line and column of a byte, both from 1, the column in characters; a byte order mark takes no column.
    /// A byte past the end stands at the end, one inside a character at the character.
    pub fn line_col(&self, byte: usize) -> (usize, usize) {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.starts.partition_point(|&start| start <= byte);
        let start = self.starts[line - 1];
        let mark = line == 1 && byte > 0 && self.text.starts_with('\u{feff}');
        let column = match byte - start {
            // Lines that people write.
            short if short < STEP => characters(&self.text.as_bytes()[start..byte]),
            _ => self.characters_before(byte) - self.characters_before(start),
        };
        (line, column - usize::from(mark) + 1)
    }

    /// The bytes of a line (from 1) without its line end; empty at the end of the text where there is no such line.
    pub fn line_span(&self, line: usize) -> Range<usize> {
        let len = self.text.len();
        let Some(&start) = line.checked_sub(1).and_then(|index| self.starts.get(index)) else {
            return len..len;
        };
        let end = self.starts.get(line).copied().unwrap_or(len);
        let full = &self.text[start..end];
        let bare = full.strip_suffix('\n').map_or(full, |cut| cut);
        start..start + bare.strip_suffix('\r').map_or(bare, |cut| cut).len()
    }

    /// The text of a line (from 1) without its line end.
    pub fn line(&self, line: usize) -> &'t str {
        &self.text[self.line_span(line)]
    }

    fn characters_before(&self, byte: usize) -> usize {
        let mark = byte / STEP;
        let known = self.marks.get(mark).copied();
        // A text whose length is a multiple of STEP has no mark at its very end.
        let (from, count) = match known {
            Some(count) => (mark * STEP, count),
            None => match self.marks.last() {
                Some(&count) => ((self.marks.len() - 1) * STEP, count),
                None => (0, 0),
            },
        };
        count + characters(&self.text.as_bytes()[from..byte])
    }
}

/// Characters that start in these bytes, wherever the bytes were cut.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::{Lines, STEP};

    #[test]
    fn all_three_line_ends_count_and_a_form_feed_does_not() {
        let text = "a\nbb\r\nccc\rd\x0ce\u{2028}f";
        let lines = Lines::new(text);
        let seen: Vec<_> = (1..=lines.count()).map(|line| lines.line(line)).collect();
        assert_eq!(seen, ["a", "bb", "ccc", "d\x0ce\u{2028}f"]);
        assert_eq!(lines.line_col(5), (2, 4), "the \\n of \\r\\n is still on its line");
        assert_eq!(lines.line_col(6), (3, 1));
    }

    #[test]
    fn columns_are_characters_and_no_byte_is_out_of_range() {
        let lines = Lines::new("x = 'é😀'; y\n");
        assert_eq!(lines.line_col("x = 'é😀'; ".len()), (1, 11));
        assert_eq!(lines.line_col(6), (1, 6), "inside é");
        assert_eq!(lines.line_col(999), (2, 1));
        assert_eq!((lines.line(0), lines.line(2), lines.line(3)), ("", "", ""));
        assert_eq!(Lines::new("").line_col(0), (1, 1));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let lines = Lines::new("\u{feff}a\nb");
        assert_eq!([0, 3, 4, 5].map(|byte| lines.line_col(byte)), [(1, 1), (1, 1), (1, 2), (2, 1)]);
    }

    #[test]
    fn every_position_agrees_with_counting_by_hand() {
        for length in [STEP - 1, STEP, STEP + 1, 3 * STEP] {
            let text: String = "aé€😀b\nc".chars().cycle().take(length).collect();
            let lines = Lines::new(&text);
            for (byte, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let head = &text[..byte];
                let start = head.rfind('\n').map_or(0, |at| at + 1);
                let by_hand = (head.matches('\n').count() + 1, head[start..].chars().count() + 1);
                assert_eq!(lines.line_col(byte), by_hand);
            }
        }
    }

    #[test]
    fn a_huge_line_is_looked_up_many_times_without_a_wait() {
        let text = "é".repeat(2_500_000);
        let lines = Lines::new(&text);
        let last = (0..100_000).map(|n| lines.line_col(n * 50).1).max();
        assert_eq!(last, Some(99_999 * 25 + 1));
    }
}
