"""Makes sheets: each state of a page that goes on paper is kept with a code, which says whether it still holds."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from leeward.foundation.pages.kinds import Found
from leeward.foundation.pages.models import SHEET_LENGTH, Sheet
from leeward.foundation.pages.operations import add_shipped
from leeward.foundation.pages.queries import InForce, find_page
from leeward.foundation.pages.rules.papers import SaidThen, picture_on_sheet, state_of_sheet
from leeward.foundation.references import draw_reference


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
    text = shown.text
    try:
        with transaction.atomic():
            return Sheet.objects.create(
                code=_draw_code(),
                page=find_page(shown.code),
                language=text.language,
                title=text.title,
                tab=text.tab,
                body=text.body,
                renders=list(text.renders),
                number=shown.number,
                said=[vars(each) for each in said],
                state=state,
                made_at=now,
            )
    except IntegrityError:  # somebody printed the same in this moment
        return Sheet.objects.get(state=state)


def _draw_code() -> str:
    while Sheet.objects.filter(code=(drawn := draw_reference(length=SHEET_LENGTH))).exists():
        continue
    return drawn
