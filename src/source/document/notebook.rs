//! A Jupyter notebook: its code cells in order, one namespace. Only where the JSON keeps a cell's source is looked up; every
//! other byte of the file is left where it is.

use std::ops::Range;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::cell::{CellSource, within};
use super::{Cell, Document, Form, Kept as Parts, Left, MARK, Part, magic};
use crate::source::LONGEST_LINE;

/// The code cells as they stand in the file.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    cells: Vec<CodeCell>,
    /// The lines that are magics, of all cells.
    magics: Vec<String>,
    /// No byte of the file is more than that.
    ascii: bool,
}

#[derive(Clone, Debug)]
struct CodeCell {
    source: CellSource,
    magics: Range<usize>,
}

#[derive(Deserialize)]
struct Book<'a> {
    #[serde(borrow)]
    cells: Option<Vec<&'a RawValue>>,
    worksheets: Option<IgnoredAny>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    kernelspec: Named,
    language_info: Named,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    name: Option<String>,
    language: Option<String>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    cell_type: String,
    #[serde(borrow)]
    source: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

/// Reads a notebook.
///
/// # Errors
/// Why it is none of Python in format 4.
pub(super) fn read(whole: &str) -> Result<Document, String> {
    let json = whole.trim_start_matches('\u{feff}');
    let book: Book<'_> = serde_json::from_str(json).map_err(|error| unreadable(&error, None))?;
    if book.worksheets.is_some() {
        return Err("is a notebook of format 3 or older; open it in Jupyter and save it, and it is of format 4".to_owned());
    }
    let entries = book.cells.ok_or("is no notebook: it has no `cells`")?;
    if let Some(other) = book.metadata.and_then(language) {
        return Err(format!("is a notebook in {other}, not in Python"));
    }
    let mut document = Document {
        form: Form::Notebook,
        whole: whole.to_owned(),
        gaps: Vec::new(),
        parts: Vec::new(),
        starts: Vec::new(),
        left: Vec::new(),
        kept: Parts::Notebook(Kept { cells: Vec::new(), magics: Vec::new(), ascii: whole.is_ascii() }),
    };
    let (mut line, mut counted) = (1, 0);
    for (entry, number) in entries.into_iter().zip(1..) {
        let at = within(whole, entry.get()).start;
        line += whole[counted..at].matches('\n').count();
        counted = at;
        let cell: Entry<'_> = serde_json::from_str(entry.get()).map_err(|error| unreadable(&error, Some(number)))?;
        if cell.cell_type == "code" {
            document.add(whole, cell, number, line);
        }
    }
    document.gaps = vec![1; document.parts.len()];
    document.gaps.push(0);
    Ok(document)
}

/// What is wrong with the JSON, without the names of our types.
fn unreadable(error: &serde_json::Error, cell: Option<usize>) -> String {
    let cell = cell.map_or_else(String::new, |number| format!("cell {number}: "));
    let said = error.to_string();
    let said = match said.split_once(", expected struct ") {
        Some((found, _)) => format!("{found}, where an object belongs"),
        None => said,
    };
    format!("is no notebook that can be read: {cell}{said}")
}

/// The language of a notebook, where it is another one than Python.
fn language(metadata: &RawValue) -> Option<String> {
    // What is odd in it is Jupyter's business.
    let Metadata { kernelspec, language_info } = serde_json::from_str(metadata.get()).unwrap_or_default();
    let said = language_info.name.or(kernelspec.language).or(kernelspec.name)?;
    let other = !said.is_empty() && !said.to_ascii_lowercase().contains("python");
    other.then(|| said.chars().filter(|c| !c.is_control()).take(40).collect())
}

impl Document {
    /// Adds a code cell; the values of the entry are pieces of the whole file.
    fn add(&mut self, whole: &str, entry: Entry<'_>, number: usize, line: usize) {
        let Parts::Notebook(kept) = &mut self.kept else { return };
        let first = kept.magics.len();
        let read = match entry.source {
            Some(value) => CellSource::read(whole, value),
            None => Err("no source".to_owned()),
        };
        let bytes = || entry.source.map_or_else(String::new, |value| value.get().to_owned());
        let read = read.map_err(|reason| (reason, bytes())).and_then(|source| {
            let plain = strange(&source.text).map_or_else(|| magic::plain(&source.text, &mut kept.magics), Err);
            match plain {
                Ok(plain) => Ok((source, plain)),
                Err(reason) => Err((reason, magic::ours(&source.text).to_owned())),
            }
        });
        match read {
            Ok((source, plain)) => {
                let id = entry.id.and_then(|id| serde_json::from_str(id.get()).ok());
                let mut code = plain.code;
                if !code.is_empty() && !code.ends_with('\n') {
                    code.push('\n');
                }
                self.parts.push(Part { code, cell: Some(Cell { number, id }), line, shift: 0, awaits: !plain.wrapped });
                kept.cells.push(CodeCell { source, magics: first..kept.magics.len() });
            }
            Err((reason, text)) => self.left.push(Left { line, cell: Some(number), reason, text }),
        }
    }
}

/// Why a text is not looked at before anybody asks whether it is Python.
fn strange(text: &str) -> Option<String> {
    if text.contains(MARK) {
        return Some("a private character (U+E000), which is used here".to_owned());
    }
    if text.split('\n').any(|line| line.len() > LONGEST_LINE) {
        return Some(format!("a line over {LONGEST_LINE} bytes"));
    }
    text.replace("\r\n", "").contains('\r').then(|| "a bare carriage return".to_owned())
}

impl Kept {
    /// The magics of a cell.
    pub(super) fn magics(&self, number: usize) -> &[String] {
        self.cells.get(number).and_then(|cell| self.magics.get(cell.magics.clone())).unwrap_or_default()
    }

    /// The source of a cell with other code: its bytes in the file, and what stands there instead.
    pub(super) fn change(&self, whole: &str, number: usize, code: &str) -> Result<(Range<usize>, String), String> {
        let CodeCell { source, magics } = &self.cells[number];
        let mut text = magic::restored(code, &self.magics, magics.clone())?;
        if !source.text.ends_with('\n') && text.ends_with('\n') {
            text.truncate(text.len() - if text.ends_with("\r\n") { 2 } else { 1 });
        }
        Ok((source.span.clone(), source.with(whole, &text, self.ascii)))
    }

    /// Where a place in the code of a part stands in the file; in a magic, where its line starts.
    pub(super) fn in_whole(&self, whole: &str, number: usize, line: usize, column: usize) -> usize {
        self.cells.get(number).map_or(0, |cell| cell.source.in_file(whole, line, column))
    }
}
