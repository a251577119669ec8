"""Drafts the monthly bulletin: what went out, what was said to it, how often tactics were met, gaps in the law."""

from datetime import datetime

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editions.catalogue import describe
from leeward.foundation.editions.operations import draft_edition
from leeward.foundation.editions.rules.datafiles import DataFile, make_files
from leeward.foundation.editions.shelves import Shelf
from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.victim.network.queries.bulletin import BULLETIN, bulletin_tables
from leeward.victim.network.rules.tactics import DAY


def draft_bulletin(shelf: Shelf, *, title: str, words: str, licence: str, by: Actor, now: datetime) -> str:
    """Freeze the bulletin of the last month that is over into a draft, and return its name.

    Raises what `draft_edition` raises.
    """
    month = last_month(now)
    covers = (month.start, month.end - DAY)

    def make(name: str) -> tuple[DataFile, ...]:
        said = {"title": title.strip(), "note": words.strip(), "licence": licence.strip()}
        return make_files(bulletin_tables(month, now=now), describe(shelf, name=name, covers=covers, at=now, **said))

    return draft_edition(
        shelf=BULLETIN, title=title, words=words, licence=licence, covers=covers, make=make, by=by, now=now
    )


def last_month(now: datetime) -> Period:
    """The last month that is over in the nation."""
    first = local_day(now).replace(day=1)
    return period_of(first - DAY, step=Frequency.MONTH)
