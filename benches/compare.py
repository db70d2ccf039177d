"""victor-migrate beside ripgrep and ast-grep on the same trees, in one run.

    python3 benches/compare.py BINARY [TREE…]

BINARY is a release build. Every TREE is measured as it is; without one, three trees are written to a temporary
folder: sparse (4,000 files without hits and 20 with), dense (1,000 files with hits) and huge (one file of 4 MB). `rg` and
`ast-grep` are taken from PATH; a missing one is said. Prints the median of the wall times of several rounds and, behind
each peer, how long we take in units of its time.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 7
WORDS = "_config|_context_manager|_context_compactor|_usage_analytics|_tool_executor|_tool_call_parser|_provider|_model"
PEERS = {
    "rg": lambda tree: ["rg", "--count-matches", "-t", "py", rf"\.({WORDS})\b", tree],
    "ast-grep": lambda tree: ["ast-grep", "run", "--lang", "python", "--pattern", "$O._config.$NAME", "--json=stream", tree],
}
IMPORT = "from victor.agent.orchestrator import AgentOrchestrator\n\n\n"


def plain(number):
    return "".join(
        f"def step_{number}_{at}(rows):\n    return [row.total * {at} for row in rows if row.total]\n\n\n" for at in range(40)
    )


def functions(number):
    return "".join(
        f"async def ask_{number}_{at}(orch: AgentOrchestrator, text):\n"
        f'    orch._usage_analytics.track_event("asked", {{"n": {number}}})\n'
        "    limit = orch._config.token_budget\n"
        "    return limit, orch._context_manager.get_messages(), await orch.chat(text)\n\n\n"
        for at in range(4)
    )


def legacy(number):
    return IMPORT + functions(number)


def write(tree, texts):
    for number, text in enumerate(texts):
        package = os.path.join(tree, f"package_{number % 40}")
        os.makedirs(package, exist_ok=True)
        with open(os.path.join(package, f"module_{number}.py"), "w") as file:
            file.write(text)
    return tree


def trees(folder):
    sparse = [plain(n) for n in range(4000)] + [legacy(n) for n in range(20)]
    yield write(os.path.join(folder, "sparse"), sparse)
    yield write(os.path.join(folder, "dense"), [legacy(n) for n in range(1000)])
    yield write(os.path.join(folder, "huge"), [IMPORT + "".join(functions(n) for n in range(4000))])


def seconds(commands):
    """Rounds interleave the programs, so that a slow moment of the machine hits all of them."""
    times = {name: [] for name in commands}
    for _ in range(ROUNDS + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            ended = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - start)
            if ended.returncode not in (0, 1):
                sys.exit(f"{name} ended with {ended.returncode}: {' '.join(command)}")
    return {name: statistics.median(all_[1:]) for name, all_ in times.items()}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    binary = os.path.abspath(sys.argv[1])
    peers = {name: build for name, build in PEERS.items() if shutil.which(name)}
    for name in PEERS.keys() - peers.keys():
        print(f"{name} is not installed", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        for tree in sys.argv[2:] or trees(folder):
            commands = {"victor-migrate": [binary, "scan", "--format", "json", "--exit-zero", tree]}
            commands |= {name: build(tree) for name, build in peers.items()}
            times = seconds(commands)
            ours = times.pop("victor-migrate")
            beside = ", ".join(f"{name} {took * 1000:.0f} ms ({ours / took:.2f} ×)" for name, took in times.items())
            print(f"{os.path.basename(tree):8} victor-migrate {ours * 1000:.0f} ms; {beside}")


if __name__ == "__main__":
    main()
