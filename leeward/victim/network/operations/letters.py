"""Mails to members: that something waits for them, with a link for those who have no account.

A mail names nobody and says nothing of what it is about. Mailboxes are sealed to the forwarder, which alone writes: a
mail, the key of its link and the step of the turn are one transaction. Of a link the database has the public half of
its key; the token stands in the mail alone. What has not left when a turn ends is taken back.
"""

import contextlib
import secrets
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day, write_day
from leeward.foundation.outbox.errors import ContentRefused, ParcelUnknown
from leeward.foundation.outbox.operations import find_parcel, post_parcel, recall_parcel
from leeward.foundation.outbox.rules.mail import message_id
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind, Stage
from leeward.foundation.vault.errors import SealBroken, ServiceKeyMissing, ServiceUnknown
from leeward.foundation.vault.operations import (
    ServiceKeys,
    derive_key_pair,
    open_sealed,
    seal_to,
    service_grantee,
)
from leeward.foundation.vault.rules.grants import Grantee, PrivateKey, Service
from leeward.foundation.vault.service_boxes import ServiceBoxes
from leeward.victim.file.news_words import NeutralWords, neutral_words
from leeward.victim.network.errors import MailUnsent
from leeward.victim.network.models import AlertLetter, Member, MemberService, Turn, WarningPlan
from leeward.victim.network.rules.members import Way
from leeward.victim.network.rules.tactics import ANSWER_WITHIN

LINK_PURPOSE = "network/link"
TOKEN_BYTES = 32
SYSTEM = Actor.system()
UNSENT = (SealBroken, ServiceKeyMissing, ServiceUnknown, ContentRefused)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A new way in to one turn. `grantee` has the member's name among readers; `digest` is public."""

    token: str = field(repr=False)
    digest: str
    grantee: Grantee


def seal_mailbox(member: Member, mailbox: str) -> None:
    """Keep where a member is written; "" forgets it. The caller saves. Raises the vault's ServiceUnknown."""
    place = mailbox_place(member)
    member.mailbox = seal_to(service_grantee(Service.FORWARDER), mailbox, place=place) if mailbox else ""


def mailbox_place(member: Member) -> str:
    """Where a sealed mailbox belongs."""
    return f"network.member.mailbox|{member.public_id}"


def seal_plan_mailbox(plan: WarningPlan, mailbox: str) -> None:
    """Keep where the government's contact is written. The caller saves."""
    plan.mailbox = seal_to(service_grantee(Service.FORWARDER), mailbox, place=plan_place(plan))


def plan_place(plan: WarningPlan) -> str:
    """Where the sealed mailbox of the government's contact belongs."""
    return f"network.warning_plan.mailbox|{plan.public_id}"


# What a new key of the forwarder is to be given.
MAILBOXES = ServiceBoxes(service=Service.FORWARDER, rows=Member.objects.all, column="mailbox", place_of=mailbox_place)
PLAN_MAILBOX = ServiceBoxes(
    service=Service.FORWARDER, rows=WarningPlan.objects.all, column="mailbox", place_of=plan_place
)


def draw_link(member: Member) -> Link | None:
    """Draw a link for a member that comes in by links; None for all others."""
    if member.way is not Way.LINK:
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    key = key_of_link(token, member=member)
    return Link(token=token, digest=digest_of(token), grantee=key.grantee)


def digest_of(token: str) -> str:
    """Return the public name of a link. Raises the vault's SealRefused for what is too short to be one."""
    return derive_key_pair(token, purpose=LINK_PURPOSE).grantee.id


def key_of_link(token: str, *, member: Member) -> PrivateKey:
    """Return the key that a link's token is, under the name that its member has among readers."""
    key = derive_key_pair(token, purpose=LINK_PURPOSE)
    return replace(key, grantee=replace(key.grantee, id=member.team))


def write_offer(turn: Turn, *, link: Link | None, forwarder: ServiceKeys, now: datetime) -> None:
    """Tell a member that something waits for it. Raises MailUnsent where nobody could come in without the mail."""
    until = turn.due_at or now
    language = _language_of(turn)
    words = neutral_words(language) if link is None else _link_words(link, until=until, language=language)
    try:
        _post(turn, words, until=until, forwarder=forwarder, now=now)
    except UNSENT as error:
        if link is not None:
            raise MailUnsent from error


def write_reminder(turn: Turn, *, forwarder: ServiceKeys, now: datetime) -> None:
    """Tell a member that has a mailbox once that half of its time is over.

    It leads to where the member answers: its people's inbox, or the first mail, which alone has the link.
    """
    words, first = reminder_words(is_link=bool(turn.link), language=_language_of(turn)), ""
    if turn.link and turn.parcel:
        first = message_id(turn.parcel, sender=settings.LEEWARD_NEUTRAL_FROM)
    with contextlib.suppress(*UNSENT):
        _post(turn, words, until=turn.due_at or now, forwarder=forwarder, now=now, answers=first)


def mail_stage(turn: Turn) -> Stage | None:
    """Where the last mail about a turn is; None where there was none, or nobody knows any more."""
    try:
        return find_parcel(turn.parcel).state if turn.parcel else None
    except ParcelUnknown:
        return None


def take_mail_back(turn: Turn, *, by: Actor, now: datetime) -> None:
    """Let a mail that has not left stay here. Safe to repeat."""
    _recall(turn.parcel, by=by, now=now)


def end_letter_links(letters: QuerySet[AlertLetter], *, by: Actor, now: datetime) -> None:
    """End the links of mails about alerts, since their mailbox is another now, and keep back what has not left.

    Of an alert that is still written of, and that the office has not answered, the forwarder writes anew.
    """
    linked = letters.exclude(link="")
    for letter in linked.exclude(parcel=None):
        _recall(letter.parcel, by=by, now=now)
    is_open = Q(member__isnull=False) | Q(alert__answers__isnull=True)
    again = linked.filter(is_open, alert__leaves_at__gt=now - ANSWER_WITHIN).values_list("pk", flat=True)
    AlertLetter.objects.filter(pk__in=list(again)).delete()
    AlertLetter.objects.filter(pk__in=list(linked.values_list("pk", flat=True))).update(link="")


def post_mail(
    sealed: str,
    words: NeutralWords,
    *,
    place: str,
    until: datetime,
    forwarder: ServiceKeys,
    now: datetime,
    answers: str = "",
) -> uuid.UUID:
    """Post a mail to a sealed mailbox, and return its parcel. Raises what is in UNSENT.

    `answers`: the Message-ID of the mail that it stands with in the reader's mailbox.
    """
    to = open_sealed(forwarder, sealed, place=place)
    sender = settings.LEEWARD_NEUTRAL_FROM
    content = EmailContent(
        to=to, subject=words.subject, text=words.text, sender=sender, until=until, in_reply_to=answers
    )
    parcel = uuid.uuid4()
    post_parcel(parcel=parcel, kind=ParcelKind.EMAIL, content=content, due_at=now, by=SYSTEM, now=now)
    return parcel


def spoken_by(services: QuerySet[MemberService]) -> str:
    """In which of the pages' languages a member is written: the nation's own where it speaks it, else one of its."""
    spoken = {code for languages in services.values_list("languages", flat=True) for code in languages}
    shipped = [settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES)]
    return next((code for code in shipped if code in spoken), settings.LANGUAGE_CODE)


def _recall(parcel: uuid.UUID | None, *, by: Actor, now: datetime) -> None:
    if parcel is not None:
        with contextlib.suppress(ParcelUnknown):
            recall_parcel(parcel=parcel, by=by, now=now)


def _post(
    turn: Turn, words: NeutralWords, *, until: datetime, forwarder: ServiceKeys, now: datetime, answers: str = ""
) -> None:
    if not turn.member.mailbox:
        return
    place = mailbox_place(turn.member)
    box = turn.member.mailbox
    turn.parcel = post_mail(box, words, place=place, until=until, forwarder=forwarder, now=now, answers=answers)
    turn.save(update_fields=["parcel"])


def _language_of(turn: Turn) -> str:
    return spoken_by(MemberService.objects.filter(service=turn.service))


def _link_words(link: Link, *, until: datetime, language: str) -> NeutralWords:
    with override(language):
        paragraphs = (
            _("Hello,"),
            _("Something is waiting for your answer. You do not need an account: open this address."),
            f"{settings.LEEWARD_URL}/asked/{link.token}",
            _("Please answer by %(day)s. Anybody who has this address can answer for you, so keep it to yourselves.")
            % {"day": write_day(local_day(until))},
            _("You do not need to answer this mail."),
        )
        return NeutralWords(subject=_("Something is waiting for your answer"), text="\n\n".join(paragraphs) + "\n")


def reminder_words(*, is_link: bool, language: str) -> NeutralWords:
    """The mail half-way. To who comes in by a link it has none: nobody here has the first one's any more."""
    with override(language):
        where: tuple[str, ...] = (_("Open the address in the mail before."),)
        if not is_link:
            where = (_("Sign in here to answer."), f"{settings.LEEWARD_URL}{reverse('network:inbox')}")
        paragraphs = (
            _("Hello,"),
            _("Something is still waiting for you, and half of the time for it is over."),
            *where,
            _("You do not need to answer this mail."),
        )
        return NeutralWords(subject=_("Something is still waiting for you"), text="\n\n".join(paragraphs) + "\n")
