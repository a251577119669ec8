"""After a whole journey, nothing that was typed or chosen can be found where it does not belong."""

import io
import logging
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection

pytestmark = pytest.mark.postgresql

PLANTED = "PLANTED-7f3a"


def _database_text() -> str:
    """Every value of every table, the counters' too, as text."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # our own table names
            for row in cursor.fetchall():
                parts += [
                    bytes(v).hex() + "|" + bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v)
                    for v in row
                ]
    return "\n".join(parts)


def test_nothing_planted_is_found_after_a_journey(visitor: Any, neighbour: Any, settings: Any) -> None:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    loggers = [logging.getLogger(name) for name in ("", "leeward", "django", "leeward.requests")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        visitor.client.defaults |= {
            "HTTP_USER_AGENT": PLANTED,
            "REMOTE_ADDR": "203.0.113.77",
            "HTTP_REFERER": f"http://testserver/{PLANTED}",
        }
        code = visitor.protect("one", "two")
        digits = code.replace(" ", "")
        visitor.send({"hashes": PLANTED})
        visitor.post("paste", {"codes": PLANTED})
        neighbour.enter(PLANTED)
        neighbour.enter(digits)
        reference = str(apps.get_model("bank", "Submission").objects.get().reference)
        neighbour.get("status")
        neighbour.post("withdraw", ordinal=1)
        visitor.client.get(f"/status/take-back/{PLANTED}?q={PLANTED}")
    finally:
        for logger in loggers:
            logger.removeHandler(handler)

    database = _database_text()
    written = log.getvalue()
    assert written  # the log does work, or the search would prove nothing
    secret = digits[8:]
    for planted in (PLANTED, secret, code, code[10:], "203.0.113.77"):
        assert planted not in database
        assert planted not in written
    # The log does not even know which submission, which code or which page; hashes are in the bank and nowhere else.
    for planted in (reference, digits[:8], visitor.payload("one")["pictures"][0]["sha256"]):
        assert planted not in written
    assert mail.outbox == []
    # What opens the case names nothing of it: a stolen table of codes cannot be joined to the bank.
    code_row = apps.get_model("vault", "AccessCode").objects.get()
    row_text = "|".join(
        bytes(v).hex() if isinstance(v, bytes | memoryview) else str(v) for v in vars(code_row).values()
    )
    assert reference not in row_text
    assert reference.replace("-", "") not in row_text
    assert reference.encode().hex() not in row_text
