"""What a locker's record must say for each sentence about state on a person's pages."""

from collections.abc import Mapping

from leeward.foundation.days import write_day
from leeward.foundation.labels import mark
from leeward.foundation.vault.operations import list_readers
from leeward.foundation.vault.rules.grants import GranteeKind, Reader
from leeward.victim.locker.models import Item
from leeward.victim.locker.queries.lockers import locker_of
from leeward.victim.portal.holders import receivers
from leeward.victim.portal.rules.proofs import Proof, Shown


def _readers(shown: Shown) -> list[tuple[Reader, ...]]:
    """Return the teams that have a key to each entry now."""
    items = Item.objects.filter(locker=locker_of(shown.bearer)).values_list("reference", flat=True)
    return [
        tuple(each for each in list_readers({item}, now=shown.now) if each.kind is GranteeKind.TEAM) for item in items
    ]


def _reads_until(shown: Shown) -> bool:
    teams = {each.team for each in receivers().teams() if each.who == shown.said["who"]}
    return any(
        each.id in teams and each.until is not None and write_day(each.until) == shown.said["date"]
        for found in _readers(shown)
        for each in found
    )


PROOFS: Mapping[str, Proof] = {
    mark("%(who)s can read it until %(date)s."): _reads_until,
    mark("There is nothing here yet."): lambda shown: shown.path != "/status/kept" or not _readers(shown),
    mark("You are not showing it to anybody now."): lambda shown: () in _readers(shown),
    mark(
        "Not all of your entries: the page of each entry says who you show it to, and there you can hide it."
    ): lambda shown: any(_readers(shown)),
    mark("Kept until %(date)s, and longer each time that you come here."): lambda shown: (
        (row := locker_of(shown.bearer)) is not None and write_day(row.expires_on) == shown.said["date"]
    ),
    mark("What you keep for yourself is kept until %(date)s, or longer if you come back."): lambda shown: (
        (row := locker_of(shown.bearer)) is not None and write_day(row.expires_on) == shown.said["date"]
    ),
}
