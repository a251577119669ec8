"""Sign in, sign out, choose a passphrase, and the desk from which staff reach their pages."""

from http import HTTPStatus

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.desk import list_desk
from leeward.foundation.accounts.errors import LinkSpent, PassphraseUnsuitable, SignInRefused, TooManyAtOnce
from leeward.foundation.accounts.forms import EnrolmentForm, SignInForm
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import choose_passphrase, is_link_open, sign_in
from leeward.foundation.web.access import public

BACKEND = "django.contrib.auth.backends.ModelBackend"
RETRY_SECONDS = 5


@public
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The sign-in page."""
    target = _safe_target(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(target)
        return render(request, "accounts/sign_in.jinja", {"form": SignInForm(), "target": target})
    form = SignInForm(request.POST)
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            user = sign_in(now=timezone.now(), **form.cleaned_data)
        except SignInRefused:
            form.add_error(
                None, _("The name or the passphrase is wrong, or there were too many tries. Wait, then try again.")
            )
        except TooManyAtOnce:
            form.add_error(None, _("Many people are signing in at this moment. Try again in a few seconds."))
            status = HTTPStatus.TOO_MANY_REQUESTS
        else:
            login(request, user, backend=BACKEND)
            return HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)
    response = render(request, "accounts/sign_in.jinja", {"form": form, "target": target}, status=status)
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return HttpResponseRedirect(reverse("accounts:sign-in"), status=HTTPStatus.SEE_OTHER)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a passphrase by a link from the administrator; the link itself is the permission."""
    now = timezone.now()
    if not is_link_open(token=token, now=now):
        return render(request, "accounts/link_spent.jinja", status=HTTPStatus.GONE)
    form = EnrolmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            choose_passphrase(token=token, passphrase=form.cleaned_data["passphrase"], now=now)
        except PassphraseUnsuitable as error:
            form.add_error("passphrase", list(error.reasons))
        except TooManyAtOnce:
            form.add_error(None, _("Many people are signing in at this moment. Try again in a few seconds."))
        except LinkSpent:
            return render(request, "accounts/link_spent.jinja", status=HTTPStatus.GONE)
        else:
            return HttpResponseRedirect(reverse("accounts:sign-in"), status=HTTPStatus.SEE_OTHER)
    return render(request, "accounts/enrol.jinja", {"form": form})


@require_role()
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The pages that this person may open."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # narrows the type; require_role has looked
    return render(request, "accounts/desk.jinja", {"links": list_desk(role=user.role), "role_name": user.role_name})


def _safe_target(request: HttpRequest) -> str:
    asked = (request.POST if request.method == "POST" else request.GET).get("next", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("accounts:desk")
