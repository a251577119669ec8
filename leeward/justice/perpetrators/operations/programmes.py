"""Providers, their programmes, and who refers by a link."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from leeward.foundation import rows
from leeward.foundation.accounts.rules import digest_link
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.vault.operations import found_team
from leeward.justice.perpetrators.errors import LinkUnknown, PerpetratorsMistake, ProgrammeUnknown
from leeward.justice.perpetrators.models import Link, Programme, Provider, Referral, Referrer
from leeward.justice.perpetrators.operations.verbs import ChangeVerb, note
from leeward.justice.perpetrators.rules.referrals import (
    CHANGE_WEEKS_LEAST,
    PLACED,
    ProgrammeKind,
    ReferrerKind,
    Way,
)
from leeward.society.directory.queries.names import service_names

TOKEN_BYTES = 32
LINK_LASTS = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class ProgrammeEntry:
    """What is known of a programme. `parallel`: who stands by whoever was harmed, "" for nobody.

    `sessions`: how many it has, 0 where that is not fixed.
    """

    name: str
    kind: ProgrammeKind
    weeks: int
    places: int
    is_open: bool
    accredited_by: str = ""
    accredited_until: date | None = None
    parallel: str = ""
    ways_in: tuple[ReferrerKind, ...] = ()
    service: uuid.UUID | None = None
    sessions: int = 0


def add_provider(*, name: str, way: Way, provider: uuid.UUID, by: Actor, now: datetime) -> None:
    """Add a provider; one that comes in by accounts gets the key of its team. `provider`: its public id.

    Safe to repeat. Raises FieldRefused for a name that another one has.
    """
    with transaction.atomic():
        if Provider.objects.filter(public_id=provider).exists():
            return
        if Provider.objects.filter(name=name).exists():
            raise FieldRefused("name", PerpetratorsMistake.NAME_TAKEN)
        row = Provider.objects.create(public_id=provider, name=name, way=way, changed_at=now)
        if way is Way.ACCOUNTS:
            found_team(team=row.team, by=by, now=now)
        note(ChangeVerb.PROVIDER_ADDED, "provider", provider, by=by, now=now, way=way)


def keep_programme(
    *, entry: ProgrammeEntry, provider: uuid.UUID, programme: uuid.UUID, by: Actor, now: datetime
) -> None:
    """Add a programme or change it. Raises FieldRefused, ProgrammeUnknown."""
    with transaction.atomic():
        owner = Provider.objects.select_for_update().filter(public_id=provider).first()
        if owner is None:
            raise ProgrammeUnknown
        known = Programme.objects.filter(public_id=programme, provider=owner).first()
        _check(entry, owner, known)
        row = known or Programme(public_id=programme, provider=owner)
        rows.put(row, entry)
        row.changed_at = now
        row.save()
        note(ChangeVerb.PROGRAMME_KEPT, "programme", programme, by=by, now=now, kind=entry.kind, open=entry.is_open)


def add_referrer(*, name: str, kind: ReferrerKind, referrer: uuid.UUID, by: Actor, now: datetime) -> None:
    """Let somebody refer by a link. Safe to repeat. Raises FieldRefused for a name that another one has."""
    with transaction.atomic():
        if Referrer.objects.filter(public_id=referrer).exists():
            return
        if Referrer.objects.filter(name=name).exists():
            raise FieldRefused("name", PerpetratorsMistake.NAME_TAKEN)
        Referrer.objects.create(public_id=referrer, name=name, kind=kind, changed_at=now)
        note(ChangeVerb.REFERRER_ADDED, "referrer", referrer, by=by, now=now, kind=kind)


def renew_link(*, body: uuid.UUID, by: Actor, now: datetime) -> str:
    """Draw the one link of a provider or a referrer anew and return its token; the one before opens nothing any more.

    Raises ProgrammeUnknown, also for a provider that comes in by accounts.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        provider = Provider.objects.filter(public_id=body, way=Way.LINK).first()
        referrer = None if provider else Referrer.objects.filter(public_id=body).first()
        if provider is None and referrer is None:
            raise ProgrammeUnknown
        Link.objects.filter(provider=provider, referrer=referrer).delete()
        Link.objects.create(digest=digest_link(token), provider=provider, referrer=referrer, ends_at=now + LINK_LASTS)
        note(ChangeVerb.LINK_RENEWED, "provider" if provider else "referrer", body, by=by, now=now)
    return token


def find_link(token: str, *, now: datetime) -> Link:
    """Where a link leads. Unknown and over are one answer: LinkUnknown."""
    row = Link.objects.select_related("provider", "referrer").filter(digest=digest_link(token), ends_at__gt=now).first()
    if row is None:
        raise LinkUnknown
    return row


def _check(entry: ProgrammeEntry, owner: Provider, known: Programme | None) -> None:
    others = owner.programmes.filter(name=entry.name)
    if known is not None:
        others = others.exclude(pk=known.pk)
    if others.exists():
        raise FieldRefused("name", PerpetratorsMistake.NAME_TAKEN)
    if entry.kind is ProgrammeKind.BEHAVIOUR_CHANGE and entry.weeks < CHANGE_WEEKS_LEAST:
        raise FieldRefused("weeks", PerpetratorsMistake.WEEKS, about=CHANGE_WEEKS_LEAST)
    placed = Referral.objects.filter(programme=known, state__in=PLACED).count() if known else 0
    if entry.places < placed:
        raise FieldRefused("places", PerpetratorsMistake.PLACES, about=placed)
    if bool(entry.accredited_by) != (entry.accredited_until is not None):
        raise FieldRefused("accredited_by", PerpetratorsMistake.ACCREDITED)
    if entry.service and entry.service not in service_names([entry.service]):
        raise FieldRefused("service", PerpetratorsMistake.SERVICE)
