//! Every key of the configuration, once: the reader, the suggestions, `--show-settings` and the published schema follow it.

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Flag,
    /// A whole number up to this one.
    Number(usize),
    /// A string that names a path, relative to the file it is written in.
    Path,
    /// A release, or how to find one.
    Release,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of rules by name, or Examples by number.
    Rules,
    /// A list of patterns for paths, as in `.gitignore`, relative to the file they are written in.
    Globs,
    /// Rules by pattern for paths.
    RulesByGlob,
    /// One of these words by rule.
    ChoiceByRule(&'static [&'static str]),
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// With dots where it is in a table.
    pub name: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// What it does, for a person.
    pub doc: &'static str,
}

/// All keys, in the order in which they are shown.
pub const KEYS: [Key; 17] = [
    Key { name: "extend", kind: Kind::Path, doc: "Another file, whose settings hold where this one says nothing" },
    Key { name: "exclude", kind: Kind::Globs, doc: "Files and folders that are not scanned, unless they are named" },
    Key { name: "select", kind: Kind::Rules, doc: "Only these rules" },
    Key { name: "ignore", kind: Kind::Rules, doc: "Not these rules" },
    Key { name: "per-file-ignores", kind: Kind::RulesByGlob, doc: "Rules that are kept quiet in some files; their sites stay open" },
    Key {
        name: "levels",
        kind: Kind::ChoiceByRule(&["review", "manual", "quiet"]),
        doc: "A stricter level for a rule, or quiet; a rule's fix cannot be made safer than it is",
    },
    Key { name: "modernize", kind: Kind::Flag, doc: "Also rewrite compatible calls into their newer spelling" },
    Key { name: "unsafe-fixes", kind: Kind::Flag, doc: "Fixes include those of level review" },
    Key { name: "docs", kind: Kind::Flag, doc: "Also the examples in Markdown, reStructuredText and docstrings" },
    Key { name: "rules", kind: Kind::Path, doc: "A folder of rules to add" },
    Key {
        name: "target",
        kind: Kind::Release,
        doc: "What the code is to run with: guide, a release such as victor-ai==0.9.5, installed, or a path",
    },
    Key { name: "baseline", kind: Kind::Path, doc: "The file with the debts that the gate lets pass" },
    Key { name: "gate.min-readiness", kind: Kind::Number(100), doc: "Least readiness, in percent" },
    Key { name: "gate.max-manual", kind: Kind::Number(usize::MAX), doc: "Most open sites of level manual" },
    Key { name: "gate.max-unresolved", kind: Kind::Number(usize::MAX), doc: "Most unresolved sites" },
    Key { name: "gate.max-dynamic", kind: Kind::Number(usize::MAX), doc: "Most dynamic sites" },
    Key {
        name: "gate.fail-on",
        kind: Kind::Choice(&["safe", "review", "manual", "never"]),
        doc: "New open sites of this level, or a heavier one, fail the gate",
    },
];
