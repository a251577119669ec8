"""Where an organisation of the directory asks to join the network. Nothing of it is public; the secretary decides."""

import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.queries import has_worked, role_works
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.pages import go, status_of, takes_form, typed
from leeward.foundation.vault.errors import TooManyTries
from leeward.foundation.vault.operations import count_network_try
from leeward.foundation.web.access import public
from leeward.foundation.web.network import network_of
from leeward.foundation.work.errors import DoorClosed
from leeward.society.directory.queries.names import published_names
from leeward.victim.network.errors import AppliedTwice
from leeward.victim.network.forms.secretary import JoinForm
from leeward.victim.network.operations.joining import ask_to_join
from leeward.victim.network.rules.members import Sector

PURPOSE = "network/join"
FROM_ONE_NETWORK = 5
TITLE = _("Join the support network")


@public
@takes_form
def join(request: HttpRequest) -> HttpResponse:
    """An organisation says that it wishes to be a member."""
    organizations = published_names()
    form = JoinForm(typed(request), organizations=[(str(reference), name) for reference, name in organizations])
    status = status_of(form)
    if form.is_bound and form.is_valid():
        status = _take_in(request, form, dict(organizations))
        if status is HTTPStatus.SEE_OTHER:
            return go("network:joined")
    context = {
        "form": form,
        "title": TITLE,
        "is_read": role_works(Role.NETWORK_SECRETARY),
        "was_read": has_worked([Role.NETWORK_SECRETARY]),
    }
    response = render(request, "network/join.jinja", context, status=status)
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = "600"
    return response


@public
@require_safe
def joined(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "network/joined.jinja", {"title": TITLE})


def _take_in(request: HttpRequest, form: JoinForm, names: dict[uuid.UUID, str]) -> HTTPStatus:
    said, now = form.cleaned_data, timezone.now()
    organization = uuid.UUID(said["organization"])
    try:
        count_network_try(network=network_of(request), purpose=PURPOSE, now=now, limit=FROM_ONE_NETWORK)
        ask_to_join(
            organization=organization,
            name=names[organization],
            sector=Sector(said["sector"]),
            words=said["words"],
            by=Actor.person(),
            now=now,
        )
    except TooManyTries:
        form.add_error(None, gettext("Too many have asked from where you are. Try again in ten minutes."))
        return HTTPStatus.TOO_MANY_REQUESTS
    except DoorClosed:  # the page says that nobody decides here yet
        return HTTPStatus.CONFLICT
    except AppliedTwice as error:
        form.add_error("organization", gettext(error.reason))
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.SEE_OTHER
