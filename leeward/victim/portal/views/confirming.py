"""Her code once more, before what cannot be undone or would shut her out: a visit alone is not enough for that."""

from collections.abc import Callable
from http import HTTPStatus

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
from leeward.victim.portal.forms import AgainForm
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


def _is_hers(request: HttpRequest, opened: Opened, form: AgainForm) -> bool:
    network, worked = network_of(request), has_worked(request, now=opened.now)
    limit = NETWORK_TRIES_WITH_WORK if worked else NETWORK_TRIES
    typed: Code = form.cleaned_data["numbers"]
    try:
        with network_try(network=network, purpose="code", now=opened.now, limit=limit):
            operations.confirm_code(case=opened.case, code=typed, now=opened.now, network=network, worked=worked)
    except CodeRefused:
        form.was_refused = True
        form.add_error("numbers", _("This code does not fit now. Compare it with your copy. Nothing has been changed."))
        return False
    forgive_network_try(network=network, purpose="code", now=opened.now)
    return True
