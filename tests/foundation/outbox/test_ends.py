"""A mail that has an end of its own leaves before it or not at all, and one that has a sender of its own says so."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from leeward.foundation.outbox.errors import AddressRefused
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations import send_due, sending
from leeward.foundation.outbox.queries import find_parcel
from leeward.foundation.outbox.rules.parcels import ParcelKind, Stage, Trouble, pack_content, unpack_content
from leeward.foundation.vault.rules.grants import PrivateKey
from tests.foundation.outbox.conftest import NOW, SENDER, MailHandler, a_mail, post

pytestmark = pytest.mark.usefixtures("transactional_db")
END = NOW + timedelta(hours=1)


def test_before_its_end_it_leaves(mail: MailHandler, courier: PrivateKey) -> None:
    parcel = post(a_mail(until=END))
    send_due(now=END - timedelta(minutes=1), limit=5, courier=courier)
    assert find_parcel(parcel).state is Stage.SENT
    assert len(mail.taken) == 1


def test_from_its_end_on_it_does_not(mail: MailHandler, courier: PrivateKey) -> None:
    parcel, other = post(a_mail(until=END)), post(a_mail())
    send_due(now=END, limit=5, courier=courier)
    state = find_parcel(parcel)
    assert (state.state, state.trouble, state.handed_over_at) == (Stage.FAILED, Trouble.TOO_LATE, None)
    assert mail.ids() == [str(other)]  # it holds up nobody else


def test_a_try_for_now_is_not_repeated_after_the_end(mail: MailHandler, courier: PrivateKey) -> None:
    mail.at_rcpt = "451 later"
    parcel = post(a_mail(until=END))
    send_due(now=NOW, limit=5, courier=courier)
    mail.at_rcpt = ""
    send_due(now=NOW + timedelta(hours=2), limit=5, courier=courier)
    assert find_parcel(parcel).trouble is Trouble.TOO_LATE
    assert mail.taken == []


def test_its_end_is_looked_at_just_before_it_is_handed_over(
    mail: MailHandler, courier: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[object] = []
    monkeypatch.setattr(sending, "_hand_over", lambda _claim, *, now: handed.append(now))
    readings = iter([0.0] * 4)  # until the mail is written
    monkeypatch.setattr(sending, "time", SimpleNamespace(monotonic=lambda: next(readings, 2 * 3600.0)))
    parcel = post(a_mail(until=END))
    send_due(now=NOW, limit=1, courier=courier)
    assert handed == []
    assert mail.taken == []
    assert find_parcel(parcel).trouble is Trouble.TOO_LATE


def test_a_sender_of_its_own_is_the_only_one_that_is_seen(mail: MailHandler, courier: PrivateKey) -> None:
    post(a_mail(sender="info@post.example"))
    send_due(now=NOW, limit=1, courier=courier)
    ((_to, sent),) = mail.taken
    assert sent["From"] == "info@post.example"
    assert SENDER.rpartition("@")[2] not in sent.as_string()
    with pytest.raises(AddressRefused):
        a_mail(sender="nobody")


def test_both_survive_being_packed_and_a_parcel_of_before_has_neither() -> None:
    content = a_mail(sender="info@post.example", until=END)
    assert unpack_content(pack_content(content), kind=ParcelKind.EMAIL) == content
    plain = pack_content(a_mail()).replace(',"sender":"","until":""', "")
    assert "until" not in plain
    assert unpack_content(plain, kind=ParcelKind.EMAIL) == a_mail()


def test_the_table_knows_the_trouble(courier: PrivateKey) -> None:
    post(a_mail())
    assert Parcel.objects.update(trouble=Trouble.TOO_LATE) == 1
