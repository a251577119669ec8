"""Words planted in every place where somebody can write lie nowhere in clear, and no audit line carries one."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection
from django.forms import BaseForm, CharField, FileField, UUIDField

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.fields import WordsForm
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.models import AccessCode, Holding
from leeward.foundation.work.desks import WorkVerb
from leeward.victim.file.models import File
from leeward.victim.file.operations.verbs import FileVerb
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.verbs import HelplineVerb
from leeward.victim.removals.models import Report, Request
from leeward.victim.removals.operations.verbs import RemovalVerb
from tests.databases import is_sqlite
from tests.encodings import forms_of
from tests.victim.removals.security.conftest import PLANTED, Canary

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgresql,
    pytest.mark.turn(int(is_sqlite()), days=2),
    pytest.mark.usefixtures("all_logs"),
]


def everything_stored() -> bytes:
    """Every value of every table, sessions and counters too, and, where it is a file, the file's bytes."""
    parts: list[bytes] = []
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        assert {"django_session", "counters_counter", "outbox_parcel", "removals_report"} <= set(tables)
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # our own table names
            for row in cursor.fetchall():
                for value in row:
                    is_bytes = isinstance(value, bytes | memoryview)
                    parts.append(bytes(value) if is_bytes else str(value).encode())
    if connection.vendor == "sqlite":
        parts.append(connection.connection.serialize())
    return b"\n".join(parts)


def unpacked_sessions() -> str:
    """What the sessions hold, decoded: it is signed and compressed, not sealed."""
    sessions = apps.get_model("sessions", "Session").objects.all()
    assert sessions.exists()
    return json.dumps([session.get_decoded() for session in sessions], default=str)


def test_what_was_told_or_given_lies_nowhere_in_clear_and_in_no_audit_line(lived: Canary, scratch: Path) -> None:
    """One life is looked at from all sides, since to live it takes seconds; nothing here changes it."""
    _check_that_a_word_was_planted_in_every_box_in_which_anybody_writes(lived)
    _check_that_no_form_takes_a_file_and_one_that_is_sent_is_written_nowhere(lived, scratch)
    _check_that_nothing_lies_in_clear(lived)
    _check_that_no_audit_line_carries_content(lived)


def _check_that_nothing_lies_in_clear(lived: Canary) -> None:
    stored, written = everything_stored(), lived.log.getvalue()
    sessions = unpacked_sessions()
    shown = "\n".join(lived.shown)
    assert [where for where, word in lived.words.items() if word not in shown] == []  # each had arrived
    assert "removals:desk-send" in written  # the log does work
    looked_for = {"planted": PLANTED, "network": "203.0.113.77"} | lived.words | lived.secrets
    for where, word in looked_for.items():
        forms = forms_of(word)
        assert not [form for form in forms if form in stored], f"{where} lies in the database"
        assert not [form for form in forms if form.decode("latin-1") in written], f"{where} stands in the log"
        assert word not in sessions, f"{where} is in a session"
    assert mail.outbox == []
    _check_that_every_sealed_column_was_filled()
    _check_that_the_log_tells_not_whose_report_it_was(lived)
    _check_that_a_stolen_table_of_codes_leads_to_no_report()


def _check_that_a_word_was_planted_in_every_box_in_which_anybody_writes(lived: Canary) -> None:
    """Generated from the forms: whoever adds a box plants a word in it, or the search would prove nothing of it."""
    boxes = {
        (form, name)
        for form in all_forms(BaseForm)
        for name, box in form.base_fields.items()
        if isinstance(box, CharField) and not isinstance(box, UUIDField)
    }
    # What a company is called, where it is written to, how a worker signs, who pays, what an organisation signs and how
    # many of its people are trained say nothing of anybody. Nor do words on a tactic, an alert and the law, which are
    # for many: a person has looked at whatever in them could.
    silent = {"SiteSetupForm", "WorkingNameForm", "FundingForm", "ProtocolForm", "MailboxForm"}
    silent |= {"TacticForm", "AlertSigningForm", "AlertDiscardForm", "AlertAnswerForm", "WarningPlanForm", "GapForm"}
    # Nor what an organisation says of itself that asks to join, what was measured of a page, and who read it: for all.
    silent |= {"JoinForm", "PracticeForm", "PathReadForm", "PathAnswerForm"}
    boxes = {box for box in boxes if box[0].__name__ not in silent}
    assert len(boxes) > 25
    assert sorted(f"{form.__name__}.{name}" for form, name in boxes - lived.typed) == []


def all_forms(above: type[BaseForm]) -> set[type[BaseForm]]:
    """Every form of the wing of victims, whoever fills it in, and the one in which staff write to them."""
    below = {form for each in above.__subclasses__() for form in {each, *all_forms(each)}}
    return {form for form in below if form is WordsForm or form.__module__.startswith("leeward.victim.")}


def _check_that_no_form_takes_a_file_and_one_that_is_sent_is_written_nowhere(lived: Canary, scratch: Path) -> None:
    assert sum(where.startswith("file/") for where in lived.words) >= 5
    # But for what a member's program saved of a referral: text of 256 KB at most, read and kept nowhere.
    assert {
        form.__name__ for form in all_forms(BaseForm) for box in form.base_fields.values() if isinstance(box, FileField)
    } == {"ProgramFileForm"}
    assert (settings.FILE_UPLOAD_HANDLERS, settings.MEDIA_ROOT) == ([], "")
    assert list(scratch.rglob("*")) == []


def _check_that_every_sealed_column_was_filled() -> None:
    """Otherwise the search would prove nothing of it. Whoever adds a column plants a word in it too."""
    empty = [
        f"{model.__name__}.{column.name}"
        for app in ("file", "helpline", "locker", "network", "removals", "work")
        for model in apps.get_app_config(app).get_models()
        for column in model._meta.local_fields
        if isinstance(column, SealedField) and not model.objects.exclude(**{column.name: ""}).exists()
    ]
    assert empty == []


def _check_that_the_log_tells_not_whose_report_it_was(lived: Canary) -> None:
    written = lived.log.getvalue()
    rows = [*Report.objects.all(), *Request.objects.all(), *Case.objects.all(), *File.objects.all()]
    names = [str(row.reference) for row in rows]
    look_up = lived.secrets["digits"][:8]
    for name in (*names, look_up, "chatter.example", "Chatter"):
        assert name not in written
    assert "/status/" not in written


def _check_that_a_stolen_table_of_codes_leads_to_no_report() -> None:
    report = Report.objects.get()
    code, holding = AccessCode.objects.get(), Holding.objects.get()
    names = {str(report.reference), report.reference.hex, report.file.victim_key_id, str(report.casework)}
    for row in (code, holding):
        text = "|".join(_text(value) for value in vars(row).values())
        assert [name for name in names if name in text or name.encode().hex() in text] == []


def _text(value: Any) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def _check_that_no_audit_line_carries_content(lived: Canary) -> None:
    lines = list(AuditEvent.objects.filter(verb__regex=r"^(removals|helpline|network|file|work)\."))
    seen = {line.verb for line in lines}
    expected = {
        RemovalVerb.BEGUN,
        RemovalVerb.FILED,
        RemovalVerb.CONSENTED,
        RemovalVerb.ITEMS_ADDED,
        RemovalVerb.STEP,
        RemovalVerb.NOTICE_MADE,
        RemovalVerb.NOTED,
        RemovalVerb.WRITTEN,
        RemovalVerb.DECISION,
        RemovalVerb.DECISION_CONFIRMED,
        RemovalVerb.APPEAL,
        RemovalVerb.REVIEW_ASKED,
        WorkVerb.SHIFT_NOTED,
        FileVerb.TOLD,
        HelplineVerb.STEP,
        HelplineVerb.NOTED,
        HelplineVerb.REVIEW_ASKED,
    }
    assert {verb.value for verb in expected} <= seen
    for line in AuditEvent.objects.all():
        said = f"{line.subject_reference}|{line.facts}|{line.actor_id}"
        assert PLANTED not in said
        for word in (*lived.secrets.values(), "chatter.example", "http", "mail.example"):
            assert word not in said, line.verb
    person = [line for line in lines if line.actor_kind == "person"]
    assert person
    assert {line.actor_id for line in person} == {""}  # she has no name there at all
