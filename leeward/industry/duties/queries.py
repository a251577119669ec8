"""Reads regimes for other apps, and asks the owner of the requests which of them are open."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from leeward.industry.duties.errors import RegimeUnknown
from leeward.industry.duties.models import Regime as RegimeRow
from leeward.industry.duties.models import RegimeVersion
from leeward.industry.duties.rules.previews import OpenClock
from leeward.industry.duties.rules.regimes import Regime
from leeward.industry.duties.rules.terms import Origin

# A code, and the number of a version or None for the newest.
type RegimeName = tuple[str, int | None]
type OpenRequests = Callable[[str], Iterable[OpenClock]]

# Requests lie on a higher floor: their app hands its function down when it starts.
_open_requests: list[OpenRequests] = []


def active_regimes(*, on: date) -> tuple[Regime, ...]:
    """The regimes under which notices may be sent on this day, by code, each in the version of that day."""
    return tuple(regime for regime in all_regimes(on=on) if regime.is_active(on))


def regime_rows(*, on: date) -> QuerySet[RegimeVersion]:
    """The version of each regime that holds on this day."""
    return RegimeVersion.objects.valid_on(on)


def as_regimes(rows: Iterable[RegimeVersion]) -> tuple[Regime, ...]:
    """These rows as regimes."""
    return tuple(row.as_regime() for row in rows)


def all_regimes(*, on: date | None = None) -> tuple[Regime, ...]:
    """Every regime, by code, in the version of this day; without a day, in its newest version."""
    versions = RegimeVersion.objects.newest() if on is None else RegimeVersion.objects.valid_on(on)
    return as_regimes(versions.select_related("regime").order_by("regime__code"))


def find_regime(code: str, version: int | None = None, *, on: date | None = None) -> Regime:
    """One regime: this version of it, or the one of this day, or the newest. Raises RegimeUnknown."""
    rows = RegimeVersion.objects.filter(regime__code=code)
    if version is not None:
        rows = rows.filter(number=version)
    elif on is not None:
        rows = rows.filter(valid_from__lte=on)
    row = rows.select_related("regime").order_by("-number").first()
    if row is None:
        which = f"version {version} of " if version is not None else ""
        raise RegimeUnknown(f"There is no {which}regime {code!r}. `leeward load-duties` loads those that ship.")
    return row.as_regime()


def find_regimes(wanted: Iterable[RegimeName]) -> dict[RegimeName, Regime]:
    """Many regimes at once, each under the name by which it was asked for. Raises RegimeUnknown for one of them."""
    names = set(wanted)
    if not names:
        return {}
    # A regime has a few versions: those of the codes are read, and only what was asked for is made of them.
    rows = RegimeVersion.objects.filter(regime__code__in={code for code, _version in names})
    known: dict[RegimeName, RegimeVersion] = {}
    for row in rows.select_related("regime").order_by("number"):
        known[row.regime.code, row.number] = known[row.regime.code, None] = row
    if missing := sorted(f"{code} {version or ''}".strip() for code, version in names - known.keys()):
        raise RegimeUnknown(f"There is no regime {', '.join(missing)}. `leeward load-duties` loads those that ship.")
    return {name: known[name].as_regime() for name in names}


def versions_of(code: str) -> tuple[Regime, ...]:
    """Every version of one regime, the newest first. Raises RegimeUnknown."""
    rows = RegimeVersion.objects.filter(regime__code=code).select_related("regime").order_by("-number")
    if not rows:
        raise RegimeUnknown(f"There is no regime {code!r}.")
    return tuple(row.as_regime() for row in rows)


def versions_since(since: datetime) -> tuple[tuple[str, int, str], ...]:
    """Code, number and name of the versions that were published from then on, but for those with which a law began by
    its file: what has changed in the law as it is known here."""
    rows = RegimeVersion.objects.filter(Q(number__gt=1) | Q(origin=Origin.STAFF), published_at__gte=since)
    return tuple(rows.order_by("published_at", "pk").values_list("regime__code", "number", "name"))


def switch_reason(code: str) -> str:
    """Why the regime was last switched on or off; "" where nobody has. Raises RegimeUnknown."""
    row = RegimeRow.objects.filter(code=code).first()
    if row is None:
        raise RegimeUnknown(f"There is no regime {code!r}.")
    return row.switched_reason


def register_open_requests(provider: OpenRequests) -> None:
    """Take the function that yields the open requests under a regime's code; the last one given counts."""
    _open_requests[:] = [provider]


def open_requests(code: str) -> Iterable[OpenClock]:
    """The open requests under this code; none while nobody has registered."""
    return _open_requests[0](code) if _open_requests else ()
