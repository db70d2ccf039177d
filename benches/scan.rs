//! The measurements behind our claims about speed: many files without and with hits, and one huge file.
//! Peers are measured beside us by `compare.py`.

use std::path::{Path, PathBuf};

use victor_migrate::rule::RuleSet;
use victor_migrate::scan::{Options, run};

fn main() {
    divan::main();
}

/// A module without anything of ours, about 2 kB.
fn plain(number: usize) -> String {
    let function = |at: usize| format!("def step_{number}_{at}(rows):\n    return [row.total * {at} for row in rows if row.total]\n\n\n");
    (0..24).map(function).collect()
}

const IMPORT: &str = "from victor.agent.orchestrator import AgentOrchestrator\n\n\n";

/// A module with four functions that reach into the orchestrator, about 1 kB.
fn legacy(number: usize) -> String {
    format!("{IMPORT}{}", functions(number))
}

fn functions(number: usize) -> String {
    let function = |at: usize| {
        format!(
            "async def ask_{number}_{at}(orch: AgentOrchestrator, text):\n    \
             orch._usage_analytics.track_event(\"asked\", {{\"n\": {number}}})\n    \
             limit = orch._config.token_budget\n    \
             return limit, orch._context_manager.get_messages(), await orch.chat(text)\n\n\n"
        )
    };
    (0..4).map(function).collect()
}

fn tree(files: usize, text: impl Fn(usize) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for number in 0..files {
        let package = folder.path().join(format!("package_{}", number % 40));
        std::fs::create_dir_all(&package).expect("a folder");
        std::fs::write(package.join(format!("module_{number}.py")), text(number)).expect("a file");
    }
    folder
}

fn scan(bencher: divan::Bencher<'_, '_>, path: &Path, options: &Options) {
    let rules = RuleSet::load(None).expect("the built-in rules are well formed");
    let paths: [PathBuf; 1] = [path.to_path_buf()];
    bencher.bench_local(|| run(&paths, &rules, options, &|_, _| {}));
}

#[divan::bench(sample_count = 10)]
fn files_without_hits(bencher: divan::Bencher<'_, '_>) {
    scan(bencher, tree(2000, plain).path(), &Options::default());
}

#[divan::bench(sample_count = 10)]
fn files_with_hits(bencher: divan::Bencher<'_, '_>) {
    scan(bencher, tree(500, legacy).path(), &Options::default());
}

#[divan::bench(sample_count = 10)]
fn files_with_hits_fixed(bencher: divan::Bencher<'_, '_>) {
    scan(bencher, tree(500, legacy).path(), &Options { fix: true, ..Options::default() });
}

#[divan::bench(sample_count = 5)]
fn one_huge_file(bencher: divan::Bencher<'_, '_>) {
    scan(bencher, tree(1, |_| format!("{IMPORT}{}", (0..4000).map(functions).collect::<String>())).path(), &Options::default());
}
