"""For everybody: help to change, the self-check, programmes with places, and how often the check was used.

These pages are apart from those of people who were harmed: another colour, other words, no link from there. They set no
cookie and keep nothing of anybody; what is counted is a number of a week.
"""

import secrets
from datetime import datetime, timedelta
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import status_of, takes_form, typed
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.foundation.web.access import leaves_no_line, public
from leeward.foundation.web.network import may_try
from leeward.justice.perpetrators.figures import FUNNEL, referral_figures
from leeward.justice.perpetrators.forms.trials import CheckForm
from leeward.justice.perpetrators.operations.counting import count_ending, count_followed, count_shown
from leeward.justice.perpetrators.queries.counts import ending_weeks, list_trials, running_trial
from leeward.justice.perpetrators.queries.programmes import list_programmes
from leeward.justice.perpetrators.rules.check import QUESTIONS, Ending, judge
from leeward.justice.perpetrators.rules.referrals import ProgrammeKind, ReferrerKind
from leeward.justice.perpetrators.rules.trials import Arm
from leeward.society.directory.queries.suggesting import suggest_for_who_does_it

# From one network in ten minutes; what is over is answered and not counted, so each count is a floor.
COUNTED_FROM_ONE_NETWORK = 20
PREFETCH = "prefetch"
DAY = timedelta(days=1)


@leaves_no_line
@public
@require_safe
def change(request: HttpRequest) -> HttpResponse:
    """Help to change: whom to talk to now, and the way to the questions."""
    now, trial = timezone.now(), running_trial()
    arm = secrets.choice(list(Arm)) if trial else None
    if trial and arm and _counts(request, "shown", now=now):
        count_shown(trial.code, arm)
    context = {
        "cards": suggest_for_who_does_it(now=now),
        "message": trial.texts[arm] if trial and arm else None,
        "onward": reverse("perpetrators:follow", args=[trial.code, arm]) if trial and arm else "",
    }
    return render(request, "perpetrators/public/change.jinja", context)


@leaves_no_line
@public
@require_safe
def follow(request: HttpRequest, trial: str, arm: str) -> HttpResponse:
    """Where the message of a trial leads: it is counted, and the questions follow, whatever was asked for."""
    if arm in set(Arm) and _counts(request, "followed", now=timezone.now()):
        count_followed(trial, Arm(arm))
    return HttpResponseRedirect(reverse("perpetrators:check"), status=HTTPStatus.SEE_OTHER)


@leaves_no_line
@csrf_exempt  # a number goes up by one; without its token the page needs no cookie
@public
@takes_form
def check(request: HttpRequest) -> HttpResponse:
    """Ten questions, and in the same answer what they lead to. Nothing of the answers stands in an address."""
    form = CheckForm(typed(request))
    if not (form.is_bound and form.is_valid()):
        return render(request, "perpetrators/public/check.jinja", {"form": form}, status=status_of(form))
    outcome, now = judge({each.code: form.cleaned_data[each.code] for each in QUESTIONS}), timezone.now()
    if _counts(request, "ending", now=now):
        count_ending(outcome.ending, now=now)
    context = {"outcome": outcome, "cards": suggest_for_who_does_it(now=now)}
    return render(request, "perpetrators/public/ending.jinja", context)


@public
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """For professionals: every programme, whether it takes somebody today, and why not."""
    context = {"programmes": list_programmes(on=local_day(timezone.now()))}
    return render(request, "perpetrators/public/programmes.jinja", context)


@public
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """How often each ending was reached, by week, and what trials of messages found."""
    now = timezone.now()
    until = period_of(local_day(now), step=Frequency.QUARTER).start
    since = period_of(until - DAY, step=Frequency.QUARTER).start
    context = {
        "since": since,
        "until": until - DAY,
        "figures": referral_figures(since=since, until=until),
        "funnel": FUNNEL,
        "sources": list(ReferrerKind),
        "kinds": list(ProgrammeKind),
        "weeks": ending_weeks(now=now),
        "endings": list(Ending),
        "trials": list_trials(only_ended=True),
    }
    return render(request, "perpetrators/public/counts.jinja", context)


def _counts(request: HttpRequest, purpose: str, *, now: datetime) -> bool:
    """Whether this is somebody who looks at the page, and not too many of one network."""
    is_ahead = PREFETCH in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    if request.method == "HEAD" or is_ahead:
        return False
    return may_try(request, purpose=f"perpetrators/{purpose}", limit=COUNTED_FROM_ONE_NETWORK, now=now)
