"""Every address of the whole product says who may open it."""

import functools
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver
from django.views import View

from leeward.foundation.web.access import Audience, access_of, platform_key, public, victim_code, walk_patterns


def views() -> Iterator[tuple[str, Any]]:
    """Each view with its route; an API's one address holds a view for each of its methods."""
    for route, _name, pattern in walk_patterns(get_resolver().url_patterns):
        operations = getattr(getattr(pattern.callback, "__self__", None), "operations", None)
        if operations is None:
            yield route, pattern.callback
        else:
            for operation in operations:
                yield f"{' '.join(operation.methods)} {route}", operation.view_func


def test_no_view_is_without_a_rule() -> None:
    undeclared = [route for route, view in views() if access_of(view) is None]
    assert undeclared == [], "declare who may open these, with public, victim_code, platform_key or require_role"


def test_there_is_something_to_check() -> None:
    assert len(list(views())) > 20


@pytest.mark.parametrize(
    ("declare", "audience"),
    [(public, Audience.PUBLIC), (victim_code, Audience.VICTIM_CODE), (platform_key, Audience.PLATFORM_KEY)],
)
def test_declarations_are_found_through_wrappers(declare: Any, audience: Audience) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    @functools.wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        return view(request)

    declare(view)
    functools.update_wrapper(wrapped, view)
    for found in (view, wrapped, functools.partial(view)):
        access = access_of(found)
        assert access is not None
        assert access.audience is audience


def test_class_based_views_may_carry_it_too() -> None:
    class Thing(View):
        pass

    public(Thing)
    access = access_of(Thing.as_view())
    assert access is not None
    assert access.audience is Audience.PUBLIC
    assert access_of(View.as_view()) is None
