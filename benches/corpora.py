"""Fetches the trees that `compare.py` measures: published sources of large Python packages, from PyPI.

    python3 benches/corpora.py FOLDER

Writes FOLDER/small, FOLDER/medium and FOLDER/large: about 0.5, 1.5 and 5 million lines in which hardly a file matters,
with a small program beside them that uses the orchestrator; FOLDER/every, the first of them with a function that uses the
orchestrator at the end of every file; and FOLDER/dense, written here, where nothing else is in any file.
Only `.py` and `.pyi` files are taken out of the wheels. Needs pip and about 1 GB.
"""

import os
import shutil
import subprocess
import sys
import zipfile

PACKAGES = {
    "scipy": "1.16.3",
    "sympy": "1.14.0",
    "pandas": "2.3.3",
    "django": "5.2.8",
    "homeassistant": "2025.1.4",
    "transformers": "4.57.1",
    "plotly": "6.4.0",
    "scikit-learn": "1.7.2",
}
TREES = {
    "small": ["scipy"],
    "medium": ["sympy", "pandas", "django"],
    "large": ["homeassistant", "transformers", "sympy", "pandas", "plotly", "scipy", "scikit-learn"],
}
DENSE = 3000
SHOP = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fixtures", "shop", "before")
IMPORT = "from victor.agent.orchestrator import AgentOrchestrator\n\n\n"


def function(number, at):
    return (
        f"async def ask_{number}_{at}(orch: AgentOrchestrator, text):\n"
        f'    orch._usage_analytics.track_event("asked", {{"n": {number}}})\n'
        "    limit = orch._config.token_budget\n"
        "    return limit, orch._context_manager.get_messages(), await orch.chat(text)\n\n\n"
    )


def legacy(number):
    """A module whose every function needs a fix."""
    return IMPORT + "".join(function(number, at) for at in range(4))


def spread(tree):
    """Every file of a tree gets a function that needs fixes."""
    paths = [os.path.join(folder, name) for folder, _, names in os.walk(tree) for name in names if name.endswith(".py")]
    for number, path in enumerate(sorted(paths)):
        with open(path, "a", encoding="utf-8") as file:
            file.write("\n\n" + IMPORT + function(number, 0).rstrip() + "\n")


def fetch(folder, package, version):
    """The wheel of a package."""
    wheels = os.path.join(folder, "wheels", package)
    if not os.path.isdir(wheels):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        wanted = ["--only-binary", ":all:", "--python-version", "3.12", "--dest", wheels, f"{package}=={version}"]
        subprocess.run(pip + wanted, check=True)
    return os.path.join(wheels, os.listdir(wheels)[0])


def unpack(wheel, tree):
    with zipfile.ZipFile(wheel) as archive:
        sources = [name for name in archive.namelist() if name.endswith((".py", ".pyi"))]
        archive.extractall(tree, sources)


def lines(tree):
    paths = (os.path.join(folder, name) for folder, _, names in os.walk(tree) for name in names)
    return sum(open(path, "rb").read().count(b"\n") for path in paths)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    wheels = {package: fetch(folder, package, version) for package, version in PACKAGES.items()}
    for name, packages in TREES.items():
        tree = os.path.join(folder, name)
        shutil.rmtree(tree, ignore_errors=True)
        for package in packages:
            unpack(wheels[package], tree)
        shutil.copytree(SHOP, os.path.join(tree, "shop"))
        print(f"{name}: {lines(tree)} lines")
    every = os.path.join(folder, "every")
    shutil.rmtree(every, ignore_errors=True)
    for package in TREES["small"]:
        unpack(wheels[package], every)
    spread(every)
    print(f"every: {lines(every)} lines")
    dense = os.path.join(folder, "dense")
    shutil.rmtree(dense, ignore_errors=True)
    for number in range(DENSE):
        package = os.path.join(dense, f"package_{number % 40}")
        os.makedirs(package, exist_ok=True)
        with open(os.path.join(package, f"module_{number}.py"), "w") as file:
            file.write(legacy(number))
    print(f"dense: {lines(dense)} lines")


if __name__ == "__main__":
    main()
