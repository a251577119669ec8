"""The pages: what officers and reviewers do, what nobody else sees, what everybody may read, and what none may show."""

import csv
import hashlib
import html
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from openpyxl import load_workbook

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import write_day
from leeward.policy.assessment.models import Body, HeldPiece, Incoming, Round, Score
from leeward.policy.assessment.operations.pieces import add_piece
from leeward.policy.assessment.operations.scores import agree
from leeward.policy.assessment.operations.workbooks import forget_workbooks
from leeward.policy.assessment.rules.entries import NewScore
from leeward.policy.assessment.rules.loading import shipped_model
from leeward.policy.assessment.rules.rounds import RoundStep, Stage
from leeward.policy.assessment.rules.scale import CHOSEN, State
from leeward.policy.assessment.rules.workbooks import WORKBOOK_KEPT
from leeward.policy.assessment.views import showing
from tests.foundation.accounts.people import at
from tests.policy.assessment.conftest import BY, DAY, NOW, Workshop, staff
from tests.policy.assessment.links import LINK

UNKNOWN = "0f5a3c2e-7d1b-4c86-9a43-5be0d1f2a697"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW + DAY)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"assessment:{name}", args=args)


def words(response: HttpResponse) -> str:
    """What a page says, without its markup."""
    content = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content)).split())


class Filled(HTMLParser):
    """What a browser would send of a page's fields, were they sent as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._writing = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name = said.get("name") or ""
        if tag == "textarea":
            self.fields[name], self._writing = "", name
        elif tag == "input" and name and (said.get("type") != "radio" or "checked" in said):
            self.fields[name] = said.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._writing:
            self.fields[self._writing] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._writing = ""


def fields(response: HttpResponse) -> dict[str, str]:
    """What would be sent of a page, as it stands."""
    found = Filled()
    found.feed(response.content.decode())
    return {name: value.strip() for name, value in found.fields.items() if "-" in name}


@pytest.fixture
def officer(workshop: Workshop) -> Client:
    return client_of(workshop.officer)


def publish(workshop: Workshop) -> None:
    add_piece(public_id=workshop.round_id, item_id="P1.E1", new=LINK, by=BY, now=NOW)
    new = NewScore(item_id="P1.E2", state=State.PARTIAL, note="We looked at the papers.")
    agree(public_id=workshop.round_id, new=new, by=BY, now=NOW)
    workshop.step(RoundStep.AGREE)
    workshop.step(RoundStep.PUBLISH)


class TestOfficer:
    def test_makes_a_round(self, officer: Client) -> None:
        response = officer.post(address("new"), {"title": " The  nation ", "held_on": "2026-11-20", "after": ""})
        made = Round.objects.get(title="The nation")
        assert (response.status_code, response["Location"]) == (303, address("round", made.public_id))

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"title": "", "held_on": "2026-11-20"}, "Fill this in"),
            ({"title": "A", "held_on": "soon"}, "Enter a day such as 2026-11-24"),
            ({"title": "A", "held_on": "2027-01-01"}, "Enter a day from 1990 up to today"),
            ({"title": "A", "held_on": "2026-11-20", "after": UNKNOWN}, "Select a valid choice"),
        ],
    )
    def test_is_told_what_cannot_be_kept(self, officer: Client, typed: dict[str, str], said: str) -> None:
        response = officer.post(address("new"), typed)
        assert response.status_code == 400
        assert said in words(response)
        assert Round.objects.count() == 1

    def test_keeps_bodies(self, officer: Client, workshop: Workshop) -> None:
        mo = staff("mo", Role.REVIEWER)
        typed = {"name": "Coast Prosecutors", "public_name": "", "sector": "prosecutors", "members": [mo.reference]}
        assert officer.post(address("body-add"), typed).status_code == 303
        made = Body.objects.get(name="Coast Prosecutors")
        assert re.search(r"Coast Prosecutors .*Mo\b", words(officer.get(address("bodies"))))
        assert "Coast Prosecutors" in words(officer.get(address("body", made.public_id)))
        response = officer.post(address("body", made.public_id), {**typed, "name": "Harbour Police"})
        assert response.status_code == 400
        assert "Another body has this name." in words(response)
        response = officer.post(address("participants", workshop.round_id), {"bodies": [str(made.public_id)]})
        assert response.status_code == 303
        assert "Coast Prosecutors" in words(officer.get(address("round", workshop.round_id)))

    def test_sees_where_the_round_stands_and_each_row(self, officer: Client, workshop: Workshop) -> None:
        workshop.score("draft", P1_E1=State.IN_PLACE, P1_E2=State.PARTIAL, C2_E1=State.PLANNED)
        shown = words(officer.get(address("round", workshop.round_id)))
        assert "3 of 135 items are answered." in shown
        assert "Lowest of what is known: P1." in shown
        row = words(officer.get(address("row", workshop.round_id, "C2")))
        assert "The source prints no heading here" in row
        assert "The source prints no heading here" not in words(officer.get(address("row", workshop.round_id, "P1")))
        assert "It is not judged." in words(officer.get(address("row", workshop.round_id, "P3")))
        live = words(officer.get(address("row", workshop.round_id, "S3")))
        assert "Services that were checked in time" in live
        assert "There is nothing to count yet." in live

    def test_reads_areas_in_her_own_language(self, officer: Client, workshop: Workshop) -> None:
        page = words(officer.get(address("voice", workshop.round_id, "draft"), HTTP_ACCEPT_LANGUAGE="ar"))
        with translation.override("ar"):
            titles = [translation.gettext(area.title) for area in shipped_model().areas]
        assert all(title in page for title in titles)
        assert not any(area.title in page for area in shipped_model().areas)

    def test_answers_one_question_after_the_other(self, officer: Client, workshop: Workshop) -> None:
        page = address("ask", workshop.round_id, "draft", "P1.O1")
        response = officer.post(page, {"P1-O1-state": "partial", "P1-O1-reason": "", "P1-O1-note": "", "then": "next"})
        assert response["Location"] == address("ask", workshop.round_id, "draft", "P1.O2")
        response = officer.post(page, {"P1-O1-state": "in_place", "P1-O1-note": "Now.", "then": "row"})
        assert response["Location"] == address("row", workshop.round_id, "P1")
        assert [row.state for row in Score.objects.all()] == ["partial", "in_place"]
        assert "Now." in words(officer.get(address("history", workshop.round_id, "P1.O1")))

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({}, "Choose one answer"),
            ({"P1-O1-state": "splendid"}, "Choose one answer"),
            ({"P1-O1-state": "in_place_with_evidence"}, "Choose one answer"),
            ({"P1-O1-state": "not_applicable"}, "Say why it does not apply in this country."),
            ({"P1-O1-state": "partial", "P1-O1-note": "x" * 2001}, "at most 2000 characters"),
        ],
    )
    def test_is_told_what_is_wrong_with_an_answer_and_loses_nothing(
        self, officer: Client, workshop: Workshop, typed: dict[str, str], said: str
    ) -> None:
        page = address("ask", workshop.round_id, "draft", "P1.O1")
        response = officer.post(page, {"P1-O1-note": "What I wrote", **typed})
        assert response.status_code == 400
        assert said in words(response)
        assert ("What I wrote" in words(response)) is ("P1-O1-note" not in typed)
        assert not Score.objects.exists()

    def test_answers_a_row_at_once_and_may_leave_questions_open(self, officer: Client, workshop: Workshop) -> None:
        page = address("ask-row", workshop.round_id, "draft", "P1")
        shown = officer.get(page).content.decode()
        assert len(re.findall(r'role="radiogroup" aria-labelledby="asked-P1-', shown)) == 9
        assert len(re.findall(r'type="radio"', shown)) == 9 * len(CHOSEN)
        typed = {"P1-E1-state": "in_place", "P1-E2-state": "not_applicable", "P1-E2-reason": "Our law."}
        assert officer.post(page, typed).status_code == 303
        assert {row.item_id: row.reason for row in Score.objects.all()} == {"P1.E1": "", "P1.E2": "Our law."}
        response = officer.post(page, {**typed, "P1-B1-note": "A note without an answer"})
        assert response.status_code == 400
        assert "Choose one answer" in words(response)
        assert officer.post(page, {}).status_code == 409
        response = officer.post(page, {**typed, "P1-E1-state": "planned", "then": "next"})
        assert response["Location"] == address("ask-row", workshop.round_id, "draft", "P2")
        assert "Save and go to the next row" not in words(officer.get(page.replace("/P1", "/S3")))

    def test_two_who_answer_the_same_row_overwrite_nothing_that_they_have_not_seen(
        self, officer: Client, workshop: Workshop
    ) -> None:
        workshop.score("draft", P1_E1=State.PLANNED, P1_E2=State.PARTIAL)
        page = address("ask-row", workshop.round_id, "draft", "P1")
        mine = fields(officer.get(page)) | {"P1-B1-state": "planned"}  # as I opened it, with one more answer
        workshop.score("draft", P1_E1=State.IN_PLACE, P1_E2=State.NOT_STARTED)  # somebody else meanwhile
        assert officer.post(page, mine).status_code == 303
        answers = {row.item_id: row.state for row in Score.objects.order_by("id")}
        assert answers == {"P1.E1": "in_place", "P1.E2": "not_started", "P1.B1": "planned"}

        response = officer.post(page, mine | {"P1-E1-state": "partial", "P1-E1-note": "As I see it."})
        assert response.status_code == 400
        assert "Somebody else has answered this meanwhile: In place." in words(response)
        assert "As I see it." in words(response)
        assert Score.objects.count() == 5
        assert officer.post(page, fields(response)).status_code == 303  # having seen it, she says so again
        assert Score.objects.filter(item_id="P1.E1").order_by("id").last().state == "partial"

    def test_who_changes_nothing_that_somebody_else_changed_goes_on(self, officer: Client, workshop: Workshop) -> None:
        workshop.score("draft", P1_E1=State.PLANNED)
        page = address("ask", workshop.round_id, "draft", "P1.E1")
        mine = fields(officer.get(page))
        workshop.score("draft", P1_E1=State.IN_PLACE)
        assert officer.post(page, mine | {"then": "row"}).status_code == 303
        response = officer.post(page, mine | {"P1-E1-state": "in_place"})  # both say the same
        assert response.status_code == 303
        assert [row.state for row in Score.objects.order_by("id")] == ["planned", "in_place"]

    def test_adds_a_link_and_takes_it_back(self, officer: Client, workshop: Workshop) -> None:
        page = address("evidence-add", workshop.round_id, "P1.E1", "link")
        typed = {
            "title": "The programme",
            "address": "https://example.org/p",
            "as_of": "2026-10-01",
            "owner": "Ministry",
            "expires_on": "",
            "value": "41.5",
            "unit": "percent",
        }
        assert "Enter a web address" in words(officer.post(page, {**typed, "address": "javascript:alert(1)"}))
        assert officer.post(page, typed).status_code == 303
        shown = words(officer.get(address("row", workshop.round_id, "P1")))
        assert "The programme : 41.5%" in shown
        assert "counts until 1 October 2027" in shown
        piece = HeldPiece.objects.get()
        back = address("evidence-back", workshop.round_id, piece.public_id)
        assert "Fill this in" in words(officer.post(back, {"why": ""}))
        assert officer.post(back, {"why": "Wrong."}).status_code == 303
        assert officer.get(back).status_code == 404
        assert "Wrong." in words(officer.get(address("history", workshop.round_id, "P1.E1")))

    def test_adds_a_file_of_which_only_the_digest_is_kept(self, officer: Client, workshop: Workshop) -> None:
        page = address("evidence-add", workshop.round_id, "P1.E1", "file")
        typed = {"title": "Report", "as_of": "2026-10-01", "owner": "Ministry"}
        file = SimpleUploadedFile("report.pdf", b"the report")
        assert officer.post(page, {**typed, "file": file}).status_code == 303
        digest = HeldPiece.objects.get().digest
        assert digest == hashlib.sha256(b"the report").hexdigest()
        assert digest in officer.get(address("row", workshop.round_id, "P1")).content.decode()
        assert "64 characters" in words(officer.post(page, typed))
        assert officer.get(address("evidence-add", workshop.round_id, "P1.E1", "rumour")).status_code == 404

    def test_is_told_why_a_step_cannot_be_taken(self, officer: Client, reviewed: Workshop) -> None:
        page = address("step", reviewed.round_id, "agree")
        assert "Where nobody differs" in words(officer.get(page))
        response = officer.post(page, {"words": ""})
        assert response.status_code == 409
        assert "Bodies differ on these items." in words(response)
        assert address("agree", reviewed.round_id, "P1.E2") in response.content.decode()
        assert officer.get(address("step", reviewed.round_id, "make")).status_code == 404
        assert officer.get(address("step", reviewed.round_id, "undo")).status_code == 404
        assert "Fill this in" in words(officer.post(address("step", reviewed.round_id, "drop"), {"words": ""}))

    def test_agrees_where_bodies_differ_and_publishes(self, officer: Client, reviewed: Workshop) -> None:
        shown = words(officer.get(address("review", reviewed.round_id)))
        assert "To agree on: 1 item" in shown
        assert "Not started Afterwards" in shown
        page = address("agree", reviewed.round_id, "P1.E2")
        response = officer.post(page, {"P1-E2-state": "partial"})
        assert "Write down how you came to agree." in words(response)
        assert officer.post(page, {"P1-E2-state": "partial", "P1-E2-note": "We talked."}).status_code == 303
        for step in ("agree", "publish"):
            assert officer.post(address("step", reviewed.round_id, step), {"words": ""}).status_code == 303
        assert Round.objects.get().stage == Stage.PUBLISHED.value
        assert "We talked." in words(Client().get(address("public-row", reviewed.round_id, "P1")))
        assert Client().get(address("public-row", reviewed.round_id, "P9")).status_code == 404

    def test_compares_with_the_round_before(self, officer: Client, reviewed: Workshop) -> None:
        publish(reviewed)
        typed = {"title": "Next", "held_on": "2026-11-20", "after": str(reviewed.round_id)}
        officer.post(address("new"), typed)
        later = Round.objects.get(title="Next")
        page = address("ask", later.public_id, "draft", "P1.E1")
        officer.post(page, {"P1-E1-state": "planned", "then": "row"})
        officer.post(address("ask", later.public_id, "draft", "P1.E2"), {"P1-E2-state": "unknown", "then": "row"})
        shown = words(officer.get(address("compare", later.public_id)))
        assert "Fell: 1 P1.E1" in shown
        assert "No longer known: 1 P1.E2" in shown
        assert "133 items are as before." in shown
        assert officer.get(address("compare-with", later.public_id, reviewed.round_id)).status_code == 200
        assert officer.get(address("compare-with", later.public_id, uuid4())).status_code == 404
        assert "no earlier round" in words(officer.get(address("compare", reviewed.round_id)))

    def test_makes_an_action_where_there_are_pages_for_that(
        self, officer: Client, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = address("row", workshop.round_id, "P1")
        before = "Create an action" in words(officer.get(page))
        assert before is bool(showing.action_address("P1.E1"))
        monkeypatch.setattr(showing, "reverse", lambda name, args: f"/{name}/{args[0]}")
        assert showing.action_address("P1.E1") == "/strategy:action_from_item/P1.E1"


class TestWorkbookPages:
    def test_goes_out_and_comes_back(self, officer: Client, workshop: Workshop) -> None:
        answer = officer.get(address("workbook-file", workshop.round_id, "draft"))
        assert answer["Content-Disposition"] == 'attachment; filename="assessment-2026-11-01-draft.xlsx"'
        book = load_workbook(io.BytesIO(answer.content))
        book["P"]["E5"], book["P"]["E6"] = "Planned", "Nearly"
        out = io.BytesIO()
        book.save(out)
        page = address("workbook", workshop.round_id, "draft")
        response = officer.post(page, {"file": SimpleUploadedFile("w.xlsx", out.getvalue())})
        assert response.status_code == 303
        preview = response["Location"]
        shown = words(officer.get(preview))
        assert "1 cell cannot be taken over" in shown
        assert "P!E6 “Nearly” This is no answer from the list." in shown
        assert "1 item would change" in shown
        assert not Score.objects.exists()
        received = Incoming.objects.get().received_at
        assert f"removed on {write_day(received + WORKBOOK_KEPT)}" in shown
        listed = officer.get(page)
        assert preview in listed.content.decode()
        assert f"It will be removed on {write_day(received + WORKBOOK_KEPT)}" in words(listed)
        assert officer.post(preview).status_code == 303
        assert officer.post(preview).status_code == 200  # sent twice
        assert [(row.item_id, row.state) for row in Score.objects.all()] == [("P1.O1", "planned")]
        assert "was taken over" in words(officer.get(preview))
        assert preview not in officer.get(page).content.decode()
        forget_workbooks(now=received + WORKBOOK_KEPT, limit=5)
        gone = officer.get(preview)
        assert gone.status_code == 404
        assert "removed after 30 days. Give it back again." in words(gone)
        assert officer.post(preview).status_code == 404

    def test_what_is_no_workbook_is_said_beside_the_field(self, officer: Client, workshop: Workshop) -> None:
        page = address("workbook", workshop.round_id, "draft")
        for content, said in (
            (b"hello", "Save it as .xlsx"),
            (b"x" * (2 * 1024 * 1024 + 1), "The file is larger than 2 MB."),
        ):
            response = officer.post(page, {"file": SimpleUploadedFile("w.xlsx", content)})
            assert response.status_code == 400
            assert said in words(response)
        assert "Choose a file." in words(officer.post(page, {}))
        assert not Incoming.objects.exists()

    def test_of_another_round_it_says_so(self, officer: Client, workshop: Workshop) -> None:
        officer.post(address("new"), {"title": "Other", "held_on": "2026-11-20", "after": ""})
        other = Round.objects.get(title="Other")
        answer = officer.get(address("workbook-file", other.public_id, "draft"))
        response = officer.post(
            address("workbook", workshop.round_id, "draft"), {"file": SimpleUploadedFile("w.xlsx", answer.content)}
        )
        assert "This workbook belongs to another round." in words(response)
        assert str(other.public_id) in words(response)


class TestReviewer:
    def test_answers_for_her_body_and_sees_the_others_after_that(self, workshop: Workshop) -> None:
        workshop.score("draft", P1_E1=State.IN_PLACE)
        workshop.step(RoundStep.OPEN_REVIEW)
        workshop.score(workshop.survivors_body, P1_E1=State.NOT_STARTED)
        pat = client_of(workshop.police)
        key = workshop.police_body
        assert "The nation in 2026" in words(pat.get(address("home")))
        assert pat.get(address("review", workshop.round_id)).status_code == 404
        row = address("row", workshop.round_id, "P1")
        assert "Not started" not in words(pat.get(row))
        page = address("ask", workshop.round_id, key, "P1.E1")
        for answer in ("not_started", "partial"):  # as others say, or otherwise: the page is the same
            assert pat.post(page, {"P1-E1-state": answer, "then": "row"}).status_code == 303
            assert "Bodies differ" not in words(pat.get(row))
        assert "Afterwards" not in words(pat.get(address("history", workshop.round_id, "P1.E1")))
        assert "134 of 135 questions are still open." in words(pat.get(address("voice", workshop.round_id, key)))
        assert pat.post(address("finish", workshop.round_id, key)).status_code == 303
        assert "Afterwards" in words(pat.get(row))
        assert "Bodies differ" in words(pat.get(row))
        assert "Afterwards" in words(pat.get(address("review", workshop.round_id)))
        assert "Afterwards" in words(pat.get(address("history", workshop.round_id, "P1.E1")))

    def test_speaks_for_nobody_else_and_moves_nothing(self, reviewed: Workshop) -> None:
        pat = client_of(reviewed.police)
        for name, *args in (
            ("ask", reviewed.survivors_body, "P1.E1"),
            ("ask-row", "draft", "P1"),
            ("voice", reviewed.survivors_body),
            ("workbook-file", reviewed.survivors_body),
            ("workbook", "draft"),
        ):
            assert pat.get(address(name, reviewed.round_id, *args)).status_code == 404, name
        assert pat.post(address("finish", reviewed.round_id, reviewed.survivors_body)).status_code == 404
        for name, *args in (("step", "publish"), ("participants",), ("agree", "P1.E2")):
            assert pat.get(address(name, reviewed.round_id, *args)).status_code == 403, name

    def test_other_staff_and_strangers_see_nothing(self, workshop: Workshop) -> None:
        editor = client_of(staff("ed", Role.DIRECTORY_EDITOR))
        assert editor.get(address("round", workshop.round_id)).status_code == 403
        assert Client().get(address("round", workshop.round_id)).status_code == 302
        nobody = client_of(staff("zoe", Role.REVIEWER))
        assert nobody.get(address("round", workshop.round_id)).status_code == 404
        assert "not asked for its view" in words(nobody.get(address("home")))


class TestBySecretariat:
    def test_is_not_asked_once_the_body_has_finished(self, officer: Client, reviewed: Workshop) -> None:
        shown = words(officer.get(address("round", reviewed.round_id)))
        assert "Finished on 24 November 2026 by Pat." in shown
        assert "Enter its answers" not in shown
        key = reviewed.police_body
        before = Score.objects.count()
        for name, part in (("ask", "P1.E1"), ("ask-row", "P1")):
            response = officer.post(address(name, reviewed.round_id, key, part), {"P1-E1-state": "not_started"})
            assert response.status_code == 409
            assert "This body has finished its view." in words(response)
        assert "Only those who answer for it" in words(officer.get(address("voice", reviewed.round_id, key)))
        assert Score.objects.count() == before

    def test_the_body_confirms_or_changes_what_was_entered_for_it(self, officer: Client, workshop: Workshop) -> None:
        workshop.step(RoundStep.OPEN_REVIEW)
        key, pat = workshop.police_body, client_of(workshop.police)
        typed = {f"P1-{item}-state": "in_place" for item in ("E1", "E2", "B1")}
        assert officer.post(address("ask-row", workshop.round_id, key, "P1"), typed).status_code == 303
        assert "entered 3 answers for you" in words(pat.get(address("round", workshop.round_id)))
        page = address("confirm", workshop.round_id, key)
        response = pat.post(address("finish", workshop.round_id, key))
        assert response["Location"] == page
        shown = pat.get(page)
        assert words(shown).count("In place") == 3
        assert officer.get(page).status_code == 404
        seen = re.search(r'name="seen_at" value="([^"]+)"', shown.content.decode())
        assert seen is not None
        assert pat.post(page, {"seen_at": "yesterday"}).status_code == 400
        assert pat.post(page, {"seen_at": seen[1], "only": "P1.E1"})["Location"] == page
        pat.post(address("ask", workshop.round_id, key, "P1.E2"), {"P1-E2-state": "planned"})
        assert pat.post(page, {"seen_at": seen[1]}).status_code == 303
        assert "Nothing waits for you here." in words(pat.get(page))
        assert pat.post(address("finish", workshop.round_id, key))["Location"] == address("round", workshop.round_id)
        history = words(officer.get(address("history", workshop.round_id, "P1.E1")))
        assert re.search(r"by Pat [^·]* Entered by the secretariat, confirmed by the body", history)
        assert re.search(r"by Robin [^·]* Entered by the secretariat, not confirmed", history)

    def test_others_are_not_told_who_answered_for_a_body(self, reviewed: Workshop) -> None:
        page = address("history", reviewed.round_id, "P1.E2")
        seen = words(client_of(reviewed.police).get(page))
        assert ("by Pat" in seen, "by Sol" in seen) == (True, False)
        assert "by Sol" in words(client_of(reviewed.officer).get(page))

    def test_everybody_reads_which_answers_the_secretariat_entered(self, officer: Client, workshop: Workshop) -> None:
        workshop.step(RoundStep.OPEN_REVIEW)
        key = workshop.survivors_body
        officer.post(address("ask-row", workshop.round_id, key, "P1"), {"P1-E1-state": "in_place"})
        workshop.score(workshop.police_body, P1_E1=State.IN_PLACE, P1_E2=State.PARTIAL)
        workshop.finish(workshop.police_body)
        for step in (RoundStep.AGREE, RoundStep.PUBLISH):
            workshop.step(step)
        shown = words(Client().get(address("public-round", workshop.round_id)))
        assert "A survivors’ group : 1 answer. The body has not confirmed 1 of them." in shown
        row = words(Client().get(address("public-row", workshop.round_id, "P1")))
        assert "A survivors’ group Entered by the secretariat, not confirmed" in row
        record = json.loads(Client().get(address("public-json", workshop.round_id)).content)
        assert [(each["entered_by_secretariat"], each["not_confirmed"]) for each in record["bodies"]] == [
            (["P1.E1"], ["P1.E1"]), ([], []),
        ]  # fmt: skip
        table = Client().get(address("public-csv", workshop.round_id)).content.decode()
        rows = {row["item"]: row for row in csv.DictReader(io.StringIO(table))}
        assert rows["P1.E1"]["not_confirmed"] == "A survivors’ group"
        assert rows["P1.E2"]["entered_by_secretariat"] == ""


class TestEverybody:
    def test_before_there_is_a_round_the_page_says_so(self, reviewed: Workshop) -> None:
        assert "No round has been published yet." in words(Client().get(address("public")))
        for name in ("public-round", "public-whole", "public-json", "public-csv"):
            assert Client().get(address(name, reviewed.round_id)).status_code == 404

    def test_reads_what_was_agreed_and_by_whom_and_no_notes_of_bodies(self, reviewed: Workshop) -> None:
        held = Round.objects.get()
        body = Body.objects.get(name="Harbour Police")
        Score.objects.create(
            round=held, source="body", body=body, item_id="P1.E2", state="in_place", note="Between us.", at=NOW, by="x"
        )
        publish(reviewed)
        response = Client().get(address("public-whole", reviewed.round_id))
        shown = words(response)
        assert "A survivors’ group" in words(Client().get(address("public")))
        assert "We looked at the papers." in shown
        assert "The programme" in shown
        for hidden in ("Afterwards", "Between us.", reviewed.police.reference, "Pat"):
            assert hidden not in response.content.decode()
            assert hidden not in Client().get(address("public-json", reviewed.round_id)).content.decode()
            assert hidden not in Client().get(address("public-csv", reviewed.round_id)).content.decode()
        assert response["Cache-Control"] == "no-store"

    def test_the_same_as_json_and_csv(self, reviewed: Workshop) -> None:
        publish(reviewed)
        answer = Client().get(address("public-json", reviewed.round_id))
        record = json.loads(answer.content)
        assert answer["Access-Control-Allow-Origin"] == "*"
        first = record["areas"][0]["rows"][0]
        assert (first["id"], first["standing"], first["level"]) == ("P1", "started", 1)
        by_id = {item["id"]: item for item in first["items"]}
        assert by_id["P1.E1"]["state"] == "in_place_with_evidence"
        assert by_id["P1.E1"]["evidence_shown"][0]["address"] == "https://example.org/programme"
        assert {each["by"]: each["state"] for each in by_id["P1.E2"]["said"]} == {
            "Harbour Police": "in_place", "A survivors’ group": "not_started",
        }  # fmt: skip
        rows = list(
            csv.DictReader(io.StringIO(Client().get(address("public-csv", reviewed.round_id)).content.decode()))
        )
        assert len(rows) == 137
        assert {row["item"]: row["state"] for row in rows}["P1.E2"] == "partial"
        assert {row["item"]: row["state"] for row in rows}["P3.B1"] == "not_assessed"

    def test_json_and_csv_speak_the_language_that_is_asked_for_and_keep_the_ids(self, reviewed: Workshop) -> None:
        publish(reviewed)
        text, title = "Reporting: how victims get pictures removed", "Victims"
        with translation.override("ar"):
            said_text, said_title = gettext(text), gettext(title)
        assert (said_text, said_title) != (text, title)
        page, table = (address(name, reviewed.round_id) for name in ("public-json", "public-csv"))
        for asked, headers, language in (
            ("", {}, "en"),
            ("", {"Accept-Language": "ar"}, "ar"),
            ("?lang=ar", {"Accept-Language": "en"}, "ar"),
            ("?lang=en", {"Accept-Language": "ar"}, "en"),
            ("?lang=tlh", {"Accept-Language": "ar"}, "ar"),
        ):
            answer = Client().get(page + asked, headers=headers)
            record = json.loads(answer.content)
            assert (answer.status_code, answer["Content-Language"], record["language"]) == (200, language, language)
            assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))
            assert not answer.cookies
            area = next(each for each in record["areas"] if each["id"] == "V")
            assert area["title"] == (said_title if language == "ar" else title)
            assert next(row["title"] for row in area["rows"] if row["id"] == "V2") == (
                said_text if language == "ar" else text
            )
            rows = list(csv.DictReader(io.StringIO(Client().get(table + asked, headers=headers).content.decode())))
            assert (rows[0]["area"], rows[0]["row"], rows[0]["item"]) == ("P", "P1", "P1.O1")
            first = record["areas"][0]["rows"][0]["items"][0]
            assert rows[0]["text"] == first["text"]
            with translation.override(language):
                assert first["text"] == gettext(shipped_model().item(rows[0]["item"]).text)
            states = {row["item"]: row["state"] for row in rows}
            assert (states["P1.E1"], states["P1.E2"]) == ("in_place_with_evidence", "partial")

    def test_what_has_expired_since_is_said(self, reviewed: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
        publish(reviewed)
        at(monkeypatch, NOW + 400 * DAY)
        assert "evidence for 1 item has expired." in words(Client().get(address("public")))
        shown = words(Client().get(address("public-row", reviewed.round_id, "P1")))
        assert "counts no more since 1 October 2027" in shown


class TestNeverOneFigure:
    """No page and no export adds areas up, averages, or puts anything in order of merit."""

    FORBIDDEN = re.compile(
        r"\b(overall|total score|national score|average|rank(ing|ed|s)?|league|grade|index of|percentile)\b",
        re.IGNORECASE,
    )

    def pages(self, workshop: Workshop) -> Iterator[str]:
        officer = client_of(workshop.officer)
        for name, *args in (("round",), ("review",), ("compare",), *(("row", row) for row in ("P1", "V3", "S3"))):
            yield words(officer.get(address(name, workshop.round_id, *args)))
        for name, *args in (("public-round",), ("public-whole",), ("public-row", "P1")):
            yield words(Client().get(address(name, workshop.round_id, *args)))

    def test_no_page_says_so(self, reviewed: Workshop) -> None:
        publish(reviewed)
        for page in self.pages(reviewed):
            assert "The nation in 2026" in page
            assert self.FORBIDDEN.findall(page) == []

    def test_numbers_in_the_exports_are_a_row_s_level_and_how_many_rows_stand_where(self, reviewed: Workshop) -> None:
        publish(reviewed)
        record = json.loads(Client().get(address("public-json", reviewed.round_id)).content)
        counted = {
            f".areas[*].rows_by_standing.{name}" for area in record["areas"] for name in area["rows_by_standing"]
        }
        places = {re.sub(r"\d+", "*", place) for place in _numbers(record)}
        assert places == {".edition", ".areas[*].rows[*].level", *counted}
        assert [area["id"] for area in record["areas"]] == list("PCVIMS")  # the model's order, whatever they reach
        header = Client().get(address("public-csv", reviewed.round_id)).content.decode().splitlines()[0]
        assert "level" not in header
        assert "score" not in header

    def test_areas_stand_in_the_model_s_order_on_pages_too(self, reviewed: Workshop) -> None:
        publish(reviewed)
        content = Client().get(address("public-whole", reviewed.round_id)).content.decode()
        assert re.findall(r'id="area-(\w)"', content) == list("PCVIMS")
        rows = re.findall(r'id="row-(\w\d)"', content)
        assert rows == [row.id for row in Round.objects.get().as_model().rows]


def _numbers(value: Any, place: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _numbers(each, f"{place}.{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _numbers(each, f"{place}[{number}]")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield place
