"""Give somebody a page of advice: what is kept is which page it was, and the text that it had."""

from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.pages.queries import texts_in_force
from leeward.victim.file.operations.news import note_news
from leeward.victim.helpline.errors import PageUnknown
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.steps import locked_case
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.queries.advice import read_advice
from leeward.victim.helpline.rules.advice import GivenPage, give
from leeward.victim.helpline.rules.opened import OpenCase


def give_page(*, opened: OpenCase, code: str, by: Actor, now: datetime) -> None:
    """Put a page on the person's list, in their language, as it says now. Safe to repeat.

    Raises PageUnknown where nobody can read it now, and AdviceFull.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        shown = texts_in_force([code], case.file.language).get(code)
        if shown is None:
            raise PageUnknown
        text, before = shown.text, read_advice(case, opened)
        page = GivenPage(code=code, language=text.language, sha256=text.sha256, title=text.title, on=local_day(now))
        advice = give(before, page)
        if advice == before:
            return
        case.advice = Case.box(opened.thread, "advice", case.reference, advice.to_text())
        case.save(update_fields=["advice"])
        note_news(case.file_id, by=by, now=now)
        write_line(HelplineVerb.ADVICE_GIVEN, case, by=by, now=now)
