"""Links by which learners come to their courses without an account, and the mails that carry them.

Addresses are sealed to the notifier, which alone writes: a mail, its link and the mark that it was sent are one
transaction. Of a link only its digest is kept. A reminder carries a new one; there is one series for all that is due.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from leeward.foundation.accounts.rules import digest_link
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import day_in
from leeward.foundation.outbox.errors import ContentRefused
from leeward.foundation.outbox.operations import post_parcel
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind
from leeward.foundation.rows import went_to
from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.operations import ServiceKeys, open_sealed
from leeward.justice.training.errors import LearnerUnknown, LinkUnknown, ReminderRefused
from leeward.justice.training.keys import index_of
from leeward.justice.training.mails import link_mail
from leeward.justice.training.models import Due, Employer, Learner, LearnerLink
from leeward.justice.training.operations.people import mailbox_place
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.queries.people import asks_first, exempt_until, soon_for, why_not_reminded
from leeward.justice.training.rules.clock import DAY
from leeward.justice.training.rules.files import normal_mailbox
from leeward.justice.training.rules.reminders import remind_on
from leeward.justice.training.rules.terms import LINK_LASTS

TOKEN_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class LearnerWay:
    """Where a link leads. `learner` is a key of a row; `reference` names them to the trail."""

    learner: int
    reference: uuid.UUID
    ends_at: datetime
    zone: str


def find_link(token: str, *, now: datetime) -> LearnerWay:
    """Return where a link leads.

    Unknown, over, gone to another mailbox and of somebody who has left are one answer: LinkUnknown.
    """
    row = (
        LearnerLink.objects.select_related("learner__employer")
        .filter(went_to("learner__mailbox_index"), digest=digest_link(token), ends_at__gt=now)
        .first()
    )
    zone = row.learner.employer.zone if row else ""
    if row is None or (row.learner.left_on is not None and row.learner.left_on < day_in(zone, now)):
        raise LinkUnknown
    return LearnerWay(learner=row.learner_id, reference=row.learner.reference, ends_at=row.ends_at, zone=zone)


def want_link(*, mailbox: str, language: str, now: datetime) -> None:
    """Let the notifier write a link to this work address if it is somebody's; nobody is told whether it is.

    `language`: in which they ask, and are written to from then on.
    """
    typed = normal_mailbox(mailbox)
    host = typed.rpartition("@")[2]
    with transaction.atomic():
        for employer in Employer.objects.all():
            if employer.domains and host not in employer.domains:
                continue
            index = index_of(employer.public_id, "mailbox", typed)
            rows = Learner.objects.filter(employer=employer, mailbox_index=index, link_wanted_at__isnull=True)
            rows.filter(Q(left_on__isnull=True) | Q(left_on__gte=day_in(employer.zone, now))).update(
                link_wanted_at=now, language=language
            )


def ask_reminder(*, learner: uuid.UUID, employer: uuid.UUID, by: Actor, now: datetime) -> None:
    """Let the notifier remind somebody with its next round. Raises LearnerUnknown, ReminderRefused."""
    with transaction.atomic():
        # Locked, so that two who ask at once ask once.
        people = Learner.objects.select_for_update(of=("self",)).select_related("employer")
        row = people.filter(reference=learner, employer__public_id=employer, forgotten_at__isnull=True).first()
        if row is None:
            raise LearnerUnknown
        why = why_not_reminded(row, today=day_in(row.employer.zone, now))
        if why is not None:
            raise ReminderRefused(why)
        row.reminder_wanted_at = now
        row.save(update_fields=["reminder_wanted_at"])
        note(TrainingVerb.REMINDER_ASKED, "learner", learner, by=by, now=now)


def write_due(*, now: datetime, limit: int, notifier: ServiceKeys) -> int:
    """Write links that are wanted and reminders that are due; returns of how many. Safe to repeat and to kill.

    A reminder is due on its day in the zone of the learner's employer, or once their manager asks for it.
    """
    due = Q(link_wanted_at__isnull=False) | Q(reminder_wanted_at__isnull=False)
    for zone in Employer.objects.order_by("zone").values_list("zone", flat=True).distinct():
        due |= Q(employer__zone=zone, remind_on__lte=day_in(zone, now))
    rows = (
        Learner.objects.filter(due)
        .exclude(mailbox="")
        .order_by("link_wanted_at", "reminder_wanted_at", "remind_on", "pk")
    )
    found = list(rows.values_list("pk", flat=True)[:limit])
    for pk in found:
        with transaction.atomic():
            _write(pk, notifier=notifier, now=now)
    return len(found)


def _write(pk: int, *, notifier: ServiceKeys, now: datetime) -> None:
    row = Learner.objects.select_for_update(of=("self",)).select_related("employer").get(pk=pk)
    today, wanted = day_in(row.employer.zone, now), row.link_wanted_at is not None
    first = asks_first(row)
    is_reminder = row.remind_on is not None and row.remind_on <= today
    until_on = exempt_until(row, today=today)
    if is_reminder and (until_on is not None or first is None or row.left_on is not None):
        row.remind_on = until_on + DAY if until_on is not None and first is not None else None
        is_reminder = False
    # Whoever passed or was exempted since their manager asked is not reminded.
    soon_on = soon_for(row, today=today)
    if row.reminder_wanted_at is not None and soon_on is not None and soon_on <= today:
        is_reminder = True
    mail = None
    if wanted or is_reminder:
        mail = _post(row, due=first if is_reminder else None, notifier=notifier, now=now)
    if is_reminder and first is not None:
        # Whoever cannot be written to is tried again with the series, and was not reminded.
        row.remind_on = remind_on(first.due_on, last_on=today)
        if mail is not None:
            row.reminded_on, row.reminder = today, mail
    row.link_wanted_at = row.reminder_wanted_at = None
    row.save(update_fields=["remind_on", "reminded_on", "reminder", "link_wanted_at", "reminder_wanted_at"])


def _post(row: Learner, *, due: Due | None, notifier: ServiceKeys, now: datetime) -> uuid.UUID | None:
    """Draw a link and post the mail that carries it. Return the mail's name in the outbox.

    None for an address at which nobody can be reached: nothing is written then.
    """
    mail, token, ends_at = uuid.uuid4(), secrets.token_urlsafe(TOKEN_BYTES), now + LINK_LASTS
    words = link_mail(
        address=f"{settings.LEEWARD_URL}/learn/{token}",
        until=day_in(row.employer.zone, ends_at),
        due_on=due.due_on if due else None,
        language=row.language or row.employer.language or settings.LANGUAGE_CODE,
    )
    try:
        content = EmailContent(
            to=open_sealed(notifier, row.mailbox, place=mailbox_place(row)),
            subject=words.subject,
            text=words.text,
            sender=settings.LEEWARD_NEUTRAL_FROM,
            until=ends_at,
        )
        with transaction.atomic():
            LearnerLink.objects.create(
                learner=row, digest=digest_link(token), sent_to=row.mailbox_index, ends_at=ends_at
            )
            by = Actor.system()
            post_parcel(parcel=mail, kind=ParcelKind.EMAIL, content=content, due_at=now, by=by, now=now)
            note(TrainingVerb.REMINDED, "learner", row.reference, by=by, now=now, reminder=due is not None)
    except (SealBroken, ContentRefused):
        return None
    return mail


def forget_links(*, now: datetime, limit: int) -> int:
    """Forget links that are over; returns how many. Safe to repeat."""
    over = list(LearnerLink.objects.filter(ends_at__lte=now).values_list("pk", flat=True)[:limit])
    deleted, _ = LearnerLink.objects.filter(pk__in=over).delete()
    return deleted
