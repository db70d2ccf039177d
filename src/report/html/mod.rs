//! The report for meetings: one page in one file that asks no network for anything. What does not change is written
//! here; findings are data that the page's script shows, filters and counts.

mod change;
mod data;
mod map;
mod parts;
mod trend;

use std::io::{self, Write};

use super::View;
use super::summary::Summary;
use crate::rule::RuleSet;
use crate::scan::Outcome;

pub use trend::Earlier;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// What a browser may do with the page: nothing that leaves it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// Writes the page.
///
/// # Errors
/// The writer's.
pub fn write(outcome: &Outcome, rules: &RuleSet, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let summary = Summary::of(outcome);
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>Migration to coordinators: {} % ready</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n{STYLE}</style>\n</head>\n<body>",
        summary.readiness.percent()
    )?;
    let page = [
        parts::head(outcome, &summary, view),
        trend::trend(&view.earlier, &summary.readiness),
        parts::examples(outcome),
        map::map(outcome),
        parts::owners(outcome),
        parts::checklist(outcome, view),
        parts::findings(),
        parts::left_out(outcome),
        parts::foot(),
    ];
    page.iter().try_for_each(|part| out.write_all(part.as_bytes()))?;
    write!(out, "<script type=\"application/json\" id=\"data\">")?;
    out.write_all(data::json(outcome, rules).as_bytes())?;
    writeln!(out, "</script>\n<script>\n{SCRIPT}</script>\n</body>\n</html>")
}

/// Text as it may stand in an element or an attribute.
fn text(plain: &str) -> String {
    let mut escaped = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A sentence of ours, whose code spans become elements.
fn prose(sentence: &str) -> String {
    let parts = sentence.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { text(part) } else { format!("<code>{}</code>", text(part)) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn nothing_of_the_users_becomes_markup() {
        let mut outcome = sample::outcome();
        let evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>";
        outcome.files[0].source.path = evil.into();
        outcome.files[0].findings[3].message = evil.to_owned();
        outcome.files[0].owner = evil.to_owned();
        outcome.skipped[0].reason = evil.to_owned();
        let mut out = Vec::new();
        write(&outcome, &RuleSet::load(None).expect("rules"), &View::default(), &mut out).expect("a vector takes it");
        let page = String::from_utf8(out).expect("UTF-8");
        assert_eq!((page.matches("</script>").count(), page.matches("<img").count()), (2, 0));
        assert!(!page.contains("http://") && !page.contains("src=\"http"), "the page asks nobody");
    }
}
