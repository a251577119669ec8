"""Sightings from every door: the helpline, the removal desk, and members who were asked to help.

A person counts once for a tactic, whoever notes it: a sighting's reference is made of the secret in the person's file
and of the tactic. So the same one noted again is no row, and nobody learns from the answer that somebody else has noted
it; whoever opens the file can take all of them away again, and the database alone does not tell whose one is. A member
has the secret with what was passed on to it, and with it nothing but that.
"""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import OpenFile
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.holders import is_counted
from leeward.victim.file.operations.files import counting_key, locked_file
from leeward.victim.network.errors import ReferralUnknown, UnagreedSighting
from leeward.victim.network.operations.steps import locked_turn
from leeward.victim.network.operations.tactics import count_tactic, take_sightings_back
from leeward.victim.network.operations.turns import is_receiver, open_row
from leeward.victim.network.operations.verbs import NetworkVerb, write_line
from leeward.victim.network.rules.releases import Release
from leeward.victim.network.rules.tactics import TacticWords


def note_sighting(
    *, opened: OpenFile, tactic: uuid.UUID, said: TacticWords | None = None, team: str, by: Actor, now: datetime
) -> None:
    """Count that the person of a file met a tactic; with `said` it is one that nobody has described before.

    The same again changes nothing, from whichever door. Raises UnagreedSighting, SightingsTooMany, TacticUnknown.
    """
    with transaction.atomic():
        person = counting_key(opened)
        file = locked_file(opened.file)
        if file is None or not is_counted(file.pk, team=team):
            raise UnagreedSighting
        count_tactic(person=person, tactic=tactic, said=said, team=team, by=by, now=now)
        write_line(NetworkVerb.SIGHTED, file, kind="file", by=by, now=now)


def note_from_turn(
    *, turn: uuid.UUID, tactic: uuid.UUID, said: TacticWords | None = None, keyring: Keyring, by: Actor, now: datetime
) -> None:
    """The same by a member, of a person who was passed on to it and whose turn it can open.

    Raises what `note_sighting` raises, ReferralUnknown and TurnMovedOn.
    """
    with transaction.atomic():
        row = locked_turn(turn)
        release = Release.from_text(row.unbox(open_row(row, keyring=keyring, by=by, now=now), "release"))
        if not is_receiver(row, keyring):
            raise ReferralUnknown
        locked_file(row.referral.file.reference)
        if not release.counting or not is_counted(row.referral.file_id, team=row.referral.team):
            raise UnagreedSighting
        count_tactic(person=release.counting, tactic=tactic, said=said, team=row.member.team, by=by, now=now)
        write_line(NetworkVerb.SIGHTED, row, kind="turn", by=by, now=now)


def take_back(opened: OpenFile) -> None:
    """Take all sightings of a person away, whoever noted them: they took the yes back. Safe to repeat."""
    with transaction.atomic():
        file = locked_file(opened.file)
        if file is not None and file.counting:
            take_sightings_back(counting_key(opened))
