"""The bodies that take part in rounds, and who answers for each."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.editing.pages import WRITING, attempt, go, typed
from leeward.policy.assessment.forms.rounds import BodyForm
from leeward.policy.assessment.operations.bodies import add_body, change_body
from leeward.policy.assessment.queries.rounds import find_body, list_bodies, list_reviewers
from leeward.policy.assessment.views.answering import OFFICER, answers, page


@require_role(*OFFICER)
@require_safe
@answers
def list_all(request: HttpRequest) -> HttpResponse:
    """Every body."""
    return page(request, "bodies", bodies=list_bodies(), people=dict(list_reviewers()))


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
