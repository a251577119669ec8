"""What training tells the home page and the search of training managers, course authors and policy officers."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import end_of_day, local_day, write_day
from leeward.foundation.holds.queries import Holdable
from leeward.foundation.web.words import told, word
from leeward.foundation.work.rooms import Hit, Need, Room, RoomPage, Waiting, wait_in_list, wait_in_rows
from leeward.justice.training.errors import LearnerUnknown
from leeward.justice.training.operations.people import HELD
from leeward.justice.training.queries.courses import unpublished_lessons
from leeward.justice.training.queries.machines import undecided
from leeward.justice.training.queries.people import (
    due_now,
    exemption_lines,
    find_by_number,
    is_learner_of,
    read_employer,
    running_exemptions,
    teams_of_learner,
)
from leeward.justice.training.views.changes import changes_list
from leeward.justice.training.views.manager.frame import employer_of


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Late people in one row and exemptions for a second person; lessons that nobody has published."""
    if user.role == Role.TRAINING_MANAGER:
        yield from _for_manager(user, now)
    if user.role == Role.COURSE_AUTHOR:
        needs = (
            Need(
                about=told(title),
                why=gettext("Version %(number)d is installed and not published") % {"number": version},
                press=_("Publish the version"),
                address=reverse("training:publish"),
            )
            for _slug, title, version in unpublished_lessons()
        )
        yield wait_in_rows(_("Lessons to publish"), reverse("training:courses"), needs)
        today = local_day(now)
        yield wait_in_list(
            _("Changes to answer"),
            reverse("training:changes"),
            changes_list(today=today),
            lambda line: Need(
                about=line.about,
                why=gettext("Say by %(day)s what it means for the courses") % {"day": write_day(line.due_on)},
                press=_("Answer it"),
                address=reverse("training:change", args=[line.public_id]),
                due_at=end_of_day(line.due_on),
            ),
            narrowed=Q(answered_on__isnull=True),
        )


def find(user: User, term: str) -> Iterable[Hit]:
    """One of one's own people by their staff number; nothing is opened for it."""
    if user.role == Role.TRAINING_MANAGER:
        found = find_by_number(employer_of(user), term)
        if found is not None:
            address = reverse("training:person", args=[found])
            yield Hit(kind=_("Person in your roster"), title=term, standing="", address=address)


def _for_manager(user: User, now: datetime) -> Iterable[Waiting]:
    employer = employer_of(user)
    line = read_employer(employer)
    today = line.today(now) if line else local_day(now)
    late = due_now(today).filter(Q(is_exempt=False, due_on__lt=today), learner__employer__public_id=employer).count()
    if late:
        need = Need(
            about=ngettext("%(number)d person is late", "%(number)d people are late", late) % {"number": late},
            why=gettext("The day by which they had to pass a course again has passed"),
            press=_("Show who is late"),
            address=reverse("training:due"),
        )
        yield wait_in_rows(_("Training that is late"), reverse("training:due"), [need])
    said = undecided(employer)
    if said:
        need = Need(
            about=ngettext("%(number)d line", "%(number)d lines", said) % {"number": said},
            why=gettext("Your learning system reported it, but the person is not in your roster, or it was waived"),
            press=_("Check the reports"),
            address=reverse("training:machines"),
        )
        yield wait_in_rows(_("Reports from learning systems"), reverse("training:machines"), [need])
    needs = (
        Need(
            about=word(each.reason),
            why=gettext("It lasts until %(day)s: a second person has to agree") % {"day": write_day(each.until_on)},
            press=_("Read the exemption"),
            address=reverse("training:exemptions"),
        )
        for each in exemption_lines(running_exemptions(employer, today=today))
        if each.waits and each.asked_by != user.reference
    )
    yield wait_in_rows(_("Exemptions"), reverse("training:exemptions"), needs)


def _held_learner(user: User, learner: str) -> str:
    employer = employer_of(user) if user.role == Role.TRAINING_MANAGER else None
    if employer is None or not is_learner_of(learner, employer=employer):
        raise LearnerUnknown
    return gettext("A learner, by the reference %(reference)s") % {"reference": learner[:8]}


HOLDABLE = (
    Holdable(
        kind=HELD,
        label=_("Learner, with completions"),
        find=_held_learner,
        address=lambda learner: reverse("training:person", args=[learner]),
        readers=teams_of_learner,
    ),
)
ROOM = Room(
    pages=(
        RoomPage(name="training:board"),
        RoomPage(name="training:due", also=("training:person",)),
        RoomPage(name="training:roster"),
        RoomPage(name="training:completions"),
        RoomPage(name="training:classroom"),
        RoomPage(name="training:exemptions"),
        RoomPage(name="training:machines", also=("training:machine-answer",)),
        RoomPage(name="training:systems"),
        RoomPage(name="training:courses", also=("training:services",)),
        RoomPage(name="training:changes", also=("training:change", "duties-version")),
        RoomPage(name="training:turns"),
        RoomPage(name="training:shelf"),
        RoomPage(name="training:coverage"),
        RoomPage(name="training:employers", also=("training:employer-change",)),
        RoomPage(name="training:requirements"),
    ),
    waiting=waiting,
    find=find,
)
