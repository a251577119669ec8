"""Adds what a closed case counts for parity, and takes it away again: each time one sealed row, and no row of a person.

The rows are sealed to the helpline's team, so that a thief of the database does not read from small counts what was
wished in which case. Anybody can add one; the team alone can open them.
"""

import json
import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from leeward.foundation.days import local_day
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.foundation.vault.operations import seal_to, team_grantee
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.law import law_here
from leeward.victim.file.operations.files import read_story
from leeward.victim.file.rules.paths import paths_of
from leeward.victim.helpline.models import Case, LawGaps, Tally
from leeward.victim.helpline.queries.cases import TEAM, read_needs
from leeward.victim.helpline.queries.parity import open_tallies, tally_place
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.rules.helps import HelpState, Met
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.parity import Cells, Counted, gaps_in_law

# From so many rows of a quarter on, whoever reads them puts them together.
FOLDED_FROM = 100


def count_parity(case: Case, opened: OpenCase, *, now: datetime) -> None:
    """Let the counts say what a locked case says now. Safe to repeat.

    A closed case counts whose person agreed to it; one that is open again stays as it was until it is closed or the
    person takes the yes back. What was added is sealed with the thread's key: the person's code opens it too.
    """
    before = Counted.from_text(case.unbox(opened.thread, "counted")) if case.counted else None
    after = _counted(case, opened, before, now=now)
    if after == before:
        return
    if before:
        add_counts(before.quarter, before.cells, sign=-1)
    if after:
        add_counts(after.quarter, after.cells)
    case.counted = Case.box(opened.thread, "counted", case.reference, after.to_text()) if after else ""
    case.save(update_fields=["counted"])


def read_quarters(keyring: Keyring, *, since: date) -> dict[date, Cells]:
    """The counts of each quarter from a day on, as far as these keys open them; many rows are put together."""
    found: dict[date, Cells] = {}
    for quarter, rows in open_tallies(keyring, since=since).items():
        cells: Cells = Counter()
        for own in rows.values():
            cells.update(own)
        found[quarter] = cells
        if len(rows) >= FOLDED_FROM:
            _fold(quarter, list(rows), cells)
    return found


def keep_law_gaps(quarters: Mapping[date, Cells], *, now: datetime) -> None:
    """Keep what may be printed of the gaps in the law, of each quarter that is over; once, and never changed again.

    Whoever prints it holds no key of the helpline's. Counted again later, a difference would tell of one person.
    """
    this = period_of(local_day(now), step=Frequency.QUARTER).start
    known = set(LawGaps.objects.values_list("quarter", flat=True))
    for quarter, cells in quarters.items():
        if quarter < this and quarter not in known:
            counts = {code: each.value for code, each in gaps_in_law(cells).items()}
            LawGaps.objects.get_or_create(quarter=quarter, defaults={"counts": counts, "kept_at": now})


def _counted(case: Case, opened: OpenCase, before: Counted | None, *, now: datetime) -> Counted | None:
    if case.statistics_agreed_at is None:
        return None
    if case.state is not CaseState.CLOSED:
        return before
    quarter = before.quarter if before else period_of(local_day(now), step=Frequency.QUARTER).start
    helps = case.helps.filter(ended_at__isnull=False).order_by("asked_at", "pk")
    needs, story = read_needs(case, opened).ticked, read_story(case.file, opened.file)
    law = law_here(is_silent=any(each.state is HelpState.NOT_IN_LAW for each in helps))
    return Counted(
        quarter=quarter,
        needs=needs,
        harm=story.harm,
        paths=tuple(row.code for row in paths_of(story, needs=needs, law=law)),
        helps=tuple((each.kind, each.met or Met.SKIPPED) for each in helps),
    )


def add_counts(quarter: date, cells: Cells, *, sign: int = 1) -> None:
    """Add counts to those of a quarter, or take them away: one sealed row."""
    reference = uuid.uuid4()
    text = json.dumps([[*cell, sign * number] for cell, number in sorted(cells.items())])
    sealed = seal_to(team_grantee(TEAM), text, place=tally_place(quarter, reference))
    Tally.objects.create(reference=reference, quarter=quarter, sealed=sealed)


@transaction.atomic
def _fold(quarter: date, references: list[uuid.UUID], cells: Cells) -> None:
    held = Tally.objects.select_for_update().filter(reference__in=references)
    if len(held) == len(references):  # nobody was quicker
        Tally.objects.filter(reference__in=references).delete()
        add_counts(quarter, cells)
