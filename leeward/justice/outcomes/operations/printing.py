"""A year is printed: its counts pass the protection once, and what everybody reads is kept as it was."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.protection.tables import Published
from leeward.justice.outcomes.errors import NothingToPrint, OutcomesMistake
from leeward.justice.outcomes.models import Printing
from leeward.justice.outcomes.operations.verbs import OutcomesVerb, note
from leeward.justice.outcomes.queries.years import gather_year
from leeward.justice.outcomes.rules.printing import EarlierPrinting, print_year, told_by_difference, totals
from leeward.justice.outcomes.rules.terms import WORDS_LENGTH


@transaction.atomic
def print_figures(*, year: int, reason: str, by: Actor, now: datetime) -> None:
    """Print a year for everybody; again with a reason. Raises NothingToPrint, FieldRefused.

    What earlier printings of the year would give away together with this one is hidden (`told_by_difference`).
    """
    before = list(Printing.objects.select_for_update().filter(year=year).order_by("revision"))
    last = before[-1] if before else None
    why = values.text("reason", reason, most=WORDS_LENGTH)
    if last is not None and not why:
        raise FieldRefused("reason", OutcomesMistake.REASON)
    found = gather_year(year)
    if not found.about:
        raise NothingToPrint
    if found.mixed:
        raise FieldRefused("year", OutcomesMistake.MIXED, about="; ".join(found.mixed))
    true = totals(found.counts, with_own=True)
    earlier = [_earlier(each) for each in before]
    moved = told_by_difference(true, authorities=frozenset(found.about), earlier=earlier)
    cells = print_year(found.counts, moved=moved)
    Printing.objects.create(
        year=year,
        revision=last.revision + 1 if last else 1,
        as_of=min(each.as_of for each in found.about.values()),
        cells=_plain(cells),
        counts=_plain(true),
        about={code: {**asdict(each), "as_of": each.as_of.isoformat()} for code, each in found.about.items()},
        missing=list(found.missing),
        methods=found.methods,
        lists=found.lists,
        reason=why,
        printed_at=now,
        printed_by=who(by),
    )
    note(OutcomesVerb.PRINTED, "year", str(year), by=by, now=now, revision=last.revision + 1 if last else 1)


def _earlier(row: Printing) -> EarlierPrinting:
    shown = {
        family: {name: {stage: cell[0] is not None for stage, cell in cells.items()} for name, cells in rows.items()}
        for family, rows in row.cells.items()
    }
    return EarlierPrinting(authorities=frozenset(row.about), counts=row.counts, shown=shown)


def _plain(found: Any) -> Any:
    if isinstance(found, Published):
        return [found.value, found.status.value]
    return {str(key): _plain(value) for key, value in found.items()} if isinstance(found, dict) else found
