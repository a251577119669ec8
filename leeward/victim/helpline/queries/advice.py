"""Pages of advice that somebody was given, and which of them say something else by now."""

from dataclasses import dataclass
from datetime import datetime

from leeward.foundation.pages.queries import Changed, address_of, texts_in_force, what_changed
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.rules.advice import Advice, GivenPage
from leeward.victim.helpline.rules.opened import OpenCase


@dataclass(frozen=True, kw_only=True)
class AdviceLine:
    """A page that somebody was given, where it stands, and what changed since; None where it says what it said."""

    given: GivenPage
    address: str
    changed: Changed | None


def read_advice(case: Case, opened: OpenCase) -> Advice:
    """Read which pages somebody was given, as these keys open it."""
    return Advice.from_text(case.unbox(opened.thread, "advice"))


def list_advice(opened: OpenCase, *, now: datetime) -> tuple[AdviceLine, ...]:
    """Every page that somebody was given, the newest first."""
    pages = _pages_of(opened)
    return tuple(
        AdviceLine(
            given=each,
            address=address_of(each.code),
            changed=what_changed(each.code, each.language, each.sha256, now=now),
        )
        for each in reversed(pages)
    )


def has_changed(opened: OpenCase) -> bool:
    """Return whether any page that somebody was given says something else by now, or is not shown any more."""
    pages = _pages_of(opened)
    for language in {each.language for each in pages}:
        given = [each for each in pages if each.language == language]
        shown = texts_in_force([each.code for each in given], language)
        if any(each.code not in shown or shown[each.code].text.sha256 != each.sha256 for each in given):
            return True
    return False


def _pages_of(opened: OpenCase) -> tuple[GivenPage, ...]:
    row = Case.objects.filter(reference=opened.reference).first()
    return read_advice(row, opened).pages if row else ()
