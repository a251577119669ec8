"""What disclosure officers see and press: checks that another agency prepared, and their decision."""

import uuid
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.pages import attempt, go, status_of, takes_form, typed
from leeward.justice.register.forms.checking import DecideForm
from leeward.justice.register.operations.checks import decide_check
from leeward.justice.register.queries.checks import lines_to_decide, read_to_decide
from leeward.justice.register.views.frame import DECIDE, keeper_of, officer_page


@officer_page
@require_safe
def to_decide(request: UnlockedRequest) -> HttpResponse:
    """Checks that wait for somebody of this agency."""
    found = lines_to_decide(keeper_of(request).agency, now=timezone.now())
    return render(request, "register/decide.jinja", {"title": DECIDE, "lines": found})


@officer_page
@takes_form
def decide(request: UnlockedRequest, check: uuid.UUID) -> HttpResponse:
    """One check: who is asked about, what was found, the four tests and the answer."""
    keeper, now = keeper_of(request), timezone.now()
    found = read_to_decide(check, agency=keeper.agency, keyring=keeper.keyring, by=keeper.by, now=now)
    asker = found.question.asker if found.question else ""
    form = DecideForm(typed(request), asker=asker, initial={"words": found.proposal.told if found.proposal else ""})

    def save(_by: Actor, now: datetime) -> None:
        decide_check(check=check, decision=form.decision, keeper=keeper, now=now)

    answered = attempt(request, form, save, then=lambda _saved: go("register:decide"))
    context = {"each": found, "form": form, "back": reverse("register:decide"), "back_text": DECIDE}
    return answered or render(request, "register/check.jinja", context, status=status_of(form))
