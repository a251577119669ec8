"""Laws under which something may be passed on without a person's yes: data of the nation, off until it has read them.

docs/helpline.md says how the file is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from leeward.victim.helpline.errors import BasesMalformed, FieldForbidden, TellingRefused
from leeward.victim.helpline.rules.instruments import Code, Line, OfAFile, Texts, read_yaml
from leeward.victim.network.rules.releases import Release, ReleaseField

# Until when at the latest somebody looks again whether the person can be told.
LONGEST_WAIT = timedelta(days=30)
MOST_BASES = 20


@dataclass(frozen=True, kw_only=True)
class Basis(OfAFile):
    """One law, as the nation has read it. `place`: where it stands; `source`: an address at which it can be read.

    `fields`: what may be passed on at most. `may_wait`: whether the person may be told later than at once. `read_on`:
    when somebody in the nation read it for this, and `read_by` which office; None while nobody has. It is used from
    `begins_on` until the day before `ends_on`.
    """

    code: Code
    title: Texts
    place: Texts
    source: Line
    fields: Annotated[tuple[ReleaseField, ...], Field(min_length=1)]
    may_wait: bool
    begins_on: date
    ends_on: date | None = None
    read_on: date | None = None
    read_by: str = ""
    is_made_up: bool = False

    def is_used(self, today: date) -> bool:
        """Whether something may be passed on under it on this day."""
        is_read = self.read_on is not None and self.read_on <= today and bool(self.read_by.strip())
        return is_read and self.begins_on <= today and (self.ends_on is None or today < self.ends_on)


@dataclass(frozen=True, kw_only=True)
class Telling:
    """When the person is told: at once, or on a later day because of `why`; somebody looks again then."""

    tell_on: date | None = None
    why: str = ""


def check_override(basis: Basis, releases: Iterable[Release]) -> None:
    """Raises FieldForbidden for more than the law allows."""
    if {each for release in releases for each in release.texts} - set(basis.fields):
        raise FieldForbidden


def check_telling(telling: Telling, *, may_wait: bool, today: date) -> None:
    """Raises TellingRefused."""
    if telling.tell_on is None:
        return
    if not (may_wait and telling.why.strip() and today < telling.tell_on <= today + LONGEST_WAIT):
        raise TellingRefused


def read_bases(text: str) -> tuple[Basis, ...]:
    """Return the laws that a file's text names. Raises BasesMalformed, which names each mistake."""
    found: tuple[Basis, ...] = read_yaml(tuple[Basis, ...], text, malformed=BasesMalformed)
    codes = [each.code for each in found]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice or not found or len(found) > MOST_BASES:
        raise BasesMalformed(f"Write 1 to {MOST_BASES} laws, each under a code of its own. Twice: {', '.join(twice)}")
    return found
