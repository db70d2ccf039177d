"""victor-migrate beside its peers on the same trees, in one run.

    python3 benches/compare.py PROGRAM FLOOR FOLDER [TREE…]

PROGRAM is a release build, FLOOR that of `benches/floor.rs`, FOLDER what `corpora.py` wrote. Peers are taken from PATH; a
missing one is said. Prints a table in Markdown: medians of wall time, user and system time, and the largest memory of
one process; and how long each takes in units of the floor. The slowest peers run on the small tree only, once.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
ALL = ["small", "medium", "large", "every", "dense"]
# Trees in which every file matters.
FULL = ["every", "dense"]
WORDS = r"\b(_config|_provider|_model|_middleware|_prompt_builder|_context_manager|_context_compactor|_usage_analytics|_tool_executor|_tool_call_parser|_metrics_collector|_enabled_tools)\b|victor|rchestrator|\borch\."
PATTERN = "$O._config.$NAME"
SEMGREP = f"rules: [{{id: config, languages: [python], severity: INFO, message: found, pattern: {PATTERN}}}]\n"
HERE = os.path.dirname(os.path.abspath(__file__))


def commands(program, floor, tree, scratch):
    """The programs with their commands; those behind `once` are slow."""
    scan = [program, "scan", "--exit-zero", "--isolated"]
    quick = {
        "victor-migrate": [*scan, "--no-cache", "--format", "json", tree],
        "victor-migrate, warm": [*scan, "--format", "json", tree],
        "floor": [floor, tree],
        "rg": ["rg", "--count-matches", "--no-ignore", "-t", "py", WORDS, tree],
        "ruff (F821)": ["ruff", "check", "--no-cache", "--isolated", "--exit-zero", "--quiet", "--select", "F821", tree],
        "ast-grep": ["ast-grep", "run", "--lang", "python", "--pattern", PATTERN, "--json=stream", tree],
    }
    rule = os.path.join(scratch, "rule.yml")
    with open(rule, "w") as file:
        file.write(SEMGREP)
    once = {
        "semgrep": ["semgrep", "scan", "--metrics", "off", "--disable-version-check", "--quiet", "--no-git-ignore", "--config", rule, tree],
        "LibCST": [sys.executable, os.path.join(HERE, "codemod.py"), tree],
    }
    if os.path.basename(tree) in FULL:
        quick["parse only"] = [floor, tree, "all"]
        quick["victor-migrate --statistics"] = [*scan, "--no-cache", "--statistics", tree]
        quick["victor-migrate --diff"] = [*scan, "--diff", tree]
    return quick, once if os.path.basename(tree) == "small" else {}


def measured(command, cache):
    """Wall seconds, processor seconds and megabytes of one run."""
    environment = os.environ | {"VICTOR_MIGRATE_CACHE_DIR": cache}
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"ended with {child.returncode}: {' '.join(command)}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def there(quick):
    for name, command in list(quick.items()):
        if not shutil.which(command[0]):
            print(f"{name} is not installed", file=sys.stderr)
            del quick[name]
    return quick


def table(program, floor, tree, scratch):
    quick, once = commands(program, floor, tree, scratch)
    quick, once = there(quick), there(once)
    runs = {name: [] for name in quick}
    # Rounds interleave the programs, so that a slow moment of the machine hits all of them; the first warms up.
    for round_ in range(ROUNDS + 1):
        for name, command in quick.items():
            run = measured(command, scratch)
            if round_:
                runs[name].append(run)
    runs |= {name: [measured(command, scratch)] for name, command in once.items()}
    least = statistics.median(run[0] for run in runs["floor"])
    print(f"\n{os.path.basename(tree)}\n\n| | wall s | user + sys s | peak MB | × floor |\n|---|---|---|---|---|")
    for name, all_ in runs.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*all_))
        print(f"| {name} | {wall:.3f} | {cpu:.2f} | {memory:.0f} | {wall / least:.2f} |", flush=True)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    program, floor, folder = map(os.path.abspath, sys.argv[1:4])
    with tempfile.TemporaryDirectory() as scratch:
        for name in sys.argv[4:] or ALL:
            table(program, floor, os.path.join(folder, name), scratch)


if __name__ == "__main__":
    main()
