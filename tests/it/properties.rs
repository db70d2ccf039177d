//! Promises about programs nobody thought of: put together at random, or no programs at all.

use std::sync::LazyLock;

use clap::ValueEnum;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use victor_migrate::python::Syntax;
use victor_migrate::report::{Format, View, render};
use victor_migrate::rule::RuleSet;
use victor_migrate::scan::{Options, Outcome, run_text};
use victor_migrate::source::{Lines, Source};

use super::support::{Project, cases};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::load(None).expect("the embedded rules compile"));

/// Reads that become one other expression on the same line, without an import.
const READS: [&str; 7] = [
    "total = len(orch._model)",
    "print(orch._config.temperature, orch._model)  # orch._config.x",
    "use(orch._context_manager.get_messages())",
    "x = getattr(orch._config, \"top_p\", 1.0); y = 2",
    "label = f\"{orch._model} {orch._config.model!r:>5}\"",
    "assert orch._provider is not None, orch._model",
    "print(\"a\" if hasattr(orch._config, \"a\") else \\\n    orch._model)",
];

/// Everything else that is done to an orchestrator, statement by statement.
const LEGACY: [&str; 22] = [
    "config = orch._config",
    "print(config.model)",
    "orch._config.temperature = 0.2",
    "orch._provider = provider",
    "orch._model = \"small\"",
    "orch._provider = provider\norch._model = \"large\"",
    "orch._provider, orch._model = provider, \"large\"",
    "orch._tool_executor.set_provider(provider)",
    "orch._usage_analytics.track_event(\"visit\", {\"a\": 1})",
    "numbers = orch._usage_analytics.get_analytics()",
    "messages = orch._context_manager.get_messages()",
    "shorter = orch._context_compactor.compact(orch._context_manager.get_messages())\norch._context_manager.set_messages(shorter)",
    "shorter = orch._context_compactor.compact(messages)\norch._context_manager.set_messages(shorter)\nprint(len(shorter))",
    "calls = orch._tool_call_parser.parse(response)",
    "calls = orch._tool_call_parser.parse(response)\nresults = []\nfor call in calls:\n    results.append(await orch._tool_executor.execute_tool(call.name, call.arguments))",
    "result = await orch._tool_executor.execute_tool(\"search\", {\"q\": 1})",
    "tools = orch._tool_executor\nresult = await tools.execute_tool(name=\"search\", parameters={})",
    "response = orch.chat(\"Hello\")\nprint(response.content)",
    "response = await orch.chat(\"Hello\")",
    "async for chunk in orch._provider.stream_chat(messages):\n    print(chunk.content)",
    "orch = provider",
    "del orch",
];

const OTHER: [&str; 10] = [
    "pass",
    "x = 1",
    "# orch._config.model and orch._provider = p",
    "text = \"orch._config.model\"",
    "provider._config.model = provider._model",
    "values = [v for v in (1, 2) if v]",
    "call(\n    1,\n    b=2,  # two\n)",
    "doc = \"\"\"\n  orch._model\n\"\"\"",
    "return orch._model",
    "x: int = 1; y = (\n  x)",
];

const HEADERS: [&str; 9] = [
    "if x:",
    "for orch._model in []:",
    "for item in [1, 2]:",
    "while orch._config.go:",
    "with open(orch._model) as held:",
    "if orch._provider is None:",
    "def inner():",
    "async def inner(orch):",
    "class Inner:",
];

const HANDLERS: [&str; 4] = ["except AttributeError:", "except (AttributeError, ValueError) as error:", "except Exception:", "finally:"];

const IMPORTS: [&str; 4] = [
    "from victor.agent.orchestrator import AgentOrchestrator",
    "\"\"\"Says what it is.\"\"\"\n\nfrom __future__ import annotations\n\nimport os\nfrom victor.agent import AgentOrchestrator",
    "#!/usr/bin/env python3\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from victor.agent.orchestrator import AgentOrchestrator",
    "from victor.agent.orchestrator import (\n    AgentOrchestrator,  # ours\n)\nAnalyticsEvent = None",
];

/// What a program without errors may be cut into and put together again.
const TOKENS: [&str; 40] = [
    "orch",
    "orch.",
    "._config",
    "._model",
    "._provider",
    ".temperature",
    " = ",
    "provider",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\n",
    "\n    ",
    "\r\n",
    "\t",
    ":",
    ",",
    "\"",
    "'",
    "f\"{",
    "}\"",
    "#",
    "await ",
    "async ",
    "def f(orch: AgentOrchestrator)",
    "return ",
    "lambda ",
    "del ",
    "if ",
    "getattr(orch._config, ",
    "hasattr(",
    "._context_manager.get_messages()",
    "._usage_analytics.track_event(\"a\")",
    "é🦀",
    "\\\n",
    ";",
    "print(orch._model)\n",
];

/// The same without anything that is ours.
const FOREIGN: [&str; 24] = [
    "agent",
    "self",
    "._config",
    "._model",
    "._provider = p",
    ".model",
    " = ",
    "(",
    ")",
    "\n",
    "\n    ",
    "\r\n",
    ":",
    ",",
    "\"",
    "#",
    "await ",
    "def f(agent):",
    "class A:",
    "import acme\n",
    "getattr(agent, \"_config\")",
    "return ",
    "Orchestrator()",
    "é",
];

/// A statement or a block of them, not yet indented.
#[derive(Clone, Debug)]
enum Piece {
    Lines(&'static str),
    Block(&'static str, Vec<Piece>),
    Try(&'static str, Vec<Piece>),
}

/// A program and how it is laid out.
#[derive(Clone, Debug)]
struct Program {
    imports: &'static str,
    head: &'static str,
    pieces: Vec<Piece>,
    unit: &'static str,
    newline: &'static str,
    ends: bool,
}

impl Program {
    fn text(&self) -> String {
        let mut lines = Vec::new();
        self.put(0, self.imports, &mut lines);
        self.put(0, "\n", &mut lines);
        self.block(0, self.head, &self.pieces, &mut lines);
        let end = if self.ends { self.newline } else { "" };
        lines.join(self.newline) + end
    }

    fn put(&self, depth: usize, text: &str, lines: &mut Vec<String>) {
        lines.extend(text.split('\n').map(|line| self.unit.repeat(depth) + &line.replace("    ", self.unit)));
    }

    fn block(&self, depth: usize, head: &str, pieces: &[Piece], lines: &mut Vec<String>) {
        self.put(depth, head, lines);
        for piece in pieces {
            match piece {
                Piece::Lines(text) => self.put(depth + 1, text, lines),
                Piece::Block(head, body) => self.block(depth + 1, head, body, lines),
                Piece::Try(handler, body) => {
                    self.block(depth + 1, "try:", body, lines);
                    self.block(depth + 1, handler, &[], lines);
                }
            }
        }
        self.put(depth + 1, "pass", lines);
    }
}

fn programs(statements: Vec<&'static str>, handlers: bool) -> impl Strategy<Value = Program> {
    let leaf = select(statements).prop_map(Piece::Lines);
    let piece = leaf.prop_recursive(3, 16, 4, move |inner| {
        let body = vec(inner, 0..4);
        let block = (select(HEADERS.as_slice()), body.clone()).prop_map(|(head, body)| Piece::Block(head, body));
        let guarded = (select(HANDLERS.as_slice()), body).prop_map(|(handler, body)| Piece::Try(handler, body));
        prop_oneof![3 => block, u32::from(handlers) => guarded]
    });
    let head = select(vec![
        "def run(orch: \"AgentOrchestrator\", provider, messages):",
        "async def run(orch: \"AgentOrchestrator\", provider, *rest):",
    ]);
    let layout = (select(vec!["    ", "\t", "  "]), select(vec!["\n", "\r\n"]), any::<bool>());
    (select(IMPORTS.as_slice()), head, vec(piece, 1..7), layout).prop_map(|(imports, head, pieces, (unit, newline, ends))| Program {
        imports,
        head,
        pieces,
        unit,
        newline,
        ends,
    })
}

fn errors(text: &str) -> usize {
    Syntax::parse(text).map_or(usize::MAX, |syntax| syntax.errors().count())
}

fn run(text: &str, options: &Options) -> Outcome {
    run_text(Source::from_text("sample.py", text), &RULES, options)
}

fn fixed(text: &str, options: &Options) -> String {
    run(text, options).files.first().map_or_else(|| text.to_owned(), |file| file.text().to_owned())
}

fn safe() -> Options {
    Options { fix: true, ..Options::default() }
}

fn everything() -> Options {
    Options { unsafe_fixes: true, modernize: true, ..safe() }
}

fn render_all(outcome: &Outcome) {
    for format in Format::value_variants() {
        render(*format, outcome, &RULES, &View { explain: true, ..View::default() }, &mut Vec::new()).expect("a vector takes it");
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn any_program_is_fixed_to_one_that_parses_and_stays(program in programs([&READS[..], &LEGACY, &OTHER].concat(), true)) {
        let text = program.text();
        prop_assert_eq!(errors(&text), 0, "the program itself does not parse:\n{}", &text);
        for options in [safe(), everything()] {
            let outcome = run(&text, &options);
            render_all(&outcome);
            let once = fixed(&text, &options);
            prop_assert_eq!(errors(&once), 0, "\n{}\nbecame\n{}", &text, &once);
            prop_assert!(outcome.files.iter().all(|file| file.notes.is_empty()), "{:?}\n{}", outcome.files[0].notes, &text);
            let twice = fixed(&once, &options);
            prop_assert!(twice == once, "\n{}\nbecame\n{}\nbecame\n{}", &text, &once, &twice);
            if program.newline == "\r\n" {
                prop_assert_eq!(once.matches('\n').count(), once.matches("\r\n").count(), "{:?}", &once);
            }
        }
    }

    #[test]
    fn a_line_without_a_finding_stays_where_no_import_is_needed(program in programs([&READS[..], &OTHER].concat(), false)) {
        let text = program.text();
        let seen = run(&text, &Options::default());
        let lines = Lines::new(&text);
        let spans = seen.files.iter().flat_map(|file| &file.findings).map(|finding| &finding.span);
        let found: Vec<_> = spans.map(|span| lines.line_col(span.start).0..=lines.line_col(span.end).0).collect();
        let new = fixed(&text, &safe());
        prop_assert_eq!(text.split('\n').count(), new.split('\n').count(), "\n{}\nbecame\n{}", &text, &new);
        for (number, (before, after)) in (1..).zip(text.split('\n').zip(new.split('\n'))) {
            let may = found.iter().any(|lines| lines.contains(&number));
            prop_assert!(may || before == after, "line {}: {:?} became {:?}", number, before, after);
        }
    }

    #[test]
    fn what_was_fixed_and_undone_is_what_it_was(one in programs([&READS[..], &LEGACY, &OTHER].concat(), true), two in programs(READS.to_vec(), false)) {
        let project = Project::new(&[("one.py", one.text()), ("folder/two.py", two.text())]);
        let before = project.files();
        project.scan(". --fix --unsafe-fixes --modernize");
        let fixed = project.files() != before;
        project.run(&["undo"]).ends_with(if fixed { 0 } else { 2 });
        prop_assert!(project.files() == before, "{:?}", project.files());
    }

    #[test]
    fn pieces_of_a_program_never_panic_and_are_never_made_worse(tokens in vec(select(TOKENS.as_slice()), 0..40)) {
        let text = format!("{}\n\n\norch = AgentOrchestrator()\n{}", IMPORTS[0], tokens.concat());
        for options in [safe(), everything()] {
            let outcome = run(&text, &options);
            render_all(&outcome);
            let new = fixed(&text, &options);
            prop_assert!(errors(&new) <= errors(&text), "{:?}\nbecame\n{:?}", &text, &new);
        }
    }

    #[test]
    fn what_names_nothing_of_ours_never_changes(tokens in vec(select(FOREIGN.as_slice()), 0..40)) {
        let text = tokens.concat();
        render_all(&run(&text, &everything()));
        prop_assert_eq!(fixed(&text, &everything()), text);
    }

    #[test]
    fn any_bytes_are_refused_with_a_reason_or_kept(bytes in vec(any::<u8>(), 0..200), coding in select(vec!["", "# coding: latin-1\n", "# coding: cp1252\n", "\u{feff}"])) {
        let bytes = [coding.as_bytes(), &bytes].concat();
        match Source::decode("sample.py", None, &bytes) {
            Err(reason) => prop_assert!(!reason.is_empty() && coding != "# coding: latin-1\n" || reason == "binary file" || reason.contains("carriage return"), "{}", reason),
            Ok(source) => {
                prop_assert!(source.encode(&source.text).as_deref() == Ok(bytes.as_slice()), "the bytes come back as others");
                let outcome = run_text(source, &RULES, &everything());
                render_all(&outcome);
                prop_assert!(outcome.files.iter().all(|file| file.fixed.is_none()));
            }
        }
    }

    #[test]
    fn any_text_is_kept(text in any::<String>(), more in "(?s)[a-z_.(){}\"':=# \\n\\t\\\\]{0,200}") {
        for text in [text, more] {
            render_all(&run(&text, &everything()));
            prop_assert_eq!(fixed(&text, &everything()), text);
        }
    }
}
