"""Releases: one person drafts, another signs off, and from then on not a byte changes."""

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.notary.operations import enter
from leeward.foundation.rows import read_row
from leeward.foundation.signing.operations.asking import ask_for_signature
from leeward.policy.statistics.errors import (
    DraftsTooMany,
    NothingToPublish,
    ReleaseFixed,
    ReleaseMistake,
    ReleaseUnknown,
    SameHands,
    WordsRefused,
)
from leeward.policy.statistics.models import LABEL_LENGTH, WORDS_LENGTH, PlannedRelease, Release, ReleaseFile
from leeward.policy.statistics.operations.verbs import StatisticsVerb, note, who
from leeward.policy.statistics.queries.releases import release_address
from leeward.policy.statistics.queries.tables import release_tables
from leeward.policy.statistics.rules.claims import KIND, ReleaseClaims
from leeward.policy.statistics.rules.datafiles import About, DataFile, TableFile, digest_of, make_files

# The licence under which figures are given away where nobody says otherwise.
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LEAF_KIND = "statistics-release"  # of the public log
DRAFTS_MOST = 10
DAY = timedelta(days=1)


def draft_release(*, title: str, words: str = "", licence: str = LICENCE, by: Actor, now: datetime) -> str:
    """Freeze everything that is printed now of periods that are over into a draft, and return its edition.

    Raises NothingToPublish while nothing is printed, DraftsTooMany, and WordsRefused for a title, words or licence that
    do not do.
    """
    _check_words(title=title, words=words, licence=licence)
    tables = release_tables(today=now.astimezone(UTC).date())
    observed = tables[0].rows
    if not observed:
        raise NothingToPublish
    for _attempt in range(DRAFTS_MOST):
        if Release.objects.filter(released_at__isnull=True, discarded_at__isnull=True).count() >= DRAFTS_MOST:
            break
        edition = _free_edition(now)
        files = make_files(tables, _about(tables, edition=edition, title=title, words=words, licence=licence, now=now))
        release = Release(
            edition=edition,
            title=title.strip(),
            note=words.strip(),
            licence=licence.strip(),
            covers_until=_last_day(tables),
            drafted_at=now,
            drafted_by=who(by),
            sha256=digest_of(files),
        )
        if _put_down(release, files, by=by, now=now):
            return edition
    raise DraftsTooMany


def sign_release(*, edition: str, sha256: str, by: Actor, now: datetime) -> None:
    """Publish a draft, as a second person who has looked at just these files: `sha256` is their list's digest.

    Raises ReleaseUnknown, ReleaseFixed where it is published already, SameHands for whoever drafted it, and
    FieldRefused where the digest is another.
    """
    with transaction.atomic():
        release = _locked(edition)
        if release.released_at is not None:
            raise ReleaseFixed(edition)
        if release.drafted_by == who(by):
            raise SameHands
        if release.sha256 != sha256.strip().lower():
            raise FieldRefused("sha256", ReleaseMistake.DIGEST)
        release.released_at, release.released_by = now, who(by)
        release.save(update_fields=["released_at", "released_by"])
        PlannedRelease.objects.filter(on=now.astimezone(UTC).date()).delete()
        note(StatisticsVerb.RELEASED, edition, by=by, now=now)
        sums = "".join(f"{file.sha256}  {file.name}\n" for file in release.files.order_by("pk").defer("content"))
        enter(kind=LEAF_KIND, name=edition, content=sums.encode(), media_type="text/plain", now=now)
        ask_for_signature(
            kind=KIND,
            about=release_address(edition),
            title=release.title,
            subject=read_row(ReleaseClaims, release),
            valid_from=now,
            by=by,
            now=now,
        )


def discard_draft(*, edition: str, why: str, by: Actor, now: datetime) -> None:
    """Throw a draft's files away, and keep who did so and why.

    Raises ReleaseUnknown, ReleaseFixed for what is published, and FieldRefused without a reason.
    """
    said = values.line("why", why, most=WORDS_LENGTH)
    with transaction.atomic():
        release = _locked(edition)
        if release.released_at is not None:
            raise ReleaseFixed(edition)
        release.files.all().delete()
        release.discarded_at, release.discarded_by, release.discarded_why = now, who(by), said
        release.save(update_fields=["discarded_at", "discarded_by", "discarded_why"])
        note(StatisticsVerb.DISCARDED, edition, by=by, now=now)


def plan_release(*, on: date, title: str, words: str = "", by: Actor, now: datetime) -> None:
    """Put a day into the calendar, or say something else about one that is there. Raises WordsRefused, FieldRefused."""
    _check_words(title=title, words=words, licence=LICENCE)
    if on < now.astimezone(UTC).date():
        raise FieldRefused("on", ReleaseMistake.OVER)
    with transaction.atomic():
        PlannedRelease.objects.update_or_create(on=on, defaults={"title": title.strip(), "note": words.strip()})
        note(StatisticsVerb.PLANNED, on.isoformat(), by=by, now=now)


def unplan_release(*, on: date, by: Actor, now: datetime) -> None:
    """Take a day out of the calendar; one that is not there is taken out already."""
    with transaction.atomic():
        if PlannedRelease.objects.filter(on=on).delete()[0]:
            note(StatisticsVerb.UNPLANNED, on.isoformat(), by=by, now=now)


def _check_words(*, title: str, words: str, licence: str) -> None:
    if not 0 < len(title.strip()) <= LABEL_LENGTH:
        raise WordsRefused(f"Give it a title of at most {LABEL_LENGTH} characters.")
    if len(words.strip()) > WORDS_LENGTH:
        raise WordsRefused(f"At most {WORDS_LENGTH} characters fit here.")
    if not licence.strip().startswith("https://") or len(licence.strip()) > LABEL_LENGTH:
        raise WordsRefused("Name the licence by its address, which begins with https://.")


def _put_down(release: Release, files: Iterable[DataFile], *, by: Actor, now: datetime) -> bool:
    """Write a draft whole; False where somebody else's has taken its edition since that was read."""
    try:
        with transaction.atomic():
            release.save(force_insert=True)
            ReleaseFile.objects.bulk_create(_row(release, file) for file in files)
            note(StatisticsVerb.DRAFTED, release.edition, by=by, now=now)
    except IntegrityError:
        if Release.objects.filter(edition=release.edition).exists():
            return False
        raise
    return True


def _free_edition(now: datetime) -> str:
    day = now.astimezone(UTC).date().isoformat()
    names = itertools.chain((day,), (f"{day}-{number}" for number in itertools.count(2)))
    taken = set(Release.objects.filter(edition__startswith=day).values_list("edition", flat=True))
    return next(name for name in names if name not in taken)


def _about(
    tables: tuple[TableFile, ...], *, edition: str, title: str, words: str, licence: str, now: datetime
) -> About:
    home = settings.LEEWARD_URL + reverse("statistics-data:releases")
    return About(
        base=release_address(edition),
        home=home,
        edition=edition,
        title=title.strip(),
        note=words.strip(),
        publisher=settings.LEEWARD_NATION,
        licence=licence.strip(),
        first_day=min(_days(tables, "start")),
        covers_until=_last_day(tables),
        made_at=now,
    )


def _last_day(tables: tuple[TableFile, ...]) -> date:
    return max(_days(tables, "end")) - DAY


def _days(tables: tuple[TableFile, ...], column: str) -> list[date]:
    return [day for row in tables[0].rows if isinstance(day := row[column], date)]


def _row(release: Release, file: DataFile) -> ReleaseFile:
    return ReleaseFile(
        release=release,
        name=file.name,
        media_type=file.media_type,
        sha256=file.sha256,
        size=len(file.content),
        content=file.content,
    )


def _locked(edition: str) -> Release:
    try:
        return Release.objects.select_for_update().get(edition=edition, discarded_at__isnull=True)
    except Release.DoesNotExist:
        raise ReleaseUnknown(edition) from None
