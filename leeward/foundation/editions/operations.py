"""Editions: one person drafts, another signs, and from then on not a byte changes."""

import itertools
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject, who
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editions import signed
from leeward.foundation.editions.errors import DraftsTooMany, EditionMistake, EditionUnknown
from leeward.foundation.editions.models import LABEL_LENGTH, EarlySight, Edition, EditionFile, Erratum, Planned
from leeward.foundation.editions.queries import find_edition, published_rows
from leeward.foundation.editions.rules.datafiles import DataFile, digest_of, list_of
from leeward.foundation.editions.shelves import find_shelf
from leeward.foundation.editions.signed import WORDS_LENGTH
from leeward.foundation.notary.operations import enter
from leeward.foundation.notary.rules.leaves import canonical

DRAFTS_MOST = 10
ERRATUM_KIND = "erratum"  # of the public log


class EditionVerb(StrEnum):
    """What can happen to an edition."""

    DRAFTED = "editions.drafted"
    DISCARDED = "editions.discarded"
    SIGNED = "editions.signed"
    PLANNED = "editions.planned"
    UNPLANNED = "editions.unplanned"
    CORRECTED = "editions.corrected"
    SHOWN_EARLY = "editions.shown_early"


def draft_edition(
    *,
    shelf: str,
    title: str,
    words: str,
    licence: str,
    covers: tuple[date | None, date | None],
    make: Callable[[str], Iterable[DataFile]],
    by: Actor,
    now: datetime,
) -> str:
    """Keep what `make` gives for a name as a draft, and return its name: the day, and a number from its second on.

    `covers`: the first and the last day that it is about. Raises DraftsTooMany, and FieldRefused for a title, words or
    licence that do not do.
    """
    said = {
        "title": values.line("title", title, most=LABEL_LENGTH),
        "note": values.text("words", words, most=WORDS_LENGTH),
        "licence": values.web_address("licence", licence, most=LABEL_LENGTH),
    }
    for _attempt in range(DRAFTS_MOST):
        if Edition.objects.filter(Edition.WAITS, shelf=shelf).count() >= DRAFTS_MOST:
            break
        name = _free_name(shelf, now)
        files = tuple(make(name))
        row = Edition(
            shelf=shelf,
            name=name,
            covers_from=covers[0],
            covers_until=covers[1],
            drafted_at=now,
            drafted_by=who(by),
            sha256=digest_of(files),
            **said,
        )
        if _put_down(row, files, by=by, now=now):
            return name
    raise DraftsTooMany


def sign_edition(*, shelf: str, name: str, sha256: str, by: Actor, now: datetime) -> None:
    """Publish a draft, as a second person who has looked at just these files: `sha256` is their list's digest.

    It takes the place of the newest one, and gets its leaf of the public log. Raises EditionUnknown,
    and what `signed.sign` raises.
    """
    with transaction.atomic():
        row = _held(shelf, name)
        row.replaces = published_rows(shelf).first()
        signed.sign(row, sha256=sha256, by=by, now=now)
        # Each day that was announced and is here, or is past, is kept by this edition: late where it is past.
        due = Planned.objects.filter(shelf=shelf, edition=None, on__lte=now.astimezone(UTC).date())
        due.update(edition=row)
        _note(EditionVerb.SIGNED, shelf, name, by=by, now=now)
        sums = list_of(row.files.order_by("pk").defer("content")).encode()
        known = find_shelf(shelf)
        enter(kind=known.leaf_kind, name=name, content=sums, media_type="text/plain", now=now)
        if known.on_signed:
            known.on_signed(find_edition(shelf, name), by, now)


def discard_draft(*, shelf: str, name: str, why: str, by: Actor, now: datetime) -> None:
    """Throw a draft's files away, and keep who did so and why.

    Raises EditionUnknown, and what `signed.discard` raises.
    """
    with transaction.atomic():
        row = _held(shelf, name)
        signed.discard(row, why=why, by=by, now=now)
        row.files.all().delete()
        _note(EditionVerb.DISCARDED, shelf, name, by=by, now=now)


def plan_edition(*, shelf: str, on: date, title: str, words: str = "", by: Actor, now: datetime) -> None:
    """Put a day into the calendar, or say something else about one that is there.

    Raises FieldRefused, also for a day on which an edition has come out.
    """
    said = {
        "title": values.line("title", title, most=LABEL_LENGTH),
        "note": values.text("words", words, most=WORDS_LENGTH),
    }
    today = now.astimezone(UTC).date()
    if on < today or Planned.objects.filter(shelf=shelf, on=on, edition__isnull=False).exists():
        raise FieldRefused("on", EditionMistake.OVER)
    with transaction.atomic():
        Planned.objects.update_or_create(
            shelf=shelf, on=on, defaults=said, create_defaults={**said, "announced_on": today}
        )
        _note(EditionVerb.PLANNED, shelf, on.isoformat(), by=by, now=now)


def unplan_edition(*, shelf: str, on: date, by: Actor, now: datetime) -> None:
    """Take a day to come out of the calendar; one that is not there is taken out already.

    A day that is past stays: what did not come out on it is late.
    """
    to_come = Planned.objects.filter(shelf=shelf, on=on, on__gte=now.astimezone(UTC).date(), edition=None)
    with transaction.atomic():
        if to_come.delete()[0]:
            _note(EditionVerb.UNPLANNED, shelf, on.isoformat(), by=by, now=now)


def add_erratum(
    *, shelf: str, name: str, place: str, before: str, after: str, reason: str, by: Actor, now: datetime
) -> None:
    """Say in public what is wrong in a signed edition, which stays as it is; the erratum gets a leaf of the log.

    Raises EditionUnknown for a draft, and FieldRefused.
    """
    said = {
        "place": values.line("place", place, most=LABEL_LENGTH),
        "before": values.line("before", before, most=LABEL_LENGTH),
        "after": values.line("after", after, most=LABEL_LENGTH),
        "reason": values.line("reason", reason, most=WORDS_LENGTH),
    }
    with transaction.atomic():
        row = _held(shelf, name)
        if row.signed_at is None:
            raise EditionUnknown(name)
        number = row.errata.count() + 1
        Erratum.objects.create(edition=row, at=now, by=who(by), **said)
        _note(EditionVerb.CORRECTED, shelf, name, by=by, now=now)
        content = canonical({"shelf": shelf, "edition": name, "sha256": row.sha256, "at": now, **said})
        enter(kind=ERRATUM_KIND, name=f"{shelf}/{name}/{number}", content=content, now=now)


def note_early_sight(*, shelf: str, name: str, body: str, reason: str, by: Actor, now: datetime) -> None:
    """Note that an office or body sees a draft before it is published, and why; the edition's page says so for good.

    Raises EditionUnknown for what is no draft, and FieldRefused.
    """
    said = {
        "body": values.line("body", body, most=LABEL_LENGTH),
        "reason": values.line("reason", reason, most=WORDS_LENGTH),
    }
    with transaction.atomic():
        row = _held(shelf, name)
        if row.signed_at is not None:
            raise EditionUnknown(name)
        EarlySight.objects.create(edition=row, at=now, by=who(by), **said)
        _note(EditionVerb.SHOWN_EARLY, shelf, name, by=by, now=now)


def _held(shelf: str, name: str) -> Edition:
    """Return an edition that was not discarded, held until the transaction ends. Raises EditionUnknown."""
    try:
        return Edition.objects.select_for_update().get(shelf=shelf, name=name, discarded_at__isnull=True)
    except Edition.DoesNotExist:
        raise EditionUnknown(name) from None


def _put_down(row: Edition, files: Iterable[DataFile], *, by: Actor, now: datetime) -> bool:
    """Write a draft whole; False where somebody else's has taken its name since that was read."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            EditionFile.objects.bulk_create(
                EditionFile(
                    edition=row,
                    name=file.name,
                    media_type=file.media_type,
                    sha256=file.sha256,
                    size=len(file.content),
                    content=file.content,
                )
                for file in files
            )
            _note(EditionVerb.DRAFTED, row.shelf, row.name, by=by, now=now)
    except IntegrityError:
        if Edition.objects.filter(shelf=row.shelf, name=row.name).exists():
            return False
        raise
    return True


def _free_name(shelf: str, now: datetime) -> str:
    day = now.astimezone(UTC).date().isoformat()
    names = itertools.chain((day,), (f"{day}-{number}" for number in itertools.count(2)))
    taken = set(Edition.objects.filter(shelf=shelf, name__startswith=day).values_list("name", flat=True))
    return next(name for name in names if name not in taken)


def _note(verb: EditionVerb, shelf: str, name: str, *, by: Actor, now: datetime) -> None:
    record(verb=verb, by=by, subject=Subject(kind=f"edition_{shelf}"[:30], reference=name), now=now)
