"""Pages of a locked file: added, opened and erased by its person; looked at by a team to which it is shown."""

import base64
import json
import re
from typing import Any

import pytest

from leeward.foundation.accounts.rules import Role
from leeward.foundation.work.models import Exposure
from leeward.victim.locker.models import Part
from leeward.victim.locker.rules.lwf1 import open_part
from tests.counters import start_afresh
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, Worker
from tests.victim.locker.opening import KEPT, Hers, open_pages
from tests.victim.locker.sealing import Device, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    start_afresh()


@pytest.fixture
def hers(house: Standing, sam: Worker) -> Hers:
    return open_pages()


def order_of(page: str) -> dict[str, Any]:
    """What the page tells its script of whom to lock a file for."""
    found = re.search(r'data-order="([^"]+)"', page)
    assert found
    return json.loads(found[1].replace("&#34;", '"').replace("&quot;", '"'))


def sent(hers: Hers, device: Device) -> str:
    """Send a file as the page's script does; where it leads."""
    client, url = hers.browser.client, f"{KEPT}/{device.item}/file/send"
    answer = client.post(url, json.dumps(device.says()), content_type="application/json")
    while "want" in answer.json():
        want = answer.json()["want"]
        assert answer.status_code == 202
        name = f"{device.generation}/{want['part']}/{want['piece']}"
        content = device.pieces(want["part"])[want["piece"] - 1]
        answer = client.post(url, content, content_type="application/octet-stream", headers={"X-Piece": name})
    assert answer.status_code == 201
    return answer.json()["next"]


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


def test_what_is_wrong_with_a_sending_is_said_in_words(hers: Hers) -> None:
    item = hers.write()
    url, client = f"{KEPT}/{item}/file/send", hers.browser.client
    device = picture(hers.keeper, item)
    broken = client.post(url, json.dumps(device.says(parts=[])), content_type="application/json")
    assert (broken.status_code, broken.json()["text"][:16]) == (409, "This page does n")
    nothing = client.post(url, b"x", content_type="application/octet-stream")
    assert (nothing.status_code, list(nothing.json())) == (409, ["text"])
    begun = client.post(url, json.dumps(device.says()), content_type="application/json")
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


def test_a_team_sees_the_covered_view_while_it_is_shown_and_that_is_counted(house: Standing) -> None:
    house(("staff", "ama"), lambda: employ("ama", Role.PRACTITIONER))
    told = open_pages(with_case=True)
    item = told.write()
    sent(told, picture(told.keeper, item))
    staff = come_in("ama")
    path = f"/staff/kept/{item}/1"
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
