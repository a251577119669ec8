"""What people decide about parcels, what is forgotten, and what nobody can find in the database."""

import io
import logging
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from leeward.foundation.clock.operations import confirm_clock, note_round
from leeward.foundation.clock.rules import Reading
from leeward.foundation.outbox.errors import ContentForgotten, ParcelNotFailed, ParcelNotUnsure, ParcelUnknown
from leeward.foundation.outbox.operations import (
    find_parcel,
    forget_parcels,
    recover_parcels,
    retry_parcel,
    send_due,
    settle_parcel,
)
from leeward.foundation.outbox.rules.parcels import Attachment, Settlement, Stage, Trouble
from leeward.foundation.outbox.rules.retries import CONTENT_KEPT, LEASE
from leeward.foundation.vault.operations import ServiceKeys
from tests.foundation.outbox.conftest import NOW, SYSTEM, MailHandler, Receiver, a_hook, a_mail, post

pytestmark = pytest.mark.postgresql

PLANTED = "PLANTED-5c1d"


def an_unsure_one() -> uuid.UUID:
    parcel = post(a_mail())
    rows = apps.get_model("outbox", "Parcel").objects.filter(public_id=parcel)
    rows.update(state=Stage.SENDING, claimed_at=NOW, handed_over_at=NOW, next_try_at=None)
    recover_parcels(now=NOW + LEASE, limit=10)
    return parcel


def test_only_what_is_unsure_is_settled_and_only_what_failed_is_tried_again(courier: ServiceKeys) -> None:
    waiting, unsure = post(a_mail()), an_unsure_one()
    with pytest.raises(ParcelNotFailed):
        retry_parcel(parcel=waiting, by=SYSTEM, now=NOW)
    with pytest.raises(ParcelNotFailed):
        retry_parcel(parcel=unsure, by=SYSTEM, now=NOW)
    with pytest.raises(ParcelNotUnsure):
        settle_parcel(parcel=waiting, settlement=Settlement.ARRIVED, by=SYSTEM, now=NOW)
    for unknown in (
        lambda: retry_parcel(parcel=uuid.uuid4(), by=SYSTEM, now=NOW),
        lambda: settle_parcel(parcel=uuid.uuid4(), settlement=Settlement.ARRIVED, by=SYSTEM, now=NOW),
        lambda: find_parcel(uuid.uuid4()),
    ):
        with pytest.raises(ParcelUnknown):
            unknown()


@pytest.mark.parametrize(
    ("settlement", "state", "has_content"),
    [
        (Settlement.ARRIVED, Stage.SENT, False),
        (Settlement.SEND_AGAIN, Stage.WAITING, True),
        (Settlement.GIVEN_UP, Stage.FAILED, False),
    ],
)
def test_a_person_settles_what_is_unsure(
    settlement: Settlement, state: Stage, has_content: object, courier: ServiceKeys
) -> None:
    parcel = an_unsure_one()
    assert find_parcel(parcel).trouble is Trouble.NO_RESULT
    settle_parcel(parcel=parcel, settlement=settlement, by=SYSTEM, now=NOW + LEASE)
    settled = find_parcel(parcel)
    assert (settled.state, settled.has_content) == (state, has_content)
    with pytest.raises(ParcelNotUnsure):
        settle_parcel(parcel=parcel, settlement=settlement, by=SYSTEM, now=NOW + LEASE)
    verbs = apps.get_model("audit", "AuditEvent").objects.filter(subject_kind="parcel").values_list("verb", flat=True)
    assert sorted(verbs) == ["outbox.posted", "outbox.settled", "outbox.unsure"]


def test_what_nobody_takes_up_is_wiped(courier: ServiceKeys) -> None:
    parcel, fresh = an_unsure_one(), post(a_mail())
    assert forget_parcels(now=NOW + CONTENT_KEPT) == 0
    assert forget_parcels(now=NOW + CONTENT_KEPT + LEASE) == 1
    assert forget_parcels(now=NOW + CONTENT_KEPT + LEASE) == 0
    assert find_parcel(fresh).has_content
    with pytest.raises(ContentForgotten):
        settle_parcel(parcel=parcel, settlement=Settlement.SEND_AGAIN, by=SYSTEM, now=NOW)
    settle_parcel(parcel=parcel, settlement=Settlement.GIVEN_UP, by=SYSTEM, now=NOW)
    with pytest.raises(ContentForgotten):
        retry_parcel(parcel=parcel, by=SYSTEM, now=NOW)


def test_a_clock_that_jumped_wipes_nothing(courier: ServiceKeys) -> None:
    parcel = an_unsure_one()
    note_round(Reading(now=NOW, last=None))
    late = NOW + timedelta(days=800)
    assert forget_parcels(now=late) == 0
    assert find_parcel(parcel).has_content
    confirm_clock(day=late.date(), by=SYSTEM, now=late)
    assert forget_parcels(now=late) == 1


def test_recovery_is_bounded_and_passes_over_what_is_under_way(courier: ServiceKeys) -> None:
    rows = apps.get_model("outbox", "Parcel").objects
    for number in range(3):
        rows.filter(public_id=post(a_mail())).update(
            state=Stage.SENDING, claimed_at=NOW + number * LEASE, next_try_at=None
        )
    assert recover_parcels(now=NOW + 2 * LEASE, limit=1) == 1
    assert recover_parcels(now=NOW + 2 * LEASE, limit=10) == 1
    assert rows.filter(state=Stage.SENDING).count() == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "sent", "next_try_at": None, "ended_at": NOW},
        {"state": "sent", "next_try_at": None, "ended_at": NOW, "sent_at": NOW},
        {"state": "sending", "next_try_at": None},
        {"state": "unsure", "next_try_at": None, "ended_at": NOW},
        {"state": "failed", "next_try_at": None},
        {"state": "lost"},
        {"kind": "fax"},
        {"trouble": "the server said no"},
        {"sealed": ""},
        {"next_try_at": None},
        {"ended_at": NOW},
    ],
)
def test_the_database_refuses_a_parcel_in_two_minds(broken: dict[str, Any], courier: ServiceKeys) -> None:
    parcel = post(a_mail())
    with pytest.raises(IntegrityError), transaction.atomic():
        apps.get_model("outbox", "Parcel").objects.filter(public_id=parcel).update(**broken)


def test_no_address_and_no_text_is_in_the_database_or_the_log(
    transactional_db: None, mail: MailHandler, receiver: Receiver, courier: ServiceKeys
) -> None:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.addFilter(lambda record: not record.name.startswith("mail."))  # the test's own mail server
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        post(
            a_mail(
                to=f"{PLANTED}@platform.example",
                subject=PLANTED,
                text=PLANTED,
                reply_to=f"{PLANTED}@leeward.example",
                attachments=(Attachment(name=f"{PLANTED}.pdf", type="application/pdf", data=PLANTED.encode()),),
            )
        )
        post(a_hook(receiver.url.replace("hook", PLANTED), f'{{"a":"{PLANTED}"}}'))
        before = _everything()
        send_due(now=NOW, limit=1, courier=courier)
        mail.at_rcpt = f"550 {PLANTED} is unknown"
        refused = post(a_mail(to=f"{PLANTED}@platform.example"))
        send_due(now=NOW, limit=10, courier=courier)
        assert find_parcel(refused).state is Stage.FAILED
        after = _everything()
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.WARNING)
    assert len(mail.taken) == len(receiver.came) == 1
    for text in (before, after):
        assert "lws1.courier.1." in text  # the search does see what is sealed
        assert PLANTED not in text
        assert "platform.example" not in text
    assert "connect_tcp" in log.getvalue()  # the log does work
    assert PLANTED not in log.getvalue()


def _everything() -> str:
    """Every value of every table, and the database's file where it is one."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # our own table names
            for row in cursor.fetchall():
                parts += [bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v) for v in row]
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        files = [path, path.with_name(f"{path.name}-wal")]
        parts += [file.read_bytes().decode("latin-1") for file in files if file.exists()]
    return "\n".join(parts)
