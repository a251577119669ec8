"""Programmes with their places and what they lack, providers, and who refers."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from leeward.foundation import rows
from leeward.foundation.accounts.queries import teams_that_read
from leeward.justice.perpetrators.errors import ProgrammeUnknown
from leeward.justice.perpetrators.models import Programme, Provider, Referral, Referrer
from leeward.justice.perpetrators.rules.referrals import (
    PLACED,
    Lack,
    ProgrammeKind,
    ReferrerKind,
    Terms,
    Way,
    may_take,
)


@dataclass(frozen=True, kw_only=True)
class ProgrammeLine:
    """A programme as everybody may see it. `lacks`: why it takes nobody today."""

    public_id: uuid.UUID
    provider: str
    way: Way
    name: str
    kind: ProgrammeKind
    weeks: int
    sessions: int
    accredited_by: str
    accredited_until: date | None
    parallel: str
    ways_in: tuple[ReferrerKind, ...]
    service: uuid.UUID | None
    is_open: bool
    places: int
    free: int
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, kw_only=True)
class ProviderLine:
    """A provider, or somebody who refers by a link, and until when that link opens."""

    public_id: uuid.UUID
    name: str
    way: Way | None = None
    kind: ReferrerKind | None = None
    link_until: datetime | None = None
    team: str = ""
    programmes: tuple[ProgrammeLine, ...] = ()


def terms_of(row: Programme) -> Terms:
    """What decides whether it may take anybody, with its free places as they are now."""
    placed = Referral.objects.filter(programme=row, state__in=PLACED).count()
    return _terms(row, placed, reading=_providers_that_read([row.provider]))


def list_programmes(*, on: date, provider: uuid.UUID | None = None) -> tuple[ProgrammeLine, ...]:
    """Every programme with its places, those that take somebody first."""
    found = Programme.objects.select_related("provider").annotate(
        placed=Count("referrals", filter=Q(referrals__state__in=[each.value for each in PLACED]))
    )
    if provider is not None:
        found = found.filter(provider__public_id=provider)
    known = list(found.order_by("provider__name", "name"))
    reading = _providers_that_read(row.provider for row in known)
    lines = [_line(row, placed=row.placed, reading=reading, on=on) for row in known]
    return tuple(sorted(lines, key=lambda each: bool(each.lacks)))


def find_programme(programme: uuid.UUID, *, provider: uuid.UUID, on: date) -> ProgrammeLine:
    """One programme of a provider. Raises ProgrammeUnknown."""
    found = next((each for each in list_programmes(on=on, provider=provider) if each.public_id == programme), None)
    if found is None:
        raise ProgrammeUnknown
    return found


def list_providers(*, on: date) -> tuple[ProviderLine, ...]:
    """Every provider with its programmes."""
    by_name: dict[str, list[ProgrammeLine]] = {}
    for each in list_programmes(on=on):
        by_name.setdefault(each.provider, []).append(each)
    return tuple(
        ProviderLine(
            public_id=row.public_id,
            name=row.name,
            way=row.way,
            link_until=row.link.ends_at if hasattr(row, "link") else None,
            team=row.team,
            programmes=tuple(by_name.get(row.name, ())),
        )
        for row in Provider.objects.select_related("link").order_by("name")
    )


def find_provider(provider: uuid.UUID, *, on: date) -> ProviderLine:
    """One provider. Raises ProgrammeUnknown."""
    found = next((each for each in list_providers(on=on) if each.public_id == provider), None)
    if found is None:
        raise ProgrammeUnknown
    return found


def list_referrers() -> tuple[ProviderLine, ...]:
    """Everybody who refers by a link."""
    return tuple(
        ProviderLine(
            public_id=row.public_id,
            name=row.name,
            kind=row.kind,
            link_until=row.link.ends_at if hasattr(row, "link") else None,
        )
        for row in Referrer.objects.select_related("link").order_by("name")
    )


def provider_names() -> Mapping[str, str]:
    """Names by public id: those to whom programme workers may belong."""
    known = Provider.objects.filter(way=Way.ACCOUNTS).order_by("name").values_list("public_id", "name")
    return {str(public_id): name for public_id, name in known}


def _providers_that_read(providers: Iterable[Provider]) -> frozenset[int]:
    """Return the keys of those providers that can read who is sent to them.

    Whoever comes in by a link reads codes and days alone, and is always among them.
    """
    known = tuple(providers)
    reading = teams_that_read({each.team for each in known if each.way is Way.ACCOUNTS})
    return frozenset(each.pk for each in known if each.way is Way.LINK or each.team in reading)


def _terms(row: Programme, placed: int, *, reading: frozenset[int]) -> Terms:
    return Terms(
        kind=row.kind,
        is_open=row.is_open,
        has_reader=row.provider_id in reading,
        parallel=row.parallel,
        accredited_until=row.accredited_until,
        free=max(0, row.places - placed),
    )


def _line(row: Programme, *, placed: int, reading: frozenset[int], on: date) -> ProgrammeLine:
    terms = _terms(row, placed, reading=reading)
    known = {"provider": row.provider.name, "way": row.provider.way, "free": terms.free}
    return rows.read_row(ProgrammeLine, row, **known, lacks=may_take(terms, on=on))
