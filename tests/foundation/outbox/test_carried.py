"""What other hands have carried is noted as carried, and no courier carries it again."""

from datetime import timedelta

import pytest

from leeward.foundation.outbox.operations import find_parcel, note_carried, send_due
from leeward.foundation.outbox.rules.parcels import Stage, Trouble, TryResult, Verdict
from leeward.foundation.vault.operations import ServiceKeys
from tests.foundation.outbox.conftest import NOW, MailHandler, a_mail, post

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

MINUTE = timedelta(minutes=1)


def test_it_is_noted_of_what_was_posted_at_that_moment_alone(courier: ServiceKeys, mail: MailHandler) -> None:
    carried, other = post(a_mail(), at=NOW - MINUTE), post(a_mail())
    outcome = TryResult(verdict=Verdict.DELIVERED)
    assert note_carried(posted_at=NOW - MINUTE, outcome=outcome, now=NOW) == 1
    assert (find_parcel(carried).state, find_parcel(carried).sent_at) == (Stage.SENT, NOW)
    assert note_carried(posted_at=NOW - MINUTE, outcome=outcome, now=NOW) == 0
    assert send_due(now=NOW, limit=10, courier=courier) == 1
    assert find_parcel(other).state is Stage.SENT


@pytest.mark.usefixtures("courier")
def test_what_came_back_has_failed_with_the_reason() -> None:
    parcel = post(a_mail())
    outcome = TryResult(verdict=Verdict.REFUSED, trouble=Trouble.RECIPIENT_REFUSED, reply_code=550)
    assert note_carried(posted_at=NOW, outcome=outcome, now=NOW) == 1
    found = find_parcel(parcel)
    assert (found.state, found.trouble, found.reply_code) == (Stage.FAILED, Trouble.RECIPIENT_REFUSED, 550)
