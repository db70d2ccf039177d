//! What a scan says about one place in the user's code. A finding is not an error.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// How far the tool may go by itself. Ordered from "nothing to do" to "a person must".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Compatible: keeps working as it is.
    None,
    /// Nobody can tell the difference; `--fix` applies it.
    Safe,
    /// Behaviour may differ in a stated way; `--fix --unsafe-fixes` applies it.
    Review,
    /// Reported with steps, never applied.
    Manual,
}

/// How sure the tool is that the receiver is an orchestrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Through an import that resolves to `victor`.
    Proven,
    /// By its name, without contrary evidence, in a project that imports `victor`.
    Likely,
    /// The receiver is not known; only the attribute's name is telling.
    Unknown,
}

/// Which account a finding belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A use of the orchestrator that was understood.
    Use,
    /// A distinctive internal name on a receiver of unknown type.
    Unresolved,
    /// An access whose target is computed or hidden: `getattr`, `vars`, `__dict__`, `patch("…")`.
    Dynamic,
}

/// One link in the chain that says why a receiver is (or may be) an orchestrator.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// The file, where it is another one than the finding's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The number of its cell, where the file is a notebook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<usize>,
    /// Line of the evidence, from 1; in a notebook, of its cell.
    pub line: usize,
    /// What the line says, for a person.
    pub text: String,
}

/// Replaces the bytes `start..end` of the decoded text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Edit {
    /// First byte replaced, from 0.
    pub start: usize,
    /// One past the last byte replaced; equal to `start` for an insertion.
    pub end: usize,
    /// What stands there afterwards.
    pub text: String,
}

/// All edits of one finding: all of them are made, or none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fix {
    /// `Safe` or `Review`: which flag applies it.
    pub level: Level,
    /// The edits, sorted and without overlap; import edits included.
    pub edits: Vec<Edit>,
    /// Ranges whose text was copied; another group's edit in one of them makes this group wait a round.
    pub reads: Vec<Range<usize>>,
}

/// A fix that needs `await` in a function that is not `async def`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wants {
    /// The number of the function among all definitions of the file.
    pub function: u32,
    /// The fix, as it would be in a coroutine.
    pub fix: Fix,
}

/// What keeps a finding quiet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// Line of the comment, from 1; none where the configuration says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The reason that the comment gives, empty for none; or the place in the configuration.
    pub reason: String,
}

/// What came of executing an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// `verified`, `declared`, `changed`, `broken` or `unproven`.
    pub word: &'static str,
    /// What is known, for a person; empty for what is verified.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// One place in the user's code that touches the orchestrator.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Name of the rule, the file name of its page.
    pub rule: String,
    /// 1–10: the guide's Example; 11: its common patterns; 0: the rest.
    pub example: u8,
    /// What has to be done here.
    pub level: Level,
    /// How sure the receiver's type is.
    pub strength: Strength,
    /// Which account it belongs to.
    pub kind: Kind,
    /// Bytes of the decoded text.
    pub span: Range<usize>,
    /// The receiver as written, empty where there is none.
    pub receiver: String,
    /// What was found, in one sentence.
    pub message: String,
    /// Why the level is what it is, where the site differs from its rule.
    pub reason: Option<String>,
    /// What to write instead or do next, for a person.
    pub next: Option<String>,
    /// What a person could write, as a text to start from; never applied.
    pub suggestion: Option<String>,
    /// Why the receiver is taken for an orchestrator.
    pub evidence: Vec<Evidence>,
    /// Effort for a person in minutes, least and most.
    pub effort: (u32, u32),
    /// The edits, where the tool can say why they are right.
    pub fix: Option<Fix>,
    /// What came of executing the fix, where that was asked for; it is asked for anew each time.
    #[serde(skip)]
    pub verdict: Option<Verdict>,
    /// What would be done if the function around it became `async def`.
    pub wants: Option<Wants>,
    /// What else that takes, step by step: up to the entry points, or to what stops it.
    pub plan: Vec<Evidence>,
    /// Edits of the fix in other files: path and edit.
    pub elsewhere: Vec<(String, Edit)>,
    /// The baseline knows it.
    pub known: bool,
    /// What keeps it quiet.
    pub suppressed: Option<Suppressed>,
}

impl Evidence {
    /// `a.py:3`, `book.ipynb:cell 2:3`, or `line 3` in the finding's own file.
    #[must_use]
    pub fn place(&self) -> String {
        let Evidence { path, cell, line, .. } = self;
        match (path, cell) {
            (Some(path), Some(cell)) => format!("{path}:cell {cell}:{line}"),
            (Some(path), None) => format!("{path}:{line}"),
            (None, Some(cell)) => format!("cell {cell}, line {line}"),
            (None, None) => format!("line {line}"),
        }
    }
}

impl Finding {
    /// Open: somebody still has to do something about it, even where a comment keeps it quiet.
    pub fn is_open(&self) -> bool {
        self.level != Level::None
    }

    /// Open, and nobody said to leave it for now.
    pub fn is_due(&self) -> bool {
        self.is_open() && self.suppressed.is_none()
    }
}
