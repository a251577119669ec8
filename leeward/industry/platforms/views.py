"""The staff's pages of platforms: what all rooms know of one, and its domains, channels, rules and lead."""

import dataclasses
import uuid
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import TEAM_ROLES, Role
from leeward.foundation.accounts.unlocking import actor_of, holds_team_key, staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.editing.fields import line
from leeward.foundation.editing.pages import WRITING, Asking, ask, go, typed
from leeward.foundation.work.lists import Column, Filter, Found, Listing, Tag, show_list
from leeward.foundation.work.rooms import parts_of
from leeward.foundation.work.way import shows_list
from leeward.industry.platforms.errors import (
    DomainRefused,
    DomainTaken,
    PlatformNameRefused,
    PlatformNameTaken,
    TooManyRows,
)
from leeward.industry.platforms.forms import ChannelForm, DomainForm, NameForm, ProfileForm
from leeward.industry.platforms.operations import (
    add_channel,
    add_domain,
    change_channel,
    describe_platform,
    list_platform,
    remove_channel,
    remove_domain,
    take_up_site,
)
from leeward.industry.platforms.queries import (
    BY_NAME,
    SHOWN_AT_ONCE,
    as_partners,
    catalogued_as,
    channels_of,
    domains_of,
    find_known_site,
    find_partner,
    has_reader,
    has_waiting_keys,
    holds,
    platform_rows,
    profile_of,
    recognise,
    sites_to_take_up,
)
from leeward.industry.platforms.rules import Partner

PAGE = "platforms-removal"
SEARCH_LENGTH = 100
UNLISTED = Tag(gettext_lazy("Not in the list"), "grey")
STAFF = (Role.EXCHANGE_OFFICER, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DESK_PRACTITIONER)


def platforms_list() -> Listing[Partner]:
    """All platforms by name."""
    return Listing(
        rows=platform_rows(),
        lines=as_partners,
        columns=[
            Column("name", gettext_lazy("Platform"), lambda each: each.name, BY_NAME),
            Column("listed", gettext_lazy("List"), lambda each: None if each.is_listed else UNLISTED),
        ],
        sort="name",
        address=lambda each: reverse(PAGE, args=[each.public_id]),
        filters=[Filter(key="search", field=line(gettext_lazy("Name or domain"), most=SEARCH_LENGTH), where=holds)],
        csv="platforms",
        empty=gettext_lazy(
            "No platform is known by that. An operator can add many at once with: leeward import-platforms FILE.json"
        ),
    )


@require_role(
    *STAFF,
    desk_title=gettext_lazy("Reaching platforms"),
    desk_summary=gettext_lazy("Which domains are whose, where notices go, and what each platform's rules say."),
)
@require_safe
@shows_list
def list_known(request: HttpRequest) -> HttpResponse:
    """Platforms by name or domain, with those that nobody can choose yet, and known sites that were not taken up."""

    def answer(found: Found[Partner]) -> HttpResponse:
        sites = sites_to_take_up(search=found.chosen.get("search", ""), limit=SHOWN_AT_ONCE)
        return render(request, "platforms/known.jinja", {"found": found, "sites": sites})

    return show_list(request, platforms_list(), answer)


@require_role(*STAFF)
@require_http_methods(WRITING)
def show_site(request: HttpRequest, code: str) -> HttpResponse:
    """What the catalogue says of one known site; a press takes it up, and the facts become what the desk works with."""
    site = find_known_site(code)
    if request.method == "POST":
        return go(PAGE, take_up_site(site=site, by=actor_of(request), now=timezone.now()).public_id)
    return render(request, "platforms/site.jinja", {"known": site, "partner": recognise(site.main_host)})


@require_role(*STAFF)
@require_safe
def show(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One platform: what waits on whom, what each room knows of it, how it is reached and how it works."""
    return _page(request, find_partner(public_id))


@require_role(*STAFF)
@require_POST
def give_name(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Name a site that was met in a report, so that people can choose it."""
    partner, form = find_partner(public_id), NameForm(request.POST)
    if partner.is_listed:
        raise Http404
    if form.is_valid():
        try:
            list_platform(partner=partner, name=form.cleaned_data["name"], by=actor_of(request), now=timezone.now())
        except PlatformNameTaken:
            form.add_error("name", _("Another platform has this name. Choose another one"))
        except PlatformNameRefused:
            form.add_error("name", _("Enter 1 to 60 characters that can be printed"))
        else:
            return go(PAGE, partner.public_id)
    return _page(request, partner, name_form=form)


@require_role(*STAFF)
@require_POST
def put_domain(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give a platform a domain."""
    partner, form = find_partner(public_id), DomainForm(request.POST)
    if form.is_valid():
        try:
            add_domain(partner=partner, domain=form.as_domain(), by=actor_of(request), now=timezone.now())
        except DomainRefused:
            form.add_error("host", _("Enter a site of its own, such as example.com, and a path that begins with /"))
        except DomainTaken:
            form.add_error("host", _("This belongs to a platform already. Remove it there first"))
        except TooManyRows:
            form.add_error("host", _("A platform can have no more domains. Remove one first"))
        else:
            return go(PAGE, partner.public_id)
    return _page(request, partner, domain_form=form)


@require_role(*STAFF)
@require_POST
def drop_domain(request: HttpRequest, public_id: uuid.UUID, reference: uuid.UUID) -> HttpResponse:
    """Take a domain from a platform."""
    partner = find_partner(public_id)
    remove_domain(partner=partner, reference=reference, by=actor_of(request), now=timezone.now())
    return go(PAGE, partner.public_id)


@require_role(*STAFF)
@require_http_methods(WRITING)
def put_channel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give a platform a channel."""
    partner, form = find_partner(public_id), ChannelForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        add_channel(partner=partner, channel=form.as_channel(), by=by, now=now)

    return _ask(request, partner, form, title=_("Add a channel"), save=save)


@require_role(*STAFF)
@require_http_methods(WRITING)
def edit_channel(request: HttpRequest, public_id: uuid.UUID, reference: uuid.UUID) -> HttpResponse:
    """Change a channel."""
    partner = find_partner(public_id)
    channel = next((each for each in channels_of(partner) if each.reference == reference), None)
    if channel is None:
        raise EntryUnknown
    form = ChannelForm(typed(request), initial=dataclasses.asdict(channel))

    def save(by: Actor, now: datetime) -> None:
        change_channel(partner=partner, reference=reference, channel=form.as_channel(), by=by, now=now)

    return _ask(request, partner, form, title=_("Change a channel"), save=save)


@require_role(*STAFF)
@require_POST
def drop_channel(request: HttpRequest, public_id: uuid.UUID, reference: uuid.UUID) -> HttpResponse:
    """Take a channel from a platform."""
    partner = find_partner(public_id)
    remove_channel(partner=partner, reference=reference, by=actor_of(request), now=timezone.now())
    return go(PAGE, partner.public_id)


@require_role(*STAFF)
@require_http_methods(WRITING)
def edit_profile(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write down a platform's language, home, rules, lead and reporting page."""
    partner = find_partner(public_id)
    form = ProfileForm(typed(request), initial=dataclasses.asdict(profile_of(partner)))

    def save(by: Actor, now: datetime) -> None:
        describe_platform(partner=partner, profile=form.as_profile(), by=by, now=now)

    return _ask(request, partner, form, title=_("How %(name)s works") % {"name": partner.name}, save=save)


def _ask(
    request: HttpRequest, partner: Partner, form: forms.Form, *, title: str, save: Callable[[Actor, datetime], None]
) -> HttpResponse:
    back = reverse(PAGE, args=[partner.public_id])
    return ask(request, Asking(form=form, title=title, back=back, back_text=partner.name, save=save))


def _page(
    request: HttpRequest,
    partner: Partner,
    *,
    name_form: NameForm | None = None,
    domain_form: DomainForm | None = None,
) -> HttpResponse:
    failed = name_form or domain_form
    user, now, has_key = staff_of(request), timezone.now(), holds_team_key(request)
    context = {
        "parts": parts_of(user, partner.public_id, has_key=has_key, now=now),
        "is_locked": not has_key and user.role in TEAM_ROLES,
        "partner": partner,
        "domains": domains_of(partner),
        "channels": channels_of(partner),
        "profile": profile_of(partner),
        "catalogued": catalogued_as(partner),
        "has_reader": has_reader(partner),
        "has_waiting_keys": has_waiting_keys(partner, now=now),
        "name_form": name_form or NameForm(initial={"name": partner.name}),
        "domain_form": domain_form or DomainForm(),
        "form": failed or DomainForm(),
    }
    return render(
        request, "platforms/removal.jinja", context, status=HTTPStatus.BAD_REQUEST if failed else HTTPStatus.OK
    )
