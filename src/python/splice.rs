//! The nodes of an edited text, taken from those of the text before: only the statements at the top of the file that changed
//! are parsed again. Where that could be anything but what parsing the whole text gives, it is not done.

use std::ops::Range;

use super::nodes::{Entry, Nodes, small};
use super::syntax::{Id, Syntax};
use crate::finding::Edit;

/// A part of the file that is parsed anew: bytes of the text before, and of the text after.
struct Part {
    old: Range<usize>,
    new: Range<usize>,
    nodes: Nodes,
}

impl Syntax<'_> {
    /// The nodes of `text`, which is this text after the edits, sorted and without overlap. `None` where it has to be parsed.
    #[must_use]
    pub fn edited(&self, edits: &[Edit], text: &str) -> Option<Nodes> {
        if self.is_faulty() || self.is_empty() {
            return None;
        }
        let parts = self.parts(edits, text)?;
        let nodes = self.joined(&parts, text.len())?;
        debug_assert!(cfg!(test) || Nodes::of(text).is_none_or(|whole| whole.entries == nodes.entries), "spliced differently:\n{text}");
        Some(nodes)
    }

    /// The lines from which on the file can be read for itself: those on which a statement at its top begins, with the
    /// comments before it.
    fn seams(&self) -> Vec<usize> {
        let mut seams = vec![0];
        let mut end_of_last = None;
        for id in self.children(0) {
            if self.kind(id) == "comment" {
                continue;
            }
            let line = |at: usize| self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
            // After what ends a line, and before what begins one; comments between them go with what follows.
            if let Some(end) = end_of_last
                && line(self.start(id)) == self.start(id)
            {
                let next = self.text[end..].find('\n').map_or(self.text.len(), |newline| end + newline + 1);
                seams.extend((next <= self.start(id)).then_some(next));
            }
            end_of_last = Some(self.end(id));
        }
        seams.push(self.text.len());
        seams.dedup();
        seams
    }

    fn parts(&self, edits: &[Edit], text: &str) -> Option<Vec<Part>> {
        let seams = self.seams();
        // Bytes of the text before, with how many of them go and how many come.
        let mut touched: Vec<(Range<usize>, usize, usize)> = Vec::new();
        for edit in edits {
            let first = seams.partition_point(|&seam| seam <= edit.start).checked_sub(1)?;
            let last = seams.partition_point(|&seam| seam < edit.end.max(edit.start + 1));
            let range = seams[first.min(seams.len().checked_sub(2)?)]..seams[last.min(seams.len() - 1)];
            let (less, more) = (edit.end - edit.start, edit.text.len());
            match touched.last_mut() {
                Some((before, gone, come)) if before.end >= range.start => {
                    (before.end, *gone, *come) = (before.end.max(range.end), *gone + less, *come + more);
                }
                _ => touched.push((range, less, more)),
            }
        }
        let (mut parts, mut gone, mut come) = (Vec::new(), 0, 0);
        for (old, less, more) in touched {
            let new = old.start + come - gone..old.end + come + more - gone - less;
            (gone, come) = (gone + less, come + more);
            let written = text.get(new.clone()).filter(|written| stands_alone(written, text.get(new.end..).unwrap_or("")))?;
            let nodes = Nodes::of(written).filter(|nodes| !nodes.faulty && nodes.is_at_top(written))?;
            parts.push(Part { old, new, nodes });
        }
        (self.text.len() + come - gone == text.len()).then_some(parts)
    }

    fn joined(&self, parts: &[Part], length: usize) -> Option<Nodes> {
        let mut nodes = Nodes { entries: Vec::with_capacity(self.len()), faulty: false };
        nodes.entries.push(self.entries(0..1)[0]);
        let mut parts = parts.iter().peekable();
        let mut moved = (0usize, 0usize);
        let mut next: Id = 1;
        loop {
            let part = parts.next();
            let until = part.map_or(self.text.len(), |part| part.old.start);
            // What stands before the part is only moved.
            let first = next;
            while next < self.len() && (self.start(next) < until || part.is_none()) {
                next = self.subtree(next).end;
            }
            nodes.take(self.entries(first..next), first, |at| at + moved.1 - moved.0);
            let Some(part) = part else { break };
            nodes.take(&part.nodes.entries[1..], 1, |at| at + part.new.start);
            moved = (part.old.end, part.new.end);
            while next < self.len() && self.start(next) < part.old.end {
                next = self.subtree(next).end;
            }
        }
        let stop = small(nodes.entries.len());
        let first = nodes.entries.get(1)?.start;
        let root = &mut nodes.entries[0];
        (root.start, root.end, root.stop) = (first, small(length), stop);
        Some(nodes)
    }
}

impl Nodes {
    /// Whether every statement stands where it belongs. The parser takes some that are indented for nothing, and what comes of
    /// them depends on what stood before.
    fn is_at_top(&self, text: &str) -> bool {
        let before = |entry: &Entry| text.get(..entry.start as usize).unwrap_or("").rsplit('\n').next().unwrap_or("");
        self.entries[1..].iter().filter(|entry| entry.parent == 0).all(|entry| before(entry).is_empty() || !before(entry).trim().is_empty())
    }

    /// Adds whole subtrees of the top of another file, which begin there at the node `first`.
    fn take(&mut self, entries: &[Entry], first: Id, at: impl Fn(usize) -> usize) {
        let here = self.entries.len();
        let id = |id: u32| if id == 0 { 0 } else { small(id as usize + here - first) };
        let byte = |byte: u32| small(at(byte as usize));
        self.entries.extend(entries.iter().map(|entry| Entry {
            start: byte(entry.start),
            end: byte(entry.end),
            parent: id(entry.parent),
            stop: id(entry.stop),
            ..*entry
        }));
    }
}

/// Whether a part of a text means the same whatever stands around it: it begins at the top of the file, and so does the rest.
fn stands_alone(part: &str, rest: &str) -> bool {
    let at_top = |text: &str| {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        // A block goes on after comments, wherever they stand.
        let is_code = |line: &&str| !line.starts_with('#');
        lines.find(is_code).is_none_or(|line| !line.starts_with([' ', '\t', '\x0c']))
    };
    let ends = part.is_empty() || rest.is_empty() || part.ends_with('\n') && !part.trim_end_matches(['\r', '\n']).ends_with('\\');
    at_top(part) && at_top(rest) && ends
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit;

    /// What stands at the top of files, and what an edit may bring.
    const PIECES: [&str; 24] = [
        "import os\n",
        "from a import (\n    b,\n    c,\n)\n",
        "x = 1  # one\n",
        "# a comment\n",
        "\n",
        "def f(a):\n    return a\n",
        "def g():\n    x\n    # at the end\n",
        "def h():\n    if x:\n        y\n# below\n",
        "@decorated\ndef i(): ...\n",
        "class C:\n    y = 2\n\n    def m(self):\n        pass\n",
        "if x:\n    a\nelse:\n    b\n",
        "s = \"\"\"\nlines\n  of text\n\"\"\"\n",
        "a; b\n",
        "t = [\n1,\n]\n",
        "long = 1 + \\\n    2\n",
        "try:\n    a\nexcept E:\n    b\n",
        "async def k():\n    await z\r\n",
        "match v:\n    case 1:\n        w\n",
        "    indented\n",
        "else:\n    c\n",
        "(",
        "\"\"\"",
        "\\\n",
        " ",
    ];

    fn whole(text: &str, edits: &[Edit]) -> (Option<bool>, String) {
        let syntax = Syntax::parse(text).expect("parsed");
        let new = edit::apply(text, edits);
        let spliced = syntax.edited(edits, &new);
        let parsed = Nodes::of(&new).expect("parsed");
        (spliced.map(|nodes| nodes.entries == parsed.entries && nodes.faulty == parsed.faulty), new)
    }

    #[test]
    fn only_what_changed_is_parsed_again() {
        let text = "import os\n\n\ndef f():\n    return 1\n\n\n# about g\ndef g():\n    return 2\n";
        let at = |what: &str| text.find(what).expect("there");
        let edit = |start: usize, end: usize, text: &str| Edit { start, end, text: text.to_owned() };
        let edits = [edit(at("os") + 2, at("os") + 2, "\nimport sys"), edit(at("2"), at("2") + 1, "f()")];
        assert_eq!(whole(text, &edits).0, Some(true));
        let syntax = Syntax::parse(text).expect("parsed");
        let parts = syntax.parts(&edits, &edit::apply(text, &edits)).expect("apart");
        assert_eq!(
            parts.iter().map(|part| &text[part.old.clone()]).collect::<Vec<_>>(),
            ["import os\n", "\n\n# about g\ndef g():\n    return 2\n"]
        );
        assert_eq!(whole(text, &[edit(0, at("def f"), "")]).0, Some(true));
        assert_eq!(whole(text, &[edit(text.len(), text.len(), "f()\n")]).0, Some(true));
        assert_eq!(whole(text, &[edit(at("return 1"), at("return 1"), "(")]).0, None);
    }

    proptest! {
        #[test]
        fn whatever_is_edited_the_nodes_are_those_of_the_text(
            pieces in prop::collection::vec(0..18usize, 1..9),
            cuts in prop::collection::vec((0.0..1.0f64, 0.0..0.2f64, prop::collection::vec(0..PIECES.len(), 0..3)), 1..4),
        ) {
            let text: String = pieces.iter().map(|&piece| PIECES[piece]).collect();
            let place = |share: f64| (0..=text.len()).nth((share * (text.len() + 1) as f64) as usize).unwrap_or(text.len());
            let mut edits: Vec<Edit> = cuts.iter().map(|(from, length, with)| {
                let start = place(*from);
                Edit { start, end: place((from + length).min(0.999)).max(start), text: with.iter().map(|&piece| PIECES[piece]).collect() }
            }).collect();
            edits.sort();
            edits.dedup_by(|after, before| after.start <= before.end);
            let (right, new) = whole(&text, &edits);
            prop_assert!(right != Some(false), "{text:?}\n{edits:?}\n{new:?}");
        }
    }
}
