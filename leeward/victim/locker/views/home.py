"""A person's locker: their entries, writing one down, and how long it is kept."""

import json
from datetime import datetime
from functools import wraps
from http import HTTPStatus

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from leeward.foundation.days import write_day
from leeward.foundation.editing.pages import takes_form, typed
from leeward.victim.locker.documents import when_of
from leeward.victim.locker.errors import ItemUnknown, LockerFull, LockerUnknown
from leeward.victim.locker.forms import EntryForm, YearsForm
from leeward.victim.locker.operations.circle import apart_of
from leeward.victim.locker.operations.entries import add_entry
from leeward.victim.locker.operations.lockers import erase_hers, keep_for, note_visit
from leeward.victim.locker.operations.proofs import PROOFS
from leeward.victim.locker.operations.showing import note_ended
from leeward.victim.locker.queries.holdings import count_theirs
from leeward.victim.locker.queries.items import list_items
from leeward.victim.locker.queries.lockers import find_locker, read_keeping
from leeward.victim.locker.views.coming import address, go
from leeward.victim.locker.views.wording import full_words, names_of_teams, services, title_of
from leeward.victim.portal.holders import Copy, Holder, Offer
from leeward.victim.portal.rules.doors import Door, DoorState, NextStep, Press
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.portal.views.visiting import BearersPage, Opened, Page, saved, saving_bearer, with_bearer
from leeward.victim.portal.views.visiting import go as go_portal


def _led[**P](view: BearersPage[P]) -> BearersPage[P]:
    """Lead whoever has no locker to the way in, and whoever asks for what is not there to their entries."""

    @wraps(view)
    def led(request: HttpRequest, opened: Opened, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, opened, *args, **kwargs)
        except LockerUnknown:
            return go("about")
        except ItemUnknown:
            return go("home")

    return led


def with_locker[**P](view: BearersPage[P]) -> Page[P]:
    """Open the locker of the visit for a view; without a visit ask for the code."""
    return with_bearer(_led(view))


def saving[**P](view: BearersPage[P]) -> Page[P]:
    """As `with_locker`, and what was typed into a page that was open too long waits, sealed, for the code."""
    return saving_bearer(_led(view))


def show(
    request: HttpRequest, template: str, *, form: Form | None = None, back: str, **context: object
) -> HttpResponse:
    """A page of the locker; 422 where something in its form must be mended."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.errors else HTTPStatus.OK
    shown = {"form": form, "back_url": back, "title_of": title_of, "when_of": when_of, **context}
    return render(request, f"locker/{template}.jinja", shown, status=status)


@require_safe
@with_locker
def home(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Every entry, the newest first; being here keeps the locker longer."""
    find_locker(opened.bearer)
    note_visit(bearer=opened.bearer, now=opened.now)
    keeping = read_keeping(opened.bearer, now=opened.now)
    items = list_items(opened.bearer, now=opened.now)
    theirs = services()
    shown = [each.reference for each in items if theirs & {reader.team for reader in each.shown_to}]
    if shown:
        note_ended(opened.bearer, shown, now=opened.now)
        items = list_items(opened.bearer, now=opened.now)
    back = go_portal("status").url
    return show(request, "home", items=items, keeping=keeping, teams=names_of_teams(), back=back)


@takes_form
@saving
def write(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Write a new entry down."""
    find_locker(opened.bearer)
    form = EntryForm(typed(request)) if request.method == "POST" else EntryForm.of()
    if form.is_bound and form.is_valid():
        try:
            add_entry(bearer=opened.bearer, entry=form.entry, reference=form.reference, now=opened.now)
        except LockerFull as error:
            form.add_error(None, full_words(error))
        else:
            return saved(go("entry", form.reference))
    return show(request, "write", form=form, back=address("home"), heading=_("Write something down"))


@takes_form
@with_locker
def long(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Choose how long it is kept from now on."""
    found = find_locker(opened.bearer)
    form = YearsForm(typed(request), initial={"years": found.years})
    if form.is_bound and form.is_valid():
        keep_for(bearer=opened.bearer, years=form.cleaned_data["years"], now=opened.now)
        return go("home")
    return show(request, "long", form=form, back=address("home"), keeping=read_keeping(opened.bearer, now=opened.now))


def part_of_their_page(request: HttpRequest, bearer: Bearer, now: datetime) -> SafeString | str:
    """What the person's one page says of their locker; "" where they have none."""
    keeping = read_keeping(bearer, now=now)
    if keeping is None:
        return ""
    return mark_safe(render_to_string("locker/part.jinja", {"keeping": keeping}, request))  # noqa: S308  # our template


def state_of_locker(bearer: Bearer, now: datetime) -> DoorState | None:
    """How many entries there are, and whether they end soon; None where there is no locker."""
    keeping = read_keeping(bearer, now=now)
    if keeping is None:
        return None
    line = ngettext("%(count)d entry", "%(count)d entries", keeping.items) % {"count": keeping.items}
    if not keeping.is_ending:
        write = NextStep(words=line, button=_("Write something down"), href=address("write"))
        return DoorState(line=line, steps=(write,), page=address("home"))
    ends = _("Your entries will be erased on %(date)s.") % {"date": write_day(keeping.expires_on)}
    words = f"{ends} {_('Open them once, and they are kept longer.')}"
    need = NextStep(words=words, button=_("My entries"), href=address("home"), press=Press.ENDING)
    return DoorState(line=f"{line}. {ends}", steps=(need,), page=address("home"))


def offer_locker() -> Offer:
    """What the person's page says where they have none."""
    return Offer(text=_("Write down what happened, for yourself"), page=address("about"))


def copy_of(request: HttpRequest, bearer: Bearer, now: datetime) -> Copy | None:
    """What every entry says now; files are opened on the person's device alone, and stay where they are."""
    try:
        items = list_items(bearer, now=now)
    except LockerUnknown:
        return None
    context = {"items": items, "title_of": title_of, "when_of": when_of}
    shown = mark_safe(render_to_string("locker/copy.jinja", context, request))  # noqa: S308  # our own template
    records = [
        {"number": each.ordinal, "written_at": each.written_at.isoformat(), "entry": json.loads(each.entry.to_text())}
        for each in items
    ]
    return Copy(name="kept", record=records, shown=shown) if items else None


HOLDER = Holder(
    door=Door.NOTES,
    state=state_of_locker,
    show=part_of_their_page,
    erase=erase_hers,
    offer=offer_locker,
    apart=apart_of,
    copy=copy_of,
    count=count_theirs,
    proofs=PROOFS,
)
