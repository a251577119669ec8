"""An order on paper, the proof for its file, and the pack for the judge: tagged, with digests, what is recorded."""

import hashlib
import io
import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.urls import reverse

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.checking.rules.bags import opened_bag
from leeward.justice.courts.models import Order, Target
from leeward.justice.courts.operations.serving import note_happening, void_event
from leeward.justice.courts.operations.turning import revoke_order
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.terms import Happening
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.steps import locked_request, take_step
from leeward.victim.removals.rules.states import Step
from tests.foundation.accounts.people import at, come_in
from tests.foundation.pages.opened import streams
from tests.justice.courts.conftest import PLACE, Hall
from tests.victim.removals.conftest import NOW, OPERATOR

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages of which papers are made."""
    pages: list[str] = []

    def keep(page: str, *, style: str) -> bytes:
        pages.append(page)
        assert "@page" in style
        return b"%PDF-1.7 drawn"

    monkeypatch.setattr("leeward.justice.courts.papers.make_document", keep)
    return pages


def fetch(hall: Hall, name: str, *args: Any) -> Any:
    answer = come_in(hall.clerk.user.username).get(reverse(f"courts:{name}", args=args))
    assert answer.status_code == 200, answer
    return answer


def test_an_order_is_printed_as_tagged_pdf_in_its_own_language(hall: Hall) -> None:
    number = hall.record(language="ar")
    answer = fetch(hall, "paper", number, 1)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert f"{write_number(number)}-order-1.pdf" in answer.headers["Content-Disposition"]
    whole = streams(answer.content)
    assert re.search(rb"/MarkInfo\s*<<\s*/Marked true", whole)
    assert re.search(rb"/Lang \(ar\)", whole)
    assert b"pdfuaid" in whole
    assert b"/StructTreeRoot" in whole
    assert AuditEvent.objects.filter(verb="courts.paper_made").exists()


def test_paper_and_proof_say_what_is_recorded_and_no_more(hall: Hall, served: Order, drawn: list[str]) -> None:
    note_happening(number=served.number, ordinal=1, kind=Happening.SEEN_DONE, at=NOW, by=hall.clerk.by, now=NOW)
    fetch(hall, "paper", served.number, 1)
    fetch(hall, "proof", served.number)
    paper, proof = drawn
    assert all(each in paper for each in (PLACE, "K 12/2026", "It was shared without agreement.", "24 hours after"))
    assert f"/orders/{write_number(served.number)}" in paper
    assert "Confirmed done" in proof
    assert PLACE not in proof
    void_event(number=served.number, ordinal=1, event=2, by=hall.clerk.by, now=NOW)
    fetch(hall, "proof", served.number)
    assert '<span class="struck">Confirmed done</span>' in drawn[-1]
    assert Target.objects.get().seen_at is None
    assert '<th scope="row">Confirmed done</th><td>–</td>' in drawn[-1]


def test_the_pack_for_the_judge_has_each_text_by_its_signed_digest_and_what_happened(
    hall: Hall, served: Order, drawn: list[str]
) -> None:
    request = Request.objects.get(order_number=served.number)
    take_step(locked_request(pk=request.pk), step=Step.SEEN_GONE, by=OPERATOR, now=NOW)
    found = files_of(fetch(hall, "breach", served.number).content)
    text = found["data/targets/1/text.json"]
    assert hashlib.sha256(text).hexdigest() == Target.objects.get().text_sha256
    assert b"1,1,served," in found["data/events.csv"]
    assert found["data/looks.csv"].startswith(b"company,request,what,at")
    assert f"Chatter,{request.reference},seen_gone,".encode() in found["data/looks.csv"]
    assert write_number(served.number).encode() in found["READ-ME.txt"]
    assert len(drawn) == 2
    # What was done for an order stays in a later judge's pack, also once the mandate has ended.
    revoke_order(number=served.number, words="Dropped.", by=hall.clerk.by, now=NOW)
    assert not Request.objects.filter(order_number=served.number).exists()
    later = files_of(fetch(hall, "breach", served.number).content)["data/looks.csv"]
    assert found["data/looks.csv"] in later


def files_of(content: bytes) -> Mapping[str, bytes]:
    with opened_bag(io.BytesIO(content)) as bag:
        assert not bag.flaws()
        return {path: bag.read(path) for path in bag.paths}


def test_what_no_court_has_confirmed_is_on_no_paper_and_another_courts_is_not_there(hall: Hall) -> None:
    number = hall.record(by=hall.officer)
    officer = come_in(hall.officer.user.username)
    for address in ("proof", "breach"):
        assert officer.get(reverse(f"courts:{address}", args=[number])).status_code == 404
    assert officer.get(reverse("courts:paper", args=[number, 1])).status_code == 404
