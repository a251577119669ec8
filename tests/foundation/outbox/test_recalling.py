"""A parcel taken back does not leave: not before its time, not from a courier's hands, not at a later try."""

import uuid
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.outbox.errors import ContentForgotten, ParcelNotFailed, ParcelUnknown
from leeward.foundation.outbox.operations import (
    find_parcel,
    recall_parcel,
    recover_parcels,
    retry_parcel,
    send_due,
    sending,
    settle_parcel,
)
from leeward.foundation.outbox.rules.parcels import Settlement, Stage
from leeward.foundation.outbox.rules.retries import LEASE
from leeward.foundation.vault.operations import ServiceKeys
from tests.foundation.outbox.conftest import NOW, SYSTEM, MailHandler, Receiver, a_hook, a_mail, post

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

LATER = NOW + LEASE * 200


def recall(parcel: uuid.UUID) -> bool:
    return recall_parcel(parcel=parcel, by=SYSTEM, now=NOW)


def under_way(parcel: uuid.UUID, *, handed_over: bool) -> None:
    rows = apps.get_model("outbox", "Parcel").objects.filter(public_id=parcel)
    rows.update(state=Stage.SENDING, claimed_at=NOW, handed_over_at=NOW if handed_over else None, next_try_at=None)


def test_what_waits_is_wiped_and_never_leaves(courier: ServiceKeys, mail: MailHandler) -> None:
    gone, stays = post(a_mail()), post(a_mail())
    assert recall(gone)
    assert recall(gone)  # safe to repeat
    assert AuditEvent.objects.filter(verb="outbox.recalled").count() == 1
    assert send_due(now=LATER, limit=10, courier=courier) == 1
    assert mail.ids() == [str(stays)]
    state = find_parcel(gone)
    assert (state.state, state.has_content, state.sent_at) == (Stage.RECALLED, False, None)
    with pytest.raises(ParcelNotFailed):
        retry_parcel(parcel=gone, by=SYSTEM, now=NOW)
    assert not recall(stays)  # too late
    assert find_parcel(stays).state is Stage.SENT
    with pytest.raises(ParcelUnknown):
        recall(uuid.uuid4())


def test_a_courier_that_has_claimed_it_finds_its_claim_lost(courier: ServiceKeys, mail: MailHandler) -> None:
    parcel = post(a_mail())
    unpack = sending.unpack_content

    def recalled_meanwhile(*arguments: Any, **named: Any) -> Any:
        assert find_parcel(parcel).state is Stage.SENDING
        assert recall(parcel)
        return unpack(*arguments, **named)

    with patch.object(sending, "unpack_content", recalled_meanwhile):
        send_due(now=NOW, limit=10, courier=courier)
    assert mail.taken == []
    assert send_due(now=LATER, limit=10, courier=courier) == 0
    assert find_parcel(parcel).state is Stage.RECALLED


@pytest.mark.parametrize("answer", ["451 later", "554 no"])
def test_what_is_just_being_handed_over_is_not_tried_again(
    courier: ServiceKeys, mail: MailHandler, answer: str
) -> None:
    parcel, mail.at_data = post(a_mail()), answer
    hand_over = sending._hand_over

    def recalled_after(*arguments: Any, **named: Any) -> None:
        hand_over(*arguments, **named)
        assert not recall(parcel)  # it may arrive

    with patch.object(sending, "_hand_over", recalled_after):
        send_due(now=NOW, limit=10, courier=courier)
    state = find_parcel(parcel)
    assert (state.state, state.has_content) == (Stage.RECALLED, False)
    mail.at_data = ""
    assert send_due(now=LATER, limit=10, courier=courier) == 0


def test_a_webhook_that_nobody_knows_of_is_not_repeated(courier: ServiceKeys, receiver: Receiver) -> None:
    parcel = post(a_hook(receiver.url))
    under_way(parcel, handed_over=True)
    assert not recall(parcel)
    assert recover_parcels(now=NOW + LEASE, limit=10) == 1
    assert find_parcel(parcel).state is Stage.RECALLED
    assert send_due(now=LATER, limit=10, courier=courier) == 0
    assert receiver.came == []


def test_of_an_unsure_mail_the_words_are_wiped_but_it_is_not_said_to_have_stayed(courier: ServiceKeys) -> None:
    parcels = [post(a_mail()) for _ in range(2)]
    for parcel in parcels:
        under_way(parcel, handed_over=True)
    assert not recall(parcels[0])  # before it was known to be unsure
    recover_parcels(now=NOW + LEASE, limit=10)
    assert not recall(parcels[1])  # and after
    for parcel in parcels:
        state = find_parcel(parcel)
        assert (state.state, state.has_content) == (Stage.UNSURE, False)
        with pytest.raises(ContentForgotten):
            settle_parcel(parcel=parcel, settlement=Settlement.SEND_AGAIN, by=SYSTEM, now=NOW)
    settle_parcel(parcel=parcels[0], settlement=Settlement.ARRIVED, by=SYSTEM, now=NOW)
    assert find_parcel(parcels[0]).state is Stage.SENT


def test_a_failed_one_cannot_be_tried_again_once_it_was_taken_back(courier: ServiceKeys, mail: MailHandler) -> None:
    parcel, mail.at_rcpt = post(a_mail()), "550 nobody"
    send_due(now=NOW, limit=10, courier=courier)
    assert find_parcel(parcel).has_content
    assert recall(parcel)
    assert not find_parcel(parcel).has_content
    with pytest.raises(ParcelNotFailed):
        retry_parcel(parcel=parcel, by=SYSTEM, now=NOW)
