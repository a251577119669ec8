"""What a wish how to be treated changes in what is offered: services, members of the network, ways of contact.

Each wish is one row of `data/needs.yaml`. Terms of the directory and words of the network stand there by their codes.
"""

from collections.abc import Iterable

import yaml
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass as checked

from leeward.victim.file.rules.needs import Need
from leeward.victim.file.rules.paths import DATA, STRICT


@checked(frozen=True, kw_only=True, config=STRICT)
class NeedOffer:
    """What one wish changes."""

    need: Need
    services: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    fears: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    no_local: bool = False
    speaks: bool = False


OFFERS: tuple[NeedOffer, ...] = TypeAdapter(tuple[NeedOffer, ...]).validate_python(
    yaml.load((DATA / "needs.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
)


def offers_of(needs: Iterable[Need]) -> tuple[NeedOffer, ...]:
    """Return what these wishes change, in their order."""
    ticked = set(needs)
    return tuple(each for each in OFFERS if each.need in ticked)
