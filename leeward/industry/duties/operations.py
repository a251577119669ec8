"""Publishes versions of regimes, switches regimes on and off, and loads those that ship with Leeward."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Fact, Subject
from leeward.foundation.notary.operations import enter
from leeward.foundation.notary.queries import find_entries
from leeward.foundation.notary.rules.leaves import canonical
from leeward.industry.duties.errors import (
    CommencementUnknown,
    NothingChanged,
    RegimeRefused,
    RegimeUnknown,
    VersionMoved,
)
from leeward.industry.duties.models import Regime as RegimeRow
from leeward.industry.duties.models import RegimeVersion
from leeward.industry.duties.rules.records import as_record
from leeward.industry.duties.rules.regimes import (
    FROM_THE_FIRST,
    LEAF_KIND,
    LINE_LENGTH,
    Regime,
    RegimeDraft,
    SeedRegime,
    check_draft,
)
from leeward.industry.duties.rules.terms import Commencement, Origin


class DutyVerb(StrEnum):
    """What can happen to a regime."""

    PUBLISHED = "duties.version_published"
    SWITCHED_ON = "duties.switched_on"
    SWITCHED_OFF = "duties.switched_off"


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What loading a file came to, by code. `kept` were changed in the file but have been edited here since."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]


@transaction.atomic
def publish_regime_version(
    *,
    draft: RegimeDraft,
    by: Actor,
    now: datetime,
    valid_from: date | None = None,
    based_on: int | None = None,
) -> Regime:
    """Publish the next version of a regime, from `valid_from` on (today at the earliest, and where none is given).

    A code that nobody knows makes a new regime, switched off, whose first version answers for every day. `based_on` is
    the number of the newest version that the author saw. Raises RegimeRefused, NothingChanged, VersionMoved.
    """
    check_draft(draft)
    today = now.astimezone(UTC).date()
    if valid_from is not None and valid_from < today:
        raise RegimeRefused(
            (("valid_from", "must not lie in the past: what was sent was sent under the law of then."),)
        )
    row, _is_new = RegimeRow.objects.select_for_update().get_or_create(code=draft.code, defaults={"switched_at": now})
    newest = _newest(row)
    if based_on is not None and based_on != (newest.number if newest else 0):
        raise VersionMoved("Somebody else has published a version since you began. Look at it, then begin again.")
    if newest is not None and newest.as_draft() == draft:
        raise NothingChanged("The newest version says exactly this. Change something, or leave it.")
    number, begins = (newest.number + 1, valid_from or today) if newest else (1, FROM_THE_FIRST)
    return _publish(row, draft, number=number, valid_from=begins, origin=Origin.STAFF, by=by, now=now)


@transaction.atomic
def switch_regime(*, code: str, on: bool, reason: str, by: Actor, now: datetime) -> bool:
    """Allow or stop notices under a regime, for a reason; returns whether that changed anything.

    Raises RegimeUnknown, RegimeRefused for a reason that cannot be shown, and CommencementUnknown where the version of
    today does not say that the law is in force or when it begins.
    """
    row = RegimeRow.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise RegimeUnknown(f"There is no regime {code!r}.")
    stripped = reason.strip()
    if not stripped or len(stripped) > LINE_LENGTH or not stripped.isprintable():
        raise RegimeRefused((("reason", f"must have 1 to {LINE_LENGTH} printable characters."),))
    if on and not _has_commencement(row, now.astimezone(UTC).date()):
        raise CommencementUnknown(
            "Nobody has verified that this law is in force. Publish a version that says since when, and its source; "
            "then switch it on."
        )
    if row.is_switched_on == on:
        return False
    row.is_switched_on, row.switched_at, row.switched_reason = on, now, stripped
    row.save(update_fields=["is_switched_on", "switched_at", "switched_reason"])
    verb = DutyVerb.SWITCHED_ON if on else DutyVerb.SWITCHED_OFF
    record(verb=verb, by=by, subject=_subject(row), now=now, facts={"reason": stripped})
    return True


@transaction.atomic
def load_regimes(*, seeds: Sequence[SeedRegime], by: Actor, now: datetime) -> Loaded:
    """Bring in regimes from a file; safe to repeat.

    A code that is new here comes as the file has it. A known one gets a new version, from today on, only where the
    file says something else than it last did here; one that staff have edited since is left alone. Switches stay as
    they are.
    """
    found: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": [], "kept": []}
    for seed in seeds:
        found[_load(seed, by=by, now=now)].append(seed.draft.code)
    for version in RegimeVersion.objects.select_related("regime"):
        if not find_entries(LEAF_KIND, version.leaf_name):  # it came with the tables
            _enter(version, now=now)
    return Loaded(**{outcome: tuple(codes) for outcome, codes in found.items()})


def _load(seed: SeedRegime, *, by: Actor, now: datetime) -> str:
    draft = check_draft(seed.draft)
    row, is_new = RegimeRow.objects.select_for_update().get_or_create(
        code=draft.code, defaults={"is_switched_on": seed.is_switched_on, "switched_at": now}
    )
    if is_new:
        _publish(row, draft, number=1, valid_from=FROM_THE_FIRST, origin=Origin.FILE, by=by, now=now)
        return "added"
    newest, last_loaded = _newest(row), _newest(row, origin=Origin.FILE)
    if any(version.as_draft() == draft for version in (newest, last_loaded) if version):
        return "unchanged"
    if newest is not None and newest.origin == Origin.STAFF.value:
        return "kept"
    number, today = (newest.number if newest else 0) + 1, now.astimezone(UTC).date()
    _publish(row, draft, number=number, valid_from=today, origin=Origin.FILE, by=by, now=now)
    return "changed"


def _publish(
    row: RegimeRow, draft: RegimeDraft, *, number: int, valid_from: date, origin: Origin, by: Actor, now: datetime
) -> Regime:
    values = {name: value for name, value in as_record(draft).items() if name != "code"}
    version = RegimeVersion.objects.create(
        regime=row, number=number, valid_from=valid_from, published_at=now, origin=origin.value, **values
    )
    facts: dict[str, Fact] = {
        "version": number,
        "valid_from": valid_from.isoformat(),
        "origin": origin.value,
        "limit_hours": "none" if draft.limit_hours is None else f"{draft.limit_hours:g}",
        "commencement": draft.commencement.value,
    }
    record(verb=DutyVerb.PUBLISHED, by=by, subject=_subject(row), now=now, facts=facts)
    _enter(version, now=now)
    return version.as_regime()


def _enter(version: RegimeVersion, *, now: datetime) -> None:
    """Enter a version into the public log."""
    about = {
        **as_record(version.as_draft()),
        "version": version.number,
        "valid_from": version.valid_from,
        "published_at": version.published_at,
    }
    enter(kind=LEAF_KIND, name=version.leaf_name, content=canonical(about), now=now)


def _newest(row: RegimeRow, *, origin: Origin | None = None) -> RegimeVersion | None:
    versions = row.versions.select_related("regime").order_by("-number")
    return (versions if origin is None else versions.filter(origin=origin.value)).first()


def _has_commencement(row: RegimeRow, today: date) -> bool:
    version = row.versions.filter(valid_from__lte=today).order_by("-number").first()
    return version is not None and version.commencement != Commencement.NOT_VERIFIED.value


def _subject(row: RegimeRow) -> Subject:
    return Subject(kind="regime", reference=row.code)
