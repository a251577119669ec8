"""Days from and until which a page holds, the day on which somebody looks at it again, and copies to replace."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.pages import kinds
from leeward.foundation.pages.figures import count_overdue
from leeward.foundation.pages.kinds import Kind, Living, Said
from leeward.foundation.pages.models import Draft, Page, PageEdition, PrintRun
from tests.foundation.accounts.people import NOW, at, come_in
from tests.foundation.pages.writing import approve, print_now, seen, text_of, write

pytestmark = pytest.mark.django_db

CODE = "week-of-action"
FIRST, LAST = "2026-12-01", "2026-12-07"
NUMBERS = {"line": "0800 1"}


@pytest.fixture(autouse=True)
def _things(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    at(monkeypatch, NOW)
    monkeypatch.setitem(NUMBERS, "line", "0800 1")

    def tell(keys: Any, _language: str, _now: Any) -> dict[str, Living]:
        said = {"phone": Said(NUMBERS["line"], "tel:1")}
        return {key: Living(title=key, said=said) for key in keys if key in NUMBERS}

    kind = Kind(name="thing", label="Thing", hint="", tell=tell, keys=lambda _language: [])
    monkeypatch.setitem(kinds.KINDS, "thing", kind)


def published(dana: Client, petra: Client, **typed: str) -> None:
    dana.post(reverse("pages:new"), {"seen": "", "code": CODE, "title": "Week", "is_watched": "on"})
    assert write(dana, CODE, title="Week of action", **typed).status_code == 303
    assert approve(petra, CODE).status_code == 303


def read(language: str = "en") -> tuple[int, str]:
    answer = Client().get(f"/pages/{CODE}", headers={"accept-language": language})
    return answer.status_code, text_of(answer)


class TestDays:
    def test_a_page_is_there_from_its_first_day_to_its_last_on_the_nations_clock(
        self, dana: Client, petra: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        settings.LEEWARD_TIME_ZONE = "Pacific/Auckland"  # thirteen hours before UTC
        published(dana, petra, from_on=FIRST, until_on=LAST)
        assert read()[0] == 404
        assert "Begins later" in text_of(dana.get(reverse("pages:staff", args=[CODE])))
        assert f"/pages/{CODE}" not in Client().get("/pages").content.decode()
        assert Client().get(f"/pages/{CODE}/paper/leaflet.pdf").status_code == 404
        at(monkeypatch, datetime(2026, 11, 30, 10, 59, tzinfo=UTC))
        assert read()[0] == 404
        at(monkeypatch, datetime(2026, 11, 30, 11, 1, tzinfo=UTC))
        assert read()[0] == 200
        told = Client().get(f"/pages/{CODE}.json").json()
        assert (told["from"], told["until"]) == (FIRST, LAST)
        sheet = f"/p/{print_now(CODE).code}"
        assert "This sheet is still right" in text_of(Client().get(sheet))
        at(monkeypatch, datetime(2026, 12, 7, 10, 59, tzinfo=UTC))
        assert read()[0] == 200
        at(monkeypatch, datetime(2026, 12, 7, 11, 1, tzinfo=UTC))
        status, page = read()
        assert (status, "Its last day was 7 December 2026." in page) == (410, True)
        told_now = text_of(Client().get(sheet))
        assert "This sheet is over Its last day was 7 December 2026." in told_now
        assert "still right" not in told_now
        assert " Over " in text_of(come_in("dana").get(reverse("pages:staff", args=[CODE])))
        assert Client().get(f"/pages/{CODE}.json").status_code == 404

    def test_what_stood_before_a_text_with_days_stands_after_it_again(
        self, dana: Client, petra: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        published(dana, petra, body="Always.")
        published(dana, petra, body="In this week.", from_on=FIRST, until_on=LAST)
        for day, words in (("2026-11-30", "Always."), (FIRST, "In this week."), ("2026-12-08", "Always.")):
            at(monkeypatch, datetime.fromisoformat(f"{day}T12:00+00:00"))
            assert words in read()[1], day

    @pytest.mark.parametrize(
        ("first", "last", "said"),
        [
            (LAST, FIRST, "Enter a day that is not before the beginning"),
            ("", "2026-11-23", "Choose a last day that is not over yet"),
            ("soon", "", "Enter a day such as"),
        ],
    )
    def test_days_that_cannot_be_are_refused(self, dana: Client, first: str, last: str, said: str) -> None:
        refused = write(dana, from_on=first, until_on=last)
        assert (refused.status_code, Draft.objects.count()) == (400, 0)
        assert said in text_of(refused)

    def test_the_second_person_says_yes_to_the_days_too(
        self, dana: Client, petra: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(dana, until_on=LAST)
        address = reverse("pages:approve", args=["help", "en"])
        page = petra.get(address)
        assert "Until 7 December 2026." in text_of(page)
        looked_at = re.search(r'name="seal" value="([^"]*)"', page.content.decode())
        assert looked_at
        Draft.objects.update(until_on="2027-12-07")
        newest = re.search(r'name="seen" value="([^"]*)"', petra.get(address).content.decode())
        assert newest
        sent = {"seen": newest[1], "seal": looked_at[1], "reason": "Good."}
        assert petra.post(address, sent).status_code == 400
        assert not PageEdition.objects.exists()
        at(monkeypatch, NOW + timedelta(days=2 * 365))
        assert "not over yet" in text_of(approve(come_in("petra")))
        assert not PageEdition.objects.exists()

    def test_a_translation_can_be_ready_before_the_first_day_and_has_the_days_of_its_source(
        self, dana: Client, petra: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        published(dana, petra, body="One.", from_on=FIRST, until_on=LAST)
        address = reverse("pages:write", args=[CODE, "ar"])
        sent = {"seen": seen(dana, address), "block_0": "أسبوع", "block_1": "ع", "block_2": "واحد", "is_ready": "on"}
        assert dana.post(address, sent).status_code == 303
        assert approve(petra, CODE, language="ar").status_code == 303
        assert read("ar")[0] == 404
        at(monkeypatch, datetime(2026, 12, 3, tzinfo=UTC))
        assert "واحد" in read("ar")[1]
        at(monkeypatch, datetime(2026, 12, 9, tzinfo=UTC))
        assert (read("ar")[0], read("en")[0]) == (410, 410)


class TestLookingAgain:
    def test_a_page_waits_for_somebody_to_look_at_it_again(self, dana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        dana.get(reverse("pages:pages"))
        assert count_overdue() == 0
        assert "Pages to look at again" not in text_of(dana.get("/staff/"))
        Page.objects.filter(code="safety").update(review_on="2026-11-24")
        assert "Pages to look at again" in text_of(dana.get("/staff/"))
        assert "1 page must be looked at again" in text_of(dana.get(reverse("pages:pages")))
        listed = dana.get(reverse("pages:pages"), {"due": "on"}).content.decode().partition("<tbody")[2]
        assert (reverse("pages:staff", args=["safety"]) in listed, reverse("pages:staff", args=["help"]) in listed) == (
            True,
            False,
        )
        address = reverse("pages:look-again", args=["safety"])
        for wrong in ("2026-11-24", "2027-11-25", ""):
            assert dana.post(address, {"seen": "", "review_on": wrong}).status_code == 400
        assert dana.post(address, {"seen": "", "review_on": "2027-05-01"}).status_code == 303
        assert count_overdue() == 0
        assert "reviewed again" in text_of(dana.get(reverse("pages:staff", args=["safety"])))
        at(monkeypatch, datetime(2027, 5, 1, 12, tzinfo=UTC))
        assert count_overdue() == 1

    def test_whoever_approves_a_text_has_looked_at_its_page(self, dana: Client, petra: Client) -> None:
        write(dana)
        Page.objects.update(review_on="2026-11-01")
        approve(petra)
        assert str(Page.objects.get(code="help").review_on) == "2027-11-24"


class TestPrintRuns:
    def test_copies_are_replaced_once_their_sheet_is_not_right_any_more(self, dana: Client, petra: Client) -> None:
        write(dana)
        approve(petra)
        code = print_now("help").code
        typed = {"seen": "", "code": code.lower(), "form": "poster", "copies": "120", "printed_on": "2026-11-20"}
        address = reverse("pages:new-run")
        assert code in dana.get(address, {"sheet": code}).content.decode()
        assert dana.post(address, typed | {"location": "Northport police station"}).status_code == 303
        run = PrintRun.objects.get()
        page = reverse("pages:run", args=[run.public_id])
        assert "Still right" in text_of(dana.get(reverse("pages:runs")))
        assert "Print runs to replace" not in text_of(petra.get("/staff/"))
        NUMBERS["line"] = "0800 2"
        told = text_of(petra.get("/staff/"))
        assert "Get help: 120 copies, Poster (A3)" in told
        assert "Northport police station" in told
        assert "Dana" in text_of(petra.get(page))
        assert petra.post(page).status_code == 303
        assert "Print runs to replace" not in text_of(petra.get("/staff/"))
        assert "Replaced" in text_of(petra.get(reverse("pages:runs")))
        assert petra.post(page).status_code == 400
        lines = AuditEvent.objects.filter(verb__startswith="pages.run").order_by("verb")
        assert [(line.verb, str(line.facts)) for line in lines] == [
            ("pages.run_noted", "{}"),
            ("pages.run_replaced", "{}"),
        ]

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"code": "K7Q2M5"}, "No sheet has this code"),
            ({"copies": "0"}, "Enter a whole number"),
            ({"form": "banner"}, "Choose one from the list"),
            ({"printed_on": "2026-11-25"}, "Enter a day that is over, or today"),
            ({"location": ""}, "Say where"),
        ],
    )
    def test_what_cannot_be_is_named(self, dana: Client, wrong: dict[str, str], said: str) -> None:
        dana.get(reverse("pages:pages"))
        typed = {"seen": "", "code": print_now("help").code, "form": "card", "copies": "1", "location": "Here"}
        answer = dana.post(reverse("pages:new-run"), typed | {"printed_on": "2026-11-24"} | wrong)
        assert (answer.status_code, PrintRun.objects.count()) == (400, 0)
        assert said in text_of(answer)

    def test_many_runs_cost_no_more_questions_than_one(
        self, dana: Client, petra: Client, django_assert_max_num_queries: Any
    ) -> None:
        write(dana)
        approve(petra)
        for number in range(6):
            NUMBERS["line"] = f"0800 {number}"
            run = {"form": "card", "copies": 1, "location": "Here", "printed_on": NOW.date(), "made_by": "one"}
            PrintRun.objects.create(**run, sheet=print_now("help"), made_at=NOW)
        with django_assert_max_num_queries(25):
            assert text_of(dana.get(reverse("pages:runs"))).count("Replace it") == 5
