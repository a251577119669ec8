"""Writes of an alert that is out: to members that want mail, and to the government's contact by a link of its own.

A mail says nothing of what the alert is about. Each mail and the row that says it was written are one transaction, so a
kill leaves neither or both, and nobody is written twice.
"""

import contextlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, ActorKind, Subject
from leeward.foundation.days import local_day, write_day
from leeward.foundation.vault.errors import SealRefused
from leeward.foundation.vault.operations import ServiceKeys
from leeward.victim.file.news_words import NeutralWords, neutral_words
from leeward.victim.network.errors import ReferralUnknown
from leeward.victim.network.models import Alert, AlertLetter, Member, MemberService, WarningPlan
from leeward.victim.network.operations.letters import (
    TOKEN_BYTES,
    UNSENT,
    digest_of,
    mailbox_place,
    plan_place,
    post_mail,
    spoken_by,
)
from leeward.victim.network.operations.verbs import NetworkVerb
from leeward.victim.network.rules.members import MemberState, Way
from leeward.victim.network.rules.tactics import ANSWER_WITHIN, FRESH_DAYS

SYSTEM = Actor.system()
# How long a link opens its alert.
OPENS_FOR = timedelta(days=FRESH_DAYS)


@dataclass(frozen=True, kw_only=True)
class WarnedWay:
    """Where the link of a mail about an alert leads. `is_contact`: whether it is the government's, which may answer."""

    letter: int
    alert: uuid.UUID
    digest: str
    is_contact: bool
    due_at: datetime | None

    @property
    def by(self) -> Actor:
        """Who comes by it, as the audit trail knows them."""
        return Actor(kind=ActorKind.MEMBER, id=self.digest)


def write_of_alerts(*, now: datetime, limit: int, forwarder: ServiceKeys) -> int:
    """Write of alerts that are out to whoever was not written yet; returns how many mails. Safe to repeat.

    Who is named or wants mail only now is written of alerts whose time to answer still runs.
    """
    done = 0
    for alert in Alert.objects.filter(leaves_at__lte=now, leaves_at__gt=now - ANSWER_WITHIN).order_by("leaves_at"):
        for member in _unwritten(alert, now=now)[: limit - done]:
            done += _write(alert, member, forwarder=forwarder, now=now)
    return done


def find_warned(token: str, *, now: datetime) -> WarnedWay:
    """Return where a link leads.

    Raises ReferralUnknown alike for unknown, mistyped and too old, and for a member whose protocol is over.
    """
    try:
        digest = digest_of(token)
    except SealRefused as error:  # too short to be one of ours
        raise ReferralUnknown from error
    is_in_force = Q(member=None) | Q(member__state=MemberState.MEMBER, member__until__gte=local_day(now))
    rows = AlertLetter.objects.select_related("alert").filter(is_in_force, link=digest, at__gt=now - OPENS_FOR)
    row = rows.first()
    if row is None:
        raise ReferralUnknown
    return WarnedWay(
        letter=row.pk,
        alert=row.alert.public_id,
        digest=digest,
        is_contact=row.member_id is None,
        due_at=row.due_at,
    )


def _unwritten(alert: Alert, *, now: datetime) -> list[Member | None]:
    """To whom nothing was written of it yet; None is the government's contact, who comes first."""
    written = set(alert.letters.values_list("member", flat=True))
    members = Member.objects.filter(state=MemberState.MEMBER, until__gte=local_day(now)).exclude(mailbox="")
    found: list[Member | None] = [each for each in members.order_by("id") if each.pk not in written]
    is_asked = None in written or not WarningPlan.objects.exclude(mailbox="").exists()
    return found if is_asked else [None, *found]


@transaction.atomic
def _write(alert: Alert, member: Member | None, *, forwarder: ServiceKeys, now: datetime) -> bool:
    row = Alert.objects.select_for_update().get(pk=alert.pk)
    if row.letters.filter(member=member).exists():  # another forwarder was quicker
        return False
    until = now + ANSWER_WITHIN
    token = secrets.token_urlsafe(TOKEN_BYTES) if member is None or member.way is Way.LINK else ""
    letter = AlertLetter(alert=row, member=member, at=now, link=digest_of(token) if token else "")
    if member is None:
        plan = WarningPlan.objects.exclude(mailbox="").get()
        letter.due_at = until
        sealed, place, words = plan.mailbox, plan_place(plan), _asking_words(token, until=until, language=plan.language)
    else:
        language = spoken_by(MemberService.objects.filter(member=member))
        words = _link_words(token, language=language) if token else neutral_words(language)
        sealed, place = member.mailbox, mailbox_place(member)
    with contextlib.suppress(*UNSENT):
        letter.parcel = post_mail(sealed, words, place=place, until=until, forwarder=forwarder, now=now)
    letter.save(force_insert=True)
    subject = Subject(kind="alert", reference=str(row.public_id))
    facts = {"to": "contact" if member is None else "member", "was_written": letter.parcel is not None}
    record(verb=NetworkVerb.ALERT_WRITTEN, by=SYSTEM, subject=subject, now=now, facts=facts)
    return True


def _asking_words(token: str, *, until: datetime, language: str) -> NeutralWords:
    with override(language or settings.LANGUAGE_CODE):
        paragraphs = (
            _("Hello,"),
            _("The support network has a warning for you. You do not need an account: open this address."),
            f"{settings.LEEWARD_URL}/warned/{token}",
            _("Please say by %(day)s whether you know of it, act on it, or why it is not yours.")
            % {"day": write_day(local_day(until))},
            _("Anybody who has this address can answer for you, so keep it to yourselves."),
        )
        return NeutralWords(subject=_("A warning waits for your answer"), text="\n\n".join(paragraphs) + "\n")


def _link_words(token: str, *, language: str) -> NeutralWords:
    with override(language):
        paragraphs = (
            _("Hello,"),
            _("There is something new for you. You do not need an account: open this address."),
            f"{settings.LEEWARD_URL}/warned/{token}",
            _("You do not need to answer this mail."),
        )
        return NeutralWords(subject=_("Something new for you"), text="\n\n".join(paragraphs) + "\n")
