"""Certificates: a signed record of a full pass that its owner asked for, which a stranger can check."""

import secrets
import uuid
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import day_in, nation_zone
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.lessons.catalogue import find_lesson
from leeward.foundation.lessons.errors import LessonUnknown
from leeward.foundation.signing.operations.asking import ask_for_signature
from leeward.foundation.signing.rules.terms import OPEN_BADGE
from leeward.foundation.web.words import told
from leeward.justice.training.errors import AlreadyCertified, NoPass, TrainingMistake
from leeward.justice.training.keys import index_of
from leeward.justice.training.models import Certificate, Completion, Learner
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.rules.badges import BadgeSubject, Bearer, hash_address
from leeward.justice.training.rules.clock import YEAR_MONTHS, add_months
from leeward.justice.training.rules.files import normal_mailbox
from leeward.justice.training.rules.terms import counts_as_pass

SALT_BYTES = 16


def certify(*, learner: int, completion: uuid.UUID, mailbox: str, by: Actor, now: datetime) -> str:
    """Ask for a certificate of a full pass, for twelve months from its day, and return its number.

    `mailbox`: the work address that goes into it, hashed; "" for none. Raises NoPass, AlreadyCertified, FieldRefused
    for an address that is not the learner's.
    """
    with transaction.atomic():
        person = Learner.objects.select_for_update().select_related("employer").get(pk=learner)
        row = (
            Completion.objects.select_related("course")
            .filter(reference=completion, learner=person, is_delta=False, voids__isnull=True, voided_by__isnull=True)
            .first()
        )
        if row is None or not counts_as_pass(row.result, row.course.kind):
            raise NoPass
        until = add_months(row.on, YEAR_MONTHS)
        if until <= day_in(person.employer.zone, now):
            raise NoPass
        if Certificate.objects.filter(completion=row).exists():
            raise AlreadyCertified
        number = ask_for_signature(
            kind=OPEN_BADGE,
            about=f"urn:uuid:{uuid.uuid4()}",
            title=told(row.course.title),
            subject=_claims(row, _bearer(person, mailbox)),
            valid_from=datetime.combine(row.on, time.min, nation_zone()),
            valid_until=datetime.combine(until + timedelta(days=1), time.min, nation_zone()),
            by=by,
            now=now,
        )
        Certificate.objects.create(completion=row, number=number)
        note(TrainingVerb.CERTIFIED, "learner", person.reference, by=by, now=now, course=row.course.code)
    return number


def _claims(row: Completion, bearer: Bearer | None) -> BadgeSubject:
    title = told(row.course.title)
    return BadgeSubject(
        achievement=f"{settings.LEEWARD_URL}{reverse('training:public')}#{row.course.code}-{row.version}",
        name=title,
        description=_summary(row.course.code) or title,
        version=row.version,
        passed_on=row.on,
        bearer=bearer,
    )


def _summary(code: str) -> str:
    try:
        return told(find_lesson(code).summary)
    except LessonUnknown:
        return ""


def _bearer(person: Learner, mailbox: str) -> Bearer | None:
    if not mailbox:
        return None
    typed = normal_mailbox(mailbox)
    if index_of(person.employer.public_id, "mailbox", typed) != person.mailbox_index:
        raise FieldRefused("mailbox", TrainingMistake.NOT_YOURS)
    salt = secrets.token_hex(SALT_BYTES)
    return Bearer(identity_hash=hash_address(typed, salt), salt=salt)
