"""The room of those who write pages: one writes, another approves, and everybody reads it at once."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.models import User
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.languages import Room
from leeward.foundation.notary.queries import find_entries
from leeward.foundation.pages import kinds
from leeward.foundation.pages.kinds import Kind, Living, Said
from leeward.foundation.pages.models import Draft, PageEdition, StoodOn
from leeward.foundation.pages.queries import PageEdition as EditionRows
from leeward.foundation.pages.views import staff
from tests.foundation.accounts.people import NOW, at
from tests.foundation.pages.telling import Telling
from tests.foundation.pages.writing import BODY, approve, seen, text_of, write

pytestmark = pytest.mark.django_db

NUMBERS = {"line": "0800 1"}


@pytest.fixture(autouse=True)
def _things(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of things as another room declares one, whose number changes."""
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    at(monkeypatch, NOW)
    monkeypatch.setitem(NUMBERS, "line", "0800 1")

    def tell(keys: Any, _language: str, _now: Any) -> dict[str, Living]:
        return {
            key: Living(title=key, said={"": Said(key), "phone": Said(NUMBERS[key], f"tel:{NUMBERS[key]}")})
            for key in keys
            if key in NUMBERS
        }

    kind = Kind(name="thing", label="Thing", hint="", tell=tell, keys=lambda _language: [(key, key) for key in NUMBERS])
    monkeypatch.setitem(kinds.KINDS, "thing", kind)


class TestTwoPeople:
    def test_what_one_writes_and_another_approves_is_read_at_the_old_address(self, dana: Client, petra: Client) -> None:
        before = text_of(Client().get("/help"))
        assert write(dana).status_code == 303
        assert text_of(Client().get("/help")) == before
        home = text_of(petra.get("/staff/"))
        assert "Dana wrote it, and somebody else must read it" in home
        assert "must read it" not in text_of(dana.get("/staff/"))
        assert approve(petra).status_code == 303
        page = text_of(Client().get("/help"))
        assert "Call 0800 1 now." in page
        assert "Edition 1, 24 November 2026." in page
        edition = PageEdition.objects.get()
        names = dict(User.objects.values_list("reference", "username"))
        assert (names[edition.written_by], names[edition.approved_by]) == ("dana", "petra")
        assert list(StoodOn.objects.values_list("kind", "key")) == [("thing", "line")]
        (leaf,) = find_entries("page", "help/en/1")
        assert leaf.leaf.sha256 == edition.sha256
        assert {"pages.written", "pages.approved"} <= set(AuditEvent.objects.values_list("verb", flat=True))

    def test_a_living_thing_changes_on_the_page_at_once(self, dana: Client, petra: Client) -> None:
        write(dana)
        approve(petra)
        NUMBERS["line"] = "0800 2"
        assert "Call 0800 2 now." in text_of(Client().get("/help"))
        del NUMBERS["line"]
        assert "(this is no longer there)" in text_of(Client().get("/help"))

    def test_nobody_approves_what_they_wrote_themselves(self, dana: Client, petra: Client) -> None:
        write(dana)
        assert "Somebody else must approve it" in text_of(dana.get(reverse("pages:approve", args=["help", "en"])))
        draft = Draft.objects.get()
        sent = {"seen": "", "seal": "", "reason": "Mine."}
        address = reverse("pages:approve", args=["help", "en"])
        digest = re.search(r"Digest of this text: ([0-9a-f]{64})", text_of(petra.get(address)))
        assert digest
        refused = dana.post(address, sent | {"seen": digest[1], "seal": digest[1]})
        assert (refused.status_code, PageEdition.objects.count()) == (400, 0)
        assert write(petra, body=f"{BODY}\n- Three").status_code == 303
        draft.refresh_from_db()
        assert len(draft.writers) == 2
        assert approve(dana).status_code == 400

    def test_what_was_changed_after_it_was_looked_at_is_not_approved(self, dana: Client, petra: Client) -> None:
        write(dana)
        address = reverse("pages:approve", args=["help", "en"])
        looked_at = re.search(r'name="seal" value="([^"]*)"', petra.get(address).content.decode())
        assert looked_at
        write(dana, body=f"{BODY}\n- Three")
        stale = petra.post(address, {"seen": looked_at[1], "seal": looked_at[1], "reason": "Good."})
        assert (stale.status_code, PageEdition.objects.count()) == (400, 0)
        newest = re.search(r'name="seen" value="([^"]*)"', petra.get(address).content.decode())
        assert newest
        forged = petra.post(address, {"seen": newest[1], "seal": looked_at[1], "reason": "Good."})
        assert (forged.status_code, PageEdition.objects.count()) == (400, 0)

    def test_two_who_write_at_once_do_not_lose_each_others_words(self, dana: Client, petra: Client) -> None:
        dana.get(reverse("pages:pages"))
        begun = seen(petra, reverse("pages:write", args=["help", "en"]))
        write(dana)
        late = write(petra, since=begun, body="Mine.")
        assert late.status_code == 400
        assert "Somebody has changed this meanwhile" in text_of(late)
        assert "Mine." in late.content.decode()
        assert Draft.objects.get().body == BODY

    def test_what_is_flawed_is_named_and_cannot_be_approved(self, dana: Client, petra: Client) -> None:
        write(dana, body="Call [[thing:lime]]. [here](/nowhere)")
        page = text_of(petra.get(reverse("pages:approve", args=["help", "en"])))
        assert "Line 1: [[thing:lime]] leads to nothing. Nearest: [[thing:line]]" in page
        assert "Line 1: The link to /nowhere leads to no page of this site" in page
        refused = approve(petra)
        assert (refused.status_code, PageEdition.objects.count()) == (400, 0)
        assert "Correct this first: [[thing:lime]]" in text_of(refused)

    def test_the_preview_keeps_nothing(self, dana: Client) -> None:
        page = text_of(write(dana, preview="1"))
        assert "Call 0800 1 now." in page
        assert "Changes from the published text" in page
        assert not Draft.objects.exists()

    def test_a_draft_can_be_thrown_away(self, dana: Client) -> None:
        write(dana)
        assert dana.post(reverse("pages:discard", args=["help", "en"])).status_code == 303
        assert not Draft.objects.exists()


class TestEditions:
    def test_a_withdrawn_edition_gives_way_to_what_stood_before(self, dana: Client, petra: Client) -> None:
        write(dana)
        approve(petra)
        write(dana, body="Wrong words.")
        approve(petra)
        assert "Wrong words." in text_of(Client().get("/help"))
        address = reverse("pages:withdraw", args=["help", "en", 2])
        assert petra.post(address, {"seen": "", "reason": ""}).status_code == 400
        assert petra.post(address, {"seen": "", "reason": "It was wrong."}).status_code == 303
        assert "Call 0800 1 now." in text_of(Client().get("/help"))
        assert petra.post(address, {"seen": "", "reason": "Again."}).status_code == 400
        assert "It was wrong." in text_of(petra.get(reverse("pages:edition", args=["help", "en", 2])))

    def test_a_page_of_its_own_is_listed_and_served_as_data(self, dana: Client, petra: Client) -> None:
        assert dana.get("/pages/after-a-breach").status_code == 404
        typed = {"seen": "", "code": "after-a-breach", "title": "After a breach", "is_watched": "on"}
        made = dana.post(reverse("pages:new"), typed)
        assert made.headers["Location"] == reverse("pages:write", args=["after-a-breach", "en"])
        assert Client().get("/pages/after-a-breach").status_code == 404
        write(dana, "after-a-breach", title="After a breach")
        approve(petra, "after-a-breach")
        listed = Client().get("/pages").content.decode()
        assert 'href="/pages/after-a-breach"' in listed
        assert 'href="/help"' in listed
        data = Client().get("/pages/after-a-breach.json")
        told = data.json()
        assert told["body"] == BODY
        assert told["references"] == [
            {"reference": "[[thing:line phone]]", "says": "0800 1", "address": "tel:0800 1"},
        ]
        assert told["sha256"] == PageEdition.objects.get().sha256
        assert data.headers["ETag"]
        codes = [each["code"] for each in Client().get("/pages/index.json").json()["pages"]]
        assert {"after-a-breach", "help", "safety"} <= set(codes)
        assert Client().get("/pages/nothing.json").status_code == 404

    @pytest.mark.parametrize("code", ["Ünsafe", "a b", "help", "x" * 41, "../etc"])
    def test_names_that_cannot_be_are_refused(self, dana: Client, code: str) -> None:
        answer = dana.post(reverse("pages:new"), {"seen": "", "code": code, "title": "T"})
        assert answer.status_code == 400

    def test_a_page_that_has_an_address_of_its_own_is_shown_there_alone(self, client: Client) -> None:
        answer = client.get("/pages/help")
        assert (answer.status_code, answer.headers["Location"]) == (301, "/help")

    def test_what_came_with_the_product_is_there_when_the_database_is_not(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_args: object, **_more: object) -> None:
            raise OperationalError

        monkeypatch.setattr(EditionRows.objects, "filter", away)
        assert "Exit this page" in text_of(client.get("/safety"))
        assert client.get("/safety").status_code == 200

    def test_where_a_thing_is_used_is_one_question(self, dana: Client, petra: Client) -> None:
        write(dana)
        approve(petra)
        found = dana.get(reverse("pages:pages"), {"uses": "[[thing:line]]"}).content.decode()
        rows = found.partition("<tbody")[2]
        assert reverse("pages:staff", args=["help"]) in rows
        assert reverse("pages:staff", args=["safety"]) not in rows


class TestTranslating:
    def test_a_changed_source_leaves_its_translation_behind_until_it_is_looked_at(
        self, dana: Client, petra: Client
    ) -> None:
        def told() -> Any:
            return Client().get("/pages/safety.json", {"lang": "ar"}).json()

        assert not told()["is_behind"]
        write(dana, "safety", title="Staying safe while you use this site", tab="Using this site", body="One.\n\nTwo.")
        approve(petra, "safety")
        assert told()["is_behind"]
        assert told()["language"] == "ar"
        assert "Out of date" in text_of(dana.get(reverse("pages:staff", args=["safety"])))
        address = reverse("pages:write", args=["safety", "ar"])
        shown = dana.get(address).content.decode()
        assert shown.count('name="block_') == 4
        sent = {"seen": seen(dana, address), "block_0": "ع", "block_1": "ع", "block_2": "واحد", "block_3": "اثنان"}
        assert dana.post(address, sent | {"is_ready": "on"}).status_code == 303
        assert approve(petra, "safety", language="ar").status_code == 303
        assert not told()["is_behind"]
        assert told()["body"] == "واحد\n\nاثنان"

    def test_words_that_stay_must_be_said_to_be_right(self, dana: Client, petra: Client) -> None:
        text = Client().get("/safety", headers={"accept-language": "ar"})
        write(dana, "safety", title="Keep safe", tab="Using this site", body="One.")
        approve(petra, "safety")
        address = reverse("pages:write", args=["safety", "ar"])
        title = Telling(text.content.decode()).said[0]
        kept = {"seen": seen(dana, address), "block_0": title, "block_1": "ع", "block_2": "و"}
        dana.post(address, kept)
        was, _tab, _one = Draft.objects.get().renders
        dana.post(address, kept | {"seen": seen(dana, address), "right_0": "on"})
        assert Draft.objects.get().renders[0] != was

    def test_a_translators_file_goes_out_and_comes_back_as_a_draft(self, dana: Client) -> None:
        dana.get(reverse("pages:pages"))
        out = dana.get(reverse("pages:blocks", args=["help", "ar"]))
        tree = ElementTree.fromstring(out.content)  # noqa: S314  # our own
        assert tree.get("trgLang") == "ar"
        changed = out.content.decode().replace("الحصول على مساعدة", "المساعدة هنا")
        answer = hand_in(dana, changed)
        assert answer.status_code == 303
        assert Draft.objects.get().title == "المساعدة هنا"
        assert len(Draft.objects.get().renders) == changed.count("<unit ")

    def test_a_file_of_an_older_text_gives_what_fits_and_lists_the_rest(self, dana: Client) -> None:
        dana.get(reverse("pages:pages"))
        file = dana.get(reverse("pages:blocks", args=["help", "ar"])).content.decode()
        first = file.replace("الحصول على مساعدة", "المساعدة هنا")
        older = re.sub(r'(<unit id="b2" name=")[0-9a-f]+', r"\g<1>0000000000000000", first)
        answer = hand_in(dana, older)
        assert answer.status_code == 200
        assert re.search(r"left out: \d+", text_of(answer))
        assert Draft.objects.get().title == "المساعدة هنا"

    def test_a_wrong_file_is_refused_by_its_line_and_nothing_is_written(self, dana: Client) -> None:
        dana.get(reverse("pages:pages"))
        file = dana.get(reverse("pages:blocks", args=["safety", "ar"])).content.decode()
        answer = hand_in(dana, file)
        assert answer.status_code == 400
        assert "Line 3: the file is of another page: safety" in text_of(answer)
        assert not Draft.objects.exists()


def hand_in(client: Client, content: str) -> Any:
    file = SimpleUploadedFile("help.xlf", content.encode(), content_type="application/xliff+xml")
    return client.post(reverse("pages:take-blocks", args=["help", "ar"]), {"file": file})


class TestSites:
    def test_a_text_links_to_a_site_only_once_it_is_in_the_list(self, dana: Client, petra: Client) -> None:
        write(dana, body="[Their page](https://www.example.org/a)")
        assert "leads to a site that is not in the list" in text_of(approve(petra))
        typed = {"seen": "", "host": "www.example.org", "reason": "The regulator."}
        assert dana.post(reverse("pages:sites"), typed).status_code == 303
        assert approve(petra).status_code == 303
        assert 'rel="noreferrer noopener external"' in Client().get("/help").content.decode()
        assert dana.post(reverse("pages:forget-site"), {"host": "www.example.org"}).status_code == 303
        assert "www.example.org" not in text_of(dana.get(reverse("pages:sites"))).partition("Why texts")[2]

    @pytest.mark.parametrize("host", ["", "https://www.example.org/", "a b", "-x-"])
    def test_what_is_no_site_is_refused(self, dana: Client, host: str) -> None:
        assert dana.post(reverse("pages:sites"), {"seen": "", "host": host, "reason": "R."}).status_code == 400


def test_what_texts_can_refer_to_is_shown_with_what_it_says_now(dana: Client) -> None:
    page = text_of(dana.get(reverse("pages:references"), {"kind": "line", "words": "night"}))
    assert "[[line:crisis]]" in page
    assert "0800 555 0177" in page
    assert "[[line:emergency]]" not in page
    assert dana.get(reverse("pages:references"), {"kind": "nothing"}).status_code == 400


def test_staff_see_how_whole_each_language_is_and_what_keeps_one_from_her_pages(
    dana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = (
        Room(name="talk", is_hers=True, texts=7, translated={"ar": 7, "es": 7, "fr": 3}),
        Room(name="leeward/policy/statistics", is_hers=False, texts=9, translated={"ar": 9}),
    )
    monkeypatch.setattr(staff, "read_counts", lambda: counted)
    page = text_of(dana.get(reverse("pages:languages")))
    assert "talk 7 7 7 3" in page
    assert "leeward/policy/statistics 9 9 0 0" in page
    assert "talk : 4 missing" in page.replace("talk:", "talk :")
    assert Client().get(reverse("pages:languages")).status_code in (302, 303, 403)
