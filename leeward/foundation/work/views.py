"""The home of everybody who works here, the search over all rooms, and pages that every desk has alike."""

import contextlib
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from itertools import chain
from typing import Any, Protocol
from uuid import UUID

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import View, require_role
from leeward.foundation.accounts.desk import list_desk
from leeward.foundation.accounts.queries import changes_in_team, changes_to_tell, team_names
from leeward.foundation.accounts.rules import PASSKEYS_WANTED, TEAM_ROLES, Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, holds_team_key, require_unlocked, staff_of
from leeward.foundation.days import when
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.references import ReferenceMistyped, is_like_reference, read_reference, references_among
from leeward.foundation.typed import is_printable, trim_line
from leeward.foundation.vault.errors import CompartmentClosed, NotGranted
from leeward.foundation.web.components import Text
from leeward.foundation.work.claims import Claim, is_anothers, is_taken
from leeward.foundation.work.desks import last_shift_notes, leave_shift_note
from leeward.foundation.work.errors import Absent, Refusal, ViewsFull
from leeward.foundation.work.inherited import SecondLook
from leeward.foundation.work.lists import Found, Row, urgent_title
from leeward.foundation.work.rooms import COUNTED, Need, find_everywhere, most_pressing, what_waits
from leeward.foundation.work.saved import MOST_VIEWS, remove_view, save_view
from leeward.foundation.work.way import add_to, read_way

LONGEST_TERM, LONGEST_PATH, LONGEST_NAME = 200, 200, 40
ROWS = 25
CHANGED_MEANWHILE = mark("Somebody has changed this meanwhile. Look at its page again.")


class ViewForm(forms.Form):
    """The name of a view."""

    use_required_attribute = False
    name = forms.CharField(
        label=_lazy("Name of this view"),
        help_text=_lazy("Only you see it. It keeps how the list is narrowed and sorted."),
        max_length=LONGEST_NAME,
        error_messages={"required": _lazy("Enter a name"), "max_length": _lazy("Enter at most 40 signs")},
    )

    def clean_name(self) -> str:
        """One line that can be read."""
        typed = trim_line(self.cleaned_data["name"])
        if not is_printable(typed):
            raise forms.ValidationError(_("There are signs in it that cannot be shown"))
        return typed


@require_role()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person now, over all rooms, and the rooms."""
    user, now = staff_of(request), timezone.now()
    has_key = holds_team_key(request)
    kinds = what_waits(user, has_key=has_key, now=now)
    keys = user.passkeys.count()
    context = {
        "kinds": kinds,
        "groups": _groups(most_pressing(kinds)[:ROWS]),
        "counted_to": COUNTED,
        "is_locked": not has_key and user.role in TEAM_ROLES,
        "now": now,
        "links": list_desk(role=user.role),
        "role_name": user.role_name,
        "passkeys_missing": 0 < keys < PASSKEYS_WANTED,
        "way_changes": changes_to_tell(user, now=now),
        "team_changes": changes_in_team(user, now=now),
        "when": lambda at: when(at, now=now),
    }
    return render(request, "work/home.jinja", context)


@require_role()
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find by what somebody has in hand. The term is posted, so that it stands in no address and in no history."""
    term = " ".join(request.POST.get("term", "").split()) if request.method == "POST" else ""
    if len(term) > LONGEST_TERM:
        said = _("A search takes at most %(most)d characters. Enter a reference, an address or a name.")
        return _show(request, term=term[:LONGEST_TERM], wrong=said % {"most": LONGEST_TERM})
    user, has_key = staff_of(request), holds_team_key(request)
    terms = (term, *references_among(term)) if term else ()
    hits = next(filter(None, (find_everywhere(user, each, has_key=has_key) for each in terms)), [])
    if len(hits) == 1:
        return HttpResponseRedirect(hits[0].address, status=HTTPStatus.SEE_OTHER)
    is_locked = not has_key and user.role in TEAM_ROLES
    wrong = "" if hits else next(filter(None, map(_what_is_wrong, terms)), "")
    return _show(request, term=term, hits=hits, is_locked=is_locked, wrong=wrong)


@require_role()
@require_http_methods(["GET", "HEAD", "POST"])
def new_view(request: HttpRequest) -> HttpResponse:
    """Keep how a list is narrowed and sorted under a name; only the address of a list of ours is believed."""
    if "view" not in request.GET:  # somebody typed the address, and names no list
        return HttpResponseRedirect(reverse("work:home"), status=HTTPStatus.SEE_OTHER)
    way = read_way(request.GET["view"])
    if way is None or len(way.path) > LONGEST_PATH or not way.query:
        raise Http404
    form = ViewForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            save_view(way, name=form.cleaned_data["name"], owner=str(staff_of(request).reference))
        except ViewsFull:
            said = _("You keep %(most)d views of this list, and there is no room for more. Remove one first.")
            form.add_error(None, said % {"most": MOST_VIEWS})
        else:
            return HttpResponseRedirect(way.back, status=HTTPStatus.SEE_OTHER)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "work/view.jinja", {"form": form, "back": way.back}, status=status)


@require_role()
@require_POST
def drop_view(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Remove a view of one's own."""
    address = remove_view(reference, owner=str(staff_of(request).reference))
    if not address:
        raise Http404
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


class Held(Claim, Protocol):
    """What a desk works on: how urgent it is, by whom, and until when it is theirs."""

    @property
    def reference(self) -> UUID: ...  # noqa: D102  # said above
    @property
    def band(self) -> Labelled: ...  # noqa: D102


def show_shift(
    request: UnlockedRequest,
    *,
    team: str,
    form: forms.Form,
    held: Sequence[Held],
    name: Callable[[UUID], Text],
    address: str,
) -> HttpResponse:
    """A team's handover: who is on what, the last notes of its shifts, and one to leave.

    `form` asks for `words`, and carries `once`, the reference of the note. `name` and `address`, of a page, say how
    something that is `held` is called and where it is.
    """
    now = timezone.now()
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        leave_shift_note(team=team, words=said["words"], by=actor_of(request), now=now, reference=said["once"])
        return HttpResponseRedirect(request.path, status=HTTPStatus.SEE_OTHER)
    context = {
        "form": form,
        "notes": last_shift_notes(team, request.keyring),
        "on_it": [
            {"title": name(each.reference), "address": reverse(address, args=[each.reference]), "held": each}
            for each in held
            if is_taken(each, now=now)
        ],
        "names": team_names(viewer=staff_of(request)),
        "when": functools.partial(when, now=now),
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "work/shift.jinja", context, status=status)


def take_first[L: Claim](
    request: HttpRequest,
    found: Found[L],
    *,
    take: Callable[[L], object],
    lost: tuple[type[Exception], ...],
    before: Iterable[Row[L]] = (),
) -> HttpResponse:
    """Take the first of a list that no colleague has, and open it; where there is none, the list says so.

    `lost` are the errors by which `take` says that a colleague was quicker; what is gone is passed over as well.
    `before`: lines of the list that are looked at before all.
    """
    who, now = actor_of(request).id, timezone.now()
    for row in chain(before, found):
        if not is_anothers(row.line, who, now=now):
            with contextlib.suppress(Absent, NotGranted, *lost):
                take(row.line)
                return HttpResponseRedirect(row.address, status=HTTPStatus.SEE_OTHER)
    return HttpResponseRedirect(add_to(found.first, {"ended": "1"}), status=HTTPStatus.SEE_OTHER)


def say_no(error: Exception) -> str:
    """Return why something was refused, in the reader's language where we have the words."""
    return _(error.reason) if isinstance(error, Refusal) and error.reason else str(error)


class StaffPages(Protocol):
    """What makes a view a page of a room's staff: its roles, and how a desk's home shows it where it has a title."""

    def __call__(self, *roles: Role, title: Text = "", summary: Text = "") -> Callable[[Any], View]: ...  # noqa: D102


def staff_pages(
    *roles: Role,
    back: Callable[[Mapping[str, Any]], tuple[Text, str]],
    absent: tuple[type[Exception], ...] = (),
    refused: tuple[type[Exception], ...] = (),
    say: Callable[[Exception], str] = say_no,
) -> StaffPages:
    """Make the decorator of a room's pages for staff of these roles who have unlocked; with a role that holds no key
    among them, all may open the page without one.

    What is absent, or not granted, is answered by 404; what is refused by a page that says why. `absent` and `refused`
    name errors besides those of rooms. `back` gives text and address of the way back from what the address names.
    """
    gone: tuple[type[Exception], ...] = (Absent, NotGranted, ObjectDoesNotExist, *absent)
    # Whose keys were renewed between the opening and the press: somebody else has just done something to the same file.
    answerable: tuple[type[Exception], ...] = (Refusal, CompartmentClosed, *refused)

    def make(*of_page: Role, title: Text = "", summary: Text = "") -> Callable[[Any], View]:
        def decorate(view: Callable[..., HttpResponseBase]) -> View:
            @functools.wraps(view)
            def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
                try:
                    return view(request, *args, **kwargs)
                except gone as error:
                    raise Http404 from error
                except answerable as error:
                    text, address = back(kwargs)
                    said = _(CHANGED_MEANWHILE) if isinstance(error, CompartmentClosed) else say(error)
                    context = {"said": said, "back": address, "back_text": text}
                    return render(request, "work/refused.jinja", context, status=HTTPStatus.CONFLICT)

            let_in = require_unlocked if TEAM_ROLES.issuperset(of_page or roles) else require_role
            return let_in(*(of_page or roles), desk_title=title, desk_summary=summary)(answered)

        return decorate

    return make


def answer_of(request: HttpRequest, *, state: SecondLook.State) -> bool | None:
    """What a second person has pressed: whether they agree; None where nothing was, or the question has its answer."""
    said = request.POST.get("answer", "")
    return said == "agree" if state == SecondLook.State.OPEN and said in ("agree", "refuse") else None


def _groups(needs: Sequence[tuple[Text, Need]]) -> list[tuple[Text, Sequence[tuple[Text, Need]]]]:
    """The needs below "Urgent, 4" and "Not urgent"; all together where none is urgent."""
    urgent, rest = [each for each in needs if each[1].is_urgent], [each for each in needs if not each[1].is_urgent]
    if not urgent:
        return [("", rest)] if rest else []
    return [(urgent_title(len(urgent)), urgent), *([(_("Not urgent"), rest)] if rest else [])]


def _what_is_wrong(term: str) -> str:
    """Say of what looks like a reference that a sign of it is wrong."""
    if not is_like_reference(term):
        return ""
    try:
        read_reference(term)
    except ReferenceMistyped:
        return _("This is not a whole reference: one of its signs is wrong. Compare it with the letter, sign by sign.")
    return ""


def _show(request: HttpRequest, **context: object) -> HttpResponse:
    return render(request, "work/search.jinja", {"hits": (), "wrong": "", **context})
