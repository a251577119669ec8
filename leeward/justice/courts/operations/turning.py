"""Varies, stays and revokes an order once for everybody: unsent notices stay, and each addressee is told."""

import contextlib
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from leeward.foundation.accounts.queries import has_signed_in
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing import values
from leeward.foundation.outbox.operations import post_parcel
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind
from leeward.foundation.signing.errors import AlreadyRevoked as RecordRevoked
from leeward.foundation.signing.operations.asking import revoke_record
from leeward.foundation.signing.rules.terms import WORDS_LENGTH, Reason
from leeward.foundation.vault.errors import TeamUnknown
from leeward.foundation.vault.operations import team_grantee
from leeward.foundation.web.words import word
from leeward.industry.platforms.queries import channels_in_use, find_partner_by_id
from leeward.industry.platforms.rules import Channel, ChannelKind, Partner, Rung, team_name
from leeward.justice.courts.errors import AlreadyRevoked, StepImpossible
from leeward.justice.courts.models import Order, Target
from leeward.justice.courts.operations.events import add_event, locked_order
from leeward.justice.courts.operations.hashes import end_hashes, move_hashes
from leeward.justice.courts.operations.verbs import CourtVerb, note
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.targets import OVER
from leeward.justice.courts.rules.terms import Happening, OrderState
from leeward.victim.removals.operations.mandates import end_mandate
from leeward.victim.removals.rules.reports import ORDER_PAGE

STANDING = frozenset({OrderState.STANDS, OrderState.STAYED})


@transaction.atomic
def revoke_order(*, number: str, words: str, by: Actor, now: datetime) -> None:
    """Revoke an order: no notice of it leaves any more, the mandate ends, the status bit is set, everybody is told.

    `words`: why, in one sentence that anybody may read; of one that was never confirmed nobody reads it. Raises
    AlreadyRevoked, StepImpossible for one that is over.
    """
    row = locked_order(number)
    why = values.line("words", words, most=WORDS_LENGTH) if row.record else ""
    if row.state is OrderState.REVOKED:
        raise AlreadyRevoked
    if row.state not in {*STANDING, OrderState.UNCONFIRMED}:
        raise StepImpossible
    _end(row, kind=Happening.REVOKED, state=OrderState.REVOKED, reason=Reason.ENDED, words=why, by=by, now=now)
    note(CourtVerb.REVOKED, number, by=by, now=now)


def end_by_variation(row: Order, *, successor: Order, by: Actor, now: datetime) -> None:
    """End a locked order because another has taken its place, in the caller's transaction. Raises StepImpossible."""
    if row.state not in STANDING:
        raise StepImpossible
    words = f"Order {write_number(successor.number)} has taken its place."
    move_hashes(row, to=successor, by=by, now=now)
    _end(row, kind=Happening.VARIED, state=OrderState.VARIED, reason=Reason.REPLACED, words=words, by=by, now=now)
    note(CourtVerb.VARIED, row.number, by=by, now=now, successor=successor.number)


@transaction.atomic
def stay_order(*, number: str, by: Actor, now: datetime) -> None:
    """Stay an order for all its targets: their clocks stand still from now on. Raises StepImpossible."""
    _turn(number, before=OrderState.STANDS, after=OrderState.STAYED, kind=Happening.STAYED, by=by, now=now)
    note(CourtVerb.STAYED, number, by=by, now=now)


@transaction.atomic
def resume_order(*, number: str, by: Actor, now: datetime) -> None:
    """End a stay for all targets: their clocks go on where they stood. Raises StepImpossible."""
    _turn(number, before=OrderState.STAYED, after=OrderState.STANDS, kind=Happening.RESUMED, by=by, now=now)
    note(CourtVerb.RESUMED, number, by=by, now=now)


def _turn(number: str, *, before: OrderState, after: OrderState, kind: Happening, by: Actor, now: datetime) -> None:
    row = locked_order(number)
    if row.state is not before:
        raise StepImpossible
    row.state = after
    row.save(update_fields=["state"])
    _tell_all(row, kind=kind, by=by, now=now)


def _end(
    row: Order, *, kind: Happening, state: OrderState, reason: Reason, words: str, by: Actor, now: datetime
) -> None:
    row.state = state
    row.save(update_fields=["state"])
    end_mandate(order_number=row.number, by=by, now=now)
    end_hashes(row, by=by, now=now)
    if row.record:
        with contextlib.suppress(RecordRevoked):  # by hand, on the page of signed records
            revoke_record(number=row.record, reason=reason, words=words, by=by, now=now)
    _tell_all(row, kind=kind, by=by, now=now)


def _tell_all(row: Order, *, kind: Happening, by: Actor, now: datetime) -> None:
    """Write the event of each target that is not over, and a line to each company to which the order was served."""
    for target in row.targets.select_for_update(of=("self",)).exclude(state__in=OVER).order_by("ordinal"):
        target.order = row
        event = add_event(target, kind=kind, at=now, by=by, now=now)
        if target.served_at is not None and target.platform_id:
            Target.objects.filter(pk=target.pk).update(told_at=None)
            write_to_company(target, about=row.state, parcel=event.reference, by=by, now=now)


def mail_channel(partner: Partner) -> Channel | None:
    """Return the channel by which a company is mailed about orders, if it has one."""
    ways = channels_in_use(partner, rung=Rung.PLATFORM)
    return next((each for each in ways if each.kind in (ChannelKind.EMAIL, ChannelKind.XARF)), None)


def write_to_company(
    target: Target, *, about: OrderState, parcel: object, by: Actor, now: datetime, link: str = ""
) -> bool:
    """Post one mail that an order stands so, and where to read it; False where the company has no mailbox here.

    It says nothing of what the order is about. Whoever has a door here sees it there, others by a `link` of their own.
    """
    partner = find_partner_by_id(target.platform_id or 0)
    channel = mail_channel(partner)
    if channel is None:
        return False
    number = write_number(target.order.number)
    address = settings.LEEWARD_URL + ORDER_PAGE.format(number=number)
    with override(channel.language or target.order.language):
        subject = _("Court order %(number)s: %(state)s") % {"number": number, "state": word(about)}
        text = _(
            "This is about court order %(number)s, which is addressed to you. How it stands now: %(state)s.\n\n"
            "Check it, without an account: %(address)s"
        ) % {"number": number, "state": word(about), "address": address}
        door = link or (f"{settings.LEEWARD_URL}/platform/orders" if has_people(partner) else "")
        if door:
            text += "\n" + _("Read it in full and answer: %(door)s") % {"door": door}
    desk = settings.LEEWARD_DESK
    content = EmailContent(to=channel.address, subject=subject, text=text, reply_to=desk.email if desk else "")
    post_parcel(parcel=parcel, kind=ParcelKind.EMAIL, content=content, due_at=now, by=by, now=now)  # type: ignore[arg-type]  # a UUID
    return True


def has_people(partner: Partner) -> bool:
    """Whether somebody of a company has signed in here; others read by the link in their first mail."""
    return has_signed_in(affiliation=str(partner.public_id))


def has_door(partner: Partner) -> bool:
    """Whether a company can read its orders at a door here, by an account or by a key."""
    try:
        team_grantee(team_name(partner.public_id))
    except TeamUnknown:
        return False
    return True
