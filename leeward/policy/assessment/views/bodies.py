"""The bodies that take part in rounds, and who answers for each."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import WRITING, go, typed
from leeward.foundation.web.words import word
from leeward.policy.assessment.forms.rounds import BodyForm
from leeward.policy.assessment.operations.bodies import add_body, change_body
from leeward.policy.assessment.queries.rounds import find_body, list_bodies, list_reviewers
from leeward.policy.assessment.views.answering import OFFICER, answers, page


@require_role(*OFFICER)
@require_safe
@answers
def list_all(request: HttpRequest) -> HttpResponse:
    """Every body."""
    people = dict(list_reviewers())
    lines = [
        {
            "it": each,
            "sector": word(each.sector),
            "people": [people[reference] for reference in each.members if reference in people],
        }
        for each in list_bodies()
    ]
    return page(request, "bodies", {"lines": lines})


@require_role(*OFFICER)
@require_http_methods(WRITING)
@answers
def add(request: HttpRequest) -> HttpResponse:
    """Add a body."""
    form = BodyForm(typed(request), reviewers=list_reviewers())
    if form.is_bound and form.is_valid():
        members = form.cleaned_data["members"]
        try:
            add_body(new=form.as_body(), members=members, by=actor_of(request), now=timezone.now())
        except FieldRefused as error:
            say(form, error)
        else:
            return go("assessment:bodies")
    return page(request, "body", {"title": _("Add a body")}, form=form)


@require_role(*OFFICER)
@require_http_methods(WRITING)
@answers
def change(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """Change a body."""
    body = find_body(body_id)
    initial = {
        "name": body.name,
        "public_name": body.public_name,
        "sector": body.sector.value,
        "members": body.members,
    }
    form = BodyForm(typed(request), reviewers=list_reviewers(), initial=initial)
    if form.is_bound and form.is_valid():
        members = form.cleaned_data["members"]
        try:
            change_body(
                public_id=body_id, new=form.as_body(), members=members, by=actor_of(request), now=timezone.now()
            )
        except FieldRefused as error:
            say(form, error)
        else:
            return go("assessment:bodies")
    return page(request, "body", {"title": body.name}, form=form)
