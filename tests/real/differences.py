"""The table of what a program can tell: the guide, each release by itself, each release with the bridge, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

Facts = dict[str, str]

# Of every fact that differs with the bridge, and so stays for the user to know.
REASONS = {
    "requests for it": "From 0.8.0 the loop takes up to 100 characters for no answer where nothing was asked, and asks again.",
    "history of it": "The same: what was answered before, and the reminder to go on, are kept.",
    "first roles sent": "A release sends a system prompt of its own.",
    "roles sent with a second text": "A release sends a system prompt of its own.",
    "chunks of a streamed text": "A release cleans a stream before it hands it on, and so delivers larger pieces.",
    "a stream is the answer": "Up to 0.6.0 a line of statistics is streamed behind the answer.",
    "the last chunk is final": "From 0.8.0 no chunk says that it is the last one; the end of the iteration does.",
    "history of a stream": "A stream puts guidance of the release into the history: up to 0.6.0 as the system's, then as the user's.",
    "an error of the provider leaves chat as": "From 0.8.0 an answer says that there was none; why is in its `metadata`.",
}


def facts(text: str) -> Facts:
    """The output of the probe."""
    pairs = [line.split("\t", 1) for line in text.splitlines() if "\t" in line]
    return {fact: value for fact, value in pairs}


@dataclass
class Table:
    """The facts of the guide's runtime, and of releases without and with the bridge."""

    guide: Facts
    releases: dict[str, tuple[Facts, Facts]] = field(default_factory=dict)

    def add(self, release: str, alone: Facts, bridged: Facts) -> None:
        """One more release."""
        self.releases[release] = (alone, bridged)

    def cell(self, fact: str, release: str) -> str:
        """What a release shows: alone, and with the bridge where that is something else."""
        alone, bridged = (known.get(fact, "?") for known in self.releases[release])
        same = self.guide[fact]
        shown = [("=" if value == same else value) for value in (alone, bridged)]
        return shown[0] if shown[0] == shown[1] else f"{shown[0]} → {shown[1]}"

    def unexplained(self) -> list[str]:
        """The differences that stay with the bridge and have no reason."""
        return [
            f"{release}: {fact}: {bridged.get(fact)}, not {wanted}: no reason is given in differences.py"
            for release, (_, bridged) in self.releases.items()
            for fact, wanted in self.guide.items()
            if bridged.get(fact) != wanted and fact not in REASONS
        ]

    def markdown(self) -> str:
        """The table as a page."""
        lines = [
            "# What a program can tell",
            "",
            "Written by `tests/real/run`, from one program (`probe.py`) on the bundled runtime and on every release, with a",
            "provider that repeats what was said. `=`: as the guide has it; `a → b`: by itself, and with the bridge.",
            "",
            "| fact | guide | " + " | ".join(self.releases) + " | what stays different with the bridge |",
            "|---|---|" + "---|" * len(self.releases) + "---|",
        ]
        for fact, value in self.guide.items():
            cells = [self.cell(fact, release) for release in self.releases]
            stays = any(bridged.get(fact) != value for _, bridged in self.releases.values())
            lines.append(f"| {fact} | {value} | {' | '.join(cells)} | {REASONS.get(fact, '') if stays else ''} |")
        return "\n".join(lines) + "\n"
