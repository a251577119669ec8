"""What the trail keeps of somebody who has erased everything: that something was done, never that it was she."""

import datetime as dt
import hmac
import re
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from leeward.foundation.audit.mixing import mix_rows
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.operations import lines_about, verify_chain
from leeward.foundation.audit.rules import PersonsSubject, to_the_hour
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.bank.models import Submission
from leeward.industry.bank.operations import open_submission
from leeward.industry.bank.rules import AbuseKind
from leeward.victim.file.models import File, Message, Opening, Thread
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Case, CaseEvent, Complaint
from leeward.victim.portal.operations import make_begin_token
from leeward.victim.portal.operations.bearers import erase_all
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.models import Notice, Report, Request
from leeward.victim.removals.operations.desk import add_note
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.reports import open_report, write_message
from tests.databases import database_text
from tests.victim.helpline.conftest import keep_hours
from tests.victim.helpline.lived import live_through, work_there
from tests.victim.removals.conftest import NOW, PERSON, Company, Filed, Worker, her_browser, told
from tests.victim.removals.stolen import pictures_of, plain, sqlite_files

pytestmark = pytest.mark.postgresql

type References = dict[str, list[Any]]
NAMES = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


@pytest.fixture(autouse=True)
def _later(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW + dt.timedelta(hours=3))


def lived(robin: Worker) -> tuple[Filed, Bearer]:
    """Somebody with pictures and a report, about which the desk has written, sent a notice and noted something."""
    at = NOW + dt.timedelta(minutes=12, microseconds=34)
    filed = told("https://chatter.example/a", "https://chatter.example/b", now=at)
    token = make_begin_token(now=at).token
    open_submission(
        reference=token.reference, pictures=pictures_of(1), abuse_kind=AbuseKind.NOT_SURE, by=PERSON, now=at
    )
    hers = open_report(reference=filed.reference, keyring=Keyring(filed.key), by=PERSON, now=at)
    write_message(opened=hers, words="Hello", side=Side.PERSON, by=PERSON, now=at)
    opened = open_report(reference=filed.reference, keyring=robin.keyring, by=robin.actor, now=at)
    write_message(opened=opened, words="Hello", side=Side.TEAM, by=robin.actor, now=at)
    add_note(opened=opened, words="Note", by=robin.actor, now=at)
    for plan in plan_notices(opened=opened, signer="Robin Vale", now=at):
        send_notice(opened=opened, plan=plan, by=robin.actor, now=at)
    return filed, Bearer(
        look_up="00000000", key=filed.key, holds={"submission": token.reference, "report": filed.reference}
    )


def test_her_own_pages_leave_no_line(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/a")
    browser: Client = her_browser(filed, now=timezone.now())
    before = AuditEvent.objects.count()
    for page in ("/status/part/links", "/report/next", "/status/place/1", "/status/messages", "/status/everything"):
        assert browser.get(page).status_code == 200, page
    assert AuditEvent.objects.count() == before


def test_what_she_does_is_told_to_the_hour(robin: Worker, chatter: Company) -> None:
    lived(robin)
    hers = AuditEvent.objects.filter(actor_kind="person")
    assert hers.count() > 5
    assert {line.at for line in hers} == {to_the_hour(NOW)}


def in_the_trail(references: References) -> set[int]:
    """The keys of the lines that whoever has these references finds."""
    return {
        line.pk
        for kind, known in references.items()
        for reference in known
        for line in lines_about(PersonsSubject(kind=kind, reference=str(reference)))
    }


def check_that_nothing_leads_to(references: References, *, mine: set[int]) -> None:
    """No table and no byte of the files names one of them, and no two lines that were about them have one name."""
    everything = database_text()
    kept = [str(each) for known in references.values() for each in known if plain(each) in plain(everything)]
    assert kept == []
    # Nor does anything else that is still there name them, or give two of them one name.
    lines = list(AuditEvent.objects.filter(pk__in=mine))
    assert max(Counter(line.subject_reference for line in lines).values()) == 1
    keys = {key for found in NAMES.findall(everything) for key in (found, plain(found))}
    tied = [
        line.verb
        for line in lines
        for key in keys
        if hmac.digest(key.encode(), str(line.pk).encode(), "sha256").hex().startswith(line.subject_reference)
    ]
    assert tied == []
    assert verify_chain() == AuditEvent.objects.count()
    # Nor is anything of it left in the bytes of the files.
    mix_rows(now=NOW + dt.timedelta(hours=1))
    raw = b"".join(sqlite_files().values()) if connection.vendor == "sqlite" else b""
    assert [each for known in references.values() for each in known if plain(each).encode() in raw] == []


def of_the_case() -> References:
    """What a case is called by, in all its rows."""
    case = Case.objects.select_related("file", "thread").get()
    wrongs = list(Complaint.objects.values_list("reference", flat=True))
    return {
        "case": [case.reference],
        "file": [case.file.reference, case.thread.reference, case.casework, *wrongs],
        "message": list(Message.objects.values_list("reference", flat=True)),
        "help": list(case.helps.values_list("reference", flat=True)),
        "note": list(case.notes.values_list("reference", flat=True)),
        "review": list(case.reviews.values_list("reference", flat=True)),
        "complaint": wrongs,
    }


def test_after_erasing_no_line_can_be_found_again_nor_tied_to_another(
    robin: Worker, chatter: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She has told the desk and the helpline, and protects pictures, all under one code."""
    keep_hours(monkeypatch)
    filed, bearer = lived(robin)
    live_through(work_there(), now=NOW + dt.timedelta(minutes=14), file=filed.reference, key=filed.key)
    notices = list(Notice.objects.values_list("reference", flat=True))
    helped, threads = of_the_case(), Thread.objects.values_list("reference", flat=True)
    references = helped | {
        "submission": [bearer.submission],
        "report": [bearer.holds["report"]],
        "file": [*helped["file"], *Report.objects.values_list("casework", flat=True), *notices, *threads],
        "request": list(Request.objects.values_list("reference", flat=True)),
        "notice": notices,
    }
    mine = in_the_trail(references)
    assert len(mine) > 25, "before, whoever has her references finds her lines"
    erase_all(bearer=bearer, now=NOW + dt.timedelta(minutes=40))
    for model in (Report, Submission, Case, CaseEvent, Thread, File, Opening):
        assert model.objects.count() == 0, model
    check_that_nothing_leads_to(references, mine=mine)


def test_nor_after_a_case_was_erased_that_had_no_report(robin: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_hours(monkeypatch)
    her = live_through(work_there(), now=NOW + dt.timedelta(minutes=14))
    references = of_the_case()
    mine = in_the_trail(references)
    assert len(mine) > 15
    hers = AuditEvent.objects.filter(actor_kind="person")
    assert {line.at for line in hers} == {to_the_hour(NOW)}
    erase_all(
        bearer=Bearer(look_up="00000000", key=her.key, holds={"file": her.file}), now=NOW + dt.timedelta(minutes=40)
    )
    assert File.objects.count() == 0
    check_that_nothing_leads_to(references, mine=mine)
