"""Who can read what she told: a page made from the keys, with a way to stop each reader that she can stop."""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import takes_form, typed
from leeward.victim.file.law import limit_of_confidence
from leeward.victim.file.operations.circle import find_stop, read_circle, stop_reader
from leeward.victim.file.rules.circle import Whose
from leeward.victim.portal.forms import AgainForm
from leeward.victim.portal.holders import Copy
from leeward.victim.portal.operations import protects_pictures
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.portal.views.confirming import with_code
from leeward.victim.portal.views.visiting import Opened, with_bearer


@require_safe
@with_bearer
def circle(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Every reader of hers, by whom, since when, why, and on which days it was opened."""
    context = {
        "circle": read_circle(opened.bearer, now=opened.now),
        "limit": limit_of_confidence(today=local_day(opened.now)),
        "has_pictures": protects_pictures(bearer=opened.bearer, now=opened.now),
        "has_spare": bool(opened.bearer.other),
        "Whose": Whose,
    }
    return render(request, "file/circle.jinja", context)


def copy_of_circle(_request: HttpRequest, bearer: Bearer, now: datetime) -> Copy | None:
    """Who can open what of hers now, for the file alone: the page of it is her circle."""
    found = read_circle(bearer, now=now)
    if found is None:
        return None
    records = [
        {
            "who": row.who,
            "can_read": list(row.reading.parts),
            "since": row.reading.since.isoformat() if row.reading.since else None,
            "until": row.reading.until.isoformat() if row.reading.until else None,
        }
        for row in found.rows
    ]
    return Copy(name="who_can_read_this", record=records, shown="")


@takes_form
@with_bearer
def stop(request: HttpRequest, opened: Opened, slug: str) -> HttpResponse:
    """Say what ends with it and what does not, ask for her code, then take the keys away."""
    here = HttpResponseRedirect(reverse("file:circle"), status=HTTPStatus.SEE_OTHER)
    found = read_circle(opened.bearer, now=opened.now)
    row = find_stop(found, slug) if found else None
    if row is None or row.stop is None:  # stopped already, in another window
        return here
    form = AgainForm(typed(request))

    def stopped() -> HttpResponse:
        stop_reader(row, opened.bearer, opened.now)
        return here

    def show() -> HttpResponse:
        return render(request, "file/stop.jinja", {"row": row, "form": form, "Whose": Whose})

    return with_code(request, opened, form, show=show, act=stopped)
