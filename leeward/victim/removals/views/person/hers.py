"""What every view of a person's report needs: the report, opened by the key in her own cookie, and ways on from it."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.work.doors import DESK, is_open
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.views.visiting import Opened, go_door, saving_bearer, with_bearer
from leeward.victim.removals.errors import ReportUnknown, RequestUnknown, StepImpossible
from leeward.victim.removals.operations.person import open_hers
from leeward.victim.removals.operations.reports import OpenReport
from leeward.victim.removals.queries.reports import ReportView, RequestView, read_report
from leeward.victim.removals.rules.questions import is_receipt_only
from leeward.victim.removals.rules.reports import ReportState
from leeward.victim.removals.views.person.wording import clock_note, due_words, moment_words


@dataclass(frozen=True, kw_only=True)
class Hers:
    """Her report, open in this visit at this moment."""

    visit: Opened
    report: OpenReport
    view: ReportView
    now: datetime

    @property
    def by(self) -> Actor:
        """Who acts: she, or who types for her."""
        return self.visit.bearer.by

    @property
    def is_draft(self) -> bool:
        """Whether it has not been handed in yet."""
        return self.view.state is ReportState.DRAFT

    @property
    def is_receipt_only(self) -> bool:
        """Whether who tells us may read no more than that it arrived."""
        return not self.is_draft and is_receipt_only(path=self.view.path, story=self.view.story)

    @property
    def is_stopped(self) -> bool:
        """Whether she stopped the desk, so that it opens nothing of this until she lets it in again."""
        return self.view.stopped_at is not None

    @functools.cached_property
    def is_read(self) -> bool:
        """Whether somebody at the desk can open it: a lock or a shift that is over changes nothing."""
        return is_open(DESK)

    def find_request(self, ordinal: int) -> RequestView:
        """The request of this number. Raises RequestUnknown."""
        for request in self.view.requests:
            if request.ordinal == ordinal:
                return request
        raise RequestUnknown


type ReportPage[**P] = Callable[Concatenate[HttpRequest, Hers, P], HttpResponseBase]
type Page[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def open_visit(opened: Opened) -> Hers:
    """Her report in an open visit. Raises ReportUnknown."""
    try:
        report = open_hers(bearer=opened.bearer, now=opened.now)
    except NotGranted as error:
        raise ReportUnknown from error
    keyring = Keyring(opened.bearer.key)
    view = read_report(file=report.file, thread=report.thread, keyring=keyring, by=opened.bearer.by, now=opened.now)
    return Hers(visit=opened, report=report, view=view, now=opened.now)


def with_report[**P](view: ReportPage[P]) -> Page[P]:
    """Open the report of the visit for a view; without a visit ask for the code, without a report begin one."""
    return with_bearer(_opening(view))


def saving[**P](view: ReportPage[P]) -> Page[P]:
    """As `with_report`, and what was typed into a page that was open too long waits, sealed, for the code."""
    return saving_bearer(_opening(view))


def _opening[**P](view: ReportPage[P]) -> Callable[Concatenate[HttpRequest, Opened, P], HttpResponseBase]:
    @functools.wraps(view)
    def opening(request: HttpRequest, opened: Opened, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, open_visit(opened), *args, **kwargs)
        # Gone, changed meanwhile, or not there: her page says how it stands.
        except (ReportUnknown, RequestUnknown, StepImpossible):
            return go_door(Door.LINKS)

    return opening


def go(name: str, **kwargs: Any) -> HttpResponseRedirect:
    """See another page of the report, with GET."""
    return HttpResponseRedirect(reverse(f"removals:my-{name}", kwargs=kwargs), status=HTTPStatus.SEE_OTHER)


def words_of(hers: Hers) -> dict[str, object]:
    """What the templates need to say of her requests where they stand."""
    return {
        "view": hers.view,
        "is_read": hers.is_read,
        "now": hers.now,
        "due_words": due_words,
        "moment_words": moment_words,
        "clock_note": clock_note(),
    }


def show(
    request: HttpRequest, template: str, context: Mapping[str, object], *, form: Any = None, back: str = ""
) -> HttpResponse:
    """A page of the report; 422 where something in its form must be mended. `back`: the page before, as an address."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.errors else HTTPStatus.OK
    shown = {**context, "form": form, "back_url": back}
    return render(request, f"removals/person/{template}.jinja", shown, status=status)
