//! JUnit's XML, for pipelines that show tests: every site that is due is a failed test of its file, a quiet or known one
//! is skipped, and a file without any passes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::sites::{Site, State, sites};
use super::unseen::unseen;
use super::{one_line, path_text, shortened};
use crate::scan::Outcome;

/// Writes one suite.
///
/// # Errors
/// The writer's.
pub fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let all = sites(outcome);
    let mut files: BTreeMap<String, Vec<&Site<'_>>> = outcome.looked.iter().map(|path| (path_text(path), Vec::new())).collect();
    for site in &all {
        files.entry(site.path.clone()).or_default().push(site);
    }
    let (mut cases, mut tests, mut failures, mut skipped, mut errors) = (String::new(), 0, 0, 0, 0);
    for (path, sites) in &files {
        let class = attribute(path);
        for site in sites {
            tests += 1;
            let name = attribute(&format!("{}: {} ({})", site.finding.rule, shortened(&site.code, 80), &site.fingerprint[..8]));
            // Writing to a string cannot fail.
            let _ = write!(cases, "    <testcase classname=\"{class}\" name=\"{name}\" time=\"0\">");
            let place = format!("{}:{}:{}", site.name(), site.shown.0, site.shown.1);
            if site.state == State::Due {
                failures += 1;
                let message = attribute(&format!("{place} {}", site.message()));
                let body = text(&format!("{place}\n{}\n{}", site.code, site.advice()));
                let _ = write!(cases, "<failure type=\"{}\" message=\"{message}\">{body}</failure>", attribute(&site.finding.rule));
            } else {
                skipped += 1;
                let why = site.finding.suppressed.as_ref().map_or("in the baseline", |quiet| quiet.reason.as_str());
                let _ = write!(cases, "<skipped message=\"{}\"/>", attribute(&one_line(why)));
            }
            cases.push_str("</testcase>\n");
        }
        let broken = outcome.files.iter().find(|file| file.syntax_error.is_some() && path_text(&file.source.path) == *path);
        if let Some(line) = broken.and_then(|file| file.syntax_error) {
            (tests, errors) = (tests + 1, errors + 1);
            let _ = writeln!(
                cases,
                "    <testcase classname=\"{class}\" name=\"parses\" time=\"0\"><error type=\"not-parsed\" message=\"does not parse at line {line}\"/></testcase>"
            );
        } else if sites.is_empty() {
            tests += 1;
            let _ = writeln!(cases, "    <testcase classname=\"{class}\" name=\"nothing is open\" time=\"0\"/>");
        }
    }
    for file in unseen(outcome).iter().filter(|file| !file.is_grave()) {
        (tests, skipped) = (tests + 1, skipped + 1);
        let (class, message) = (attribute(&file.path), attribute(&file.message));
        let _ =
            writeln!(cases, "    <testcase classname=\"{class}\" name=\"is read\" time=\"0\"><skipped message=\"{message}\"/></testcase>");
    }
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>")?;
    writeln!(
        out,
        "  <testsuite name=\"victor-migrate\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"0\">"
    )?;
    out.write_all(cases.as_bytes())?;
    writeln!(out, "  </testsuite>\n</testsuites>")
}

/// Text of an element; what XML cannot hold becomes U+FFFD.
fn text(plain: &str) -> String {
    let allowed = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let escape = |c: char| match c {
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '&' => "&amp;".to_owned(),
        c if allowed(c) => c.to_string(),
        _ => '\u{fffd}'.to_string(),
    };
    plain.chars().map(escape).collect()
}

/// The value of an attribute, where line ends and tabs would become blanks.
fn attribute(plain: &str) -> String {
    text(plain).replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}

#[cfg(test)]
mod tests {
    use super::{attribute, text};

    #[test]
    fn nothing_in_a_value_ends_it() {
        assert_eq!(text("a < b && ]]> \u{1}"), "a &lt; b &amp;&amp; ]]&gt; \u{fffd}");
        assert_eq!(attribute("say \"x\"\n"), "say &quot;x&quot;&#10;");
    }
}
