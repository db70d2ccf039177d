"""A live surface beside a manifest: `compare.py LIVE MANIFEST`. Ends with 1 when fewer than nine in ten are right."""

from __future__ import annotations

import json
import sys
from typing import Any

Surface = dict[str, dict[str, Any]]

# A lazily computed attribute is a property of the class, whatever the object holds in its place.
VALUES = {"attribute", "property"}


def of_manifest(manifest: Any) -> Surface:
    """The JSON of `victor-migrate surface show X --format json`, as `{class: {member: {"kind", "params"}}}`."""
    return {
        dotted.rsplit(".", 1)[-1]: {
            name: {"kind": member["kind"], "params": [plain(param) for param in member.get("params", [])]}
            for name, member in known["members"].items()
        }
        for dotted, known in manifest["classes"].items()
        if dotted.endswith(".AgentOrchestrator")
    }


def plain(param: str) -> str:
    """The name in `**name: type = default`."""
    return param.split("=", 1)[0].split(":", 1)[0].strip().lstrip("*/,")


def miss(name: str, live: Any, known: Any) -> str | None:
    """Why the manifest is wrong about a member, or nothing."""
    if known is None:
        return "nobody in the package was seen who defines or stores it"
    if live["kind"] != known["kind"] and not {live["kind"], known["kind"]} <= VALUES:
        return f"{live['kind']} is called {known['kind']}"
    if live["params"] != known["params"] and live["kind"] not in VALUES:
        return f"({', '.join(live['params'])}) is called ({', '.join(known['params'])})"
    return None


def main() -> int:
    """Prints the share that the manifest got right, and every miss."""
    with open(sys.argv[1]) as live_file, open(sys.argv[2]) as manifest_file:
        live, manifest = json.load(live_file), of_manifest(json.load(manifest_file))
    code = 0
    for owner, members in live.items():
        known = manifest.get(owner, {})
        misses = {name: why for name, one in members.items() if (why := miss(name, one, known.get(name)))}
        right = len(members) - len(misses)
        print(f"{owner}: {right} of {len(members)} live members ({100 * right / len(members):.1f} %)")
        for name, why in misses.items():
            print(f"  {name}: {why}")
        more = sorted(set(known) - set(members))
        print(f"  {len(more)} more in the manifest, which this object does not hold now: {', '.join(more)}")
        code = code or int(right * 10 < len(members) * 9)
    return code


sys.exit(main())
