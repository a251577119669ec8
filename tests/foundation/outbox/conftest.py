"""A real mail server and a real receiver of webhooks on this machine, and parcels for both."""
# ruff: noqa: ARG002 - the libraries decide what their handlers are given

import contextlib
import email
import email.policy
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.operations import post_parcel
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelContent, WebhookContent, kind_of
from leeward.foundation.outbox.rules.servers import MailServer, Security
from leeward.foundation.vault.operations import ServiceKeys, found_services, open_service
from leeward.foundation.vault.rules.grants import Service

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SYSTEM = Actor.system()
SENDER = "desk@leeward.example"


@dataclass
class MailHandler:
    """Takes mail, or answers as it is told at one of the steps."""

    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    at_mail: str = ""
    at_rcpt: str = ""
    at_data: str = ""
    on: Callable[[str], None] = lambda _step: None

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.on("mail")
        if self.at_mail:
            return self.at_mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.on("rcpt")
        if self.at_rcpt:
            return self.at_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.on("data")
        if self.at_data:
            return self.at_data
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken.append((envelope.rcpt_tos[0], mail))
        self.on("taken")
        return "250 OK"

    def ids(self) -> list[str]:
        """The parcels whose mails were taken, in that order."""
        return [mail["Message-ID"].strip("<>").partition("@")[0] for _, mail in self.taken]


@pytest.fixture
def mailbox() -> Iterator[tuple[MailHandler, MailServer]]:
    handler = MailHandler()
    controller = Controller(handler, hostname="127.0.0.1", port=_free_port(), server_hostname="mail.example")
    controller.start()
    yield handler, MailServer(host="127.0.0.1", port=controller.port, security=Security.NONE)
    controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Receiver:
    """Takes webhooks; answers with `status`, and keeps what came."""

    status: int = 204
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            if made.status == 0:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(made.status)
            if made.status in (301, 302):
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            pass

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError, ValueError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def courier(db: None, settings: Any, tmp_path: Path) -> ServiceKeys:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_MAIL_FROM = SENDER
    found_services(by=SYSTEM, now=NOW)
    return open_service(Service.COURIER)


@pytest.fixture
def mail(mailbox: tuple[MailHandler, MailServer], settings: Any) -> MailHandler:
    """The mail server, entered in the settings."""
    handler, server = mailbox
    settings.LEEWARD_MAIL_SERVER = server
    return handler


def a_mail(to: str = "abuse@platform.example", **changes: Any) -> EmailContent:
    return EmailContent(**{"to": to, "subject": "Notice 7F2K", "text": "Please remove this.\n", **changes})


def a_hook(url: str, body: str = '{"type":"notice.sent"}') -> WebhookContent:
    return WebhookContent(url=url, body=body)


def post(content: ParcelContent, *, parcel: uuid.UUID | None = None, at: datetime = NOW) -> uuid.UUID:
    made = parcel or uuid.uuid4()
    post_parcel(parcel=made, kind=kind_of(content), content=content, due_at=at, by=SYSTEM, now=at)
    return made
