"""Sentences about state on a person's pages: each declares what the record must say wherever it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leeward.victim.portal.rules.visits import Bearer

# The reference of nothing.
NOTHING = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One sentence as a page of a person shows it: on which page, under which heading, with what in its places."""

    bearer: Bearer
    now: datetime
    path: str
    heading: str
    said: Mapping[str, str]


type Proof = Callable[[Shown], bool]
