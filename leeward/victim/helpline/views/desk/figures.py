"""The helpline's own figures, protected like all that are published."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.days import local_day
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.foundation.protection.printed import percentage
from leeward.foundation.protection.tables import TOTAL, protect_list
from leeward.foundation.web.words import word
from leeward.victim.helpline.figures import (
    first_answers,
    law_gaps,
    needs_met,
    open_cases,
    overrides_decided,
    supervision_hours,
)
from leeward.victim.helpline.operations.parity import keep_law_gaps, read_quarters
from leeward.victim.helpline.rules.helps import Met
from leeward.victim.helpline.rules.parity import LEAST, find_gaps
from leeward.victim.helpline.views.desk.frame import helpline_page, page

PERIOD = timedelta(days=365)
UNSAID, AGREED = "unsaid", "agreed"


@helpline_page(
    title=_("Figures of the helpline"),
    summary=_("Answers in time, what people say about the help, cases for each worker."),
)
@require_safe
def show_figures(request: UnlockedRequest) -> HttpResponse:
    """A year of first answers, of help by people's own word, and how many cases are open for each worker."""
    now = timezone.now()
    answers = first_answers(since=now - PERIOD, until=now, now=now)
    found = protect_list({"in_time": answers.in_time, "late": answers.promised - answers.in_time})
    share = percentage(found["in_time"], found[TOTAL])
    since = period_of(local_day(now - PERIOD), step=Frequency.QUARTER).start
    quarters = read_quarters(request.keyring, since=since)
    keep_law_gaps(quarters, now=now)
    gaps, unsaid = find_gaps(sum(quarters.values(), Counter()))
    workers = len(staff_of_role(Role.PRACTITIONER))
    context = {
        "promised": found[TOTAL].value,
        "share": share,
        "median_hours": answers.median_hours if found[TOTAL].value is not None else None,
        "needs": [(kind, *_protected(counts)) for kind, counts in needs_met(since=now - PERIOD, until=now).items()],
        "overrides": protect_list(overrides_decided(since=local_day(now - PERIOD), until=local_day(now)))[AGREED].value,
        "open": open_cases(),
        "workers": workers,
        "supervised": supervision_hours(since=now - PERIOD, until=now),
        "gaps": gaps,
        "unsaid": [word(each) for each in unsaid],
        "least": LEAST,
        "law_gaps": law_gaps(since=since),
    }
    return page(request, "figures", context)


def _protected(counts: Mapping[Met | None, int]) -> tuple[int | None, list[int | None], int | None]:
    """What may be told of one kind of help: how often it ended, how often each was said, and how many have said it."""
    said = {met.value if met else UNSAID: number for met, number in counts.items()}
    found = protect_list(said)
    return found[TOTAL].value, [found[met.value].value for met in Met], found[UNSAID].value
