"""People who want to be told that there is news, and a mail server that says what came."""

import contextlib
import socket
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.outbox.operations import send_due
from leeward.foundation.outbox.rules.servers import MailServer, Security
from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.victim.file.models import SafeWay
from leeward.victim.file.operations.news import collect_news, note_news, tell_due
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.news import EVERY_DAY, NewsChoice, SafeHours
from leeward.victim.file.rules.threads import Side
from leeward.victim.removals.models import Report
from leeward.victim.removals.operations.reports import save_contact, write_message
from tests.foundation.outbox.conftest import MailHandler
from tests.victim.removals.conftest import NOW, PERSON, Filed, Worker, told

HERS = "her@mail.example"
ALWAYS = SafeHours(begin=0, until=24, days=EVERY_DAY, zone="UTC")
BY_DAY = SafeHours(begin=9, until=17, days=EVERY_DAY, zone="UTC")
DESK = Actor(kind=ActorKind.STAFF, id="robin")
DAY = timedelta(days=1)


def by_mail(*, hours: SafeHours = ALWAYS, email: str = HERS, language: str = "en") -> Contact:
    """Somebody who said yes to messages."""
    return Contact(way=ContactWay.EMAIL, email=email, news=NewsChoice(hours=hours, language=language))


def choose(filed: Filed, contact: Contact, *, now: datetime = NOW) -> None:
    """She says how she may be reached."""
    save_contact(opened=filed.open(now), contact=contact, by=PERSON, now=now)


def told_by_mail(*urls: str, hours: SafeHours = ALWAYS) -> Filed:
    """A report whose person is told by mail."""
    filed = told(*(urls or ("https://chatter.example/p/1",)))
    choose(filed, by_mail(hours=hours))
    return filed


def something_happens(filed: Filed, *, now: datetime = NOW) -> None:
    """News for her, and nothing else."""
    note_news(Report.objects.get(reference=filed.reference).file_id, by=DESK, now=now)


def desk_writes(filed: Filed, worker: Worker, *, words: str = "Which of the two is it?", now: datetime = NOW) -> None:
    """The desk asks her something."""
    write_message(opened=filed.open(now), words=words, side=Side.TEAM, by=worker.actor, now=now, reference=uuid.uuid4())


def notify(*, now: datetime = NOW) -> int:
    """The notifier's round."""
    return tell_due(now=now, limit=100, notifier=open_service(Service.NOTIFIER))


def deliver(*, now: datetime = NOW) -> None:
    """The courier's round, and the sweep that sees what became of it."""
    send_due(now=now, limit=100, courier=open_service(Service.COURIER))
    collect_news(now=now, limit=100)


def go_round(*, now: datetime = NOW) -> None:
    """Everything that runs by itself, once."""
    notify(now=now)
    deliver(now=now)


def way_of(filed: Filed) -> SafeWay | None:
    """What the notifier has of her."""
    return SafeWay.objects.filter(file__reference=filed.reference).first()


@contextlib.contextmanager
def post_office(**answers: Any) -> Iterator[MailHandler]:
    """A real mail server on this machine, entered in the settings."""
    handler = MailHandler(**answers)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, server_hostname="mail.example")
    controller.start()
    server = MailServer(host="127.0.0.1", port=port, security=Security.NONE)
    try:
        with override_settings(LEEWARD_MAIL_SERVER=server, LEEWARD_NEUTRAL_FROM="info@post.example"):
            yield handler
    finally:
        controller.stop()
