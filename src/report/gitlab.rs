//! GitLab's code quality report: one array. GitLab compares the fingerprints with those of the target branch itself.
//! Source: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::list;
use super::sites::{Severity, Site, State, sites};
use super::unseen::{Item, Unseen, items, unseen};
use crate::scan::Outcome;

/// Writes the array; what a comment keeps quiet is not in it.
///
/// # Errors
/// The writer's.
pub fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let (all, unseen) = (sites(outcome), unseen(outcome));
    let due = |item: &Item<'_>| match item {
        Item::Site(site) => Vec::from_iter((site.state != State::Quiet).then(|| issue(site))),
        Item::Unseen(file) => vec![unvouched(file)],
    };
    list::write(&Vec::<Value>::new(), None, &items(&unseen, &all), due, out)
}

fn unvouched(file: &Unseen) -> Value {
    json!({
        "type": "issue",
        "description": file.message,
        "check_name": file.rule,
        "categories": ["Compatibility"],
        "fingerprint": file.fingerprint(),
        "severity": if file.is_grave() { "major" } else { "minor" },
        "location": { "path": file.path, "lines": { "begin": file.line, "end": file.line } },
    })
}

fn issue(site: &Site<'_>) -> Value {
    json!({
        "type": "issue",
        "description": site.message(),
        "content": { "body": site.advice() },
        "check_name": site.finding.rule,
        "categories": ["Compatibility"],
        "fingerprint": site.fingerprint,
        "severity": match site.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        "location": { "path": site.path, "lines": { "begin": site.start.0, "end": site.end.0 } },
    })
}
