"""What the person's circle is told of the network: which receivers can open what of theirs, and how each is stopped."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from leeward.foundation.labels import mark
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.file.holders import Named, Room, Stop
from leeward.victim.file.operations.files import her_file
from leeward.victim.file.rules.circle import Share
from leeward.victim.network.models import Referral, Turn
from leeward.victim.network.operations.referrals import KIND, withdraw
from leeward.victim.network.rules.turns import READABLE, ReferralState
from leeward.victim.portal.rules.parts import Part
from leeward.victim.portal.rules.visits import Bearer

PASSED_ON = mark("What you let us pass on, word for word")
YES = mark("That you said yes to passing it on")
SLUG_LENGTH = 8
ENDS = (
    mark("They can open nothing of this any more. What they have read, they may remember."),
    mark("Nobody else whom you named for this is asked."),
    mark("You can name somebody again at any time."),
)


def is_open(file: int) -> bool:
    """Whether anything of the file of this key is on its way."""
    states = (ReferralState.OPEN, ReferralState.BETWEEN)
    return Referral.objects.filter(file_id=file, state__in=[state.value for state in states]).exists()


def share_of(opened: OpenFile) -> Share:
    """What is passed on of the file that the person's code has opened."""
    turns = Turn.objects.filter(referral__file__reference=opened.file).values_list("reference", flat=True)
    yeses = Referral.objects.filter(file__reference=opened.file).values_list("reference", flat=True)
    parts = [Part(file=turn, compartment=Compartment.PACKET, words=PASSED_ON) for turn in turns]
    parts += [Part(file=yes, compartment=Compartment.STORY, words=YES) for yes in yeses]
    return Share(parts=tuple(parts))


def named_in(opened: OpenFile) -> Mapping[str, Named]:
    """The members that were asked, by their teams; one that can read it now is stopped by taking it back."""
    turns = Turn.objects.filter(referral__file__reference=opened.file).select_related("member").order_by("since")
    named: dict[str, Named] = {}
    for turn in turns:
        stop = _stop_of(turn) if turn.state in READABLE else None
        earlier = named.get(turn.member.team)
        named[turn.member.team] = Named(who=turn.member.name, stop=stop or (earlier.stop if earlier else None))
    return named


def _stop_of(turn: Turn) -> Stop:
    slug = str(turn.reference)[:SLUG_LENGTH]
    return Stop(button=mark("Stop this"), slug=slug, ends=ENDS, act=partial(_stop, turn.member.team))


def _stop(team: str, bearer: Bearer, now: datetime) -> None:
    """Take back all that this member can open of theirs. Safe to repeat."""
    file = her_file(bearer)
    turns = Turn.objects.filter(state__in=[state.value for state in READABLE]).select_related("referral", "member")
    for turn in turns.filter(referral__file__reference=file) if file else ():
        if turn.member.team == team:
            withdraw(referral=turn.referral.reference, keyring=Keyring(bearer.key), by=bearer.by, now=now)


ROOM = Room(
    is_open=is_open,
    share=share_of,
    named=named_in,
    team="network",
    who=mark("The network"),
    why={KIND: mark("You said yes to asking them.")},
)
