"""What her circle is told of the helpline: what of hers it keeps, and how she stops it."""

from datetime import datetime

from leeward.foundation.labels import mark
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import Compartment
from leeward.victim.file.holders import Room, Stop, Talk
from leeward.victim.file.operations.circle import WISHES
from leeward.victim.file.rules.circle import Share
from leeward.victim.helpline.models import Case, Complaint
from leeward.victim.helpline.operations.cases import stop_case
from leeward.victim.helpline.operations.complaints import KIND
from leeward.victim.helpline.operations.person import open_hers
from leeward.victim.helpline.operations.recusals import CLOSED
from leeward.victim.helpline.operations.volunteers import SHIFT
from leeward.victim.helpline.queries.cases import LEADS, TEAM, VOLUNTEERS, is_open
from leeward.victim.portal.rules.parts import Part
from leeward.victim.portal.rules.visits import Bearer

WORDS = (mark("What you and the helpline write each other"), WISHES)
PLAN = mark("Your plan to stay safe")
WRONG = mark("What you said went wrong, and the answer")


def share_of(opened: OpenFile) -> Share:
    """What the helpline keeps of the file that her code has opened."""
    threads = Case.objects.filter(file__reference=opened.file).values_list("thread__reference", flat=True)
    planned = threads.filter(plans__isnull=False).distinct()
    wrongs = Complaint.objects.filter(file__reference=opened.file).values_list("reference", flat=True)
    found = [(thread, words) for thread in threads for words in WORDS]
    found += [(thread, PLAN) for thread in planned]
    found += [(wrong, WRONG) for wrong in wrongs]
    return Share(parts=tuple(Part(file=file, compartment=Compartment.STORY, words=words) for file, words in found))


def stop(bearer: Bearer, now: datetime) -> None:
    """She stops the helpline. Raises CaseUnknown and StepImpossible."""
    stop_case(opened=open_hers(bearer=bearer, now=now), by=bearer.by, now=now)


ROOM = Room(
    is_open=is_open,
    share=share_of,
    team=TEAM,
    who=mark("The helpline"),
    talk=Talk(
        title=mark("You and the helpline"),
        page="helpline:my-thread",
        readers=mark("You and the people at the helpline can read this. The removal desk cannot."),
    ),
    also={
        LEADS: mark("Those who lead the helpline"),
        VOLUNTEERS: mark("Volunteers of the helpline, until their shift ends"),
    },
    closed=LEADS,
    why={
        "helpline": mark("You wrote to the helpline."),
        KIND: mark("You told them that something went wrong."),
        CLOSED: mark("Somebody at the helpline knows you, so those who lead it help you."),
        SHIFT: mark("The helpline asked them to help you on this shift."),
    },
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
