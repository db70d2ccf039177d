//! GitLab's code quality report: one array. GitLab compares the fingerprints with those of the target branch itself.
//! Source: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::sites::{Severity, State, sites};
use crate::scan::Outcome;

/// Writes the array; what a comment keeps quiet is not in it.
///
/// # Errors
/// The writer's.
pub fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Value> = sites(outcome)
        .iter()
        .filter(|site| site.state != State::Quiet)
        .map(|site| {
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
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    out.write_all(b"\n")
}
