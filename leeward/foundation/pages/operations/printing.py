"""Makes sheets, each state of a page with a code that says whether it still holds; and notes where copies hang."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.changes import Kept
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused, Mistake, StepRefused
from leeward.foundation.editing.history import held, note
from leeward.foundation.editing.values import line
from leeward.foundation.pages.errors import PageMistake
from leeward.foundation.pages.kinds import Found
from leeward.foundation.pages.models import SHEET_LENGTH, PrintRun, Sheet
from leeward.foundation.pages.operations import add_shipped
from leeward.foundation.pages.queries import InForce, find_page, find_sheet
from leeward.foundation.pages.rules.papers import Format, SaidThen, picture_on_sheet, state_of_sheet
from leeward.foundation.pages.rules.texts import EntryKind, PageVerb
from leeward.foundation.references import ReferenceMistyped, draw_reference, read_reference
from leeward.foundation.rows import add_row


def make_sheet(shown: InForce, found: Found, *, pictures: Iterable[str], now: datetime) -> Sheet:
    """The sheet of a page as it is now: the one that says the same, or a new one with a code of its own.

    `pictures` are the codes of those that it shows.
    """
    said = [
        SaidThen(reference=str(each), title=found.title(each), words=words.words)
        for each in shown.text.references
        if (words := found.of(each)) and words.words
    ]
    said += [picture_on_sheet(code) for code in pictures]
    state = state_of_sheet(shown.code, shown.text, said)
    known = Sheet.objects.filter(state=state).first()
    if known:
        return known
    if not shown.number:
        add_shipped(now=now)
    try:
        with transaction.atomic():
            return add_row(
                Sheet,
                shown.text,
                code=_draw_code(),
                page=find_page(shown.code),
                number=shown.number,
                said=[vars(each) for each in said],
                state=state,
                made_at=now,
            )
    except IntegrityError:  # somebody printed the same in this moment
        return Sheet.objects.get(state=state)


@transaction.atomic
def note_run(
    *, code: str, form: Format, copies: int, location: str, printed_on: date, by: Actor, now: datetime
) -> None:
    """Note how many copies of a sheet hang where. Raises FieldRefused."""
    try:
        sheet = find_sheet(read_reference(code, length=SHEET_LENGTH))
    except (ReferenceMistyped, EntryUnknown) as error:
        raise FieldRefused("code", PageMistake.SHEET) from error
    where = line("location", location)
    if printed_on > local_day(now):
        raise FieldRefused("printed_on", Mistake.NOT_PAST)
    run = PrintRun.objects.create(
        sheet=sheet,
        form=form.value,
        copies=copies,
        location=where,
        printed_on=printed_on,
        made_by=who(by),
        made_at=now,
    )
    facts: dict[str, Kept] = {"sheet": sheet.code, "copies": copies}
    note(EntryKind.RUN, run.public_id, PageVerb.RUN_NOTED, by=by, now=now, after=facts)


@transaction.atomic
def replace_run(*, reference: UUID, by: Actor, now: datetime) -> None:
    """Note that the copies of a run were replaced or taken away. Raises EntryUnknown, StepRefused."""
    run = held(PrintRun.objects.all(), reference)
    if run.replaced_at:
        raise StepRefused
    run.replaced_at, run.replaced_by = now, who(by)
    run.save()
    note(EntryKind.RUN, run.public_id, PageVerb.RUN_REPLACED, by=by, now=now)


def _draw_code() -> str:
    while Sheet.objects.filter(code=(drawn := draw_reference(length=SHEET_LENGTH))).exists():
        continue
    return drawn
