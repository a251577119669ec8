"""What her circle is told of the helpline: what of hers it keeps, and how she stops it."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.accounts.queries import staff_of_role, working_names
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.labels import mark
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.file.holders import Choice, Named, Room, Stop, Talk
from leeward.victim.file.operations.circle import WISHES
from leeward.victim.file.rules.circle import Share
from leeward.victim.helpline.models import Case, Complaint, StandIn
from leeward.victim.helpline.operations.cases import open_case, stop_case
from leeward.victim.helpline.operations.complaints import KIND
from leeward.victim.helpline.operations.keeping_out import keep_volunteers_out
from leeward.victim.helpline.operations.person import open_hers
from leeward.victim.helpline.operations.recusals import CLOSED
from leeward.victim.helpline.operations.signals import ASKED_TO_BE_TOLD, hear_no_more
from leeward.victim.helpline.operations.standing_in import STAND_IN, end_stand_in
from leeward.victim.helpline.operations.volunteers import SHIFT
from leeward.victim.helpline.queries.cases import LEADS, LIAISON, TEAM, VOLUNTEERS, is_counted, is_open, owes_word
from leeward.victim.portal.holders import Offer
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


def open_thread(case: UUID, keyring: Keyring, by: Actor, now: datetime) -> OpenFile:
    """What she and the helpline write each other. Raises CaseUnknown, also for who knows her, and NotGranted."""
    return open_case(reference=case, keyring=keyring, by=by, now=now, reason="locker_view").thread


def stop(bearer: Bearer, now: datetime) -> None:
    """She stops the helpline. Raises CaseUnknown and StepImpossible."""
    stop_case(opened=open_hers(bearer=bearer, now=now), by=bearer.by, now=now)


def stop_volunteers(bearer: Bearer, now: datetime) -> None:
    """She stops the volunteers alone. Raises CaseUnknown."""
    keep_volunteers_out(opened=open_hers(bearer=bearer, now=now), by=bearer.by, now=now)


def stop_liaison(bearer: Bearer, now: datetime) -> None:
    """She stops the liaison alone. Raises CaseUnknown."""
    hear_no_more(opened=open_hers(bearer=bearer, now=now), by=bearer.by, now=now)


def stop_stand_in(bearer: Bearer, now: datetime) -> None:
    """She stops the one colleague to whom her case is lent. Raises CaseUnknown."""
    end_stand_in(opened=open_hers(bearer=bearer, now=now), by=bearer.by, now=now)


def name_stand_ins(opened: OpenFile) -> dict[str, Named]:
    """Each colleague to whom her case is or was lent alone: by the name that they chose for their work, if any."""
    rows = StandIn.objects.filter(case__file__reference=opened.file)
    names = working_names({row.staff for row in rows})
    return {row.team: Named(who=_one_of_us(names.get(row.staff, "")), stop=STOP_ONE) for row in rows}


def _one_of_us(name: str) -> str:
    if name:
        return _("%(name)s, one practitioner of the helpline") % {"name": name}
    return _("One practitioner of the helpline")


def choose(opened: OpenFile) -> Choice | None:
    """How it stands with volunteers; nothing where there are none, or while they read and can be stopped."""
    case = Case.objects.filter(file__reference=opened.file).only("may_be_lent").first()
    if case is None or (case.may_be_lent and not staff_of_role(Role.VOLUNTEER)):
        return None
    return CAN_KEEP_OUT if case.may_be_lent else ARE_KEPT_OUT


def _offer_to_keep_out() -> Offer:
    return Offer(text=_("Keep volunteers out"), page=reverse("helpline:my-shift"))


def _offer_to_let_in() -> Offer:
    return Offer(text=_("Let volunteers help again"), page=reverse("helpline:my-shift"))


NEW_KEY = mark("What you write later gets a new key. An old copy of the key opens none of it.")
KEPT_OUT = (
    mark("Volunteers of the helpline can no longer open anything of yours, and none of them gets a key later."),
    mark("The helpline carries on. It can still read what it could read before."),
    mark("A message that a volunteer wrote to you and that was not sent yet is thrown away. It does not reach you."),
    mark("It may take longer until somebody answers you."),
    NEW_KEY,
    mark("You can let volunteers help again at any time."),
)
STOP_LIAISON = Stop(
    button=mark("Stop the liaison"),
    slug="two",
    ends=(
        mark("The liaison no longer hears anything for you, and can no longer open anything of yours."),
        mark("The helpline carries on. It can still read what it could read before."),
        mark("If you want to be told again, write to the helpline."),
        NEW_KEY,
    ),
    act=stop_liaison,
)
STOP_ONE = Stop(
    button=mark("Block this person"),
    slug="one",
    ends=(
        mark("This one person can no longer open anything of yours."),
        mark("Those who lead the helpline carry on. They can still read what they could read before."),
        mark("It may take longer until somebody answers you."),
        NEW_KEY,
    ),
    act=stop_stand_in,
)
CAN_ASK = mark("The helpline may ask volunteers to help on a shift.")
LET_IN = (
    mark("Nobody gets a key by this alone."),
    CAN_ASK,
    mark("Until the shift ends they can read how to reach you, what you told us, and your plan."),
    mark("They can also read what you and the helpline write each other, and how you wish to be treated."),
    mark("The page “Who can read this” names them then. You can stop them at any time."),
)
CAN_KEEP_OUT = Choice(note=CAN_ASK, offer=_offer_to_keep_out)
ARE_KEPT_OUT = Choice(note=mark("You keep volunteers out. None of them has a key."), offer=_offer_to_let_in)

ROOM = Room(
    is_open=is_open,
    share=share_of,
    choose=choose,
    named=name_stand_ins,
    team=TEAM,
    who=mark("The helpline"),
    talk=Talk(
        title=mark("You and the helpline"),
        page="helpline:my-thread",
        readers=mark("You and the people at the helpline can read this. The removal desk cannot."),
        open_thread=open_thread,
    ),
    also={
        LEADS: Named(who=mark("Those who lead the helpline")),
        LIAISON: Named(who=mark("The helpline’s liaison, who tells you what you asked to be told"), stop=STOP_LIAISON),
        VOLUNTEERS: Named(
            who=mark("Volunteers of the helpline, until their shift ends"),
            stop=Stop(button=mark("Stop the volunteers"), slug="shift", ends=KEPT_OUT, act=stop_volunteers),
        ),
    },
    closed=LEADS,
    is_counted=is_counted,
    owes_word=owes_word,
    why={
        "helpline": mark("You asked the helpline for help."),
        KIND: mark("You told them that something went wrong."),
        CLOSED: mark("Somebody at the helpline knows you, so those who lead it help you."),
        ASKED_TO_BE_TOLD: mark("You asked to be told what a programme says about the other person."),
        STAND_IN: mark("Those who lead the helpline are away, so they asked this one person to help you until then."),
        SHIFT: mark("The helpline asked them to help you on this shift."),
    },
    stop=Stop(
        button=mark("Stop the helpline"),
        slug="talk",
        ends=(
            mark("The helpline can no longer open anything of yours, and nobody there answers what is still waiting."),
            mark("You can still read everything here, with your code."),
            NEW_KEY,
            mark("The helpline reads again only when you write to it again. Then it can read the whole conversation."),
            mark("The helpline keeps the notes on its own work until you erase everything."),
        ),
        act=stop,
    ),
)
