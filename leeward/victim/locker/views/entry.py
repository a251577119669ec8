"""One entry of a person's: read, changed, shown, hidden, erased."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import takes_form, typed
from leeward.victim.locker.errors import LockerFull, ReceiverRefused
from leeward.victim.locker.forms import EntryForm, ShowForm
from leeward.victim.locker.operations.entries import change_entry, erase_item
from leeward.victim.locker.operations.showing import WORDS, WORDS_AND_FILES, hide_item, note_ended, show_item
from leeward.victim.locker.operations.stamping import read_proven
from leeward.victim.locker.queries.items import read_item
from leeward.victim.locker.views.coming import address, go
from leeward.victim.locker.views.home import saving, show, with_locker
from leeward.victim.locker.views.wording import about_of, at_of, full_words, names_of_teams, services, who_of
from leeward.victim.portal.forms import AgainForm
from leeward.victim.portal.holders import receivers
from leeward.victim.portal.views.confirming import with_code
from leeward.victim.portal.views.visiting import Opened, saved


@require_safe
@with_locker
def entry(request: HttpRequest, opened: Opened, item: uuid.UUID) -> HttpResponse:
    """What it says, what it said before, who can read it, and all that happened to it."""
    note_ended(opened.bearer, [item], now=opened.now)
    view = read_proven(opened.bearer, item, now=opened.now)
    teams = names_of_teams()
    return show(
        request,
        "entry",
        back=address("home"),
        view=view,
        teams=teams,
        who_of=who_of,
        about_of=about_of,
        at_of=at_of,
        services=services(),
        size_of=filesizeformat,
        has_authority=settings.LEEWARD_STAMP_AUTHORITY is not None,
    )


@takes_form
@saving
def change(request: HttpRequest, opened: Opened, item: uuid.UUID) -> HttpResponse:
    """Keep another version."""
    note_ended(opened.bearer, [item], now=opened.now)
    view = read_item(opened.bearer, item, now=opened.now)
    form = EntryForm(typed(request)) if request.method == "POST" else EntryForm.of(view.entry)
    if form.is_bound and form.is_valid():
        try:
            change_entry(bearer=opened.bearer, item=item, entry=form.entry, now=opened.now)
        except LockerFull as error:
            form.add_error(None, full_words(error))
        else:
            return saved(go("entry", item))
    heading = _("Change entry %(number)d") % {"number": view.ordinal}
    return show(request, "write", form=form, back=address("entry", item), heading=heading)


@takes_form
@with_locker
def show_to(request: HttpRequest, opened: Opened, item: uuid.UUID) -> HttpResponse:
    """Let a team or a service read it until a day; it is done with the person's code alone."""
    view = read_item(opened.bearer, item, now=opened.now)
    teams = tuple(each for each in receivers().find(opened.bearer, opened.now) if each.has_reader)
    has_views = any(each.has_view for each in view.files)
    initial = {"team": teams[0].team if len(teams) == 1 else ""}
    form = ShowForm(typed(request), teams=teams, has_views=has_views, initial=initial)

    def shown() -> HttpResponse:
        theirs = [each for each in teams if not each.is_ours]
        return show(request, "show", form=form, back=address("entry", item), view=view, teams=teams, theirs=theirs)

    def act() -> HttpResponse:
        until = local_day(opened.now) + timedelta(days=form.cleaned_data["days"])
        team = form.cleaned_data["team"]
        compartments = WORDS_AND_FILES if form.shows_files else WORDS
        try:
            show_item(
                bearer=opened.bearer, item=item, team=team, until=until, now=opened.now, compartments=compartments
            )
        except ReceiverRefused:  # they stopped helping meanwhile
            return go("show", item)
        return go("entry", item)

    return with_code(request, opened, form, show=shown, act=act)


@takes_form
@with_locker
def hide(request: HttpRequest, opened: Opened, item: uuid.UUID, team: str) -> HttpResponse:
    """Take it back from a team."""
    view = read_item(opened.bearer, item, now=opened.now)
    if team not in {each.team for each in view.shown_to}:
        return go("entry", item)
    who = names_of_teams().get(team, _("Somebody else"))
    was_opened = any(each.who == f"team:{team}" for each in view.custody)

    def act() -> HttpResponse:
        hide_item(bearer=opened.bearer, item=item, team=team, now=opened.now)
        return go("entry", item)

    form = AgainForm(typed(request))

    def shown() -> HttpResponse:
        return show(request, "hide", form=form, back=address("entry", item), view=view, who=who, was_opened=was_opened)

    return with_code(request, opened, form, show=shown, act=act)


@takes_form
@with_locker
def erase(request: HttpRequest, opened: Opened, item: uuid.UUID) -> HttpResponse:
    """Erase it for good."""
    view = read_item(opened.bearer, item, now=opened.now)

    def act() -> HttpResponse:
        erase_item(bearer=opened.bearer, item=item, now=opened.now)
        return go("home")

    form = AgainForm(typed(request))

    def shown() -> HttpResponse:
        return show(request, "erase", form=form, back=address("entry", item), view=view)

    return with_code(request, opened, form, show=shown, act=act)
