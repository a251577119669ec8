"""What every page of a training manager shares: who may open it, whose people it shows, and how it says no."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of
from leeward.foundation.days import write_day
from leeward.foundation.outbox.rules.parcels import Stage
from leeward.foundation.vault.operations import OpenFile
from leeward.foundation.work.views import staff_pages
from leeward.foundation.work.way import STAY
from leeward.justice.training.errors import EmployerUnknown
from leeward.justice.training.operations.people import open_employer
from leeward.justice.training.queries.people import EmployerLine, Reminder, read_employer

BOARD = _("Who is trained")
NOTED, SALT, SAID_FOR_SECONDS = "noted", "training.classroom", 600
REMINDED, REMINDED_SALT = "reminded", "training.reminded"
manager_page = staff_pages(Role.TRAINING_MANAGER, back=lambda _named: (BOARD, reverse("training:board")))


def employer_of(user: User) -> uuid.UUID:
    """The public id of the employer at which somebody works."""
    return uuid.UUID(user.affiliation)


def own_employer(request: HttpRequest) -> EmployerLine:
    """The employer of whoever asks. Raises EmployerUnknown."""
    found = read_employer(employer_of(staff_of(request)))
    if found is None:
        raise EmployerUnknown
    return found


def open_own(request: UnlockedRequest, reason: str) -> OpenFile:
    """Who the people of the asker's employer are; the trail says why it was opened."""
    return open_employer(
        employer_of(staff_of(request)),
        keyring=request.keyring,
        by=actor_of(request),
        now=timezone.now(),
        reason=reason,
    )


def page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """One page of a training manager."""
    return render(request, f"training/manager/{template}.jinja", context)


def board_after(new: int, known: int) -> str:
    """The address of the board, which says for how many people a classroom day was noted, and for how many before."""
    return f"{reverse('training:board')}?{urlencode({NOTED: signing.dumps([new, known], salt=SALT)})}"


def due_after(asked: int, refused: int) -> str:
    """The address of who is due, which says how many are reminded now, and how many are not."""
    said = signing.dumps([asked, refused], salt=REMINDED_SALT)
    return f"{reverse('training:due')}?{urlencode({REMINDED: said, STAY: 1})}"


def last_reminder_words(reminder: Reminder | None) -> str:
    """The last reminder to somebody, and where the outbox has it. Nothing is said to have arrived."""
    if reminder is None:
        return gettext("No reminder has gone to this person yet.")
    day = {"day": write_day(reminder.on)}
    match reminder.stage:
        case Stage.WAITING | Stage.SENDING:
            return gettext("The reminder of %(day)s is waiting to be sent.") % day
        case Stage.SENT:
            return gettext("Last reminder: %(day)s. Their mail server took it.") % day
        case Stage.UNSURE:
            return gettext("Last reminder: %(day)s. It may have arrived.") % day
        case Stage.FAILED | Stage.RECALLED:
            said = gettext("The reminder of %(day)s could not be delivered. Check the work address in the roster.")
            return said % day
        case None:
            return gettext("Last reminder: %(day)s. Nobody knows any more whether it was sent.") % day


def said_of_reminders(request: HttpRequest) -> tuple[str, str]:
    """What the list says of the reminders that were just asked for, and as what; signed, as on the board."""
    try:
        asked, refused = signing.loads(request.GET.get(REMINDED, ""), salt=REMINDED_SALT, max_age=SAID_FOR_SECONDS)
    except signing.BadSignature:
        return "", ""
    said = []
    if asked:
        text = ngettext(
            "%(number)d person will be reminded by mail.", "%(number)d people will be reminded by mail.", asked
        )
        said.append(text % {"number": asked})
    if refused:
        text = ngettext(
            "%(number)d person will not be reminded now. Their page says why.",
            "%(number)d people will not be reminded now. The page of each says why.",
            refused,
        )
        said.append(text % {"number": refused})
    if not said:
        return str(_("Tick whom to remind first.")), "information"
    return " ".join(said), "success" if asked else "information"


def said_of_day(request: HttpRequest) -> tuple[str, str]:
    """What the board says of the day that was just noted, and as what; signed, so that no link makes it say another."""
    try:
        new, known = signing.loads(request.GET.get(NOTED, ""), salt=SALT, max_age=SAID_FOR_SECONDS)
    except signing.BadSignature:
        return "", ""
    said = []
    if new:
        text = ngettext("The day is noted for %(number)d person.", "The day is noted for %(number)d people.", new)
        said.append(text % {"number": new})
    if known:
        text = ngettext(
            "For %(number)d person the same day stood already; nothing was added.",
            "For %(number)d people the same day stood already; nothing was added.",
            known,
        )
        said.append(text % {"number": known})
    return " ".join(said), "success" if new else "information"
