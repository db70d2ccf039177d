//! The findings as the page's script reads them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::change::change;
use crate::finding::Evidence;
use crate::readiness::Class;
use crate::report::sites::{Site, State, sites};
use crate::report::summary::fix_level;
use crate::report::{checklist, example_name, example_title, snippet, strength_word};
use crate::rule::RuleSet;
use crate::scan::Outcome;

/// Findings in one page; a browser takes more, a person does not. The worst are kept.
const MOST: usize = 20_000;

/// The data as JSON that may stand in a script element.
pub(super) fn json(outcome: &Outcome, rules: &RuleSet) -> String {
    let all = sites(outcome);
    let findings: Vec<Value> = all.iter().take(MOST).map(finding).collect();
    let pages: BTreeMap<&str, Value> = rules
        .pages()
        .filter(|page| all.iter().any(|site| site.finding.rule == page.name))
        .map(|page| (page.name.as_str(), json!({ "title": page.title, "why": page.why })))
        .collect();
    let examples: BTreeMap<String, String> =
        crate::report::EXAMPLES.iter().map(|&one| (one.to_string(), format!("{}: {}", example_name(one), example_title(one)))).collect();
    // `<` could end the element.
    json!({ "findings": findings, "rules": pages, "examples": examples, "left": all.len().saturating_sub(MOST) })
        .to_string()
        .replace('<', "\\u003c")
}

fn finding(site: &Site<'_>) -> Value {
    let (text, finding) = (site.file.text(), site.finding);
    let excerpt = snippet::excerpt(text, &site.lines, &finding.span);
    let (before, rest) = excerpt.text.split_at(excerpt.mark.start);
    let (marked, after) = rest.split_at(excerpt.mark.end - excerpt.mark.start);
    let link = |link: &Evidence| format!("{}: {}", link.place(), link.text);
    let class = Class::of(finding).word();
    let edits = finding.fix.as_ref().filter(|_| fix_level(finding).is_some()).map(|fix| change(text, &site.lines, &fix.edits));
    let quiet = finding.suppressed.as_ref().map(|quiet| match quiet.line {
        Some(line) => format!("the comment in line {line}: {}", quiet.reason),
        None => quiet.reason.clone(),
    });
    let mut value = json!({
        "rule": finding.rule, "example": finding.example.min(11), "class": class, "strength": strength_word(finding.strength),
        "path": site.name(), "line": site.shown.0, "source": [before, marked, after], "message": site.message(),
        "advice": site.advice(), "effort": finding.effort, "id": &site.fingerprint[..12],
        "state": match site.state { State::Due => "due", State::Known => "known", State::Quiet => "quiet" },
    });
    let more = [
        ("evidence", json!(finding.evidence.iter().map(link).collect::<Vec<_>>())),
        ("plan", json!(finding.plan.iter().map(link).collect::<Vec<_>>())),
        ("change", json!(edits)),
        ("quiet", json!(quiet)),
        ("verdict", json!(finding.verdict.as_ref().map(|one| format!("{} {}", one.word, one.why)))),
        ("suggestion", json!(finding.suggestion)),
        ("owner", json!(site.file.owner)),
        ("elsewhere", json!(finding.elsewhere.len())),
        ("test", json!(checklist::is_test(&site.file.source.path))),
    ];
    let says = |value: &Value| {
        !matches!(value, Value::Null | Value::Bool(false)) && *value != json!([]) && *value != json!("") && *value != json!(0)
    };
    for (key, one) in more.into_iter().filter(|(_, one)| says(one)) {
        value[key] = one;
    }
    value
}
