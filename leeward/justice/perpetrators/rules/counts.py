"""Counts of referrals by who referred and by kind of programme, as they may be told.

Both lists have one total and are protected together. Whoever refers knows its own referrals, and a provider those to
its programmes: the lists are made safe as they are left without those of each.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leeward.foundation.protection.contributors import View, settle
from leeward.foundation.protection.tables import SUPPRESSED, TOTAL, Key, Published, Table, round_count
from leeward.justice.perpetrators.rules.referrals import ProgrammeKind, ReferrerKind

SOURCE, KIND = "source", "kind"
type Name = tuple[str, str]  # a list and a code; of both lists one total


@dataclass(frozen=True, kw_only=True)
class ReferredPerson:
    """One referral as it is counted. `contributors`: who knows of it, and counts it too."""

    source: ReferrerKind
    kind: ProgrammeKind
    contributors: tuple[str, ...]


def protect_referrals(
    people: Sequence[ReferredPerson],
) -> tuple[Mapping[str, Published], Mapping[str, Published]]:
    """Return what may be told by who referred, and by kind; the total stands under TOTAL.

    Where one contributor alone has all of them, there is nobody to keep from it.
    """
    tables = _tables(people)
    contributors = sorted({each for person in people for each in person.contributors})
    left = [[person for person in people if each not in person.contributors] for each in contributors]
    hidden = settle((*tables, *(view for others in left if others for view in _tables(others))))
    by_source, by_kind = (
        {
            key[0]: SUPPRESSED if view.names[key] in hidden else Published(value=round_count(count))
            for key, count in view.counts.items()
        }
        for view in tables
    )
    return by_source, by_kind


def _tables(people: Sequence[ReferredPerson]) -> tuple[View[Name], View[Name]]:
    return (
        _list(SOURCE, Counter(each.source.value for each in people), [each.value for each in ReferrerKind]),
        _list(KIND, Counter(each.kind.value for each in people), [each.value for each in ProgrammeKind]),
    )


def _list(name: str, found: Mapping[str, int], codes: Sequence[str]) -> View[Name]:
    counts = Table(axes=(tuple(codes),), counts={(code,): found.get(code, 0) for code in codes}).with_margins()
    names: dict[Key, Name] = {(code,): (name, code) for code in codes}
    return View(axes=(codes,), counts=counts, names={**names, (TOTAL,): ("", TOTAL)})
