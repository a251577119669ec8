"""What the desk saw at each address of a report, and what sites answered: everything, in the order in which it came."""

from collections.abc import Iterator, Sequence

from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.vault.operations import OpenFile
from leeward.victim.portal.rules.witness import Observation, Observed, write_utc
from leeward.victim.removals.models import Check, Request, RequestEvent
from leeward.victim.removals.rules.checks import CheckReason, tell_seen
from leeward.victim.removals.rules.reports import Item, ItemKind
from leeward.victim.removals.rules.states import Step

# What was said after an appeal is left out: some of it answers an uploader, of whom the person never learns.
ANSWERS = frozenset({Step.FOUND_INCOMPLETE, Step.DECIDED_REMOVED, Step.DECIDED_KEPT})
CORRECTABLE = ANSWERS | {Step.SEEN_GONE, Step.SEEN_UP, Step.SEEN_UNSURE}


def list_observed(file: OpenFile, report: int) -> tuple[Observed, ...]:
    """Return every address of the report of this key at which somebody looked, or about which its site answered."""
    rows = Request.objects.filter(report_id=report).exclude(kind=ItemKind.MATCH)
    found = (_observed(row, file) for row in rows.prefetch_related("checks", "events").order_by("ordinal"))
    return tuple(each for each in found if each.looks or each.answers)


def _observed(row: Request, file: OpenFile) -> Observed:
    return Observed(
        number=row.ordinal,
        address=Item.from_text(row.unbox(file, "item")).label,
        looks=_looks(sorted(row.checks.all(), key=lambda each: each.pk)),
        answers=tuple(_answers(sorted(row.events.all(), key=lambda each: each.ordinal))),
    )


def _looks(checks: Sequence[Check]) -> tuple[Observation, ...]:
    """A report is locked while a look is noted, so the keys of its looks tell in which order they were noted."""
    return tuple(
        Observation(
            at=check.at,
            what="looked",
            who="staff" if check.reason is CheckReason.PERSON else "machine",
            result=seen,
            why=check.reason or "",
            status=check.status,
        )
        for check, seen in zip(checks, tell_seen([each.signal for each in checks]), strict=True)
    )


def _answers(events: Sequence[RequestEvent]) -> Iterator[Observation]:
    """What a platform answered, by the code of it; and which earlier line, by its time, somebody noted wrongly."""
    by_key = {event.pk: event for event in events}
    for event in events:
        if event.step in ANSWERS:
            who = "site" if event.actor_kind is ActorKind.PLATFORM else "staff"
            yield Observation(at=event.at, what="answered", who=who, result=event.code or event.step)
        elif event.step is Step.CORRECTED and event.code in CORRECTABLE:
            wrong = by_key[event.voids_id or event.pk]
            yield Observation(at=event.at, what="corrected", who="staff", result=event.code, why=write_utc(wrong.at))
