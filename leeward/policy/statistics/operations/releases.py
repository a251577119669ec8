"""Drafts a release of the nation's figures: everything that is printed now, frozen into files."""

from datetime import UTC, date, datetime, timedelta

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editions.catalogue import describe
from leeward.foundation.editions.operations import draft_edition
from leeward.foundation.editions.records import Edition
from leeward.foundation.editions.rules.datafiles import DataFile, TableFile, make_files
from leeward.foundation.editions.shelves import Shelf
from leeward.foundation.signing.operations.asking import ask_for_signature
from leeward.policy.statistics.errors import NothingToPublish
from leeward.policy.statistics.operations.quality import tables_with_quality
from leeward.policy.statistics.queries.releases import FIGURES, release_address
from leeward.policy.statistics.rules.claims import KIND, ReleaseClaims

DAY = timedelta(days=1)


def draft_release(shelf: Shelf, *, title: str, words: str, licence: str, by: Actor, now: datetime) -> str:
    """Freeze everything that is printed now of periods that are over into a draft, and return its name.

    Raises NothingToPublish while nothing is printed, and what `draft_edition` raises.
    """
    tables = tables_with_quality(now=now, today=now.astimezone(UTC).date())
    if not tables[0].rows:
        raise NothingToPublish
    covers = (min(_days(tables, "start")), max(_days(tables, "end")) - DAY)

    def make(name: str) -> tuple[DataFile, ...]:
        about = describe(
            shelf,
            name=name,
            title=title.strip(),
            note=words.strip(),
            licence=licence.strip(),
            covers=covers,
            at=now,
        )
        return make_files(tables, about)

    return draft_edition(
        shelf=FIGURES, title=title, words=words, licence=licence, covers=covers, make=make, by=by, now=now
    )


def ask_for_record(edition: Edition, by: Actor, now: datetime) -> None:
    """Let the signer make a signed record of a release, in the transaction that publishes it."""
    ask_for_signature(
        kind=KIND,
        about=release_address(edition.name),
        title=edition.title,
        subject=ReleaseClaims(
            edition=edition.name,
            covers_until=edition.covers_until or now.date(),
            licence=edition.licence,
            sha256=edition.sha256,
        ),
        valid_from=now,
        by=by,
        now=now,
    )


def _days(tables: tuple[TableFile, ...], column: str) -> list[date]:
    return [day for row in tables[0].rows if isinstance(day := row[column], date)]
