"""Mail through a real server: delivered once, refused for now or for good, broken off at every step."""

import contextlib
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError

from leeward.foundation.outbox import smtp as smtp_module
from leeward.foundation.outbox.operations import find_parcel, post_parcel, retry_parcel, send_due, settle_parcel
from leeward.foundation.outbox.operations import sending as sending_module
from leeward.foundation.outbox.rules.parcels import Attachment, EmailContent, ParcelKind, Settlement, Stage, Trouble
from leeward.foundation.outbox.rules.retries import LEASE, PAUSES
from leeward.foundation.outbox.rules.servers import MailServer, Security
from leeward.foundation.vault.operations import ServiceKeys
from tests.foundation.outbox.conftest import NOW, SENDER, SYSTEM, MailHandler, a_mail, post


def row(parcel: uuid.UUID) -> Any:
    return apps.get_model("outbox", "Parcel").objects.get(public_id=parcel)


def test_a_mail_is_delivered_once_and_wiped(mail: MailHandler, courier: ServiceKeys) -> None:
    content = a_mail(text=".\nGrüße\n", attachments=(Attachment(name="a.pdf", type="application/pdf", data=b"%PDF"),))
    parcel = post(content)
    assert find_parcel(parcel).state is Stage.WAITING
    assert send_due(now=NOW, limit=10, courier=courier) == 1
    assert send_due(now=NOW, limit=10, courier=courier) == 0
    ((to, came),) = mail.taken
    assert to == "abuse@platform.example"
    assert came["From"] == SENDER
    assert came["Message-ID"] == f"<{parcel}@leeward.example>"
    assert came.get_body().get_content() == ".\r\nGrüße\r\n"  # type: ignore[union-attr]
    state = find_parcel(parcel)
    assert (state.state, state.attempts, state.trouble, state.has_content) == (Stage.SENT, 1, Trouble.NONE, False)
    assert state.sent_at is not None
    assert row(parcel).sealed == ""


def test_nothing_is_sent_before_its_time_and_a_batch_is_bounded(mail: MailHandler, courier: ServiceKeys) -> None:
    post(a_mail(), at=NOW + timedelta(minutes=1))
    assert send_due(now=NOW, limit=10, courier=courier) == 0
    first = [post(a_mail(), at=NOW - timedelta(minutes=number)) for number in (1, 3, 2)]
    assert send_due(now=NOW, limit=2, courier=courier) == 2
    assert mail.ids() == [str(first[1]), str(first[2])]  # the longest wait first


def test_posting_the_same_parcel_again_changes_nothing(mail: MailHandler, courier: ServiceKeys) -> None:
    parcel = post(a_mail())
    assert post(a_mail(to="other@platform.example"), parcel=parcel) == parcel
    send_due(now=NOW, limit=10, courier=courier)
    post(a_mail(), parcel=parcel)
    send_due(now=NOW + timedelta(days=1), limit=10, courier=courier)
    assert [to for to, _ in mail.taken] == ["abuse@platform.example"]
    with pytest.raises(ValueError, match="not of the parcel's kind"):
        post_parcel(parcel=parcel, kind=ParcelKind.WEBHOOK, content=a_mail(), due_at=NOW, by=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("step", "reply", "trouble"),
    [
        ("at_mail", "550 no", Trouble.SENDER_REFUSED),
        ("at_rcpt", "550 5.1.1 nobody here", Trouble.RECIPIENT_REFUSED),
        ("at_rcpt", "553 no", Trouble.RECIPIENT_REFUSED),
        ("at_data", "554 5.7.1 spam", Trouble.MESSAGE_REFUSED),
    ],
)
def test_a_final_refusal_fails_at_once(
    step: str, reply: str, trouble: Trouble, mail: MailHandler, courier: ServiceKeys
) -> None:
    setattr(mail, step, reply)
    parcel = post(a_mail())
    send_due(now=NOW, limit=10, courier=courier)
    state = find_parcel(parcel)
    assert (state.state, state.trouble, state.reply_code) == (Stage.FAILED, trouble, int(reply[:3]))
    assert state.next_try_at is None
    assert state.has_content
    setattr(mail, step, "")
    retry_parcel(parcel=parcel, by=SYSTEM, now=NOW)
    send_due(now=NOW, limit=10, courier=courier)
    assert mail.ids() == [str(parcel)]


@pytest.mark.parametrize(
    ("step", "reply", "trouble"),
    [
        ("at_mail", "451 later", Trouble.SENDER_REFUSED),
        ("at_rcpt", "450 4.2.1 greylisted", Trouble.RECIPIENT_REFUSED),
        ("at_rcpt", "452 full", Trouble.RECIPIENT_REFUSED),
        ("at_data", "451 4.3.0 busy", Trouble.MESSAGE_REFUSED),
    ],
)
def test_a_refusal_for_now_is_tried_again_with_growing_pauses_until_it_fails(
    step: str, reply: str, trouble: Trouble, mail: MailHandler, courier: ServiceKeys
) -> None:
    setattr(mail, step, reply)
    parcel = post(a_mail())
    at = NOW
    for number, pause in enumerate(PAUSES, start=1):
        assert send_due(now=at, limit=10, courier=courier) == 1
        state = find_parcel(parcel)
        assert (state.state, state.attempts, state.trouble) == (Stage.WAITING, number, trouble)
        assert state.next_try_at is not None
        assert send_due(now=state.next_try_at - timedelta(seconds=30), limit=10, courier=courier) == 0
        assert state.next_try_at - at >= pause
        at = state.next_try_at
    send_due(now=at, limit=10, courier=courier)
    state = find_parcel(parcel)
    assert (state.state, state.attempts, state.trouble) == (Stage.FAILED, 5, trouble)
    assert send_due(now=at + timedelta(days=9), limit=10, courier=courier) == 0


def test_one_refused_recipient_does_not_hold_up_the_others(mail: MailHandler, courier: ServiceKeys) -> None:
    refused = post(a_mail(to="gone@platform.example"))
    others = [post(a_mail(to=f"p{number}@platform.example")) for number in range(3)]

    async def handle_rcpt(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("gone"):
            return "550 nobody"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    mail.handle_RCPT = handle_rcpt  # type: ignore[method-assign]
    assert send_due(now=NOW, limit=10, courier=courier) == 4
    assert mail.ids() == [str(parcel) for parcel in others]
    assert find_parcel(refused).state is Stage.FAILED


def test_without_a_server_mail_waits_visibly(courier: ServiceKeys, settings: Any) -> None:
    settings.LEEWARD_MAIL_SERVER = None
    parcel = post(a_mail())
    send_due(now=NOW, limit=10, courier=courier)
    assert find_parcel(parcel).trouble is Trouble.NO_SERVER
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.LEEWARD_MAIL_SERVER = MailServer(host="127.0.0.1", port=taken.getsockname()[1], security=Security.NONE)
        send_due(now=NOW + LEASE, limit=10, courier=courier)
    state = find_parcel(parcel)
    assert (state.state, state.trouble, state.attempts) == (Stage.WAITING, Trouble.UNREACHABLE, 2)


class Script:
    """A mail server that says one line after the other, then hangs up; it speaks no more than it is told."""

    def __init__(self, *lines: str) -> None:
        self._lines = lines
        self.heard = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.server = MailServer(host="127.0.0.1", port=self._listener.getsockname()[1], security=Security.NONE)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self._listener.accept()
            with connection:
                self._speak(connection)

    def _speak(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with contextlib.suppress(OSError):
            for line in self._lines:
                if line.startswith("wait "):
                    while line[5:].encode() not in self.heard.upper():
                        self.heard += connection.recv(65536) or self._fail()
                else:
                    connection.sendall(line.encode() + b"\r\n")
            connection.shutdown(socket.SHUT_WR)
            while more := connection.recv(65536):
                self.heard += more

    def _fail(self) -> bytes:
        raise ConnectionError("the client hung up")

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()


GREETED = ("220 mail.example", "wait EHLO", "250 mail.example")
ANNOUNCED = (*GREETED, "wait MAIL", "250 OK", "wait RCPT", "250 OK")
STARTED = (*ANNOUNCED, "wait DATA", "354 go on")


@pytest.fixture
def script(settings: Any) -> Iterator[Callable[..., Script]]:
    made: list[Script] = []

    def make(*lines: str) -> Script:
        made.append(Script(*lines))
        settings.LEEWARD_MAIL_SERVER = made[-1].server
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize(
    ("lines", "trouble"),
    [
        ((), Trouble.BROKE_OFF),
        (("554 go away",), Trouble.SERVER_REFUSED),
        (("421 busy",), Trouble.SERVER_REFUSED),
        (("220 mail.example",), Trouble.BROKE_OFF),
        (GREETED, Trouble.BROKE_OFF),
        ((*GREETED, "wait MAIL", "no number"), Trouble.BROKE_OFF),
        ((*GREETED, "wait MAIL", "250 OK"), Trouble.BROKE_OFF),
        (ANNOUNCED, Trouble.BROKE_OFF),
        ((*ANNOUNCED, "wait DATA", "451 not now"), Trouble.MESSAGE_REFUSED),
    ],
)
def test_a_server_that_breaks_off_before_the_mail_is_tried_again(
    lines: tuple[str, ...], trouble: Trouble, script: Callable[..., Script], courier: ServiceKeys
) -> None:
    script(*lines)
    parcel = post(a_mail())
    send_due(now=NOW, limit=10, courier=courier)
    state = find_parcel(parcel)
    assert (state.state, state.trouble, state.handed_over_at) == (Stage.WAITING, trouble, None)


@pytest.mark.parametrize("last", [(), ("something else",), ("199 hm",)])
def test_a_server_that_falls_silent_after_the_mail_leaves_it_unsure(
    last: tuple[str, ...], script: Callable[..., Script], courier: ServiceKeys, mailbox: tuple[MailHandler, MailServer],
    settings: Any,
) -> None:  # fmt: skip
    ends = script(*STARTED, "wait \r\n.\r\n", *last)
    parcel = post(a_mail())
    send_due(now=NOW, limit=10, courier=courier)
    assert ends.heard.endswith(b"\r\n.\r\n")
    state = find_parcel(parcel)
    assert (state.state, state.trouble, state.has_content) == (Stage.UNSURE, Trouble.NO_RESULT, True)
    handler, settings.LEEWARD_MAIL_SERVER = mailbox
    assert send_due(now=NOW + timedelta(days=30), limit=10, courier=courier) == 0  # never again by itself
    settle_parcel(parcel=parcel, settlement=Settlement.SEND_AGAIN, by=SYSTEM, now=NOW)
    send_due(now=NOW, limit=10, courier=courier)
    assert handler.ids() == [str(parcel)]


def test_a_refusal_after_the_mail_is_a_refusal(script: Callable[..., Script], courier: ServiceKeys) -> None:
    script(*STARTED, "wait \r\n.\r\n", "554 spam")
    parcel = post(a_mail())
    send_due(now=NOW, limit=10, courier=courier)
    assert find_parcel(parcel).state is Stage.FAILED


def test_encryption_and_sign_in_that_the_server_does_not_offer(
    script: Callable[..., Script], courier: ServiceKeys, settings: Any
) -> None:
    for changes, trouble in (
        ({"security": Security.STARTTLS}, Trouble.INSECURE),
        ({"security": Security.TLS}, Trouble.INSECURE),
        ({"user": "desk", "password": "word"}, Trouble.SIGN_IN_REFUSED),
    ):
        server = script(*GREETED).server
        settings.LEEWARD_MAIL_SERVER = MailServer(
            **{"host": server.host, "port": server.port, "security": Security.NONE, **changes}
        )
        parcel = post(a_mail())
        send_due(now=NOW, limit=1, courier=courier)
        state = find_parcel(parcel)
        assert (state.state, state.trouble) == (Stage.WAITING, trouble)


def test_a_mark_that_cannot_be_written_stops_the_mail(
    mail: MailHandler, courier: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = post(a_mail())

    def full(*_arguments: Any, **_named: Any) -> None:
        raise OperationalError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(sending_module, "_hand_over", full)
        with pytest.raises(OperationalError):
            send_due(now=NOW, limit=1, courier=courier)
    assert mail.taken == []
    assert find_parcel(parcel).state is Stage.SENDING
    assert send_due(now=NOW + LEASE / 2, limit=1, courier=courier) == 0
    assert send_due(now=NOW + 2 * LEASE, limit=1, courier=courier) == 1
    assert mail.ids() == [str(parcel)]
    assert find_parcel(parcel).attempts == 1


def test_a_result_that_cannot_be_written_leaves_the_mail_unsure(
    mail: MailHandler, courier: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = post(a_mail())

    def full(*_arguments: Any, **_named: Any) -> None:
        raise OperationalError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(sending_module, "_conclude", full)
        with pytest.raises(OperationalError):
            send_due(now=NOW, limit=1, courier=courier)
    assert mail.ids() == [str(parcel)]
    assert send_due(now=NOW + 2 * LEASE, limit=10, courier=courier) == 0
    assert find_parcel(parcel).state is Stage.UNSURE
    assert mail.ids() == [str(parcel)]
    settle_parcel(parcel=parcel, settlement=Settlement.ARRIVED, by=SYSTEM, now=NOW + timedelta(days=1))
    state = find_parcel(parcel)
    assert (state.state, state.has_content, state.sent_at) == (Stage.SENT, False, state.handed_over_at)


def test_a_courier_that_was_overtaken_sends_nothing(
    mail: MailHandler, courier: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = post(a_mail())
    original = sending_module._hand_over

    def late(claim: Any, *, now: Any) -> None:
        apps.get_model("outbox", "Parcel").objects.filter(public_id=parcel).update(claimed_at=NOW + 2 * LEASE)
        original(claim, now=now)

    with monkeypatch.context() as patched:
        patched.setattr(sending_module, "_hand_over", late)
        send_due(now=NOW, limit=1, courier=courier)
    assert mail.taken == []
    assert find_parcel(parcel).state is Stage.SENDING
    send_due(now=NOW + 4 * LEASE, limit=1, courier=courier)
    assert mail.ids() == [str(parcel)]


def test_a_parcel_that_does_not_open_fails(mail: MailHandler, courier: ServiceKeys) -> None:
    first, second = post(a_mail()), post(a_mail())
    moved = row(first)
    moved.sealed = row(second).sealed  # sealed for another row
    moved.save()
    send_due(now=NOW, limit=10, courier=courier)
    state = find_parcel(first)
    assert (state.state, state.trouble) == (Stage.FAILED, Trouble.CONTENT_BROKEN)
    assert mail.ids() == [str(second)]


def test_a_mail_that_cannot_be_written_fails_and_does_not_hold_up_the_others(
    mail: MailHandler, courier: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = post(a_mail(text="strange")), post(a_mail())
    original = smtp_module.write_mail

    def write(content: EmailContent, **named: Any) -> bytes:
        if content.text == "strange":
            raise ValueError("a header that no check has foreseen")
        return original(content, **named)

    monkeypatch.setattr(smtp_module, "write_mail", write)
    assert send_due(now=NOW, limit=10, courier=courier) == 2
    assert find_parcel(first).trouble is Trouble.CONTENT_BROKEN
    assert mail.ids() == [str(second)]
