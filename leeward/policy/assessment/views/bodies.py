"""The bodies that take part in rounds, and who answers for each."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.editing.pages import WRITING, attempt, go, typed
from leeward.foundation.web.words import word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Listing, show_list
from leeward.foundation.work.way import shows_list
from leeward.policy.assessment.forms.rounds import BodyForm
from leeward.policy.assessment.operations.bodies import add_body, change_body
from leeward.policy.assessment.queries.rounds import BodyLine, body_lines, body_rows, find_body, list_reviewers
from leeward.policy.assessment.views.answering import OFFICER, answers, page


@require_role(*OFFICER)
@require_safe
@answers
@shows_list
def list_all(request: HttpRequest) -> HttpResponse:
    """Every body, and who answers for it."""
    return show_list(request, bodies_list(), lambda found: page(request, "bodies", found=found))


def bodies_list() -> Listing[BodyLine]:
    """Bodies by name. There is no file of it: it names who answers for a group of survivors."""
    people = dict(list_reviewers())

    def answered_by(each: BodyLine) -> str:
        names = [people[reference] for reference in each.members if reference in people]
        return ", ".join(names) or _("Nobody on these pages: policy officers give its workbook back")

    return Listing(
        rows=body_rows(),
        lines=body_lines,
        columns=[
            Column("name", _("Body"), lambda each: each.name, Order(by="name", is_unique=True)),
            Column("sector", _("Sector"), lambda each: word(each.sector)),
            Column("published", _("Published as"), lambda each: each.public_name),
            Column("answers", _("Respondent"), answered_by),
        ],
        sort="name",
        address=lambda each: reverse("assessment:body", args=[each.public_id]),
        empty=_("There is none yet."),
    )


@require_role(*OFFICER)
@require_http_methods(WRITING)
@answers
def add(request: HttpRequest) -> HttpResponse:
    """Add a body."""
    form = BodyForm(typed(request), reviewers=list_reviewers())
    done = attempt(
        request,
        form,
        lambda by, now: add_body(new=form.as_body(), members=form.cleaned_data["members"], by=by, now=now),
        then=lambda _made: go("assessment:bodies"),
    )
    return done or page(request, "body", form=form, title=_("Add a body"))


@require_role(*OFFICER)
@require_http_methods(WRITING)
@answers
def change(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """Change a body."""
    body = find_body(body_id)
    form = BodyForm(typed(request), reviewers=list_reviewers(), initial=vars(body))
    done = attempt(
        request,
        form,
        lambda by, now: change_body(
            public_id=body_id, new=form.as_body(), members=form.cleaned_data["members"], by=by, now=now
        ),
        then=lambda _none: go("assessment:bodies"),
    )
    return done or page(request, "body", form=form, title=body.name)
