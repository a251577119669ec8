"""Access to pages: every view declares who may open it, and a test fails if one does not.

`public`, `victim_code` and `platform_key` only declare; the view they stand on (or its wing) checks the code or key.
`require_role` in `leeward.foundation.accounts.access` declares and checks.
"""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, URLPattern, URLResolver, resolve
from django.utils.functional import Promise

from leeward.foundation.languages import is_hers
from leeward.foundation.web.rules import LANGUAGE_ENTRY, WORDS_ENTRY

type View = Callable[..., HttpResponseBase]


class Audience(StrEnum):
    """The kinds of people and machines that a page can be for."""

    PUBLIC = "public"
    VICTIM_CODE = "victim_code"
    PLATFORM_KEY = "platform_key"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class Access:
    """One view's rule. `roles` is filled for staff only; a view with a `desk_title` is listed on the staff desk.

    `asks_passkeys`: whether its page may ask the browser for a passkey, which all others are denied by their headers.
    """

    audience: Audience
    roles: frozenset[str] = frozenset()
    desk_title: str | Promise = ""
    desk_summary: str | Promise = ""
    asks_passkeys: bool = False


def declare[V: Callable[..., Any]](view: V, access: Access) -> V:
    """Write `access` on `view` itself, where the test and the desk find it."""
    view.access = access  # type: ignore[attr-defined]  # a function carries attributes; its type cannot say so
    return view


def public[V: Callable[..., Any]](view: V) -> V:
    """Declare that anybody may open this view."""
    return declare(view, Access(audience=Audience.PUBLIC))


def victim_code[V: Callable[..., Any]](view: V) -> V:
    """Declare that this view needs an access code, which it checks itself."""
    return declare(view, Access(audience=Audience.VICTIM_CODE))


def platform_key[V: Callable[..., Any]](view: V) -> V:
    """Declare that this view needs a platform's key, which it checks itself."""
    return declare(view, Access(audience=Audience.PLATFORM_KEY))


def asks_passkeys[V: Callable[..., Any]](view: V) -> V:
    """Declare, above the rule of who may open it, that this view's page asks the browser for a passkey."""
    access = access_of(view)
    if access is None:
        raise TypeError("Put @asks_passkeys above the decorator that says who may open the view.")
    return declare(view, replace(access, asks_passkeys=True))


def leaves_no_line[V: Callable[..., Any]](view: V) -> V:
    """Declare, above the rule of who may open it, that no line of the log tells that somebody was at this view."""
    view.leaves_no_line = True  # type: ignore[attr-defined]  # a function carries attributes; its type cannot say so
    return view


def access_of(view: object) -> Access | None:
    """The rule written on a view (a function, a class-based view's function, or a decorated one), None without one."""
    for carrier in (view, getattr(view, "view_class", None), getattr(view, "__func__", None)):
        access = getattr(carrier, "access", None)
        if isinstance(access, Access):
            return access
    return access_of(view.func) if isinstance(view, functools.partial) else None


def walk_patterns(
    patterns: list[URLPattern | URLResolver], *, route: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Yield the whole route, the whole name and the pattern of every address below `patterns`."""
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from walk_patterns(pattern.url_patterns, route=here, namespace=inner)
        else:
            yield here, f"{namespace}{pattern.name}" if pattern.name else "", pattern


def is_public(request: HttpRequest) -> bool:
    """Whether the view that answers this request is declared public (false where no view was found)."""
    match = request.resolver_match
    access = access_of(match.func) if match else None
    return access is not None and access.audience is Audience.PUBLIC


def languages_at(request: HttpRequest) -> tuple[str, ...]:
    """Return the languages that the page at this address is offered in: hers have more than the whole interface."""
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:  # the page that says so is hers too
        return tuple(settings.LEEWARD_HER_LANGUAGES)
    access = access_of(match.func)
    view = getattr(match.func, "view_class", match.func)
    is_for_her = access is not None and access.audience in (Audience.PUBLIC, Audience.VICTIM_CODE)
    if is_for_her and is_hers(view.__module__, view.__name__):
        return tuple(settings.LEEWARD_HER_LANGUAGES)
    return tuple(code for code, _name in settings.LANGUAGES)


def kept_query(request: HttpRequest) -> str:
    """What stays of an address's query when the language is changed: on staff's pages all that it asks of a list.

    Elsewhere nothing: it could hold what somebody typed.
    """
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return ""
    access = access_of(match.func)
    if access is None or access.audience is not Audience.STAFF:
        return ""
    asked = request.GET.copy()
    for entry in (LANGUAGE_ENTRY, WORDS_ENTRY):
        asked.pop(entry, None)
    return asked.urlencode()


def may_ask_passkeys(request: HttpRequest) -> bool:
    """Whether the view that answers this request declares that its page asks for a passkey."""
    match = request.resolver_match
    access = access_of(match.func) if match else None
    return access is not None and access.asks_passkeys
