"""What the assessment tells the home page and the search: rounds that wait for one's own answers, or for a step."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.days import write_day
from leeward.foundation.web.words import word
from leeward.foundation.work.rooms import Hit, Need, Room, RoomPage, Waiting, wait_in_rows
from leeward.policy.assessment.queries.rounds import RoundLine, list_rounds, unfinished_bodies
from leeward.policy.assessment.rules.rounds import Stage
from leeward.policy.assessment.views.answering import BOTH, OFFICER


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """For a reviewer, rounds that wait for her body; for the secretariat, rounds that can be moved on."""
    del now  # a round has no deadline
    if user.role not in BOTH:
        return
    rounds = [each for each in list_rounds(user) if each.stage in (Stage.REVIEW, Stage.AGREED)]
    needs = (_to_move(user, each) if user.role in OFFICER else _own(user, each) for each in rounds)
    yield wait_in_rows(_("Rounds of the assessment"), reverse("assessment:home"), filter(None, needs))


def find(user: User, term: str) -> Iterable[Hit]:
    """Rounds by a part of their title."""
    if user.role not in BOTH:
        return
    for each in list_rounds(user):
        if term.casefold() in each.title.casefold():
            address = reverse("assessment:round", args=[each.public_id])
            yield Hit(kind=_("Round of the assessment"), title=each.title, standing=word(each.stage), address=address)


def _own(user: User, each: RoundLine) -> Need | None:
    if each.stage is not Stage.REVIEW or not unfinished_bodies(user, each.public_id):
        return None
    return Need(
        about=each.title,
        why=gettext("Your body has not finished the round of %(day)s") % {"day": write_day(each.held_on)},
        press=_("Answer"),
        address=reverse("assessment:round", args=[each.public_id]),
    )


def _to_move(user: User, each: RoundLine) -> Need:
    missing = len(unfinished_bodies(user, each.public_id))
    if each.stage is Stage.AGREED:
        why = gettext("Agreed: it can be published")
    elif missing:
        why = ngettext(
            "%(number)d body has not finished its answers", "%(number)d bodies have not finished their answers", missing
        ) % {"number": missing}
    else:
        why = gettext("All bodies have finished: the answers can be agreed on")
    address = reverse("assessment:round", args=[each.public_id])
    return Need(about=each.title, why=why, press=_("Open the round"), address=address)


ROOM = Room(
    pages=(
        RoomPage(name="assessment:home", text=_("Rounds")),
        RoomPage(name="assessment:bodies", text=_("Bodies")),
    ),
    waiting=waiting,
    find=find,
)
