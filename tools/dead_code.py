"""Finds functions, methods and classes that no code of the product calls; that a test calls them does not count."""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import vulture

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("leeward", "demo")  # hashmatch is a library: platforms call it
KINDS = ("class", "function", "method", "property")
# Called by name, from Django and other frameworks.
FRAMEWORKS = [
    "Command", "Meta", "*Config", "add_arguments", "handle", "ready", "clean", "clean_*", "prepare_value", "bound_data",
    "db_type", "rel_db_type", "from_db_value", "get_prep_value", "process_view", "process_exception", "file_complete",
    "receive_data_chunk", "must_update", "safe_summary", "harden_runtime", "connect_tcp", "start_tls", "get_extra_info",
    "_get_session_auth_hash",
    "state_forwards", "database_forwards", "database_backwards", "Lifted",  # whichever migration takes it
    "do_GET", "do_POST", "log_message", "handle_DATA", "handle_error", "parse_body",
]  # fmt: skip
# What registers a function: a route of an API, an error's answer, a check, a command.
DECORATORS = ["@*.get", "@*.post", "@*.delete", "@*.exception_handler", "@checks.register"]
ALLOWED = {
    "is_breached": "the clock's own word for what was missed; a law's clock is shown by its tests",
    "remaining": "as is_breached",
    "open_part": "the other side of what devices lock: its tests hold both sides to the same vectors",
}  # fmt: skip


def unused(root: Path) -> Iterator[tuple[str, str]]:
    """Return name and line of what no Python, template or dotted name of the product mentions."""
    found = vulture.Vulture(ignore_names=FRAMEWORKS, ignore_decorators=DECORATORS)
    found.scavenge([str(root / place) for place in PLACES])
    named = _named_in_texts(root)
    for item in found.get_unused_code(min_confidence=60):
        if item.typ in KINDS and item.name not in named and "migrations" not in item.filename.parts:
            yield item.name, f"{item.filename.relative_to(root)}:{item.first_lineno}: {item.typ} {item.name}"


def _named_in_texts(root: Path) -> set[str]:
    """Return the words of all templates, and the last part of each dotted name that stands in a string."""
    files = [path for place in PLACES for path in (root / place).rglob("*") if path.suffix in (".py", ".jinja")]
    named: set[str] = set()
    for path in files:
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"\w+", text) if path.suffix == ".jinja" else re.findall(r"[\w.]+\.(\w+)[\"']", text))
    return named


def main(root: Path = ROOT, allowed: Mapping[str, str] = ALLOWED) -> int:
    """Print what nothing calls, and what is allowed though something calls it, and return how the check ends."""
    found = dict(unused(root))
    for name, line in found.items():
        if name not in allowed:
            print(f"{line}: no product code calls it. Delete it, with the tests that alone use it.")
    for name in sorted(allowed.keys() - found.keys()):
        print(f"{name}: product code calls it, or it is gone. Take it out of ALLOWED.")
    return 0 if found.keys() == allowed.keys() else 1


if __name__ == "__main__":
    sys.exit(main())
