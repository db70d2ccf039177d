//! What a page must have as a whole: a title, something to look for, samples that its level asks for, bound variables.

use super::body::Body;
use super::front::Front;
use super::suggest::{hint, is_identifier, nearest};
use super::{Fence, Page, PageLevel, Pair, Problem, Problems, SampleRole};

/// Checks the page whose parts were read already.
pub(super) fn whole(front: &Front, body: &Body, problems: &mut Problems) {
    match &body.title {
        None => problems.add(1, "the page has no title; write one `# Title` below the front matter"),
        Some((line, title)) if title.is_empty() => problems.add(*line, "the title is empty; say what the rule does"),
        Some((line, _)) if body.why.is_empty() => problems.add(*line, "the page has no prose; say below the title why the rule exists"),
        Some(_) => {}
    }
    if body.pairs.is_empty() && front.page.transform.is_none() {
        problems.add(1, "the page looks for nothing; add a `python match` fence or `transform:`");
    }
    samples(front, body, problems);
    for name in &front.page.not_none {
        let mut bodies = body.pairs.iter().flat_map(|pair| &pair.matches).map(|fence| &fence.body);
        if !bodies.any(|body| variables(body).any(|(_, other)| other == name)) {
            problems.add(1, format!("`not-none` names `{name}`, but no `match` has `${name}`"));
        }
    }
    for pair in &body.pairs {
        rewrite_exists(front, body, pair, problems);
        if let Some(rewrite) = &pair.rewrite {
            bound(front, pair, rewrite, problems);
        }
    }
}

fn samples(front: &Front, body: &Body, problems: &mut Problems) {
    let has = |wanted: fn(&SampleRole) -> bool| body.samples.iter().any(|sample| wanted(&sample.role));
    if let Some((line, PageLevel::Safe)) = front.level {
        if !has(|role| matches!(role, SampleRole::Fix { .. })) {
            problems.add(line, "a safe rule needs a sample of what it does; add `python before` and `python after`");
        }
        if !has(|role| matches!(role, SampleRole::Keep(_))) {
            problems.add(line, "a safe rule needs a sample of what it leaves alone; add `python keep`");
        }
    }
    for sample in &body.samples {
        let SampleRole::Report(text) = &sample.role else {
            continue;
        };
        for (line, word) in raw_marks(text).filter(|(_, word)| !word.is_empty() && PageLevel::from_word(word).is_none()) {
            problems.add(sample.line + line - 1, format!("unknown level `{word}` in a mark; {}", hint(word, &PageLevel::WORDS)));
        }
        if raw_marks(text).next().is_none() {
            problems.add(sample.line - 1, "this `report` marks no line; end each line that is found with `# <--`, or make it a `keep`");
        }
    }
}

/// Reporting is enough for a manual rule, a compatible one, one with code, and a review rule that shows what it reports.
fn rewrite_exists(front: &Front, body: &Body, pair: &Pair, problems: &mut Problems) {
    let reports = || body.samples.iter().any(|sample| matches!(sample.role, SampleRole::Report(_)));
    let needed = match front.level {
        Some((_, PageLevel::Safe)) => true,
        Some((_, PageLevel::Review)) => !reports(),
        Some((_, PageLevel::None)) => front.page.modernize,
        Some((_, PageLevel::Manual)) | None => false,
    };
    if let (true, None, None, Some(first)) = (needed, &pair.rewrite, &front.page.transform, pair.matches.first()) {
        problems.add(first.line - 1, "this `match` has no `rewrite`; add one below it, or make the rule manual");
    }
}

fn bound(front: &Front, pair: &Pair, rewrite: &Fence, problems: &mut Problems) {
    let mut told = Vec::new();
    for (line, name) in variables(&rewrite.body) {
        let typed = front.has_where && front.page.wheres.iter().any(|(other, _)| other == name);
        let unbound = |fence: &&Fence| variables(&fence.body).all(|(_, other)| other != name);
        let Some(fence) = pair.matches.iter().find(unbound).filter(|_| !typed && !told.contains(&name)) else {
            continue;
        };
        told.push(name);
        let known: Vec<&str> = variables(&fence.body).map(|(_, other)| other).collect();
        let meant = nearest(name, &known).map(|other| format!("; did you mean `${other}`?")).unwrap_or_default();
        problems.add(rewrite.line + line, format!("`${name}` is not bound by the `match` in line {}{meant}", fence.line - 1));
    }
}

/// The variables of a pattern (`$x`, `$*args`), each with its line from 0.
fn variables(body: &str) -> impl Iterator<Item = (usize, &str)> {
    body.split('\n').enumerate().flat_map(|(line, text)| {
        text.split('$').skip(1).filter_map(move |rest| {
            let rest = rest.trim_start_matches('*');
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            is_identifier(&rest[..end]).then_some((line, &rest[..end]))
        })
    })
}

/// Lines (from 1) that end in `# <-- word`; the word may be empty or no level.
pub(super) fn raw_marks(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(line, text)| {
        let (_, word) = text.rsplit_once("# <--")?;
        Some((line + 1, word.trim()))
    })
}

/// Samples that ask for a rule (`also=`) that none of `pages` is.
pub fn unknown_also(pages: &[Page]) -> Vec<Problem> {
    let known: Vec<&str> = pages.iter().map(|page| page.name.as_str()).collect();
    let mut problems = Vec::new();
    for page in pages {
        for sample in &page.samples {
            for rule in sample.flags.also.iter().filter(|rule| !known.contains(&rule.as_str())) {
                let meant = nearest(rule, &known).map(|other| format!("; did you mean `{other}`?")).unwrap_or_default();
                let message = format!("`also={rule}` names no rule{meant}");
                problems.push(Problem { file: page.file.clone(), line: sample.line - 1, message });
            }
        }
    }
    problems
}
