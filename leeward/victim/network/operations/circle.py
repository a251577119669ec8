"""What the person's circle is told of the network: which receivers can open what of theirs, and how each is stopped."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from leeward.foundation.labels import mark
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.file.holders import Counting, Named, Room, Stop
from leeward.victim.file.operations.files import her_file
from leeward.victim.file.rules.circle import Share
from leeward.victim.network.models import MeetingAction, Referral, Turn
from leeward.victim.network.operations.receivers import RECEIVERS
from leeward.victim.network.operations.referrals import KIND, OVERRIDE, withdraw
from leeward.victim.network.operations.sightings import take_back
from leeward.victim.network.rules.members import Kind
from leeward.victim.network.rules.turns import READABLE, ReferralState
from leeward.victim.portal.rules.parts import Part
from leeward.victim.portal.rules.visits import Bearer

PASSED_ON = mark("What you let us pass on, word for word")
DECIDED = mark("What a meeting decided to do for you")
WITHOUT = mark("What we passed on without your yes, word for word")
YES = mark("That you said yes to passing it on")
PREPARED = mark("What we would pass on only with your yes, word for word")
NO_YES = mark("That we asked you whether others may help")
WHY_WITHOUT = mark("Why we passed something on without your yes")
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
    """What is passed on of the file that the person's code has opened, but for what they must not be told yet."""
    parts = []
    for turn in _turns_of(opened):
        words = _words(turn.referral, without=WITHOUT, agreed=PASSED_ON, unasked=PREPARED)
        parts.append(Part(file=turn.reference, compartment=Compartment.PACKET, words=words))
        if turn.has_actions:
            parts.append(Part(file=turn.reference, compartment=Compartment.PACKET, words=DECIDED))
    for row in Referral.objects.filter(file__reference=opened.file, is_told=True):
        words = _words(row, without=WHY_WITHOUT, agreed=YES, unasked=NO_YES)
        parts.append(Part(file=row.reference, compartment=Compartment.STORY, words=words))
    return Share(parts=tuple(parts))


def _words(row: Referral, *, without: str, agreed: str, unasked: str) -> str:
    """Choose by whether a referral goes without a yes, has one, or has none."""
    if row.without:
        return without
    return unasked if row.agreed_at is None else agreed


def _turns_of(opened: OpenFile) -> QuerySet[Turn, Any]:
    """All turns that they may know of; `has_actions`: whether a meeting has decided to do something."""
    rows = Turn.objects.filter(referral__file__reference=opened.file, referral__is_told=True)
    decided = MeetingAction.objects.filter(turn=OuterRef("pk"), turn__referral__kind=Kind.MEETING)
    return rows.annotate(has_actions=Exists(decided)).select_related("member", "referral").order_by("since")


def named_in(opened: OpenFile) -> Mapping[str, Named]:
    """The members that were asked, by their teams; one that can read it now is stopped by taking it back."""
    named: dict[str, Named] = {}
    for turn in _turns_of(opened):
        stop = _stop_of(turn) if turn.state in READABLE and not turn.referral.without else None
        earlier = named.get(turn.member.team)
        named[turn.member.team] = Named(who=turn.member.name, stop=stop or (earlier.stop if earlier else None))
    return named


def _stop_of(turn: Turn) -> Stop:
    slug = str(turn.reference)[:SLUG_LENGTH]
    return Stop(button=mark("Stop this"), slug=slug, ends=ENDS, act=partial(_stop, turn.member.team))


def _stop(team: str, bearer: Bearer, now: datetime) -> None:
    """Take back all that this member can open of theirs by their yes. Safe to repeat."""
    file = her_file(bearer)
    turns = Turn.objects.filter(state__in=[state.value for state in READABLE], referral__without="")
    turns = turns.select_related("referral", "member")
    for turn in turns.filter(referral__file__reference=file) if file else ():
        if turn.member.team == team:
            withdraw(referral=turn.referral.reference, keyring=Keyring(bearer.key), by=bearer.by, now=now)


ROOM = Room(
    is_open=is_open,
    share=share_of,
    named=named_in,
    counting=Counting(page="leeward.victim.network.views.sightings.ask_tactic", take_back=take_back),
    team="network",
    who=mark("The network"),
    receivers=RECEIVERS,
    why={
        KIND: mark("You said yes to asking them."),
        OVERRIDE: mark("We passed it on without your yes, under a law. Its page says why."),
    },
    why_ours={KIND: mark("We asked you whether others may help.")},
)
