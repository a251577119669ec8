"""What the record of keys and openings must say for each sentence about state on a person's pages."""

from collections.abc import Mapping
from uuid import UUID

from leeward.foundation.days import write_day
from leeward.foundation.labels import mark
from leeward.foundation.vault.operations import list_readers
from leeward.foundation.vault.rules.grants import GranteeKind, Keyring
from leeward.victim.file.holders import all_rooms
from leeward.victim.file.models import File, Opening, Thread
from leeward.victim.file.operations.files import her_file, open_renewed
from leeward.victim.portal.operations.proofs import protects_some
from leeward.victim.portal.rules.proofs import NOTHING, Proof, Shown


def file_of(shown: Shown) -> UUID:
    """Return the reference of the file of whoever's page it is."""
    return her_file(shown.bearer) or NOTHING


def _team_of(shown: Shown) -> str:
    """Return the team that a card is about, by the words of its heading; "" for none of ours."""
    row = File.objects.get(reference=file_of(shown))
    opened = open_renewed(row, keyring=Keyring(shown.bearer.key), by=shown.bearer.by, now=shown.now)
    called: dict[str, str] = {}
    for room in all_rooms():
        called |= {room.who: room.team} | {each.who: team for team, each in room.also.items()}
        called |= {each.who: team for team, each in room.named(opened).items()}
    return called.get(shown.heading, "")


def _opened(shown: Shown) -> Opening | None:
    return Opening.objects.filter(file__reference=file_of(shown), team=_team_of(shown)).first()


def _is_opened_on(shown: Shown) -> bool:
    row, days = _opened(shown), int(shown.said.get("count", "1"))
    return row is not None and row.days == days and write_day(row.last_on) == shown.said["date"]


def _reads_nothing(shown: Shown) -> bool:
    file = file_of(shown)
    files = {file, *Thread.objects.filter(file__reference=file).values_list("reference", flat=True)}
    teams = {each.id for each in list_readers(files, now=shown.now)}
    return _team_of(shown) not in teams


def _no_team_reads(shown: Shown) -> bool:
    """Whether no team reads a thread: that of the page, or on the page of them all one of them at least."""
    rows = Thread.objects.filter(file__reference=file_of(shown))
    team = {"/status/talk": "helpline", "/status/plan": "helpline", "/status/messages": "desk"}.get(shown.path)
    found = [
        {each.id for each in list_readers({row.reference}, now=shown.now) if each.kind is GranteeKind.TEAM}
        for row in rows
        if team in (None, row.team)
    ]
    return set() in found


PROOFS: Mapping[str, Proof] = {
    mark("No team of ours has a key to this now. Your code opens it."): _no_team_reads,
    mark("Nothing has been written yet."): lambda shown: any(
        not row.messages.exists() for row in Thread.objects.filter(file__reference=file_of(shown))
    ),
    mark(
        "Platforms that take part get the fingerprints of your protected pictures. "
        "Your pages say what each of them did."
    ): protects_some,
    mark("Not opened yet"): lambda shown: _opened(shown) is None,
    mark("Nothing now"): _reads_nothing,
    mark("On one day: %(date)s"): _is_opened_on,
    mark("On %(count)s days, last on %(date)s"): _is_opened_on,
    mark("What you told us is kept until %(date)s, or longer if something new happens."): lambda shown: (
        write_day(File.objects.get(reference=file_of(shown)).expires_on) == shown.said["date"]
    ),
}
