"""Her code once more, before what cannot be undone or would shut her out: a visit alone is not enough for that."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from leeward.foundation.vault.errors import CodeRefused, TooManyAtOnce, TooManyTries
from leeward.foundation.vault.operations import forgive_network_try, network_try
from leeward.foundation.web.network import network_of
from leeward.victim.portal import operations
from leeward.victim.portal.forms import AgainForm
from leeward.victim.portal.views.visiting import Opened, show_wait


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
        return show_wait(request, retry_after_seconds=error.retry_after_seconds)
    page = show()
    if form.errors:
        page.status_code = HTTPStatus.FORBIDDEN if form.was_refused else HTTPStatus.UNPROCESSABLE_ENTITY
    return page


def _is_hers(request: HttpRequest, opened: Opened, form: AgainForm) -> bool:
    network = network_of(request)
    try:
        with network_try(network=network, purpose="code", now=opened.now):
            operations.confirm_code(case=opened.case, code=form.cleaned_data["numbers"], now=opened.now)
    except CodeRefused:
        form.was_refused = True
        form.add_error("numbers", _("This code does not fit now. Compare it with your copy. Nothing has been changed."))
        return False
    forgive_network_try(network=network, purpose="code", now=opened.now)
    return True
