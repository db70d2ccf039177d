//! `rules list` and `rules show`, and what a person probably meant by a rule that does not exist.

use std::io::Write;
use std::path::Path;

use super::Stop;
use crate::near::nearest;
use crate::rule::RuleSet;

const LEVELS: [&str; 4] = ["none", "safe", "review", "manual"];

/// The built-in rules, with those of a folder where one is given.
pub fn load(dir: Option<&Path>) -> Result<RuleSet, Stop> {
    RuleSet::load(dir).map_err(|problems| Stop::Message(problems.join("\n")))
}

/// Prints the table of rules, by Example and name.
pub fn list(rules: &RuleSet, out: &mut dyn Write) -> Result<(), Stop> {
    let mut rows: Vec<[String; 4]> = Vec::new();
    let mut pages: Vec<_> = rules.pages().collect();
    // 1–11 first, then 0, as in every report.
    pages.sort_by(|a, b| (a.example.wrapping_sub(1), &a.name).cmp(&(b.example.wrapping_sub(1), &b.name)));
    for page in pages {
        // A page's level has the order of the words.
        let level = if page.modernize { "modernize" } else { LEVELS[page.level as usize] };
        rows.push([page.name.clone(), page.example.to_string(), level.to_owned(), page.replaces.join(", ")]);
    }
    let width = rows.iter().map(|row| row[0].chars().count()).max().unwrap_or(0).max(4);
    writeln!(out, "{:width$}  example  level      replaces", "rule")?;
    for [name, example, level, replaces] in &rows {
        writeln!(out, "{}", format!("{name:width$}  {example:>7}  {level:9}  {replaces}").trim_end())?;
    }
    Ok(())
}

/// Prints the page of one rule.
pub fn show(rules: &RuleSet, name: &str, out: &mut dyn Write) -> Result<(), Stop> {
    let page = rules.page(name).ok_or_else(|| Stop::Message(unknown(rules, name)))?;
    out.write_all(page.text.as_bytes())?;
    if !page.text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Checks the words of `--select` and `--ignore`: rule names and numbers of Examples.
pub fn check(rules: &RuleSet, flag: &str, words: &[String]) -> Result<(), Stop> {
    let known = |word: &str| rules.page(word).is_some() || word.parse::<u8>().is_ok_and(|number| number <= 11);
    let wrong: Vec<String> = words
        .iter()
        .filter(|word| !known(word))
        .map(|word| match word.parse::<u64>() {
            Ok(_) => format!("{flag}: there is no Example {word}; use 1 to 10, 11 for common patterns or 0 for the rest"),
            Err(_) => format!("{flag}: {}", unknown(rules, word)),
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(Stop::Message(wrong.join("\n"))) }
}

pub(super) fn unknown(rules: &RuleSet, name: &str) -> String {
    let name = crate::report::one_line(name);
    let near = nearest(&name, rules.pages().map(|page| page.name.as_str()));
    match near {
        Some(near) => format!("there is no rule `{name}`; did you mean `{near}`?"),
        None => format!("there is no rule `{name}`; `victor-migrate rules list` shows all of them"),
    }
}
