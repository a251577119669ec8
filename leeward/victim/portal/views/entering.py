"""The way in with a code: to her page, and with it what she had typed before is saved."""

import copy
from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve

from leeward.foundation.editing.errors import EntryUnknown
from leeward.victim.portal import operations
from leeward.victim.portal.rules.visits import Bearer, LateWords, Notice, Visit
from leeward.victim.portal.views.visiting import COOKIE_NAME, go, has_saved, keep_visit


def enter(request: HttpRequest, visit: Visit, *, bearer: Bearer, late: str, now: datetime) -> HttpResponse:
    """Lead to her page. What waits under the key `late` is saved now; what cannot be is shown to her, once."""
    if bearer.needs_own_code:
        return keep_visit(go("own-code"), replace(visit, late=late), now=now)
    visit = replace(visit, late="")
    words = operations.read_late(key=late, bearer=bearer, now=now)
    if words is None:
        return keep_visit(go("status"), visit, now=now)
    try:
        is_saved = _send(request, words, visit)
    finally:  # whatever goes wrong with them, they never keep her from her pages
        operations.drop_late(key=late)
    if is_saved:
        return keep_visit(go("status"), replace(visit, notice=Notice.LATE_SAVED), now=now)
    return keep_visit(render(request, "portal/not_saved.jinja", {"words": words}), visit, now=now)


def _send(request: HttpRequest, words: LateWords, visit: Visit) -> bool:
    """Send the form to its own page, as if it came now; returns whether it was saved."""
    try:
        found = resolve(words.path)
        answer: HttpResponseBase = found.func(_as_sent(request, words, visit), *found.args, **found.kwargs)
    except (Resolver404, Http404, EntryUnknown):  # its page is gone, or is not there for her any more
        return False
    return has_saved(answer)


def _as_sent(request: HttpRequest, words: LateWords, visit: Visit) -> HttpRequest:
    sent = copy.copy(request)
    sent.method, sent.path, sent.path_info = "POST", words.path, words.path
    sent.POST = QueryDict(words.sent)
    sent.COOKIES = {**request.COOKIES, COOKIE_NAME: operations.seal_visit(visit)}
    return sent
