"""Whether two sets of counts were counted alike: what two lists of codes make of the same code in two ways."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leeward.justice.outcomes.rules.terms import Stage

type Stages = Mapping[str, frozenset[Stage | None]]  # by code; none for an offence, which has no stage


@dataclass(frozen=True, kw_only=True)
class CodeChange:
    """One code that two sets of lists do not count alike. `before`, `after`: its stages; empty where it is not counted.

    An offence is counted or not: `is_offence`.
    """

    code: str
    before: tuple[Stage, ...]
    after: tuple[Stage, ...]
    is_offence: bool = False
    is_new: bool = False


def stages_by_code(codes: Iterable[tuple[str, Stage | None]]) -> Stages:
    """Return where each code of some lists leads."""
    found: dict[str, set[Stage | None]] = {}
    for code, stage in codes:
        found.setdefault(code, set()).add(stage)
    return {code: frozenset(stages) for code, stages in found.items()}


def changed_codes(before: Stages, after: Stages) -> list[CodeChange]:
    """Return the codes that are not counted alike, in their order."""
    return [
        CodeChange(
            code=code,
            before=_listed(before.get(code)),
            after=_listed(after.get(code)),
            is_offence=None in (before.get(code) or after[code]),
            is_new=code not in before,
        )
        for code in sorted({*before, *after})
        if before.get(code) != after.get(code)
    ]


def two_ways(stages: Stages) -> list[str]:
    """Return the codes that lead to two stages at once, because lists that differ were counted by together."""
    return sorted(code for code, found in stages.items() if len(found) > 1)


def _listed(stages: frozenset[Stage | None] | None) -> tuple[Stage, ...]:
    return tuple(sorted(each for each in stages or () if each is not None))
