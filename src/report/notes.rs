//! What is to be said about one finding beside its message, in words for a person: why, on what evidence, what next. The
//! words only; a terminal and an editor set them in their own ways.

use super::{example_name, level_word, one_line, shortened, strength_word};
use crate::finding::{Evidence, Finding, Level};

/// One thing to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// A fact.
    Fact(String),
    /// What to do.
    Help(String),
    /// Code to start from, its lines as they are but for control characters.
    Code(String),
}

/// What is to be said, in order; with the chain of evidence and the plan where everything is to be explained.
pub(crate) fn notes(finding: &Finding, explain: bool) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(quiet) = &finding.suppressed {
        let why = if quiet.reason.is_empty() { "without a reason".to_owned() } else { one_line(&quiet.reason) };
        notes.push(Note::Fact(match quiet.line {
            Some(line) => format!("kept quiet by the comment in line {line}: {why}"),
            None => format!("kept quiet by {why}"),
        }));
    }
    notes.extend(finding.reason.as_deref().map(|reason| Note::Fact(one_line(reason))));
    if explain {
        notes.extend(finding.evidence.iter().map(|link| Note::Fact(placed(link))));
        notes.extend(finding.plan.iter().map(|step| Note::Fact(format!("plan: {}", placed(step)))));
        let lines = |suggestion: &String| suggestion.lines().map(indented).collect::<Vec<_>>().join("\n");
        notes.extend(finding.suggestion.as_ref().map(|suggestion| Note::Code(lines(suggestion))));
    }
    if let Some(verdict) = &finding.verdict {
        let why = if verdict.why.is_empty() { String::new() } else { format!(": {}", one_line(&verdict.why)) };
        notes.push(Note::Fact(format!("{}{why}", verdict.word)));
    }
    notes.extend(finding.next.as_deref().map(|next| Note::Help(one_line(next))));
    notes
}

fn placed(link: &Evidence) -> String {
    one_line(&format!("{}: {}", link.place(), link.text))
}

/// A line of code without control characters, its indentation kept.
fn indented(line: &str) -> String {
    let blank = line.len() - line.trim_start_matches(' ').len();
    format!("{}{}", &line[..blank], one_line(line))
}

/// `Example 2 · safe · proven · orch`
pub(crate) fn label(finding: &Finding) -> String {
    let level = if finding.level == Level::None { "compatible" } else { level_word(finding.level) };
    let mut label = format!("{} · {level} · {}", example_name(finding.example), strength_word(finding.strength));
    let receiver = one_line(&finding.receiver);
    if !receiver.is_empty() {
        label.push_str(" · ");
        label.push_str(&shortened(&receiver, 60));
    }
    label
}
