//! From a rewrite and what its variables stand for to edits of the text. What stays in its place is not touched,
//! comments between it survive.

use std::ops::Range;

use crate::finding::Edit;
use crate::python::place::{self, Tightness};
use crate::python::syntax::{Id, Syntax};

/// What a variable becomes.
#[derive(Clone, Debug)]
pub enum Filling {
    /// A node of the text.
    Node(Id),
    /// Arguments that stand beside each other; and, where they are all of their call, what stands between its brackets.
    Arguments(Range<usize>, Option<Range<usize>>),
    /// Text made up by the engine, such as a free name.
    Text(String),
    /// An argument that was left out.
    Omitted,
}

/// A piece of a rewrite.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(String),
}

/// Edits, and the ranges whose text they copy.
#[derive(Debug, Default)]
pub struct Rendered {
    /// Sorted, not overlapping.
    pub edits: Vec<Edit>,
    /// Copied from here.
    pub reads: Vec<Range<usize>>,
}

/// Splits a rewrite into text and variables.
fn pieces(template: &str) -> Vec<Piece> {
    let mut list = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        let name: String = rest[at + 1..].trim_start_matches('*').chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let stars = usize::from(rest[at + 1..].starts_with('*'));
        if at > 0 {
            list.push(Piece::Text(rest[..at].to_owned()));
        }
        rest = &rest[at + 1 + stars + name.len()..];
        list.push(Piece::Variable(name));
    }
    if !rest.is_empty() {
        list.push(Piece::Text(rest.to_owned()));
    }
    list
}

/// Drops `, keyword=$x` for arguments that were left out.
fn without_omitted(list: Vec<Piece>, fill: &dyn Fn(&str) -> Option<Filling>) -> Vec<Piece> {
    let mut kept: Vec<Piece> = Vec::new();
    for piece in list {
        match &piece {
            Piece::Variable(name) if matches!(fill(name), Some(Filling::Omitted)) => {
                if let Some(Piece::Text(before)) = kept.last_mut() {
                    let cut =
                        before.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '=' | ' ')).trim_end_matches(',').len();
                    before.truncate(cut);
                }
            }
            _ => kept.push(piece),
        }
    }
    kept
}

/// Renders a rewrite over the bytes `span`.
///
/// # Errors
/// Why the rewrite cannot be written here, for a person.
pub fn render(
    syntax: &Syntax<'_>,
    site: Id,
    span: Range<usize>,
    template: &str,
    fill: &dyn Fn(&str) -> Option<Filling>,
    newline: &str,
) -> Result<Rendered, String> {
    let mut list = without_omitted(pieces(template), fill);
    let quote = place::quote(syntax, site);
    let single_line = place::in_f_string(syntax, site);
    let indent = indentation(syntax.text, syntax.start(syntax.statement(site)));
    for piece in &mut list {
        if let Piece::Text(text) = piece {
            if text.contains('"') {
                let quote = quote.ok_or("no quotes are left for this f-string before Python 3.12; take the value out of it first")?;
                *text = text.replace('"', &quote.to_string());
            }
            *text = if single_line { on_one_line(text) } else { text.replace('\n', &format!("{newline}{indent}")) };
        }
    }
    let mut out = Rendered::default();
    let mut cursor = span.start;
    let mut pending = String::new();
    for (at, piece) in list.iter().enumerate() {
        let name = match piece {
            Piece::Text(text) => {
                pending.push_str(text);
                continue;
            }
            Piece::Variable(name) => name,
        };
        match fill(name).ok_or_else(|| format!("`${name}` is not bound"))? {
            Filling::Text(text) => pending.push_str(&text),
            Filling::Omitted => {}
            Filling::Arguments(some, all) => {
                let ends = |piece: Option<&Piece>, test: fn(&str) -> bool| matches!(piece, Some(Piece::Text(text)) if test(text));
                let alone =
                    ends(list.get(at.wrapping_sub(1)), |text| text.ends_with('(')) && ends(list.get(at + 1), |text| text.starts_with(')'));
                let range = all.filter(|_| alone).unwrap_or(some);
                if range.start >= cursor && range.end <= span.end && !appears_before(&list, at, name) {
                    replace(syntax, cursor..range.start, &pending, &mut out, &indent, newline)?;
                    pending.clear();
                    cursor = range.end;
                } else {
                    pending.push_str(syntax.text.get(range.clone()).unwrap_or(""));
                    out.reads.push(range);
                }
            }
            Filling::Node(node) => {
                let open = list[..at].iter().map(|piece| if let Piece::Text(text) = piece { depth(text) } else { 0 }).sum::<isize>() > 0;
                let torn = list.len() > 1 && !open && syntax.is_torn(node) && !is_bracketed(syntax, site);
                let wrap = torn || needs_parentheses(syntax, node, list.get(at.wrapping_sub(1)), list.get(at + 1));
                let range = syntax.span(node);
                // What becomes of a site in it may need brackets where it will stand.
                if list.len() > 1 && !open && matches!(syntax.kind(node), "call" | "await") {
                    out.reads.push(range.clone());
                }
                if wrap {
                    pending.push('(');
                }
                if range.start >= cursor && range.end <= span.end && !appears_before(&list, at, name) {
                    replace(syntax, cursor..range.start, &pending, &mut out, &indent, newline)?;
                    pending.clear();
                    cursor = range.end;
                } else {
                    pending.push_str(syntax.str(node));
                    out.reads.push(range);
                }
                if wrap {
                    pending.push(')');
                }
            }
        }
    }
    replace(syntax, cursor..span.end, &pending, &mut out, &indent, newline)?;
    Ok(out)
}

/// How many brackets a text leaves open.
fn depth(text: &str) -> isize {
    let one = |c: char| isize::from(matches!(c, '(' | '[' | '{')) - isize::from(matches!(c, ')' | ']' | '}'));
    text.chars().map(one).sum()
}

/// Whether a node stands between brackets, where a line may end.
#[must_use]
pub fn is_bracketed(syntax: &Syntax<'_>, node: Id) -> bool {
    syntax.frames(node).take_while(|&up| !matches!(syntax.kind(up), "block" | "module")).any(|up| {
        let mut around = syntax.children(up).filter(|&child| !syntax.is_named(child) && matches!(syntax.str(child), "(" | "[" | "{"));
        around.any(|open| syntax.start(open) < syntax.start(node))
    })
}

/// Without the line breaks and the indentation behind them; blanks at the ends belong to the rewrite.
fn on_one_line(text: &str) -> String {
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or("").to_owned();
    lines.fold(first, |all, line| all + line.trim_start())
}

fn appears_before(list: &[Piece], at: usize, name: &str) -> bool {
    list[..at].iter().any(|piece| matches!(piece, Piece::Variable(other) if other == name))
}

fn needs_parentheses(syntax: &Syntax<'_>, node: Id, before: Option<&Piece>, after: Option<&Piece>) -> bool {
    let tightness = place::tightness(syntax.kind(node));
    let next = match after {
        Some(Piece::Text(text)) => text.chars().next(),
        _ => None,
    };
    let previous = match before {
        Some(Piece::Text(text)) => text.chars().last(),
        _ => None,
    };
    if matches!(next, Some('.' | '(' | '[')) {
        return tightness < Tightness::Primary || matches!(syntax.kind(node), "integer" | "float");
    }
    if matches!(next, Some(' ')) || matches!(previous, Some(' ')) && !matches!(next, Some(',' | ')' | ']' | '}')) {
        return tightness < Tightness::Arithmetic && next.is_some();
    }
    // `O._model = "a", "b"` and `O._model = yield`: legal on the right of an assignment, not as an argument.
    matches!(syntax.kind(node), "named_expression" | "expression_list" | "yield")
}

/// Replaces `gap` by `text`; comments that stood in it move to a place in the text where a line may end.
fn replace(syntax: &Syntax<'_>, gap: Range<usize>, text: &str, out: &mut Rendered, indent: &str, newline: &str) -> Result<(), String> {
    if syntax.text.get(gap.clone()) == Some(text) {
        return Ok(());
    }
    let comments = comments(syntax, &gap);
    let mut text = text.to_owned();
    if !comments.is_empty() {
        let open = text.rfind(['(', '[', '{', ',']).map(|at| at + 1);
        let at = match open {
            Some(at) => at,
            None if text.starts_with([')', ']', '}']) => 0,
            None => return Err("a comment stands where the rewrite has no place for it; move the comment first".to_owned()),
        };
        let lead = if at == 0 { "  " } else { " " };
        let moved = comments.iter().fold(String::new(), |all, comment| format!("{all}{lead} {comment}{newline}{indent}    "));
        let tail = text.split_off(at);
        text = format!("{}{moved}{}", text, tail.trim_start());
    }
    out.edits.push(Edit { start: gap.start, end: gap.end, text });
    Ok(())
}

fn comments<'t>(syntax: &Syntax<'t>, gap: &Range<usize>) -> Vec<&'t str> {
    if !syntax.text.get(gap.clone()).is_some_and(|text| text.contains('#')) {
        return Vec::new();
    }
    let all = syntax.of_kind("comment");
    all.filter(|&id| syntax.start(id) >= gap.start && syntax.end(id) <= gap.end).map(|id| syntax.str(id)).collect()
}

/// The white space at the start of the line of a byte.
#[must_use]
pub fn indentation(text: &str, byte: usize) -> String {
    let before = text.get(..byte).unwrap_or("");
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    before[line..].chars().take_while(|c| matches!(c, ' ' | '\t' | '\u{c}')).collect()
}
