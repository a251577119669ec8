"""Pages of a locked file: added, opened and erased by its person; looked at by a team to which it is shown."""

import base64
import html
import io
import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.checking.rules.bags import opened_bag
from leeward.foundation.vault.operations import reads, spend_work
from leeward.foundation.vault.rules import work
from leeward.foundation.work.models import Exposure
from leeward.victim.helpline.models import Case, Recusal
from leeward.victim.locker.models import Part
from leeward.victim.locker.operations.store import hold_store
from leeward.victim.locker.rules.lwf1 import open_part
from tests.answer_flaws import flaws_of_page
from tests.counters import start_afresh
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, Worker
from tests.victim.locker.opening import KEPT, Hers, open_pages, words
from tests.victim.locker.sealing import Device, alone, picture, uncovered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    monkeypatch.setattr(work, "BITS", 2)
    start_afresh()


@pytest.fixture
def hers(house: Standing, sam: Worker) -> Hers:
    return open_pages()


def order_of(page: str) -> dict[str, Any]:
    """What the page tells its script of whom to lock a file for."""
    found = re.search(r'data-order="([^"]+)"', page)
    assert found
    return json.loads(found[1].replace("&#34;", '"').replace("&quot;", '"'))


def worked(hers: Hers, device: Device) -> dict[str, str]:
    """The small sum of the page on which a file is added, as its script does it."""
    found = re.search(r'name="challenge" value="([^"]+)"', hers.browser.see(f"{KEPT}/{device.item}/file"))
    assert found
    proofs = (str(number) for number in range(10_000))
    return {
        "challenge": found[1],
        "proof": next(each for each in proofs if work.is_done(challenge=found[1], proof=each)),
    }


def sent(hers: Hers, device: Device) -> str:
    """Send a file as the page's script does; where it leads."""
    client, url = hers.browser.client, f"{KEPT}/{device.item}/file/send"
    answer = client.post(url, json.dumps(device.says(**worked(hers, device))), content_type="application/json")
    while "want" in answer.json():
        want = answer.json()["want"]
        assert answer.status_code == 202
        name = f"{device.generation}/{want['part']}/{want['piece']}"
        content = device.pieces(want["part"])[want["piece"] - 1]
        answer = client.post(url, content, content_type="application/octet-stream", headers={"X-Piece": name})
    assert answer.status_code == 201
    return answer.json()["next"]


def test_while_the_store_is_away_the_page_says_so_before_a_file_is_chosen(
    hers: Hers, settings: Any, tmp_path: Path
) -> None:
    item, here = hers.write(), settings.LEEWARD_LOCKER_PIECES
    assert "<iframe" in hers.browser.client.get(f"{KEPT}/{item}/file").content.decode(), "nobody has named a store yet"
    hold_store()
    settings.LEEWARD_LOCKER_PIECES = tmp_path / "other"
    page = hers.browser.client.get(f"{KEPT}/{item}/file")
    assert page.status_code == 200
    assert "We cannot keep files just now. Please try again later." in page.content.decode()
    assert "<iframe" not in page.content.decode()
    assert "locker/built/locker.js" not in page.content.decode()
    assert hers.browser.client.get(f"{KEPT}/{uuid.uuid4()}/file").headers["Location"] == KEPT
    settings.LEEWARD_LOCKER_PIECES = here
    assert "<iframe" in hers.browser.client.get(f"{KEPT}/{item}/file").content.decode()


def test_a_person_adds_a_file_opens_it_and_erases_it(hers: Hers) -> None:
    item = hers.write()
    page = hers.browser.client.get(f"{KEPT}/{item}/file")
    text = page.content.decode()
    assert "Never add the intimate picture itself." in text
    assert "'none'" in page.headers["Content-Security-Policy"].split("frame-src")[1].split(";")[0]
    assert re.search(r"script-src 'self' 'sha256-[^']+'", page.headers["Content-Security-Policy"])
    device = picture(hers.keeper, item)
    order = order_of(text)
    assert base64.b64decode(order["info"]).decode().count(str(item)) == 1
    assert (order["generation"], order["most"]) == (device.generation, 50 * 1024 * 1024)

    assert sent(hers, device) == f"{KEPT}/{item}"
    assert "A covered picture 1" in hers.see(f"{KEPT}/{item}")
    assert "A file added : File 1" in hers.see(f"{KEPT}/{item}")
    seen = hers.browser.client.get(f"{KEPT}/{item}/file/1")
    assert 'data-file-name="page.eml"' in seen.content.decode()
    assert "covered copy" not in seen.content.decode()

    opened = hers.post(f"{KEPT}/{item}/file/1/open").json()
    sealed = b"".join(hers.browser.client.get(piece).content for piece in opened["pieces"])
    assert open_part(sealed, key=base64.b64decode(opened["key"])) == b"covered copy"

    refused = hers.post(f"{KEPT}/{item}/file/1", numbers="1111 1111 1111 1111 1111 1111")
    assert refused.status_code in (403, 422)
    assert Part.objects.count() == 2
    assert hers.decide(f"{KEPT}/{item}/file/1").headers["Location"] == f"{KEPT}/{item}"
    assert not Part.objects.exists()
    assert "A covered picture" not in hers.see(f"{KEPT}/{item}")


def test_where_the_store_is_away_the_device_is_told_before_it_sends_a_piece(
    hers: Hers, settings: Any, tmp_path: Path
) -> None:
    hold_store()
    item = hers.write()
    device = picture(hers.keeper, item)
    announced = json.dumps(device.says(**worked(hers, device)))
    store, settings.LEEWARD_LOCKER_PIECES = settings.LEEWARD_LOCKER_PIECES, tmp_path / "other"
    url, client = f"{KEPT}/{item}/file/send", hers.browser.client
    answer = client.post(url, announced, content_type="application/json")
    assert answer.status_code == 409
    assert answer.json() == {
        "text": "We cannot keep files just now. The file is still on your device. Please try again later."
    }
    assert not Part.objects.exists()
    settings.LEEWARD_LOCKER_PIECES = store
    assert sent(hers, device) == f"{KEPT}/{item}"


def test_what_is_wrong_with_a_sending_is_said_in_words(hers: Hers) -> None:
    item = hers.write()
    url, client = f"{KEPT}/{item}/file/send", hers.browser.client
    device = picture(hers.keeper, item)
    broken = client.post(url, json.dumps(device.says(parts=[])), content_type="application/json")
    assert (broken.status_code, broken.json()["text"][:16]) == (409, "This page is out")
    nothing = client.post(url, b"x", content_type="application/octet-stream")
    assert (nothing.status_code, list(nothing.json())) == (409, ["text"])
    done = worked(hers, device)
    spent = worked(hers, device)
    assert spend_work(**spent, now=NOW)
    for lacking in ({}, done | {"proof": "x"}, spent):
        refused = client.post(url, json.dumps(device.says(**lacking)), content_type="application/json")
        assert (refused.status_code, refused.json()["text"][:16]) == (409, "This page is out")
    assert not Part.objects.exists()
    for _ in range(2):  # the line was lost: the same announcement goes on, and costs no other sum
        begun = client.post(url, json.dumps(device.says(**done)), content_type="application/json")
        assert begun.json() == {"want": {"part": "copy", "piece": 1}}
    headers = {"X-Piece": f"{device.generation}/view/1"}
    wrong = client.post(url, device.pieces("view")[0], content_type="application/octet-stream", headers=headers)
    assert (wrong.status_code, wrong.json()) == (409, {"want": {"part": "copy", "piece": 1}})
    assert client.get(f"{KEPT}/{item}/file/1").status_code == 303  # not whole: not there
    assert hers.post(f"{KEPT}/{item}/file/1/open").status_code == 404
    assert client.get(f"{KEPT}/{item}/file/1/1").status_code == 404


def test_nobody_without_the_code_sends_or_opens(hers: Hers, client: Any) -> None:
    item = hers.write()
    sent(hers, picture(hers.keeper, item))
    for path in ("file", "file/1", "file/1/1"):
        assert client.get(f"{KEPT}/{item}/{path}").headers["Location"] == "/status/"
    for path in ("file/send", "file/1/open"):
        assert client.post(f"{KEPT}/{item}/{path}").headers["Location"] == "/status/"


def test_a_pack_with_files_goes_to_the_script_that_puts_them_in_and_to_nobody_else(
    hers: Hers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leeward.victim.locker.documents.make_document", lambda page, **_more: page.encode())
    item, other = hers.write(), hers.write()
    sent(hers, picture(hers.keeper, item))
    sent(hers, Device(hers.keeper, other, {"copy": b"From: no.name"}, clock=1))
    asked = hers.browser.client.get(f"{KEPT}/take").content.decode()
    assert re.search(r"<fieldset[^>]* data-with-script disabled hidden>", asked)  # nothing to tick without the script
    assert "Entry 1, file 1: A covered picture, 12" in words(asked)
    assert "The clock of the device was wrong" in hers.see(f"{KEPT}/{other}/file/1")
    words_alone = hers.post(f"{KEPT}/take", entries=["1", "2"]).content.decode()
    assert "data-packing" not in words_alone
    assert 'name="chosen"' in words_alone
    assert "A file is not there any more." in words(hers.post(f"{KEPT}/take", entries=["1"], along=["1/2"]))

    page = hers.post(f"{KEPT}/take", entries=["1", "2"], along=["1/1", "2/1"], order="2")
    assert list(flaws_of_page("locker:file", page.content.decode())) == []
    assert "'none'" in page.headers["Content-Security-Policy"].split("frame-src")[1].split(";")[0]
    seen = words(page)
    assert "File 1: A file as it is, entry 2" in seen
    assert "File 2: A covered picture, entry 1" in seen
    assert seen.count("It has no stamp yet") == 2
    assert seen.count("It showed 1 January 1970") == 1
    [chosen] = re.findall(r'data-chosen="([^"]+)"', page.content.decode())
    chosen = html.unescape(chosen)
    again = hers.post(f"{KEPT}/take/save", chosen=chosen, unsigned="1")
    assert (again.headers["Content-Type"], "data-packing" in again.content.decode()) == (
        "text/html; charset=utf-8",
        True,
    )
    by_script = {"headers": {"X-Unfinished": "1"}}
    client, url = hers.browser.client, f"{KEPT}/take/save"
    assert client.post(url, {"chosen": chosen}, **by_script).status_code == 202  # not signed yet
    unfinished = client.post(url, {"chosen": chosen, "unsigned": "1"}, **by_script)
    assert "Content-Disposition" not in unfinished.headers
    with opened_bag(io.BytesIO(unfinished.content)) as bag:
        missing = {flaw.path for flaw in bag.flaws() if flaw.words == "is missing"}
    told = json.loads(html.unescape(re.findall(r'data-exhibits="([^"]+)"', page.content.decode())[0]))
    assert missing == {each["path"] for each in told} == {"data/exhibits/001.eml", "data/exhibits/002.eml"}
    assert [each["openUrl"] for each in told] == [f"{KEPT}/{each}/file/1/open" for each in (other, item)]
    assert "Taken out : File 1" in hers.see(f"{KEPT}/{item}")

    left_out = hers.post(f"{KEPT}/take", entries=["1"], along=["2/1"])  # its entry is not taken out
    assert "data-packing" not in left_out.content.decode()
    hers.decide(f"{KEPT}/{item}/file/1")
    assert client.post(url, {"chosen": chosen, "unsigned": "1"}, **by_script).status_code == 410
    assert hers.post(url, chosen=chosen).headers["Location"] == f"{KEPT}/take"


def test_a_file_that_nobody_can_open_is_named_before_anything_is_taken_out(hers: Hers) -> None:
    item = hers.write()
    hers.keeper.send(item, spoilt=True)
    page = hers.post(f"{KEPT}/take", entries=["1"], along=["1/1"])
    assert "A file of entry 1 was not locked properly, so nobody can open it." in words(page)
    assert "Which files go with them?" not in words(page)
    assert "Taken out" not in hers.see(f"{KEPT}/{item}")


def test_a_team_sees_the_covered_view_while_it_is_shown_and_that_is_counted(house: Standing) -> None:
    house(("staff", "ama"), lambda: employ("ama", Role.PRACTITIONER))
    told = open_pages(with_case=True)
    item = told.write()
    sent(told, picture(told.keeper, item))
    staff = come_in("ama")
    path = f"/staff/kept/{Case.objects.get().reference}/{item}/1"
    assert staff.get(path).status_code == 404
    assert staff.post(f"{path}/open").status_code == 404
    told.decide(f"{KEPT}/{item}/who", team="helpline", days="7")
    page = staff.get(path)
    assert page.status_code == 200
    assert "to look at" not in page.content.decode()
    assert not Exposure.objects.exists()
    opened = staff.post(f"{path}/open").json()
    sealed = b"".join(staff.get(piece).content for piece in opened["pieces"])
    assert open_part(sealed, key=base64.b64decode(opened["key"])) == b"to look at"
    assert Exposure.objects.get().opened == 1
    assert "Opened" in told.see(f"{KEPT}/{item}")
    assert staff.get(f"{path}/2").status_code == 404
    told.decide(f"{KEPT}/{item}/who/helpline")
    assert staff.get(f"{path}/1").status_code == 404
    assert staff.post(f"{path}/open").status_code == 404


def test_what_is_kept_uncovered_is_named_so_on_each_page_and_what_is_hers_alone_is_on_no_other(
    house: Standing,
) -> None:
    house(("staff", "ama"), lambda: employ("ama", Role.PRACTITIONER))
    told = open_pages(with_case=True)
    item = told.write()
    for locked in (uncovered, alone):
        sent(told, locked(told.keeper, item))
    page = told.see(f"{KEPT}/{item}")
    assert "An uncovered picture 1" in page
    assert "An uncovered picture, for you alone 2" in page
    assert "covered picture" not in page.replace("uncovered picture", "")
    assert "You said that nothing intimate can be seen." in told.see(f"{KEPT}/{item}/file/1")
    assert "Nobody else has a key to it." in told.see(f"{KEPT}/{item}/file/2")
    opened = [told.post(f"{KEPT}/{item}/file/{each}/open").json() for each in (1, 2)]
    assert [(each["kind"], each["jpeg"]) for each in opened] == [("uncovered", True), ("alone", True)]

    who = told.see(f"{KEPT}/{item}/who")
    assert "uncovered ones as they are" in who
    assert "They cannot see a picture that you keep for you alone." in who
    asked = told.see(f"{KEPT}/take")
    assert "Entry 1, file 1: An uncovered picture, 14" in asked
    assert "file 2" not in asked
    assert "A picture that you keep for you alone is not in it." in asked
    assert "A file is not there any more." in words(told.post(f"{KEPT}/take", entries=["1"], along=["1/2"]))

    told.decide(f"{KEPT}/{item}/who", team="helpline", days="7")
    staff, case = come_in("ama"), Case.objects.get().reference
    shown = words(staff.post(reverse("helpline:desk-show", args=[case]), {"part": str(item)}))
    assert "An uncovered picture 1" in shown
    assert "alone" not in shown
    path = f"/staff/kept/{case}/{item}"
    assert "whether the person covered it" in words(staff.get(f"{path}/1"))
    assert staff.post(f"{path}/1/open").json()["kind"] == "uncovered"
    assert (staff.get(f"{path}/2").status_code, staff.post(f"{path}/2/open").status_code) == (404, 404)


def test_an_address_that_somebody_kept_leads_no_further_than_the_case(house: Standing) -> None:
    """Who knows the person opens nothing by it; and what was shown to the helpline does not go to the closed team."""
    house(("staff", "ama", "lea"), lambda: [employ("ama", Role.PRACTITIONER), employ("lea", Role.HELPLINE_LEAD)])
    told = open_pages(with_case=True)
    item = told.write()
    sent(told, picture(told.keeper, item))
    told.decide(f"{KEPT}/{item}/who", team="helpline", days="7")
    ama, lea, case = come_in("ama"), come_in("lea"), Case.objects.get().reference
    path = f"/staff/kept/{case}/{item}/1"
    assert ama.get(path).status_code == 200
    assert ama.get(f"/staff/kept/{uuid.uuid4()}/{item}/1").status_code == 404
    [piece] = ama.post(f"{path}/open").json()["pieces"]
    assert ama.post(reverse("helpline:desk-know", args=[case])).status_code == 303
    for answer in (ama.get(path), ama.get(piece), ama.post(f"{path}/open")):
        assert answer.status_code == 404
    Recusal.objects.all().delete()
    assert ama.post(reverse("helpline:desk-know", args=[case]), {"move": "leads"}).status_code == 303
    assert not reads("helpline", item, now=NOW)  # by key, whoever asks
    assert "Hidden from : The helpline" in told.see(f"{KEPT}/{item}")
    here = reverse("helpline:desk-case", args=[case])
    assert "What they show you" not in words(lea.get(here))
    told.decide(f"{KEPT}/{item}/who", team="leads", days="7")
    assert "What they show you" in words(lea.get(here))
    assert lea.get(path).status_code == 200
