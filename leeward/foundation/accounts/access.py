"""`require_role`: declare which staff may open a view, and hold to it."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise

from leeward.foundation.accounts.rules import Role
from leeward.foundation.web.access import Access, Audience, declare

type View = Callable[..., HttpResponseBase]


def require_role(
    *roles: Role, desk_title: str | Promise = "", desk_summary: str | Promise = ""
) -> Callable[[View], View]:
    """Let in signed-in staff with one of `roles` (any role where none is named); send others to sign in, or refuse.

    A view with a `desk_title` and no arguments in its address is listed on the desk of those who may open it.
    """
    allowed = frozenset(role.value for role in roles or Role)

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            if not user.is_authenticated:
                return redirect_to_login(request.path, login_url=reverse("accounts:sign-in"))
            if getattr(user, "role", None) not in allowed:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return declare(
            checked,
            Access(audience=Audience.STAFF, roles=allowed, desk_title=desk_title, desk_summary=desk_summary),
        )

    return decorate
