"""Reads a site's robots.txt as RFC 9309 has it: the group for us, and the longest rule that fits a path."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PRODUCT = "leeward"
RULES_LIMIT = 1_000
RULE_LENGTH = 500
LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^#]*)")


@dataclass(frozen=True, kw_only=True)
class RobotRule:
    """One line: whether paths that fit may be fetched. `*` stands for anything, a last `$` for the end."""

    is_allowed: bool
    path: str

    def fits(self, path: str) -> bool:
        """Whether the rule speaks about this path. Takes time in proportion to the path, whatever the rule."""
        is_whole = self.path.endswith("$")
        first, *others = (self.path[:-1] if is_whole else self.path).split("*")
        if not path.startswith(first):
            return False
        at = len(first)
        if not others:
            return not is_whole or at == len(path)
        *middle, last = others
        for part in middle:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        if is_whole:
            return len(path) - len(last) >= at and path.endswith(last)
        return path.find(last, at) >= 0


ALL_ALLOWED: tuple[RobotRule, ...] = ()
NONE_ALLOWED = (RobotRule(is_allowed=False, path="/"),)


def read_robots(text: str, *, product: str = PRODUCT) -> tuple[RobotRule, ...]:
    """The rules of the groups that name us, or of those for everybody where none does."""
    ours: list[RobotRule] = []
    everybody: list[RobotRule] = []
    is_named = False
    for agents, rules in _groups(text):
        if product in agents:
            is_named = True
            ours += rules
        if "*" in agents:
            everybody += rules
    return tuple((ours if is_named else everybody)[:RULES_LIMIT])


def may_visit(rules: Sequence[RobotRule], path: str) -> bool:
    """Whether a path (with its query) may be fetched: the longest rule decides, and of two as long the kinder."""
    fitting = [rule for rule in rules if rule.fits(path)]
    if not fitting or path == "/robots.txt":
        return True
    return max(fitting, key=lambda rule: (len(rule.path), rule.is_allowed)).is_allowed


def _groups(text: str) -> Iterator[tuple[set[str], list[RobotRule]]]:
    agents: set[str] = set()
    rules: list[RobotRule] = []
    is_open = False  # whether a further line with an agent belongs to the same group
    for field, value in _lines(text):
        if field == "user-agent":
            if not is_open:
                yield agents, rules
                agents, rules, is_open = set(), [], True
            agents.add(value.lower().split("/")[0])
        elif field in ("allow", "disallow"):
            is_open = False
            if value and len(value) <= RULE_LENGTH:  # an empty Disallow forbids nothing
                rules.append(RobotRule(is_allowed=field == "allow", path=value))
    yield agents, rules


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.removeprefix("\ufeff").splitlines():
        match = LINE.match(line)
        if match:
            yield match[1].lower(), match[2].strip()
