//! The part of a page after its front matter: which fence has which role, and what belongs together.
//!
//! Checks what can be said at one place; `check` says what needs the whole page.

use super::markdown::Block;
use super::suggest::{hint, is_kebab};
use super::{Fence, Flags, Pair, Problems, Sample, SampleRole};

/// The roles a fence may have.
pub(super) const ROLES: [&str; 7] = ["match", "rewrite", "unless", "before", "after", "keep", "report"];
const PATTERN_ROLES: [&str; 3] = ["match", "rewrite", "unless"];
const FLAGS: [&str; 6] = ["unsafe", "modernize", "also=<rule>", "target=<release>", "crlf", "bom"];

/// What stands in the body.
#[derive(Default)]
pub(super) struct Body {
    pub(super) title: Option<(usize, String)>,
    pub(super) why: String,
    pub(super) pairs: Vec<Pair>,
    pub(super) samples: Vec<Sample>,
}

/// The flags of one fence; the last two say how its body is to be encoded.
#[derive(Default)]
struct Words {
    flags: Flags,
    crlf: bool,
    bom: bool,
}

/// A sample's fence with its role read.
struct Program {
    line: usize,
    words: Words,
    body: String,
}

/// Reads the blocks in page order.
pub(super) fn read(blocks: Vec<(usize, Block)>, problems: &mut Problems) -> Body {
    let mut reader = Reader { problems, body: Body::default(), heading: String::new(), before: None, pair_is_open: false };
    for (line, block) in blocks {
        match block {
            Block::Title(title) => reader.title(line, title),
            Block::Section(section) => reader.section(section),
            Block::Paragraph(text) if reader.body.why.is_empty() => reader.body.why = text,
            Block::Paragraph(_) => {}
            Block::Fence { info, body } => reader.fence(line, &info, body),
        }
    }
    reader.lone_before();
    reader.body
}

struct Reader<'p, 'f> {
    problems: &'p mut Problems<'f>,
    body: Body,
    heading: String,
    /// A `before` that waits for its `after`.
    before: Option<Program>,
    /// Whether the last pair stands in this section.
    pair_is_open: bool,
}

impl Reader<'_, '_> {
    fn title(&mut self, line: usize, title: String) {
        if let Some((first, _)) = self.body.title {
            self.problems.add(line, format!("a page has one `# ` title and this one has it in line {first}; use `## ` here"));
        } else {
            self.body.title = Some((line, title.clone()));
        }
        self.section(title);
    }

    fn section(&mut self, heading: String) {
        self.lone_before();
        self.heading = heading;
        self.pair_is_open = false;
    }

    /// Complains about a `before` whose `after` did not come.
    fn lone_before(&mut self) {
        if let Some(before) = self.before.take() {
            self.problems
                .add(before.line - 1, "this `before` is not followed by its `after` in the same section; add a `python after` fence");
        }
    }

    fn fence(&mut self, line: usize, info: &str, body: String) {
        let mut words = info.split_whitespace();
        let language = words.next().unwrap_or_default();
        let Some(role) = words.next() else { return };
        if language != "python" {
            let meant = language.eq_ignore_ascii_case("python") || matches!(language, "py" | "python3");
            if meant && ROLES.contains(&role) {
                self.problems.add(line, format!("a fence with a role begins with `python`, not `{language}`; write `python {role}`"));
            }
            return;
        }
        if !ROLES.contains(&role) {
            return self.problems.add(line, format!("unknown role `{role}`; {}", hint(role, &ROLES)));
        }
        if role != "after" {
            self.lone_before();
        }
        if PATTERN_ROLES.contains(&role) {
            if let Some(flag) = words.next() {
                self.problems.add(line, format!("a `{role}` takes no flags; remove `{flag}`"));
            }
            return self.pattern(line, role, &body);
        }
        let words = self.words(line, words);
        self.program(role, Program { line: line + 1, words, body });
    }

    fn words<'w>(&mut self, line: usize, words: impl Iterator<Item = &'w str>) -> Words {
        let mut read = Words::default();
        for word in words {
            match (word, word.strip_prefix("also=")) {
                ("unsafe", _) => read.flags.unsafe_ = true,
                ("modernize", _) => read.flags.modernize = true,
                ("crlf", _) => read.crlf = true,
                ("bom", _) => read.bom = true,
                (word, None) if word.starts_with("target=") => read.flags.target = word.strip_prefix("target=").map(str::to_owned),
                (_, Some(rule)) if is_kebab(rule) => read.flags.also.push(rule.to_owned()),
                (_, Some(_)) => self.problems.add(line, format!("`{word}` names no rule; write `also=<rule>` with the stem of its file")),
                _ => self.problems.add(line, format!("unknown flag `{word}`; {}", hint(word, &FLAGS))),
            }
        }
        read
    }

    fn pattern(&mut self, line: usize, role: &str, body: &str) {
        let body = body.replace("\r\n", "\n");
        let body = body.strip_suffix('\n').unwrap_or(&body).to_owned();
        if role != "rewrite" && body.trim().is_empty() {
            self.problems.add(line, format!("this `{role}` is empty; write a pattern"));
        }
        let fence = Fence { line: line + 1, body };
        let pairs = &mut self.body.pairs;
        if role == "match" && (!self.pair_is_open || pairs.last().is_none_or(|pair| pair.rewrite.is_some())) {
            pairs.push(Pair::default());
            self.pair_is_open = true;
        }
        let Some(pair) = pairs.last_mut().filter(|_| self.pair_is_open) else {
            return self.problems.add(line, format!("this `{role}` follows no `match` in its section; put the `match` above it"));
        };
        match role {
            "match" => pair.matches.push(fence),
            "unless" => pair.unless.push(fence),
            _ if pair.rewrite.is_some() => {
                self.problems.add(line, "the `match` above has a `rewrite` already; keep one, or add a `match` before this one");
            }
            _ => pair.rewrite = Some(fence),
        }
    }

    fn program(&mut self, role: &str, program: Program) {
        match role {
            "before" => self.before = Some(program),
            "after" => match self.before.take() {
                Some(before) => self.fix(before, program),
                None => self.problems.add(program.line - 1, "this `after` follows no `before` in its section; put the `before` above it"),
            },
            _ => {
                let text = program.words.encode(&program.body);
                let role = if role == "keep" { SampleRole::Keep(text) } else { SampleRole::Report(text) };
                self.sample(program.line, role, program.words.flags);
            }
        }
    }

    fn fix(&mut self, before: Program, after: Program) {
        if before.body == after.body {
            self.problems.add(before.line - 1, "`before` and `after` are the same; make it one `keep`");
        }
        let words = before.words.join(after.words);
        let role = SampleRole::Fix { before: words.encode(&before.body), after: words.encode(&after.body) };
        self.sample(before.line, role, words.flags);
    }

    fn sample(&mut self, line: usize, role: SampleRole, flags: Flags) {
        self.body.samples.push(Sample { title: self.heading.clone(), role, flags, line });
    }
}

impl Words {
    fn join(mut self, other: Words) -> Words {
        self.flags.unsafe_ |= other.flags.unsafe_;
        self.flags.modernize |= other.flags.modernize;
        self.flags.target = self.flags.target.take().or(other.flags.target);
        let new: Vec<String> = other.flags.also.into_iter().filter(|rule| !self.flags.also.contains(rule)).collect();
        self.flags.also.extend(new);
        Words { crlf: self.crlf || other.crlf, bom: self.bom || other.bom, flags: self.flags }
    }

    fn encode(&self, body: &str) -> String {
        let bom = if self.bom { "\u{feff}" } else { "" };
        if self.crlf {
            return format!("{bom}{}", body.replace("\r\n", "\n").replace('\n', "\r\n"));
        }
        format!("{bom}{body}")
    }
}
