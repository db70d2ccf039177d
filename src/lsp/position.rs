//! Places as the protocol counts them, lines from 0 and columns in the units that were agreed, and as bytes of a text.

use std::ops::Range;

use gen_lsp_types::{Position, PositionEncodingKind, Range as Span};

use crate::source::Lines;

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Units {
    /// What every client knows.
    #[default]
    Utf16,
    /// Bytes.
    Utf8,
}

impl Units {
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Units::Utf16 => PositionEncodingKind::UTF16,
            Units::Utf8 => PositionEncodingKind::UTF8,
        }
    }

    fn of(self, text: &str) -> usize {
        match self {
            Units::Utf16 => text.encode_utf16().count(),
            Units::Utf8 => text.len(),
        }
    }
}

/// The places of one text.
pub(super) struct Positions<'t> {
    text: &'t str,
    lines: Lines<'t>,
    units: Units,
}

impl<'t> Positions<'t> {
    pub fn new(text: &'t str, units: Units) -> Self {
        Positions { text, lines: Lines::new(text), units }
    }

    /// Where a byte stands; one past the end stands at the end.
    pub fn at(&self, byte: usize) -> Position {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.lines.line_col(byte).0;
        let start = self.lines.line_span(line).start;
        let before = self.text.get(start..byte).unwrap_or("");
        Position { line: number(line - 1), character: number(self.units.of(before)) }
    }

    pub fn span(&self, bytes: &Range<usize>) -> Span {
        Span { start: self.at(bytes.start), end: self.at(bytes.end) }
    }

    /// A whole line, from 1, without its end.
    pub fn line(&self, line: usize) -> Span {
        self.span(&self.lines.line_span(line))
    }

    /// The byte at a place. As the protocol wants it, a column past the end of its line is the end, and a line past the last
    /// the end of the text; a column inside a character is its start.
    pub fn byte(&self, at: Position) -> usize {
        let line = self.lines.line_span(usize::try_from(at.line).unwrap_or(usize::MAX).saturating_add(1));
        let wanted = usize::try_from(at.character).unwrap_or(usize::MAX);
        let mut units = 0;
        for (byte, character) in self.text[line.clone()].char_indices() {
            units += match self.units {
                Units::Utf16 => character.len_utf16(),
                Units::Utf8 => character.len_utf8(),
            };
            if units > wanted {
                return line.start + byte;
            }
        }
        line.end
    }

    pub fn bytes(&self, span: Span) -> Range<usize> {
        let start = self.byte(span.start);
        start..self.byte(span.end).max(start)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "é = '😀x'\r\n\ty\n";

    #[test]
    fn columns_are_counted_in_the_agreed_units() {
        let x = TEXT.find('x').expect("there");
        for (units, column) in [(Units::Utf16, 7), (Units::Utf8, 10)] {
            let positions = Positions::new(TEXT, units);
            assert_eq!(positions.at(x), Position { line: 0, character: column });
            assert_eq!(positions.byte(Position { line: 0, character: column }), x);
            assert_eq!(positions.at(TEXT.find('y').expect("there")), Position { line: 1, character: 1 });
        }
    }

    #[test]
    fn every_byte_comes_back_and_what_is_outside_stands_at_the_nearest_end() {
        for units in [Units::Utf16, Units::Utf8] {
            let positions = Positions::new(TEXT, units);
            for (byte, character) in TEXT.char_indices().filter(|(_, character)| !matches!(character, '\r' | '\n')) {
                assert_eq!(positions.byte(positions.at(byte)), byte, "{character}");
            }
            let at = |line, character| positions.byte(Position { line, character });
            assert_eq!(at(0, 99), TEXT.find('\r').expect("there"), "before the line end");
            assert_eq!((at(99, 0), at(u32::MAX, u32::MAX)), (TEXT.len(), TEXT.len()));
        }
        let inside = Positions::new(TEXT, Units::Utf16).byte(Position { line: 0, character: 6 });
        assert_eq!(inside, TEXT.find('😀').expect("there"), "half of a pair");
    }
}
