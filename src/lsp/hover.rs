//! What is known about the findings at a place, as text: the page of the rule, and why it is said here.

use gen_lsp_types::{Contents, Hover, MarkupContent, MarkupKind, Position};

use super::client::Client;
use super::engine::Seen;
use super::position::Positions;
use crate::finding::Finding;
use crate::report::notes::{Note, label, notes};
use crate::report::one_line;
use crate::rule::Page;
use crate::rule::page::SampleRole;

/// Everything about the findings at a position; `None` where there are none.
pub(super) fn hover(at: Position, seen: &Seen, client: &Client) -> Option<Hover> {
    let positions = Positions::new(&seen.document.text, client.units);
    let byte = positions.byte(at);
    let here: Vec<&Finding> = seen.findings.iter().filter(|finding| finding.span.start <= byte && byte <= finding.span.end).collect();
    let innermost = here.iter().min_by_key(|finding| finding.span.len())?;
    let texts: Vec<String> = here.iter().map(|finding| text(finding, seen.ground.rules.page(&finding.rule), client.markdown)).collect();
    let kind = if client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let value = texts.join(if client.markdown { "\n---\n\n" } else { "\n" });
    Some(Hover { contents: Contents::from(MarkupContent { kind, value }), range: Some(positions.span(&innermost.span)) })
}

fn text(finding: &Finding, page: Option<&Page>, markdown: bool) -> String {
    let strong = if markdown { "**" } else { "" };
    let mut text = format!("{strong}{}{strong} [{}]\n\n{}\n\n", one_line(&finding.message), finding.rule, label(finding));
    if let Some(page) = page {
        text += &format!("{}\n\n", page.why);
        if let Some((old, new)) = becomes(page) {
            text += &format!("{}becomes\n\n{}", code(old, markdown), code(new, markdown));
        }
        if let Some(differs) = &page.differs {
            text += &format!("What differs: {}\n\n", one_line(differs));
        }
    }
    for note in notes(finding, true) {
        text += &match note {
            Note::Fact(fact) => format!("- {}\n", literal(&fact, markdown)),
            Note::Help(help) => format!("- next: {}\n", literal(&help, markdown)),
            Note::Code(start) => format!("- to start from:\n\n{}", code(&start, markdown)),
        };
    }
    text
}

/// What the page finds and what it writes: its first pattern, else its first sample.
fn becomes(page: &Page) -> Option<(&str, &str)> {
    let pair = page.pairs.iter().find_map(|pair| Some((pair.matches.first()?.body.as_str(), pair.rewrite.as_ref()?.body.as_str())));
    let sample = || {
        page.samples.iter().find_map(|sample| match &sample.role {
            SampleRole::Fix { before, after } => Some((before.as_str(), after.as_str())),
            _ => None,
        })
    };
    pair.or_else(sample)
}

fn code(text: &str, markdown: bool) -> String {
    let text = text.trim_end();
    // No fence may be ended by what it holds.
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    if markdown { format!("{fence}python\n{text}\n{fence}\n\n") } else { format!("    {}\n\n", text.replace('\n', "\n    ")) }
}

/// Words with code of the user's in them, so that nothing in them is taken for markup.
fn literal(text: &str, markdown: bool) -> String {
    if !markdown {
        return text.to_owned();
    }
    // What stands in backticks already is literal.
    let parts = text.split('`').enumerate().map(|(at, part)| {
        if at % 2 == 1 {
            return part.to_owned();
        }
        part.chars().flat_map(|c| if "\\*_<>[]#|~".contains(c) { vec!['\\', c] } else { vec![c] }).collect()
    });
    let escaped = parts.collect::<Vec<String>>().join("`");
    if text.matches('`').count().is_multiple_of(2) { escaped } else { escaped.replace('`', "\\`") }
}

#[cfg(test)]
mod tests {
    use super::{code, literal};

    #[test]
    fn the_users_code_is_no_markup() {
        assert_eq!(literal("line 2: `a_b` is made by a_b", true), "line 2: `a_b` is made by a\\_b");
        assert_eq!(literal("a ` b", true), "a \\` b");
        assert_eq!(literal("*a*", false), "*a*");
        assert_eq!(code("x = \"\"\"```\"\"\"", true), "````python\nx = \"\"\"```\"\"\"\n````\n\n");
        assert_eq!(code("a\nb\n", false), "    a\n    b\n\n");
    }
}
