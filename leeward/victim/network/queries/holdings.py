"""What the network keeps under a code, counted, for the page on which its person erases everything."""

from datetime import datetime

from leeward.foundation.labels import mark
from leeward.foundation.vault.operations import list_readers
from leeward.victim.file.operations.files import her_file
from leeward.victim.network.models import Referral, Turn
from leeward.victim.portal.holders import HeldCount
from leeward.victim.portal.rules.visits import Bearer


def count_hers(bearer: Bearer, now: datetime) -> tuple[HeldCount, ...]:
    """Count what is passed on or is to be, but for what the person must not be told yet."""
    file = her_file(bearer)
    if file is None:
        return ()
    told = Referral.objects.filter(file__reference=file, is_told=True)
    turns = Turn.objects.filter(referral__in=told).select_related("member")
    open_to = {(each.file, each.id) for each in list_readers({turn.reference for turn in turns}, now=now)}
    return (
        HeldCount(
            words=mark("What was passed on to others, or was to be"),
            count=told.count(),
            tables=("network.Referral", "network.Turn", "network.TurnEvent", "network.MeetingAction"),
        ),
        HeldCount(
            words=mark("Services that can open something of yours now"),
            count=len({turn.member_id for turn in turns if (turn.reference, turn.member.team) in open_to}),
            tables=("network.Turn",),
            note=mark("They can open none of it any more."),
        ),
    )
