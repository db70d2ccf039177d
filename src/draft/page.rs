//! The page as Markdown.

use std::fmt::Write;

use super::Program;
use super::wording::Wording;

/// Writes it; every sample stands there to the byte.
pub(super) fn write(wording: &Wording, programs: &[Program]) -> String {
    let mut page = format!("---\nexample: 0\nreplaces: {}\nlevel: review\neffort: 1-5 min\n", wording.replaces.join(", "));
    let wheres: Vec<String> = wording.wheres.iter().map(|(name, words)| format!("{name}: {words}")).collect();
    for (key, list) in [("where", wheres), ("imports", wording.imports.clone())] {
        if !list.is_empty() {
            put(&mut page, format_args!("{key}: {}\n", list.join(", ")));
        }
    }
    let short = |path: &String| {
        let mut parts: Vec<&str> = path.rsplit('.').take(2).collect();
        parts.reverse();
        format!("`{}`", parts.join("."))
    };
    let short: Vec<String> = wording.replaces.iter().map(short).collect();
    let sources: Vec<String> = programs.iter().map(|program| format!("`{}`", program.name)).collect();
    put(
        &mut page,
        format_args!(
            "---\n\n# Replace {}\n\nDrafted from {}: say here why it has to change, for the person who meets the finding.\n\n\
             It is for review, because nobody has said yet that the new code means the same. Where nobody can tell, write `level: safe` and \
             take the flag `unsafe` from the samples; where somebody can, say how in `differs:`.\n",
            short.join(", "),
            sources.join(", ")
        ),
    );
    for (number, pair) in (1..).zip(&wording.pairs) {
        let heading = if wording.pairs.len() == 1 { "What changes".to_owned() } else { format!("Change {number}: `{}`", pair.shown) };
        put(&mut page, format_args!("\n## {heading}\n"));
        fence(&mut page, "python match", &format!("{}\n", pair.pattern));
        let rewrite = if pair.rewrite.is_empty() { String::new() } else { format!("{}\n", pair.rewrite) };
        fence(&mut page, "python rewrite", &rewrite);
    }
    for program in programs {
        put(&mut page, format_args!("\n## As in `{}`\n", program.name));
        sample(&mut page, "before", &program.before);
        sample(&mut page, "after", &program.after);
    }
    for (at, pair) in wording.pairs.iter().enumerate() {
        if wording.pairs[..at].iter().all(|other| other.keep != pair.keep) {
            put(&mut page, format_args!("\n## What only looks like `{}` is left alone\n", pair.shown));
            sample(&mut page, "keep", &pair.keep);
        }
    }
    page
}

fn sample(page: &mut String, role: &str, program: &str) {
    let bom = program.strip_prefix('\u{feff}');
    let crlf = program.contains("\r\n");
    let flags = [(bom.is_some(), " bom"), (crlf, " crlf")];
    let flags: String = flags.into_iter().filter(|(set, _)| *set).map(|(_, flag)| flag).collect();
    let body = bom.unwrap_or(program).replace("\r\n", "\n");
    let last = if body.ends_with('\n') || body.is_empty() { "" } else { "\n" };
    fence(page, &format!("python {role} unsafe{flags}"), &format!("{body}{last}"));
}

/// A fence that is longer than any in its body.
fn fence(page: &mut String, info: &str, body: &str) {
    let longest = body.lines().map(|line| line.trim_start().chars().take_while(|&c| c == '`').count()).max().unwrap_or(0);
    let ticks = "`".repeat(longest.max(2) + 1);
    put(page, format_args!("\n{ticks}{info}\n{body}{ticks}\n"));
}

/// Writing into a string cannot fail.
fn put(page: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = page.write_fmt(what);
}
