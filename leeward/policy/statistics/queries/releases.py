"""Reads releases, their files and the calendar."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from leeward.foundation.rows import read_row
from leeward.policy.statistics.errors import ReleaseUnknown
from leeward.policy.statistics.models import PlannedRelease, ReleaseFile
from leeward.policy.statistics.models import Release as ReleaseRow
from leeward.policy.statistics.records import File, Planned, Release
from leeward.policy.statistics.rules.differences import OBSERVATIONS_FILE, Difference, compare, read_numbers

SHOWN_MOST = 200
SUMS_FILE = "sha256sums.txt"
DRAFT = Q(released_at__isnull=True, discarded_at__isnull=True)


def all_releases() -> tuple[Release, ...]:
    """Return published releases, the newest first, without files."""
    rows = ReleaseRow.objects.filter(released_at__isnull=False).order_by("-released_at", "-pk")[:SHOWN_MOST]
    newest = rows[0].edition if rows else ""
    return tuple(_release(row, files=(), newest=newest) for row in rows)


def release_rows() -> QuerySet[ReleaseRow]:
    """Return all releases, drafts and what was thrown away too, as rows of a list for staff."""
    return ReleaseRow.objects.all()


def release_lines(rows: Iterable[ReleaseRow]) -> tuple[Release, ...]:
    """Return rows of a list as releases, without files."""
    return tuple(_release(row, files=(), newest="") for row in rows)


def drafts() -> tuple[Release, ...]:
    """Return the drafts that wait for a second person, for staff."""
    rows = ReleaseRow.objects.filter(DRAFT).order_by("-drafted_at", "-pk")
    return tuple(_release(row, files=_files(row), newest="") for row in rows)


def find_release(edition: str) -> Release:
    """Return one published release with its files. Raises ReleaseUnknown, for drafts too."""
    row = ReleaseRow.objects.filter(edition=edition, released_at__isnull=False).first()
    if row is None:
        raise ReleaseUnknown(edition)
    return _release(row, files=_files(row), newest=_newest())


def find_for_staff(edition: str) -> Release:
    """Return one release with its files, wherever it stands. Raises ReleaseUnknown."""
    row = ReleaseRow.objects.filter(edition=edition).first()
    if row is None:
        raise ReleaseUnknown(edition)
    return _release(row, files=_files(row), newest=_newest() if row.released_at else "")


def find_draft(edition: str) -> Release:
    """Return one draft with its files, for staff. Raises ReleaseUnknown."""
    row = ReleaseRow.objects.filter(DRAFT, edition=edition).first()
    if row is None:
        raise ReleaseUnknown(edition)
    return _release(row, files=_files(row), newest="")


def compare_draft(edition: str) -> tuple[str, tuple[Difference, ...]]:
    """Return what each number of a draft is against the newest release, and that one's edition; "" before the first.

    For staff. Raises ReleaseUnknown.
    """
    newest = _newest()
    before = read_numbers(read_file(newest, OBSERVATIONS_FILE)[1]) if newest else {}
    return newest, compare(before, read_numbers(read_draft_file(edition, OBSERVATIONS_FILE)[1]))


def read_file(edition: str, name: str) -> tuple[File, bytes]:
    """Return a file of a published release, and its bytes. Raises ReleaseUnknown, for drafts too."""
    return _read(ReleaseFile.objects.filter(release__released_at__isnull=False), edition, name)


def read_draft_file(edition: str, name: str) -> tuple[File, bytes]:
    """Return a file of a draft, for staff, and its bytes. Raises ReleaseUnknown."""
    return _read(ReleaseFile.objects.filter(release__in=ReleaseRow.objects.filter(DRAFT)), edition, name)


def release_address(edition: str) -> str:
    """Where a release stands for good."""
    return settings.LEEWARD_URL + reverse("statistics-data:release", args=[edition])


def releases_with(sha256: str) -> tuple[tuple[Release, str], ...]:
    """Return the published releases with a file of this digest, and that file's name; a list of digests is one too."""
    released = ReleaseRow.objects.filter(released_at__isnull=False)
    found = [(row, SUMS_FILE) for row in released.filter(sha256=sha256)]
    found += [
        (file.release, file.name)
        for file in ReleaseFile.objects.filter(sha256=sha256, release__in=released)
        .select_related("release")
        .defer("content")
    ]
    newest = _newest()
    return tuple((_release(row, files=(), newest=newest), name) for row, name in found[:SHOWN_MOST])


def planned(*, today: date) -> tuple[Planned, ...]:
    """Return the calendar from today on, the next first."""
    return planned_lines(planned_rows(today=today).order_by("on")[:SHOWN_MOST])


def planned_rows(*, today: date) -> QuerySet[PlannedRelease]:
    """Return the days of the calendar from today on, as rows of a list."""
    return PlannedRelease.objects.filter(on__gte=today)


def planned_lines(rows: Iterable[PlannedRelease]) -> tuple[Planned, ...]:
    """Return rows of a list as days of the calendar."""
    return tuple(read_row(Planned, row) for row in rows)


def _read(files: QuerySet[ReleaseFile], edition: str, name: str) -> tuple[File, bytes]:
    row = files.filter(release__edition=edition, name=name).first()
    if row is None:
        raise ReleaseUnknown(f"{edition}/{name}")
    return _file(row), bytes(row.content)


def _newest() -> str:
    rows: QuerySet[ReleaseRow] = ReleaseRow.objects.filter(released_at__isnull=False)
    row = rows.order_by("-released_at", "-pk").first()
    return row.edition if row else ""


def _files(row: ReleaseRow) -> tuple[File, ...]:
    return tuple(_file(file) for file in ReleaseFile.objects.filter(release=row).defer("content").order_by("pk"))


def _file(row: ReleaseFile) -> File:
    return read_row(File, row)


def _release(row: ReleaseRow, *, files: tuple[File, ...], newest: str) -> Release:
    return read_row(Release, row, files=files, replaced_by=newest if newest and newest != row.edition else "")
