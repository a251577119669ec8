"""Who read the advice for each path of harm: for everybody, for members who say it, and for the secretary."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.foundation.rows import read_values
from leeward.foundation.web.access import public
from leeward.foundation.web.words import spoken
from leeward.victim.network.forms.reviews import PathAnswerForm, PathReadForm
from leeward.victim.network.operations.reviews import answer_review, give_review
from leeward.victim.network.queries.members import list_members
from leeward.victim.network.queries.reviews import (
    PathLine,
    ReviewLine,
    list_paths,
    read_path,
    read_review,
    reviews_of_page,
)
from leeward.victim.network.rules.members import MemberState, Way
from leeward.victim.network.rules.reviews import NewReview
from leeward.victim.network.views.boards import everybody_page
from leeward.victim.network.views.member.lists import member_of
from leeward.victim.network.views.secretary.frame import secretary_page

TITLE = _("Who has read the advice")
SUMMARY = _(
    "For each path of harm: which of the people it concerns have read its page, what they said, and what came of it."
)


@public
@require_safe
def paths(request: HttpRequest) -> HttpResponse:
    """Every path with its page, who read it, what they said, and what came of it."""
    return render(request, "network/paths.jinja", {"title": TITLE, "paths": _paths()})


@everybody_page(title=TITLE, summary=SUMMARY)
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The same for members and the secretary, with what each of them does next."""
    context = {"title": TITLE, "paths": _paths(), "keeps": staff_of(request).role == Role.NETWORK_SECRETARY}
    return render(request, "network/reviews.jinja", context)


@everybody_page()
@takes_form
def give(request: HttpRequest, path: str) -> HttpResponse:
    """A member says that people whom it concerns read a page. For one without accounts the secretary says it."""
    found, user = read_path(path, language=spoken(), today=local_day(timezone.now())), staff_of(request)
    if found is None:
        raise Http404
    by_link = None
    if user.role == Role.NETWORK_SECRETARY:
        known = (each for each in list_members() if each.state is MemberState.MEMBER and each.way is Way.LINK)
        by_link = [(str(each.public_id), each.name) for each in known]
    form = PathReadForm(typed(request), members=by_link)

    def save(by: Actor, now: datetime) -> object:
        given = form.cleaned_data
        member = uuid.UUID(given["member"]) if by_link is not None else member_of(user)
        new = read_values(NewReview, given)
        return give_review(path=found.row, new=new, member=member, language=spoken(), by=by, now=now)

    asking = Asking(
        form=form,
        title=found.shown.text.title,
        back=reverse("network:reviews"),
        back_text=TITLE,
        save=save,
        seen=found.shown.text.sha256,  # whoever reads a page while it changes reads it again
        lead=_("First read this page with people it concerns."),
    )
    return ask(request, asking)


@secretary_page()
@takes_form
def answer(request: HttpRequest, review: uuid.UUID) -> HttpResponse:
    """What came of what they said."""
    row = read_review(review)
    form = PathAnswerForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        answer_review(reference=review, words=form.cleaned_data["words"], by=by, now=now)

    asking = Asking(
        form=form,
        title=_("What was the outcome?"),
        back=reverse("network:reviews"),
        back_text=TITLE,
        save=save,
        lead=row.said,
        seen=row.changed_at.isoformat(),
    )
    return ask(request, asking)


def read_by(_request: HttpRequest) -> dict[str, Callable[[str], Any]]:
    """Let every template say who of those whom a page of advice concerns has read it as it is now."""

    def reviewed(page: str) -> list[ReviewLine] | None:
        found = reviews_of_page(page, language=spoken(), today=local_day(timezone.now()))
        return None if found is None else list(found)

    return {"reviewed": reviewed}


def _paths() -> tuple[PathLine, ...]:
    return list_paths(language=spoken(), today=local_day(timezone.now()))
