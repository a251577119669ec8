"""Her code once more, before what cannot be undone or would shut her out: a visit alone is not enough for that."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import TypedDict

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from leeward.foundation.vault.errors import CodeRefused, TooManyAtOnce, TooManyTries
from leeward.foundation.vault.operations import forgive_network_try, network_try
from leeward.foundation.vault.rules.codes import Code
from leeward.foundation.vault.rules.waits import NETWORK_TRIES, NETWORK_TRIES_WITH_WORK
from leeward.foundation.web.network import network_of
from leeward.foundation.web.waiting import ask_again
from leeward.foundation.web.work import has_worked
from leeward.victim.portal import operations
from leeward.victim.portal.forms import LONGEST_NUMBERS, AgainForm, CodeForm
from leeward.victim.portal.views.visiting import Opened, tell_to_wait


def with_code(
    request: HttpRequest,
    opened: Opened,
    form: AgainForm,
    *,
    show: Callable[[], HttpResponse],
    act: Callable[[], HttpResponse],
) -> HttpResponse:
    """Show a form that asks for her code, and act once it was sent with the right one.

    Tries are counted as on the page for the code, and a wrong one keeps what the form holds.
    """
    try:
        if form.is_valid() and _is_hers(request, opened, form):
            return act()
    except (TooManyTries, TooManyAtOnce) as error:
        tell_to_wait(form, error)
        return ask_again(show(), error)
    page = show()
    if form.errors:
        page.status_code = HTTPStatus.FORBIDDEN if form.was_refused else HTTPStatus.UNPROCESSABLE_ENTITY
    return page


def again_beside(request: HttpRequest, form: Form) -> AgainForm:
    """Return the form of her code beside another form: it is checked only once the other form is valid."""
    if form.is_bound and form.is_valid():
        return AgainForm(request.POST)
    return AgainForm(initial={"numbers": request.POST.get("numbers", "")[:LONGEST_NUMBERS]})


class CodeTry(TypedDict):
    """What opening a code wants to know of who tries."""

    code: Code
    now: datetime
    network: str
    worked: bool


@contextmanager
def try_code(request: HttpRequest, form: CodeForm, *, now: datetime) -> Iterator[CodeTry]:
    """Count a try from this network, and forgive it where the code was the right one. Raises TooManyTries."""
    network, worked = network_of(request), has_worked(request, now=now)
    limit = NETWORK_TRIES_WITH_WORK if worked else NETWORK_TRIES
    with network_try(network=network, purpose="code", now=now, limit=limit):
        yield {"code": form.cleaned_data["numbers"], "now": now, "network": network, "worked": worked}
    forgive_network_try(network=network, purpose="code", now=now)


def _is_hers(request: HttpRequest, opened: Opened, form: AgainForm) -> bool:
    try:
        with try_code(request, form, now=opened.now) as tried:
            operations.confirm_code(bearer=opened.bearer, **tried)
    except CodeRefused:
        form.was_refused = True
        form.add_error("numbers", _("This code does not fit now. Compare it with your copy. Nothing has been changed."))
        return False
    return True
