//! How many open sites each rule has, the most first: what to begin with.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::unseen::unseen;
use super::{count, level_word};
use crate::finding::{Finding, Level};
use crate::rule::RuleSet;
use crate::scan::Outcome;

/// What one rule has.
#[derive(Default)]
struct Row {
    sites: usize,
    files: usize,
    fixable: usize,
    heaviest: Option<Level>,
}

/// Writes one line for each rule with an open site, and one for all.
///
/// # Errors
/// The writer's.
pub fn write(outcome: &Outcome, rules: &RuleSet, out: &mut dyn Write) -> io::Result<()> {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for file in &outcome.files {
        let mut here: Vec<&str> = Vec::new();
        for finding in file.findings.iter().filter(|finding| finding.is_due()) {
            let row = rows.entry(&finding.rule).or_default();
            row.add(finding);
            if !here.contains(&finding.rule.as_str()) {
                here.push(&finding.rule);
                row.files += 1;
            }
        }
    }
    let total: usize = rows.values().map(|row| row.sites).sum();
    let mut rows: Vec<(&str, Row)> = rows.into_iter().collect();
    rows.sort_by(|a, b| b.1.sites.cmp(&a.1.sites).then(a.0.cmp(b.0)));
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, row) in &rows {
        let title = rules.rules().iter().find(|rule| rule.page.name == *name).map_or("", |rule| rule.page.title.as_str());
        let fixable = if row.fixable > 0 { format!("{} fixable", row.fixable) } else { String::new() };
        let (level, files) = (row.heaviest.map_or("", level_word), count(row.files, "file"));
        writeln!(out, "{:>6}  {name:width$}  {level:6}  {fixable:>12}  {files:>9}  {title}", row.sites)?;
    }
    let unseen = unseen(outcome);
    if !unseen.is_empty() {
        writeln!(out, "{:>6}  {} not parsed or not read", unseen.len(), if unseen.len() == 1 { "file" } else { "files" })?;
    }
    writeln!(out, "{total:>6}  open {} in {}", if total == 1 { "site" } else { "sites" }, count(outcome.scanned, "scanned file"))
}

impl Row {
    fn add(&mut self, finding: &Finding) {
        self.sites += 1;
        self.fixable += usize::from(finding.fix.is_some());
        self.heaviest = self.heaviest.max(Some(finding.level));
    }
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::report::sample;
    use crate::rule::RuleSet;

    #[test]
    fn every_open_site_is_in_the_line_of_its_rule() {
        let mut out = Vec::new();
        let rules = RuleSet::load(None).expect("the built-in rules");
        write(&sample::outcome(), &rules, &mut out).expect("a vector takes it");
        let text = String::from_utf8(out).expect("UTF-8");
        let counted: usize = text
            .lines()
            .rev()
            .skip(1)
            .filter(|line| !line.contains(" not parsed "))
            .filter_map(|line| line.split_whitespace().next()?.parse::<usize>().ok())
            .sum();
        assert!(text.ends_with(&format!("{counted:>6}  open sites in 7 scanned files\n")), "{text}");
        assert!(text.contains("3  files not parsed or not read\n"), "{text}");
        assert!(counted > 2 && text.contains("config-attribute"), "{text}");
    }
}
