"""Whether two years, or two files of one authority, may be compared: by which methods and codes each was counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leeward.foundation.rows import read_row
from leeward.justice.outcomes.models import Code, Count, Method, Submission
from leeward.justice.outcomes.queries.codes import MethodLine
from leeward.justice.outcomes.rules.comparing import CodeChange, Stages, changed_codes, stages_by_code

type Version = tuple[str, int]  # of a method: its code and its number


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed between two ways of counting: none of it, and the numbers may stand in one line."""

    methods: tuple[MethodLine, ...] = ()
    codes: tuple[CodeChange, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything did."""
        return bool(self.methods or self.codes)


def changed_methods(here: Version, there: Version) -> list[MethodLine]:
    """The versions of a method between two, each with what it changed; both where they are two methods."""
    if here == there:
        return []
    low, high = sorted((here, there))
    rows = Method.objects.filter(code=high[0], version__lte=high[1])
    rows = rows.filter(version__gt=low[1]) if low[0] == high[0] else rows.filter(version=high[1])
    return [read_row(MethodLine, row) for row in rows.order_by("version")]


def lists_of(submissions: Iterable[Submission]) -> dict[str, list[int]]:
    """The lists whose codes are counted in some submissions: of offences, and of outcomes and disposals by kind."""
    rows = Count.objects.filter(submission__in=list(submissions)).values_list(
        "submission__kind", "offence__code_list", "code__code_list"
    )
    found: dict[str, set[int]] = {}
    for kind, offences, codes in rows.distinct():
        found.setdefault("offence", set()).add(offences)
        if codes is not None:
            found.setdefault(str(kind), set()).add(codes)
    return {kind: sorted(lists) for kind, lists in sorted(found.items())}


def stages_of(lists: Iterable[int]) -> Stages:
    """Where each code of some lists leads."""
    return stages_by_code(Code.objects.filter(code_list__in=list(lists)).values_list("code", "stage"))


def code_changes(before: Mapping[str, list[int]], after: Mapping[str, list[int]]) -> list[CodeChange]:
    """The codes that two sets of lists do not count alike; of kinds that both have."""
    return [
        change
        for kind in sorted({*before} & {*after})
        if before[kind] != after[kind]
        for change in changed_codes(stages_of(before[kind]), stages_of(after[kind]))
    ]


def changes_to(before: Submission, after: Submission) -> Changes:
    """What changed between two files of one kind."""
    here, there = ((row.method.code, row.method.version) for row in (before, after))
    return Changes(
        methods=tuple(changed_methods(here, there)), codes=tuple(code_changes(lists_of([before]), lists_of([after])))
    )
