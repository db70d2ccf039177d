//! The least that any tool like ours must do: walk, read, look for words, parse what has one. Two threads; prints how
//! many files and bytes it read and parsed.
//!
//!     floor PATH [all]
//!
//! With `all` every file is parsed.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::AhoCorasick;
use ignore::{WalkBuilder, WalkState};
use tree_sitter::Parser;

/// Words that a file has which can matter; those that are short or common are found with what stands before them.
const WORDS: [&str; 18] = [
    "victor",
    "rchestrator",
    "_orch",
    " orch.",
    "(orch",
    "._config.",
    "._model\n",
    "._provider\n",
    "._middleware\n",
    "_prompt_builder",
    "_context_manager",
    "_context_compactor",
    "_usage_analytics",
    "_tool_executor",
    "_tool_call_parser",
    "_metrics_collector",
    "_enabled_tools",
    "AgentOrchestrator",
];

#[derive(Default)]
struct Count {
    files: AtomicUsize,
    bytes: AtomicUsize,
    parsed: AtomicUsize,
    parsed_bytes: AtomicUsize,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().expect("floor PATH [all]");
    let all = args.next().is_some();
    let words = AhoCorasick::new(WORDS).expect("a few words");
    let count = Count::default();
    WalkBuilder::new(path).hidden(false).require_git(false).threads(2).build_parallel().run(|| {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_python::LANGUAGE.into()).expect("the grammar fits the library");
        let (count, words) = (&count, &words);
        Box::new(move |entry| {
            let path = entry.map(ignore::DirEntry::into_path).unwrap_or_else(|_| PathBuf::new());
            if path.extension().is_some_and(|ending| ending == "py" || ending == "pyi") {
                look(&path, all, words, &mut parser, count);
            }
            WalkState::Continue
        })
    });
    let read = |number: &AtomicUsize| number.load(Ordering::Relaxed);
    let (files, bytes, parsed, parsed_bytes) = (read(&count.files), read(&count.bytes), read(&count.parsed), read(&count.parsed_bytes));
    println!("{files} files, {bytes} bytes; {parsed} parsed, {parsed_bytes} bytes");
}

fn look(path: &PathBuf, all: bool, words: &AhoCorasick, parser: &mut Parser, count: &Count) {
    let Ok(text) = std::fs::read(path) else { return };
    count.files.fetch_add(1, Ordering::Relaxed);
    count.bytes.fetch_add(text.len(), Ordering::Relaxed);
    if all || words.is_match(&text) {
        count.parsed.fetch_add(1, Ordering::Relaxed);
        count.parsed_bytes.fetch_add(text.len(), Ordering::Relaxed);
        drop(std::hint::black_box(parser.parse(&text, None)));
    }
}
