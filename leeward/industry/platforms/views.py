"""The staff's pages about reaching platforms: domains, channels, rules and leads."""

import dataclasses
import uuid
from http import HTTPStatus

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.industry.platforms.errors import (
    ChannelRefused,
    ChannelTaken,
    ChannelUnknown,
    DomainRefused,
    DomainTaken,
    DomainUnknown,
    PlatformNameRefused,
    PlatformNameTaken,
    PlatformUnknown,
    ProfileRefused,
    TooManyRows,
)
from leeward.industry.platforms.forms import ChannelForm, DomainForm, NameForm, ProfileForm, SearchForm
from leeward.industry.platforms.operations import (
    add_channel,
    add_domain,
    change_channel,
    describe_platform,
    has_team,
    list_platform,
    remove_channel,
    remove_domain,
)
from leeward.industry.platforms.queries import (
    SHOWN_AT_ONCE,
    channels_of,
    domains_of,
    find_partner,
    has_waiting_keys,
    known_platforms,
    profile_of,
)
from leeward.industry.platforms.rules import Channel, ChannelKind, Partner
from leeward.industry.platforms.words import (
    ADDRESS_MISTAKES,
    CHANNEL_MISTAKES,
    KIND_NAMES,
    PROFILE_MISTAKES,
    RUNG_NAMES,
)

STAFF = (Role.EXCHANGE_OFFICER, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DESK_PRACTITIONER)


@require_role(
    *STAFF,
    desk_title=gettext_lazy("Reaching platforms"),
    desk_summary=gettext_lazy("Which domains are whose, where notices go, and what each platform's rules say."),
)
@require_safe
def list_known(request: HttpRequest) -> HttpResponse:
    """Platforms by name or domain, with those that were only met in reports."""
    form = SearchForm(request.GET or None)
    search = form.cleaned_data["search"] if form.is_bound and form.is_valid() else ""
    platforms = known_platforms(search=search, limit=SHOWN_AT_ONCE + 1)
    context = {"form": form, "platforms": platforms[:SHOWN_AT_ONCE], "is_cut": len(platforms) > SHOWN_AT_ONCE}
    return render(request, "platforms/known.jinja", context)


@require_role(*STAFF)
@require_safe
def show(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How one platform is reached and how it works."""
    return _page(request, _find(public_id))


@require_role(*STAFF)
@require_POST
def give_name(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Name a site that was met in a report, so that people can choose it."""
    partner, form = _find(public_id), NameForm(request.POST)
    if partner.is_listed:
        raise Http404
    if form.is_valid():
        try:
            list_platform(partner=partner, name=form.cleaned_data["name"], by=_actor(request), now=timezone.now())
        except PlatformNameTaken:
            form.add_error("name", _("Another platform has this name. Choose another one"))
        except PlatformNameRefused:
            form.add_error("name", _("Enter 1 to 60 characters that can be printed"))
        else:
            return _back(partner)
    return _page(request, partner, name_form=form)


@require_role(*STAFF)
@require_POST
def put_domain(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give a platform a domain."""
    partner, form = _find(public_id), DomainForm(request.POST)
    if form.is_valid():
        try:
            add_domain(partner=partner, domain=form.as_domain(), by=_actor(request), now=timezone.now())
        except DomainRefused:
            form.add_error("host", _("Enter a site of its own, such as example.com, and a path that begins with /"))
        except DomainTaken:
            form.add_error("host", _("This belongs to a platform already. Remove it there first"))
        except TooManyRows:
            form.add_error("host", _("A platform can have no more domains. Remove one first"))
        else:
            return _back(partner)
    return _page(request, partner, domain_form=form)


@require_role(*STAFF)
@require_POST
def drop_domain(request: HttpRequest, public_id: uuid.UUID, reference: uuid.UUID) -> HttpResponse:
    """Take a domain from a platform."""
    partner = _find(public_id)
    try:
        remove_domain(partner=partner, reference=reference, by=_actor(request), now=timezone.now())
    except DomainUnknown as error:
        raise Http404 from error
    return _back(partner)


@require_role(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def put_channel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give a platform a channel."""
    partner = _find(public_id)
    form = ChannelForm(request.POST if request.method == "POST" else None)
    if form.is_bound and _saves_channel(request, partner, form=form, channel=None):
        return _back(partner)
    return _form_page(request, "platforms/channel.jinja", partner, form=form)


@require_role(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_channel(request: HttpRequest, public_id: uuid.UUID, reference: uuid.UUID) -> HttpResponse:
    """Change a channel."""
    partner = _find(public_id)
    channel = _find_channel(partner, reference)
    form = ChannelForm(request.POST) if request.method == "POST" else ChannelForm(initial=dataclasses.asdict(channel))
    if form.is_bound and _saves_channel(request, partner, form=form, channel=channel):
        return _back(partner)
    return _form_page(request, "platforms/channel.jinja", partner, form=form, channel=channel)


@require_role(*STAFF)
@require_POST
def drop_channel(request: HttpRequest, public_id: uuid.UUID, reference: uuid.UUID) -> HttpResponse:
    """Take a channel from a platform."""
    partner = _find(public_id)
    try:
        remove_channel(partner=partner, reference=reference, by=_actor(request), now=timezone.now())
    except ChannelUnknown as error:
        raise Http404 from error
    return _back(partner)


@require_role(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write down a platform's language, home, rules, lead and reporting page."""
    partner = _find(public_id)
    if request.method != "POST":
        form = ProfileForm(initial=dataclasses.asdict(profile_of(partner)))
        return _form_page(request, "platforms/profile.jinja", partner, form=form)
    form = ProfileForm(request.POST)
    if form.is_valid():
        try:
            describe_platform(partner=partner, profile=form.as_profile(), by=_actor(request), now=timezone.now())
        except ProfileRefused as error:
            form.add_error(error.field, PROFILE_MISTAKES[error.field])
        else:
            return _back(partner)
    return _form_page(request, "platforms/profile.jinja", partner, form=form)


def _saves_channel(request: HttpRequest, partner: Partner, *, form: ChannelForm, channel: Channel | None) -> bool:
    if not form.is_valid():
        return False
    new, by, now = form.as_channel(), _actor(request), timezone.now()
    try:
        if channel is None:
            add_channel(partner=partner, channel=new, by=by, now=now)
        else:
            change_channel(partner=partner, reference=channel.reference, channel=new, by=by, now=now)
    except ChannelRefused as error:
        form.add_error(error.field, _channel_mistake(error.field, new.kind))
    except ChannelTaken:
        form.add_error("address", _("The platform has this channel already"))
    except TooManyRows:
        form.add_error(None, _("A platform can have no more channels. Remove one first."))
    except ChannelUnknown as error:
        raise Http404 from error
    return not form.errors


def _channel_mistake(field: str, kind: ChannelKind) -> str:
    return str(ADDRESS_MISTAKES[kind] if field == "address" else CHANNEL_MISTAKES[field])


def _page(
    request: HttpRequest,
    partner: Partner,
    *,
    name_form: NameForm | None = None,
    domain_form: DomainForm | None = None,
) -> HttpResponse:
    failed = name_form or domain_form
    context = {
        "partner": partner,
        "domains": domains_of(partner),
        "channels": [(channel, RUNG_NAMES[channel.rung], KIND_NAMES[channel.kind]) for channel in channels_of(partner)],
        "profile": profile_of(partner),
        "has_team": has_team(partner),
        "has_waiting_keys": has_waiting_keys(partner, now=timezone.now()),
        "name_form": name_form or NameForm(initial={"name": partner.name}),
        "domain_form": domain_form or DomainForm(),
        "form": failed or DomainForm(),
    }
    return render(
        request, "platforms/removal.jinja", context, status=HTTPStatus.BAD_REQUEST if failed else HTTPStatus.OK
    )


def _form_page(
    request: HttpRequest, template: str, partner: Partner, *, form: forms.Form, channel: Channel | None = None
) -> HttpResponse:
    context = {"partner": partner, "form": form, "channel": channel}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, template, context, status=status)


def _find(public_id: uuid.UUID) -> Partner:
    try:
        return find_partner(public_id)
    except PlatformUnknown as error:
        raise Http404 from error


def _find_channel(partner: Partner, reference: uuid.UUID) -> Channel:
    for channel in channels_of(partner):
        if channel.reference == reference:
            return channel
    raise Http404


def _back(partner: Partner) -> HttpResponse:
    return HttpResponseRedirect(reverse("platforms-removal", args=[partner.public_id]), status=HTTPStatus.SEE_OTHER)


def _actor(request: HttpRequest) -> Actor:
    return Actor(kind=ActorKind.STAFF, id=str(request.user.pk))
