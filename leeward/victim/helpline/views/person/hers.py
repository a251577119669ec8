"""What every page of a person's case needs: the case, opened by the key in her own cookie, and ways on from it."""

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
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.web.easy import EASY, USUAL, keep_words
from leeward.foundation.work.doors import is_open
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.needs import Need, Needs
from leeward.victim.helpline.errors import CaseUnknown, StepImpossible
from leeward.victim.helpline.operations.person import open_hers
from leeward.victim.helpline.queries.cases import CaseView, read_case, team_of_case
from leeward.victim.helpline.rules.coming import Coming, Later, question_after
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.portal.views.visiting import Opened, saving_bearer, with_bearer
from leeward.victim.portal.views.visiting import go as go_portal


@dataclass(frozen=True, kw_only=True)
class Hers:
    """Her case, open in this visit at this moment."""

    visit: Opened
    case: OpenCase
    view: CaseView
    now: datetime

    @property
    def by(self) -> Actor:
        """Who acts: she, or who types for her."""
        return self.visit.bearer.by

    @property
    def keyring(self) -> Keyring:
        """The key of the code."""
        return Keyring(self.visit.bearer.key)

    @functools.cached_property
    def is_read(self) -> bool:
        """Whether somebody in the team that works on it can open it: a lock or a shift that is over changes nothing."""
        return is_open(team_of_case(self.case.reference))

    @property
    def is_new(self) -> bool:
        """Whether she began it in this visit, and has not said yet how she may be reached."""
        coming = Coming.unpack(self.visit.visit.errand)
        return coming is not None and coming.has_begun and self.view.contact in (None, Contact())


type CasePage[**P] = Callable[Concatenate[HttpRequest, Hers, P], HttpResponseBase]
type Page[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def open_visit(opened: Opened) -> Hers:
    """Her case in an open visit. Raises CaseUnknown."""
    case = open_hers(bearer=opened.bearer, now=opened.now)
    return Hers(visit=opened, case=case, view=read_case(case), now=opened.now)


def with_case[**P](view: CasePage[P]) -> Page[P]:
    """Open the case of the visit for a view; without a visit ask for the code, without a case show the way in."""
    return with_bearer(_opening(view))


def saving[**P](view: CasePage[P]) -> Page[P]:
    """As `with_case`, and what was typed into a page that was open too long waits, sealed, for the code."""
    return saving_bearer(_opening(view))


def _opening[**P](view: CasePage[P]) -> Callable[Concatenate[HttpRequest, Opened, P], HttpResponseBase]:
    @functools.wraps(view)
    def opening(request: HttpRequest, opened: Opened, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, open_visit(opened), *args, **kwargs)
        except CaseUnknown:
            return go("talk")
        except StepImpossible:  # changed meanwhile, in another window
            return go("thread")

    return opening


def next_question(hers: Hers, asked: Later | None) -> HttpResponseRedirect:
    """Lead to the next optional question, with None to the first one; to her page after the last one."""
    after = question_after(asked, told=hers.view.story, contact=hers.view.contact)
    return go(after) if after else go_portal("status")


def in_wished_words[R: HttpResponseBase](response: R, *, before: Needs, now: Needs) -> R:
    """Show this browser the pages in the words that were wished, where that wish has just been ticked or taken back."""
    was, is_wished = Need.SIMPLE in before.ticked, Need.SIMPLE in now.ticked
    return response if was == is_wished else keep_words(response, EASY if is_wished else USUAL)


def go(name: str) -> HttpResponseRedirect:
    """See another page of hers, with GET."""
    return HttpResponseRedirect(address(name), status=HTTPStatus.SEE_OTHER)


def address(name: str) -> str:
    """Where a page of hers is."""
    return reverse(f"helpline:my-{name}")


def show(
    request: HttpRequest, template: str, context: Mapping[str, object], *, form: Any = None, back: str = ""
) -> HttpResponse:
    """A page of hers. `back`: the page before, as an address."""
    return render_form(request, f"helpline/person/{template}.jinja", context, form=form, back=back)


def render_form(
    request: HttpRequest, template: str, context: Mapping[str, object], *, form: Any = None, back: str = ""
) -> HttpResponse:
    """The same with a template of another room; 422 where something in its form must be mended."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.errors else HTTPStatus.OK
    return render(request, template, {**context, "form": form, "back_url": back}, status=status)
