"""What her circle is told of the helpline: what of hers it keeps, and how she stops it."""

from datetime import datetime

from leeward.foundation.labels import mark
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.file.holders import Room, Stop
from leeward.victim.file.operations.files import her_file
from leeward.victim.file.rules.circle import Part, Share
from leeward.victim.helpline.errors import CaseUnknown
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.cases import TEAM, open_case, stop_case
from leeward.victim.helpline.queries.cases import find_case, is_open
from leeward.victim.portal.rules.visits import Bearer

WORDS = (mark("What you and the helpline write each other"), mark("How you wish to be treated"))


def share_of(opened: OpenFile) -> Share:
    """What the helpline keeps of the file that her code has opened."""
    thread = Case.objects.filter(file__reference=opened.file).values_list("thread__reference", flat=True).first()
    if thread is None:
        return Share()
    return Share(parts=tuple(Part(file=thread, compartment=Compartment.STORY, words=words) for words in WORDS))


def stop(bearer: Bearer, now: datetime) -> None:
    """She stops the helpline. Raises CaseUnknown, StepImpossible, and the vault's NotGranted."""
    case = find_case(her_file(bearer))
    if case is None:
        raise CaseUnknown
    opened = open_case(reference=case, keyring=Keyring(bearer.key), by=bearer.by, now=now)
    stop_case(opened=opened, by=bearer.by, now=now)


ROOM = Room(
    is_open=is_open,
    share=share_of,
    team=TEAM,
    who=mark("The helpline"),
    why={"helpline": mark("You wrote to the helpline.")},
    stop=Stop(
        button=mark("Stop the helpline"),
        slug="talk",
        ends=(
            mark("The helpline can open nothing of yours any more, and nobody there answers what still waits."),
            mark("You can still read everything here, with your code."),
            mark("What you write later gets a new key. An old copy of the key opens none of it."),
            mark("The helpline reads again only when you write to it again. Then it can read the whole conversation."),
            mark("The helpline keeps the notes on its own work until you erase everything."),
        ),
        act=stop,
    ),
)
