//! A thousand programs whose sites are known because they were put there: each is found, nothing else is, a fix comes to
//! rest, and lines without a site stay. The seed is fixed, so that a failure comes back.

use std::fmt::Write as _;

use victor_migrate::python::Syntax;
use victor_migrate::rule::RuleSet;
use victor_migrate::scan::{Options, Outcome, run_text};
use victor_migrate::source::{Lines, Source};

// The build without the interpreter has the same scanner, and is asked less.
const PROGRAMS: u64 = if cfg!(feature = "verify") { 1000 } else { 100 };

/// Numbers that look random and never change.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(limit).expect("small")).expect("small")
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// How a function gets hold of an orchestrator: its head, what comes first in it, and what the orchestrator is called.
const SOURCES: [(&str, &str, &str); 14] = [
    ("(orch: AgentOrchestrator)", "", "orch"),
    ("(orch: \"AgentOrchestrator\")", "", "orch"),
    ("(orch: Optional[AgentOrchestrator])", "assert orch is not None", "orch"),
    ("(orch: AgentOrchestrator | None)", "if orch is None:\n    return None", "orch"),
    ("(thing)", "if not isinstance(thing, AgentOrchestrator):\n    return None", "thing"),
    ("()", "orch = AgentOrchestrator()", "orch"),
    ("()", "made = make()", "made"),
    ("()", "orch: AgentOrchestrator = load()", "orch"),
    ("(given: AgentOrchestrator)", "other = given", "other"),
    ("(box: Box)", "", "box.orch"),
    ("(box: Box)", "agent = box.orch", "agent"),
    ("(many: list[AgentOrchestrator])", "first = many[0]", "first"),
    ("(named: dict[str, AgentOrchestrator])", "one = named[\"a\"]", "one"),
    ("(cls: type[AgentOrchestrator])", "orch = cls()", "orch"),
];

/// Statements with a site in their only line; `O` is the orchestrator.
const SITES: [&str; 16] = [
    "print(O._model)",
    "total = len(O._config.region) + 1",
    "if O._config.debug: print(1)",
    "label = f\"{O._provider!r:>5}\"",
    "values = [item for item in O._context_manager.get_messages()]",
    "flag = \"a\" if hasattr(O._config, \"a\") else \"b\"",
    "later = lambda: O._model",
    "O._usage_analytics.track_event(\"seen\", {\"n\": 1})",
    "result = await O._tool_executor.execute_tool(\"search\", {\"q\": 1})",
    "O._enabled_tools = [\"a\"]",
    "O._config.temperature = 0.5",
    "secret = O._secret",
    "x, y = O._model, 2",
    "del O._cache",
    "print(*O._context_manager.get_messages(), sep=\"\")",
    "assert O._tool_call_parser",
];

/// Statements without one.
const OTHERS: [&str; 12] = [
    "pass",
    "x = 1  # O._config.model",
    "text = \"O._model\"",
    "radio._model = radio._config",
    "await O.chat(messages=[])",
    "print(O.session_id)",
    "def inner(who=radio): return who._model",
    "numbers = {key: value for key, value in {}.items()}",
    "with open(\"f\") as handle: handle.read()",
    "try: x = 2\nexcept ValueError: x = 3",
    "'''\nO._config in a string\n'''",
    "global counter; counter = 1",
];

/// Around a statement.
const BLOCKS: [&str; 8] =
    ["", "if x:", "for number in range(3):", "while x:", "try:", "with radio:", "async with radio:", "if x:\n    pass\nelif x + 1:"];

fn indented(text: &str, depth: usize) -> String {
    let pad = "    ".repeat(depth);
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{pad}{line}\n") }).collect()
}

/// A program, with `# site` at the end of every line that has one.
fn program(seed: u64) -> String {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(17));
    let mut text = String::from(
        "from __future__ import annotations\n\nfrom typing import Optional\n\nfrom victor.agent.orchestrator import AgentOrchestrator\n\nradio = object()\nx = 0\n\n\n\
         def make() -> AgentOrchestrator:\n    return AgentOrchestrator()\n\n\nclass Box:\n    def __init__(self, orch: AgentOrchestrator) -> None:\n        self.orch = orch\n",
    );
    for number in 0..1 + dice.below(4) {
        let (head, first, name) = SOURCES[dice.below(SOURCES.len())];
        let _ = write!(text, "\n\nasync def f{number}{head}:\n    x = 0\n{}", indented(first, 1));
        for _ in 0..1 + dice.below(6) {
            let block = dice.pick(&BLOCKS);
            let site = dice.below(2) == 0;
            let statement = if site { dice.pick(&SITES) } else { dice.pick(&OTHERS) };
            // `O` as a word of its own.
            let statement = statement
                .replace("O._", &format!("{name}._"))
                .replace("O.chat", &format!("{name}.chat"))
                .replace("O.session_id", &format!("{name}.session_id"));
            let statement = if site { format!("{statement}  # site") } else { statement };
            let depth = if block.is_empty() { 1 } else { 2 };
            text.push_str(&indented(block, 1));
            text.push_str(&indented(&statement, depth));
            if block == "try:" {
                text.push_str("    finally:\n        x = 4\n");
            }
        }
    }
    if dice.below(4) == 0 { text.replace('\n', "\r\n") } else { text }
}

fn run(rules: &RuleSet, text: &str, fix: bool, unsafe_fixes: bool) -> Outcome {
    run_text(Source::from_text("generated.py", text), rules, &Options { fix, unsafe_fixes, ..Options::default() })
}

fn fixed(rules: &RuleSet, text: &str, unsafe_fixes: bool) -> String {
    run(rules, text, true, unsafe_fixes).files.first().map_or_else(|| text.to_owned(), |file| file.text().to_owned())
}

/// What is wrong with one program.
fn judge(rules: &RuleSet, seed: u64) -> Option<String> {
    let text = program(seed);
    let is_whole = |text: &str| Syntax::parse(text).is_some_and(|syntax| !syntax.is_faulty());
    if !is_whole(&text) {
        return Some("the generator wrote no Python".to_owned());
    }
    let outcome = run(rules, &text, false, false);
    let lines = Lines::new(&text);
    let mut found: Vec<usize> = outcome
        .files
        .iter()
        .flat_map(|file| &file.findings)
        .filter(|one| one.is_open())
        .map(|one| lines.line_col(one.span.start).0)
        .collect();
    found.sort_unstable();
    found.dedup();
    let known: Vec<usize> = (1..=lines.count()).filter(|&line| lines.line(line).ends_with("# site")).collect();
    if found != known {
        return Some(format!("sites in {known:?}, found in {found:?}"));
    }
    for unsafe_fixes in [false, true] {
        let new = fixed(rules, &text, unsafe_fixes);
        if !is_whole(&new) {
            return Some(format!("does not parse after the fix:\n{new}"));
        }
        if fixed(rules, &new, unsafe_fixes) != new {
            return Some(format!("a second fix changes it again:\n{new}"));
        }
        let mut rest = new.lines();
        let lost = text
            .lines()
            .filter(|line| !line.ends_with("# site") && !line.starts_with("from "))
            .find(|line| !rest.any(|other| other == *line));
        if let Some(line) = lost {
            return Some(format!("the line `{line}` has no site, and is gone:\n{new}"));
        }
    }
    None
}

#[test]
fn a_thousand_programs_with_known_sites_hold_every_promise() {
    let rules = RuleSet::load(None).expect("the embedded rules compile");
    let wrong: Vec<String> =
        (0..PROGRAMS).filter_map(|seed| Some(format!("seed {seed}: {}\n{}", judge(&rules, seed)?, program(seed)))).collect();
    assert!(wrong.is_empty(), "{} of {PROGRAMS}:\n{}", wrong.len(), wrong[..wrong.len().min(3)].join("\n"));
}
