"""What an authority sees and presses, with an account or by a link: its files, its own figures first, its reply.

Both ways lead to the same pages: each view is written once and takes the side from which somebody came in.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.forms import LONGEST
from leeward.foundation.editing.pages import Asking, ask, ask_lines, takes_form, typed
from leeward.foundation.opendata import table
from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.web.access import View, public
from leeward.foundation.web.links import by_link
from leeward.foundation.web.uploads import takes_file
from leeward.foundation.web.words import told, word
from leeward.foundation.work.views import staff_pages
from leeward.justice.outcomes.errors import AuthorityUnknown, LinkUnknown, NoMethod, SubmissionUnknown
from leeward.justice.outcomes.forms import CountsForm, ReplyForm
from leeward.justice.outcomes.operations.deciding import say_seen
from leeward.justice.outcomes.operations.links import find_link
from leeward.justice.outcomes.operations.submitting import hand_in
from leeward.justice.outcomes.queries.authorities import AuthorityLine, find_authority
from leeward.justice.outcomes.queries.books import ReadFile, book_for, read_file, total_a_year_before
from leeward.justice.outcomes.queries.cohorts import own_cohorts
from leeward.justice.outcomes.queries.maps import newest_map
from leeward.justice.outcomes.queries.printings import method_of
from leeward.justice.outcomes.queries.submissions import find_submission, own_submissions, quarters_handed_in
from leeward.justice.outcomes.queries.years import handed_lines
from leeward.justice.outcomes.rules.cohort_rows import MOST_BYTES
from leeward.justice.outcomes.rules.files import COLUMNS, CountLine, far_from_last_year, gaps
from leeward.justice.outcomes.rules.handing_in import DUE_WITHIN
from leeward.justice.outcomes.rules.terms import EXPECTED, PREVIEW, FileKind, SubmissionState
from leeward.justice.outcomes.telling import quarter_name
from leeward.justice.outcomes.views.cohorts import ask_cohort

OWN, COHORTS = _("Your counts"), _("Files of cohorts that you sent")
type SideView = Callable[..., HttpResponseBase]


@dataclass(frozen=True, kw_only=True)
class Side:
    """Whose counts these are, and the way by which somebody came in: `token` is "" for an account."""

    authority: AuthorityLine
    by: Actor
    token: str = ""

    def at(self, name: str, *args: object) -> str:
        """The address of one of these pages."""
        if self.token:
            return reverse(f"outcomes:link-{name}", args=[self.token, *args])
        return reverse(f"outcomes:own-{name}", args=args)

    @property
    def frame(self) -> str:
        """Into which frame its pages are put."""
        return "outcomes/authority/frame.jinja" if self.token else "web/staff.jinja"


account_page = staff_pages(Role.STATISTICIAN, back=lambda _named: (OWN, reverse("outcomes:own-counts")))


def by_account(view: SideView, *, title: Any = "", summary: Any = "") -> View:
    """The page for whoever has an account."""

    @account_page(title=title, summary=summary)
    @wraps(view)
    def found(request: HttpRequest, **named: Any) -> HttpResponseBase:
        authority = find_authority(uuid.UUID(staff_of(request).affiliation))
        return view(request, Side(authority=authority, by=actor_of(request)), **named)

    return found


def _find(token: str, *, now: datetime) -> Side:
    return Side(authority=find_authority(find_link(token, now=now)), by=Actor.person(), token=token)


from_link = by_link(
    _find,
    purpose="outcomes/link",
    unknown=LinkUnknown,
    why=_("It may be cut off, or its time is over. Ask the analyst who gave it to you for a new one."),
)


def by_token(view: SideView) -> View:
    """The page for whoever has a link."""

    @from_link
    @wraps(view)
    def found(request: HttpRequest, side: Side, **named: Any) -> HttpResponseBase:
        try:
            return view(request, side, **named)
        except (AuthorityUnknown, SubmissionUnknown) as error:
            raise Http404 from error
        except NoMethod as error:
            said = gettext(error.reason)
            return render(request, "outcomes/authority/refused.jinja", {"said": said}, status=HTTPStatus.CONFLICT)

    return public(found)


def counts(request: HttpRequest, side: Side) -> HttpResponse:
    """What was handed in and how far it has come, and what is still expected."""
    lines, today = own_submissions(side.authority.reference), local_day(timezone.now())
    own = handed_lines([today.year, today.year - 1], today=today, authority=side.authority.reference)
    context = {
        "side": side,
        "frame": side.frame,
        "title": OWN,
        "lines": lines,
        "kinds": EXPECTED[side.authority.kind],
        "handed": [(each.year, each.quarters) for each in own],
        "due_days": DUE_WITHIN.days,
        "gaps": gaps(quarters_handed_in(side.authority.reference)),
    }
    return render(request, "outcomes/authority/counts.jinja", context)


def template(_request: HttpRequest, _side: Side, kind: str) -> HttpResponse:
    """A file with the head alone."""
    return table([COLUMNS[_kind(kind)]], name=f"{kind}.csv")


def send(request: HttpRequest, side: Side, kind: str) -> HttpResponse:
    """Hand in a file: it is read first, and kept when somebody has looked at what it holds."""
    of, today = _kind(kind), local_day(timezone.now())
    authority = side.authority.reference
    book_for(authority, of, may_replace=False, today=today)  # nothing is asked for before it can be counted

    under = newest_map(authority, of)

    def read(lines: str, may_replace: bool, as_of: date | None) -> ReadFile:  # noqa: FBT001  # the form says it
        return read_file(lines, of, authority=authority, as_of=as_of, may_replace=may_replace, today=today)

    form = CountsForm(
        typed(request),
        request.FILES or None,
        columns=COLUMNS[of],
        read=read,
        own=[theirs for theirs, _ours in under.rows] if under else (),
        asks_day=under is not None and under.map.asks_day,
    )

    def save(by: Actor, now: datetime) -> object:
        return hand_in(
            authority=authority,
            kind=of,
            lines=form.found.lines,
            text=form.data["lines"],
            reason=form.cleaned_data["reason"],
            header_map=form.found.map.reference if form.found.map else None,
            by=by,
            now=now,
        )

    asking = Asking(
        form=form,
        title=_("Hand in: %(kind)s") % {"kind": word(of)},
        back=side.at("counts"),
        back_text=OWN,
        save=save,
        lead=_(
            "Numbers only, one line for each quarter and code. A file with a column about persons is refused. All "
            "lines are kept, or none. Only you and the analysts see them until you have looked at your own figures."
        ),
        about={"frame": side.frame, "map": under},
        by=side.by,
    )
    return ask_lines(
        request, asking, tell=lambda found: _tell(authority, of, found), template="outcomes/authority/send.jinja"
    )


def cohorts(request: HttpRequest, side: Side) -> HttpResponse:
    """The files of cohorts that were handed in, and that their rows are gone."""
    lines = [(quarter_name(each.quarter), each) for each in own_cohorts(side.authority.reference)]
    return render(
        request, "outcomes/cohorts/own.jinja", {"side": side, "frame": side.frame, "lines": lines, "title": COHORTS}
    )


def cohort(request: HttpRequest, side: Side) -> HttpResponse:
    """Hand in a file of a cohort, which only an analyst opens again."""
    return ask_cohort(
        request,
        back=side.at("cohorts"),
        back_text=COHORTS,
        own=side.authority.reference,
        frame=side.frame,
        by=side.by,
    )


def submission(request: HttpRequest, side: Side, submission: uuid.UUID) -> HttpResponse:
    """One file: its own figures before everybody else, and what its authority says beside them."""
    found = find_submission(submission, authority=side.authority.reference)
    may_reply = found.line.state in (SubmissionState.RECEIVED, SubmissionState.CHECKED)
    form = ReplyForm(typed(request), initial={"reply": found.reply})

    def save(by: Actor, now: datetime) -> None:
        reply = form.cleaned_data["reply"]
        say_seen(submission=submission, authority=side.authority.reference, reply=reply, by=by, now=now)

    asking = Asking(
        form=form,
        title=f"{word(found.line.kind)}, {found.line.period}",
        back=side.at("counts"),
        back_text=OWN,
        save=save,
        button=_("Confirm these figures"),
        about={
            "found": found,
            "side": side,
            "may_reply": may_reply,
            "method": told(method_of(*found.method).what),
            "preview": PREVIEW,
        },
        by=side.by,
    )
    if not may_reply and request.method == "POST":
        raise SubmissionUnknown
    return ask(request, asking, template="outcomes/authority/submission.jinja")


def _kind(kind: str) -> FileKind:
    try:
        return FileKind(kind)
    except ValueError as error:
        raise Http404 from error


def _tell(authority: uuid.UUID, kind: FileKind, read: ReadFile) -> list[str]:
    """What a file would change, quarter by quarter, and what somebody should look at again."""
    quarters: dict[Any, list[CountLine]] = {}
    for each in read.lines:
        quarters.setdefault(each.start, []).append(each)
    said = []
    if read.map:
        said.append(gettext("Your own file, read by its map, version %(version)d") % {"version": read.map.version})
    for start, lines in sorted(quarters.items()):
        number = sum(each.number for each in lines if each.basis in (None, lines[0].basis))
        name = Period(start=start, step=Frequency.QUARTER).name
        words = ngettext(
            "%(quarter)s: %(lines)d line, %(number)d in all",
            "%(quarter)s: %(lines)d lines, %(number)d in all",
            len(lines),
        )
        said.append(words % {"quarter": name, "lines": len(lines), "number": number})
        every = sum(each.number for each in lines)
        if far_from_last_year(every, total_a_year_before(authority, kind, start)):
            said.append(
                gettext("%(quarter)s: more than half above or below the same quarter a year before. Is it right?")
                % {"quarter": name}
            )
    return said


def _pages() -> dict[str, tuple[View, View]]:
    """Each page by account and by link."""
    return {
        "counts": (
            by_account(counts, title=OWN, summary=_("Hand in your counts, and look at your own figures first.")),
            by_token(counts),
        ),
        "template": (by_account(template), by_token(template)),
        "send": (
            takes_file(most_bytes=LONGEST)(by_account(takes_form(send))),
            takes_file(most_bytes=LONGEST, from_anybody=True)(by_token(takes_form(send))),
        ),
        "cohorts": (
            by_account(cohorts, title=COHORTS, summary=_("What you handed in, and that its rows were destroyed.")),
            by_token(cohorts),
        ),
        "cohort-send": (
            takes_file(most_bytes=MOST_BYTES)(by_account(takes_form(cohort))),
            takes_file(most_bytes=MOST_BYTES, from_anybody=True)(by_token(takes_form(cohort))),
        ),
        "submission": (by_account(takes_form(submission)), by_token(takes_form(submission))),
    }


PAGES = _pages()
