"""The bridge and the surface on real releases of victor-ai: `suite.py [RELEASE…]`, started by `run` beside this file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import differences

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
REAL = TOP / "target" / "real"
RELEASES = ["0.5.0", "0.5.6", "0.6.0", "0.8.0", "0.9.5"]
# Hundreds of megabytes that no program here uses; `stand_in` has what is imported of them.
HEAVY = {"sentence-transformers", "lancedb", "pyarrow"}
# Imported by some wheels without asking for it.
BESIDE = ["numpy", "pytest"]
# A scenario whose main file imports functions that the guide takes from `victor.tools`, and no release has.
NOT_FOR_RELEASES = {"tool_app"}


def sh(*command: str | Path, **more: object) -> str:
    """Standard output of a command that must succeed."""
    words = [str(word) for word in command]
    done = subprocess.run(words, check=False, capture_output=True, text=True, **more)  # type: ignore[call-overload]
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}".strip())
    return str(done.stdout)


def environment(name: str, fill: Callable[[Path], None]) -> Path:
    """The Python of a virtual environment, which is made once."""
    folder = REAL / name / "venv"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        sh(sys.executable, "-m", "venv", folder)
        fill(python)
        (folder / "ready").touch()
    return python


def with_release(release: str) -> Callable[[Path], None]:
    """Installs a release with what it asks for, but for the heavy part."""

    def fill(python: Path) -> None:
        sh(python, "-m", "pip", "install", "--quiet", "--no-deps", f"victor-ai=={release}")
        asked = sh(python, "-c", "import importlib.metadata as m; print(*m.requires('victor-ai'), sep='\\n')")
        wanted = [line for line in asked.splitlines() if "extra ==" not in line]
        light = [line for line in wanted if not any(line.startswith(heavy) for heavy in HEAVY)]
        sh(python, "-m", "pip", "install", "--quiet", *light, *BESIDE)

    return fill


def play(python: Path, bridge: Path | str, program: Path) -> str:
    """What a program prints in a home and a folder of its own, without a network to speak of."""
    with tempfile.TemporaryDirectory(dir=REAL) as folder:
        home = Path(folder, "home")
        cwd = Path(folder, "cwd")
        home.mkdir()
        cwd.mkdir()
        env = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": f"{HERE / 'stand_in'}:{HERE}"}
        env |= {"HF_HUB_OFFLINE": "1", "NO_PROXY": "*", "PYTHONDONTWRITEBYTECODE": "1"}
        return sh(python, HERE / "play.py", bridge, program, cwd=cwd, env=env, timeout=300)


def with_lints(python: Path) -> None:
    """Installs what a user checks code with."""
    sh(python, "-m", "pip", "install", "--quiet", "mypy", "ruff")


def lint(bridge: Path) -> None:
    """Types and style of the written module, as a user's checks would have it."""
    tools = environment("lint", with_lints)
    sh(tools, "-m", "mypy", "--strict", "--python-version", "3.10", "--cache-dir", REAL / "lint" / "mypy", bridge)
    sh(tools, "-m", "ruff", "check", "--isolated", "--no-cache", bridge)


def programs() -> dict[str, Path]:
    """The migrated programs by name: our own, and the scenarios of the guide."""
    own = {path.stem: path for path in (HERE / "programs").glob("*.py")}
    scenarios = {path.parent.parent.name: path for path in (TOP / "fixtures" / "scenarios").glob("*/after/main.py")}
    return {name: path for name, path in sorted((own | scenarios).items()) if name not in NOT_FOR_RELEASES}


def bridged(release: str, python: Path, bridge: Path) -> list[str]:
    """Every migrated program on the bridge: what went otherwise than on the bundled runtime."""
    wrong = []
    for name, path in programs().items():
        wanted = (HERE / "expected" / f"{name}.txt").read_text()
        try:
            said = play(python, bridge, path)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            said = str(error)
        if said != wanted:
            wrong.append(f"{name}: expected\n{wanted}\ngot\n{said}")
        print(f"  {release} {name}: {'as on the bundled runtime' if said == wanted else 'DIFFERENT'}", flush=True)
    return wrong


def surface(program: Path, release: str, python: Path) -> list[str]:
    """The live object beside the static manifest."""
    live = REAL / release / "live.json"
    live.write_text(play(python, "-", HERE / "surface.py"))
    shown = subprocess.run(
        [program, "surface", "show", release, "--format", "json"], check=False, capture_output=True, text=True
    )
    if shown.returncode != 0:
        print(f"  {release} surface: no manifest: {shown.stderr.strip().splitlines()[0]}")
        return []
    manifest = REAL / release / "manifest.json"
    manifest.write_text(shown.stdout)
    compared = subprocess.run(
        [sys.executable, HERE / "compare.py", live, manifest], check=False, capture_output=True, text=True
    )
    (REAL / release / "surface.txt").write_text(compared.stdout)
    print("  " + compared.stdout.splitlines()[0])
    return [compared.stdout + compared.stderr] if compared.returncode != 0 else []


def main() -> int:
    """Runs everything, writes the table of differences when all releases were asked for."""
    releases = sys.argv[1:] or RELEASES
    program = Path(os.environ.get("VICTOR_MIGRATE", TOP / "target" / "debug" / "victor-migrate"))
    REAL.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    table = differences.Table(differences.facts(sh(program, "run", HERE / "probe.py", "--surface", "coordinator")))
    for release in releases:
        print(f"victor-ai {release}", flush=True)
        python = environment(release, with_release(release))
        bridge = REAL / release / "victor_coordinators.py"
        sh(program, "bridge", "--target", f"victor-ai=={release}", "-o", bridge, "--force")
        lint(bridge)
        wrong += bridged(release, python, bridge)
        wrong += surface(program, release, python)
        probe = HERE / "probe.py"
        table.add(release, differences.facts(play(python, "-", probe)), differences.facts(play(python, bridge, probe)))
    wrong += table.unexplained()
    if releases == RELEASES:
        (HERE / "DIFFERENCES.md").write_text(table.markdown())
    print("\n".join(wrong) or f"All is well on {', '.join(releases)}.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
