"""A year is printed: its counts pass the protection once, one person drafts them, and another publishes them.

What everybody reads is kept as it was.
"""

import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editions import signed
from leeward.foundation.notary.rules.leaves import canonical, digest_of
from leeward.foundation.protection.tables import Published
from leeward.justice.outcomes.errors import NothingToPrint, OutcomesMistake, PrintingUnknown
from leeward.justice.outcomes.models import Printing
from leeward.justice.outcomes.operations.verbs import OutcomesVerb, note
from leeward.justice.outcomes.queries.years import GatheredYear, gather_year
from leeward.justice.outcomes.rules.printing import EarlierPrinting, print_year, told_by_difference, totals
from leeward.justice.outcomes.rules.terms import WORDS_LENGTH


@transaction.atomic
def draft_year(*, year: int, reason: str, by: Actor, now: datetime) -> uuid.UUID:
    """Draft a year for everybody, and return its reference; again with a reason. Raises NothingToPrint, FieldRefused.

    What earlier printings of the year would give away together with this one is hidden (`told_by_difference`).
    """
    rows = list(Printing.objects.select_for_update().filter(year=year).order_by("revision", "pk"))
    if any(each.state is signed.SignedState.DRAFT for each in rows):
        raise FieldRefused("year", OutcomesMistake.WAITS)
    before = [each for each in rows if each.state is signed.SignedState.PUBLISHED]
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
    row = Printing(
        year=year,
        revision=last.revision + 1 if last else 1,
        as_of=min(each.as_of for each in found.about.values()),
        cells=_plain(print_year(found.counts, moved=moved)),
        reason=why,
        drafted_at=now,
        drafted_by=who(by),
        **_gathered(found),
    )
    row.sha256 = _digest(row)
    row.save(force_insert=True)
    note(OutcomesVerb.DRAFTED, "year", str(year), by=by, now=now, revision=row.revision)
    return row.public_id


@transaction.atomic
def publish_year(*, printing: uuid.UUID, sha256: str, by: Actor, now: datetime) -> None:
    """Publish a draft, as a second person who has looked at just these numbers.

    Raises PrintingUnknown, FieldRefused where other counts are accepted by now, and what `signed.sign` raises.
    """
    row = _held(printing)
    signed.sign(row, sha256=sha256, by=by, now=now)
    if any(getattr(row, name) != value for name, value in _gathered(gather_year(row.year)).items()):
        raise FieldRefused("year", OutcomesMistake.MOVED)
    note(OutcomesVerb.PRINTED, "year", str(row.year), by=by, now=now, revision=row.revision)


@transaction.atomic
def discard_year(*, printing: uuid.UUID, why: str, by: Actor, now: datetime) -> None:
    """Throw a draft's numbers away, and keep who did so and why. Raises PrintingUnknown, and what `discard` raises."""
    row = _held(printing)
    signed.discard(row, why=why, by=by, now=now)
    row.cells, row.counts, row.about = {}, {}, {}
    row.save()
    note(OutcomesVerb.DISCARDED, "year", str(row.year), by=by, now=now, revision=row.revision)


def _held(printing: uuid.UUID) -> Printing:
    row = Printing.objects.select_for_update().filter(public_id=printing).first()
    if row is None:
        raise PrintingUnknown
    return row


def _gathered(found: GatheredYear) -> dict[str, Any]:
    """What a printing keeps of the counts as they are accepted now, as the table has it."""
    return {
        "counts": _plain(totals(found.counts, with_own=True)),
        "about": {
            code: {
                **asdict(each),
                "as_of": each.as_of.isoformat(),
                "replies": list(each.replies),
                "corrections": list(each.corrections),
            }
            for code, each in found.about.items()
        },
        "missing": list(found.missing),
        "methods": {kind: list(version) for kind, version in found.methods.items()},
        "lists": found.lists,
    }


def _digest(row: Printing) -> str:
    """Of all that whoever signs it publishes, and of the true counts behind."""
    signs = ("year", "revision", "cells", "counts", "about", "missing", "methods", "lists", "reason")
    content = {name: getattr(row, name) for name in signs} | {"as_of": row.as_of.isoformat()}
    return digest_of(canonical(content))


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
