//! One comment of ours as text: `# victor-migrate: ignore[rule, 2] reason`. Knows nothing of code around it.

use std::ops::Range;

/// What makes a comment one of ours.
pub(crate) const MARK: &str = "victor-migrate:";

/// How far a comment reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// `ignore`: its line and statement; above a statement, all of that.
    Ignore,
    /// `ignore-start`: to the `ignore-end` of the rule.
    Start,
    /// `ignore-end`.
    End,
    /// `ignore-file`.
    File,
}

const VERBS: [(&str, Verb); 4] =
    [("ignore", Verb::Ignore), ("ignore-start", Verb::Start), ("ignore-end", Verb::End), ("ignore-file", Verb::File)];

/// A comment that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directive {
    pub verb: Verb,
    /// Names of rules, or numbers of Examples.
    pub rules: Vec<String>,
    /// Bytes of the comment between the brackets.
    pub brackets: Range<usize>,
    /// The rest of the comment.
    pub reason: String,
    /// Bytes of the comment that are ours, from the `#`.
    pub own: Range<usize>,
}

/// Reads a comment; `None` where it is none of ours, an error where it cannot be understood.
pub(crate) fn read(comment: &str) -> Option<Result<Directive, String>> {
    let mark = comment.find(MARK)?;
    let hash = comment[..mark].rfind('#')?;
    if !comment[hash + 1..mark].trim().is_empty() {
        // Somebody writes about us.
        return None;
    }
    let after = mark + MARK.len();
    let rest = comment[after..].trim_start();
    let at = comment.len() - rest.len();
    let word = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).map_or(rest, |end| &rest[..end]);
    Some(directive(comment, hash, at, word))
}

fn directive(comment: &str, hash: usize, at: usize, word: &str) -> Result<Directive, String> {
    let Some((_, verb)) = VERBS.iter().find(|(name, _)| *name == word) else {
        return Err(format!(
            "`{word}` means nothing here; write `ignore[rule] reason`, `ignore-start[rule]`, `ignore-end[rule]` or `ignore-file[rule]`"
        ));
    };
    let open = at + word.len();
    let needs = || format!("`{word}` needs the rules in brackets: `{word}[rule] reason`");
    if !comment[open..].starts_with('[') {
        return Err(needs());
    }
    let close = comment[open..].find(']').map(|close| open + close).ok_or_else(needs)?;
    let rules: Vec<String> =
        comment[open + 1..close].split(',').map(str::trim).filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
    if rules.is_empty() {
        return Err(needs());
    }
    let end = comment[close..].find('#').map_or(comment.len(), |next| close + next);
    let reason = comment[close + 1..end].trim().trim_start_matches([':', '-']).trim().to_owned();
    Ok(Directive { verb: *verb, rules, brackets: open + 1..close, reason, own: hash..end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ok(comment: &str) -> Directive {
        read(comment).expect("ours").expect("understood")
    }

    #[test]
    fn every_form_is_read() {
        let one = ok("# victor-migrate: ignore[config-object, 2] kept for the plugin API");
        assert_eq!((one.verb, one.reason.as_str()), (Verb::Ignore, "kept for the plugin API"));
        assert_eq!(one.rules, ["config-object", "2"]);
        assert_eq!(ok("#victor-migrate:ignore-file[0]").verb, Verb::File);
        assert_eq!(ok("# type: ignore  # victor-migrate: ignore-start[a]: why # noqa").reason, "why");
        assert_eq!(ok("# x # victor-migrate: ignore-end[a] # noqa").own, 4..36);
    }

    #[test]
    fn what_cannot_be_understood_is_said() {
        for (comment, part) in [
            ("# victor-migrate: ignore", "needs the rules in brackets"),
            ("# victor-migrate: ignore[]", "needs the rules in brackets"),
            ("# victor-migrate: ignore[a", "needs the rules in brackets"),
            ("# victor-migrate: ignored[a]", "`ignored` means nothing here"),
            ("# victor-migrate:", "`` means nothing here"),
        ] {
            assert!(read(comment).expect("ours").expect_err("wrong").contains(part), "{comment}");
        }
        assert_eq!(read("# run victor-migrate: it helps"), None);
        assert_eq!(read("# noqa"), None);
    }
}
