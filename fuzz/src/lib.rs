//! What no bytes may break. Each function is a fuzz target and, over mutated seeds, a property of the tests.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use victor_migrate::edit::journal::{FOLDER, Journal, State};
use victor_migrate::python::Syntax;
use victor_migrate::readiness::baseline::Baseline;
use victor_migrate::rule::RuleSet;
use victor_migrate::rule::page;
use victor_migrate::scan::{Options, run_text};
use victor_migrate::settings::{self, PerFile, Settings};
use victor_migrate::source::Source;

/// A target.
pub type Target = fn(&[u8]);

/// A target, by its name and that of its folder of seeds.
pub const TARGETS: [(&str, Target); 6] =
    [("page", page), ("pattern", pattern), ("fix", fix), ("config", config), ("baseline", baseline), ("journal", journal)];

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::load(None).expect("the embedded rules compile"));

/// A rule page is understood, or every problem has a line.
pub fn page(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match page::parse("fuzzed.md", &text).and_then(|page| RuleSet::compile(vec![page])) {
        Ok(rules) => assert_eq!(rules.rules().len(), 1),
        Err(problems) => assert!(!problems.is_empty() && problems.iter().all(|one| one.line > 0 && !one.message.is_empty())),
    }
}

/// A pattern and its rewrite, parted by the first NUL, compile or are refused; what compiles can be run.
pub fn pattern(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (pattern, rewrite) = text.split_once('\0').unwrap_or((&text, "$orch.model"));
    let text = format!(
        "---\nexample: 6\nreplaces: AgentOrchestrator._model\nlevel: safe\neffort: 1-2 min\n---\n\n# Fuzzed\n\nAbout it.\n\n\
         ```python match\n{pattern}\n```\n\n```python rewrite\n{rewrite}\n```\n\n## A sample\n\n```python keep\nx = 1\n```\n"
    );
    let Ok(rules) = page::parse("fuzzed.md", &text).and_then(|page| RuleSet::compile(vec![page])) else { return };
    let code = "from victor.agent import AgentOrchestrator\n\norch = AgentOrchestrator()\nprint(orch._model, orch._config.x)\n";
    let outcome = run_text(Source::from_text("sample.py", code), &rules, &Options { fix: true, ..Options::default() });
    assert!(outcome.files.iter().all(|file| errors(file.text()) == 0));
}

/// A file is refused with a reason; or its bytes come back, and no fix makes it worse or has another one after it.
pub fn fix(bytes: &[u8]) {
    let source = match Source::decode("sample.py", None, bytes) {
        Ok(source) => source,
        Err(reason) => return assert!(!reason.is_empty()),
    };
    assert_eq!(source.encode(&source.text).as_deref(), Ok(bytes), "the bytes come back as others");
    let options = Options { fix: true, unsafe_fixes: true, modernize: true, ..Options::default() };
    let before = source.text.clone();
    let outcome = run_text(source, &RULES, &options);
    let Some(after) = outcome.files.first().and_then(|file| file.fixed.clone()) else { return };
    assert!(errors(&after) <= errors(&before), "{before:?}\nbecame\n{after:?}");
    let again = run_text(Source::from_text("sample.py", &after), &RULES, &options);
    let twice = again.files.first().and_then(|file| file.fixed.as_ref());
    assert!(errors(&before) > 0 || twice.is_none(), "{before:?}\nbecame\n{after:?}\nbecame\n{twice:?}");
}

/// A configuration is understood, or every problem is said.
pub fn config(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("victor-migrate.toml"), bytes).expect("written");
    match settings::load(&[folder.path().to_owned()]) {
        Ok(settings) => drop(PerFile::new(&settings)),
        Err(problems) => assert!(!problems.is_empty()),
    }
    let one = String::from_utf8_lossy(bytes).into_owned();
    drop(settings::with_overrides(Settings::default(), &[one]));
}

/// A baseline is refused, or comes back as it was.
pub fn baseline(bytes: &[u8]) {
    let Ok(read) = Baseline::parse(&String::from_utf8_lossy(bytes)) else { return };
    let text = Baseline::text(read.entries);
    let again = Baseline::parse(&text).expect("what was written is read");
    assert_eq!(Baseline::text(again.entries), text);
}

/// A journal is refused, or a run in it is taken back: only files of the project whose bytes it knows change.
pub fn journal(bytes: &[u8]) {
    let project = tempfile::tempdir().expect("a folder");
    let root = fs::canonicalize(project.path()).expect("a path");
    let run = root.join(FOLDER).join("journal/20270101T000000Z");
    fs::create_dir_all(&run).expect("made");
    let put = |path: &Path, bytes: &[u8]| fs::write(path, bytes).expect("written");
    put(&run.join("record.json"), bytes);
    for (name, bytes) in [("0.before", "old"), ("0.after", "new"), ("1.before", "old"), ("1.after", "new"), ("done", "")] {
        put(&run.join(name), bytes.as_bytes());
    }
    put(&root.join("a.py"), b"new");
    put(&root.join("b.py"), b"theirs");
    let journal = Journal::open(&root).expect("opens");
    if let Ok(runs) = journal.runs() {
        for run in &runs {
            drop(journal.settle(run, State::Undone));
        }
    }
    assert_eq!(fs::read(root.join("b.py")).expect("read"), b"theirs");
    assert!(matches!(fs::read(root.join("a.py")).expect("read").as_slice(), b"new" | b"old"));
}

fn errors(text: &str) -> usize {
    Syntax::parse(text).map_or(usize::MAX, |syntax| syntax.errors().count())
}
