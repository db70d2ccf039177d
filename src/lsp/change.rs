//! Texts before and after, as the smallest edits that a client can make: by lines, and in them only what differs.

use gen_lsp_types::{
    DocumentChange, Edit, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};
use similar::{ChangeTag, DiffOp, TextDiff};

use super::client::Client;
use super::engine::Changed;
use super::position::{Positions, Units};
use crate::finding;

/// The edits of all files as one, with the versions that they fit where the client can check them.
pub(super) fn workspace_edit(files: &[Changed], client: &Client) -> WorkspaceEdit {
    if !client.versions {
        let changes = files.iter().map(|file| (file.uri.clone().into(), edits(file, client.units))).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let of_file = |file: &Changed| {
        let text_document_identifier = TextDocumentIdentifier { uri: file.uri.clone().into() };
        let text_document = OptionalVersionedTextDocumentIdentifier { version: file.version, text_document_identifier };
        let edits = edits(file, client.units).into_iter().map(Edit::from).collect();
        DocumentChange::from(TextDocumentEdit { text_document, edits })
    };
    WorkspaceEdit { document_changes: Some(files.iter().map(of_file).collect()), ..WorkspaceEdit::default() }
}

fn edits(file: &Changed, units: Units) -> Vec<TextEdit> {
    let positions = Positions::new(&file.before, units);
    let edit = |edit: finding::Edit| TextEdit { range: positions.span(&(edit.start..edit.end)), new_text: edit.text };
    differences(&file.before, &file.after).into_iter().map(edit).collect()
}

/// Byte edits from one text to the other, in order.
fn differences(before: &str, after: &str) -> Vec<finding::Edit> {
    let diff = TextDiff::from_lines(before, after);
    let mut edits = Vec::new();
    let mut start = 0;
    for op in diff.ops() {
        let side =
            |tag: ChangeTag| diff.iter_changes(op).filter(|change| change.tag() == tag).map(|change| change.value()).collect::<String>();
        if let DiffOp::Equal { .. } = op {
            start += side(ChangeTag::Equal).len();
            continue;
        }
        let (old, new) = (side(ChangeTag::Delete), side(ChangeTag::Insert));
        edits.push(trimmed(start, &old, &new));
        start += old.len();
    }
    edits
}

/// Without what both sides begin and end with. A line end of two characters is not taken apart.
fn trimmed(start: usize, old: &str, new: &str) -> finding::Edit {
    let same = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum::<usize>();
    let mut head = same(old, new);
    if old[..head].ends_with('\r') {
        head -= 1;
    }
    let (old, new) = (&old[head..], &new[head..]);
    let tail: usize = old.chars().rev().zip(new.chars().rev()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    let split = |text: &str| text[..text.len() - tail].ends_with('\r') && text[text.len() - tail..].starts_with('\n');
    let tail = if split(old) || split(new) { tail - 1 } else { tail };
    let start = start + head;
    finding::Edit { start, end: start + old.len() - tail, text: new[..new.len() - tail].to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::differences;
    use crate::edit::apply;

    #[test]
    fn only_what_differs_is_replaced() {
        let before = "a\nprint(orch._model)\nb\n";
        let edits = differences(before, &before.replace("_model", "model"));
        assert_eq!(edits.len(), 1);
        assert_eq!((&before[edits[0].start..edits[0].end], edits[0].text.as_str()), ("_", ""));
        assert!(differences(before, before).is_empty());
    }

    proptest! {
        #[test]
        fn the_edits_lead_from_one_text_to_the_other(before in "([aé😀]{0,3}(\n|\r\n)?){0,8}", after in "([aé😀]{0,3}(\n|\r\n)?){0,8}") {
            let edits = differences(&before, &after);
            prop_assert_eq!(apply(&before, &edits), after);
            for edit in edits {
                let cuts = |at: usize| before[..at].ends_with('\r') && before[at..].starts_with('\n');
                prop_assert!(!cuts(edit.start) && !cuts(edit.end));
            }
        }
    }
}
