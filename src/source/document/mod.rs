//! Documents that hold Python: notebooks, Markdown, reStructuredText, docstrings. A document gives one text with all of its
//! code, in which marked comments stand for what is no code, and takes a changed text back into its own. No Python semantics.

mod cell;
mod docstring;
mod grammar;
mod lines;
mod magic;
mod markdown;
mod notebook;
mod places;
mod prompt;
mod rst;

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use places::{InFile, Places, Spot};

/// Stands in every line that is not the document's own code. A private character, which no program has a use for.
const MARK: char = '\u{e000}';

/// The line between two parts.
const GAP: &str = "#\u{e000}";

/// Ends a line that belongs to the code around the parts. No import of that code is unused because an example has no need of it.
const HOST: &str = "  # noqa \u{e000}";

/// What kind of document a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// A Jupyter notebook, format 4.
    Notebook,
    /// Fences of Markdown.
    Markdown,
    /// Code blocks and doctests of reStructuredText.
    Rst,
    /// The examples in the docstrings of a Python file, beside its code.
    Docstrings,
}

impl Form {
    /// What the ending of a path says; nothing for Python, and for what nobody knows.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "ipynb" => Some(Self::Notebook),
            "md" | "markdown" => Some(Self::Markdown),
            "rst" => Some(Self::Rst),
            _ => None,
        }
    }

    /// Whether it is prose with examples, which are only looked at when that is asked for.
    #[must_use]
    pub fn is_prose(self) -> bool {
        self != Self::Notebook
    }

    /// The word for one of its parts.
    fn part(self) -> &'static str {
        match self {
            Self::Notebook => "cell",
            Self::Markdown => "fence",
            Self::Rst | Self::Docstrings => "example",
        }
    }
}

/// A cell of a notebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its number among all cells, from 1.
    pub number: usize,
    /// Its id, where it has one.
    pub id: Option<String>,
}

/// A run of code lines.
#[derive(Clone, Debug)]
struct Part {
    /// As it stands in the text.
    code: String,
    /// The cell that it is.
    cell: Option<Cell>,
    /// Line of the file on which its cell, fence or example starts.
    line: usize,
    /// Characters before the code on each of its lines.
    shift: usize,
    /// `await` is legal outside of functions.
    awaits: bool,
}

/// A part that is not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Line of the file on which it starts.
    pub line: usize,
    /// The cell that it is.
    cell: Option<usize>,
    /// Why, for a person.
    reason: String,
    /// What of it may use a name of the document's code.
    text: String,
}

/// Text that uses names of a document's code, and that no rule sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen<'d> {
    /// Line of the file on which its cell, fence or example starts.
    pub line: usize,
    /// The number of its cell.
    pub cell: Option<usize>,
    /// It is a magic, whose words may be no Python.
    pub is_magic: bool,
    /// What it says.
    pub text: &'d str,
}

/// How the parts go back into the file.
#[derive(Clone, Debug)]
enum Kept {
    Notebook(notebook::Kept),
    Lines(lines::Kept),
}

/// A document that was read.
#[derive(Clone, Debug)]
pub struct Document {
    form: Form,
    /// The whole file as text.
    whole: String,
    /// Marked lines before each part, and behind the last.
    gaps: Vec<usize>,
    parts: Vec<Part>,
    /// First bytes of the parts in the text, as it was read.
    starts: Vec<usize>,
    left: Vec<Left>,
    kept: Kept,
}

/// Reads the text of a file: the text of its code, and how that goes back.
///
/// # Errors
/// Why it is no document of this form, with the place.
pub(super) fn read(form: Form, whole: &str) -> Result<(String, Document), String> {
    let mut document = match form {
        Form::Notebook => notebook::read(whole)?,
        Form::Markdown => lines::marked(form, whole, markdown::blocks),
        Form::Rst => lines::marked(form, whole, rst::blocks),
        Form::Docstrings => lines::document(form, whole, docstring::blocks(whole)),
    };
    // What an example sees without a word: the imports of its module, on lines that nobody writes back.
    let host = if form == Form::Docstrings && !document.parts.is_empty() { grammar::imports(whole) } else { HashMap::new() };
    let newline = if whole.contains("\r\n") && form.is_prose() { "\r\n" } else { "\n" };
    let mut text = String::new();
    let gap = |text: &mut String, count: usize| {
        let first = text.matches('\n').count();
        for line in first..first + count {
            match host.get(&line) {
                Some(import) => text.extend([import, HOST, newline]),
                None => text.extend([GAP, newline]),
            }
        }
    };
    for (part, &before) in document.parts.iter().zip(&document.gaps) {
        gap(&mut text, before);
        document.starts.push(text.len());
        text.push_str(&part.code);
    }
    gap(&mut text, document.gaps.last().copied().unwrap_or(0));
    Ok((text, document))
}

fn is_gap(line: &str) -> bool {
    line.trim_end_matches(['\n', '\r']).ends_with(MARK)
}

/// The documents in the docstrings of a Python file.
#[must_use]
pub fn docstrings(text: &str) -> Option<Document> {
    read(Form::Docstrings, text).ok().map(|(_, document)| document)
}

impl Document {
    /// What kind it is.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// The whole file as text.
    #[must_use]
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// The magics and the parts that are not looked at.
    #[must_use]
    pub fn unseen(&self) -> Vec<Unseen<'_>> {
        let left = self.left.iter().map(|Left { line, cell, text, .. }| {
            let is_magic = text.trim_start().starts_with("%%");
            Unseen { line: *line, cell: *cell, is_magic, text }
        });
        let Kept::Notebook(kept) = &self.kept else { return left.collect() };
        let magics = self.parts.iter().enumerate().flat_map(|(number, part)| {
            let cell = part.cell.as_ref().map(|cell| cell.number);
            kept.magics(number).iter().map(move |text| Unseen { line: part.line, cell, is_magic: true, text })
        });
        let mut all: Vec<Unseen<'_>> = left.chain(magics).collect();
        all.sort_by_key(|unseen| unseen.line);
        all
    }

    /// The code of every example, with the line of the file on which it starts.
    pub fn examples(&self) -> impl Iterator<Item = (usize, &str)> {
        self.parts.iter().map(|part| (part.line, part.code.as_str()))
    }

    /// One remark about every reason for which parts are not looked at.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
        for left in &self.left {
            let place = left.cell.map_or_else(|| format!("line {}", left.line), |number| format!("cell {number}"));
            match reasons.iter_mut().find(|(reason, _)| *reason == left.reason) {
                Some((_, places)) => places.push(place),
                None => reasons.push((&left.reason, vec![place])),
            }
        }
        let told = |(reason, places): (&str, Vec<String>)| {
            let more = if places.len() > 1 { "s" } else { "" };
            format!("{} {}{more} left out: {reason} ({})", places.len(), self.form.part(), places.join(", "))
        };
        reasons.into_iter().map(told).collect()
    }

    /// The bytes of every part in a text that came of this document's; `None` where a line between two of them got lost.
    #[must_use]
    pub fn layout(&self, text: &str) -> Option<Vec<Range<usize>>> {
        let mut lines = text.split_inclusive('\n').peekable();
        let (mut at, mut parts) = (0, Vec::new());
        for (number, &gap) in self.gaps.iter().enumerate() {
            for _ in 0..gap {
                at += lines.next().filter(|line| is_gap(line))?.len();
            }
            if number == self.parts.len() {
                return lines.next().is_none().then_some(parts);
            }
            let start = at;
            while let Some(line) = lines.next_if(|line| !is_gap(line)) {
                at += line.len();
            }
            parts.push(start..at);
        }
        None
    }

    /// Bytes of a text that came of this document's, and whether `await` is legal there outside of functions. Elsewhere it is
    /// as in a module.
    #[must_use]
    pub fn awaiting(&self, text: &str) -> Vec<(Range<usize>, bool)> {
        let parts = self.layout(text).unwrap_or_default().into_iter().zip(&self.parts);
        let differs = |part: &Part| part.awaits || part.cell.is_some();
        parts.filter(|(_, part)| differs(part)).map(|(at, part)| (at, part.awaits)).collect()
    }

    /// What changes in the whole file where the text becomes another: bytes, in order, and what stands there instead.
    ///
    /// # Errors
    /// Why the text cannot be taken back.
    pub(super) fn changes(&self, text: &str) -> Result<Vec<(Range<usize>, String)>, String> {
        let lost = || format!("the lines that keep its {}s apart did not survive the fix", self.form.part());
        let parts = self.layout(text).ok_or_else(lost)?;
        let code = parts.into_iter().map(|part| text.get(part).unwrap_or("")).zip(&self.parts).enumerate();
        code.filter(|(_, (new, old))| old.code != *new)
            .map(|(number, (new, old))| match &self.kept {
                Kept::Notebook(kept) => kept.change(&self.whole, number, new),
                Kept::Lines(kept) => Ok(kept.change(&self.whole, number, &old.code, new)),
            })
            .collect()
    }

    /// The whole file with the code of a text that came of this document's.
    ///
    /// # Errors
    /// Why the text cannot be taken back.
    pub(super) fn write(&self, text: &str) -> Result<String, String> {
        let (mut file, mut at) = (String::with_capacity(self.whole.len() + 256), 0);
        for (place, new) in self.changes(text)? {
            file.extend([&self.whole[at..place.start], &new]);
            at = place.end;
        }
        file.push_str(&self.whole[at..]);
        Ok(file)
    }

    /// Where a byte of the text, as it was read, stands in the whole file.
    #[must_use]
    pub fn in_whole(&self, byte: usize) -> usize {
        let at = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let Some((part, start)) = self.parts.get(at).zip(self.starts.get(at)) else { return 0 };
        let before = part.code.get(..byte.saturating_sub(*start)).unwrap_or(&part.code);
        let line = before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1);
        match &self.kept {
            Kept::Notebook(kept) => kept.in_whole(&self.whole, at, line, column),
            Kept::Lines(kept) => kept.in_whole(&self.whole, &part.code, at, line, column),
        }
    }
}

/// Whether a text has a mark of ours, so that it is not all the user's.
#[must_use]
pub fn is_marked(text: &str) -> bool {
    text.contains(MARK)
}

/// Whether the line that ends before a byte stands between two parts.
#[must_use]
pub fn begins_part(text: &str, byte: usize) -> bool {
    let before = text.get(..byte).unwrap_or("");
    before.ends_with('\n') && before.split_inclusive('\n').next_back().is_some_and(is_gap)
}
