"""The check page: what it says of a number, a file and a record, and how little it takes in and keeps."""

import hashlib
import html
import json
import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt as pyjwt
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.checking import views
from leeward.foundation.checking.forms import FILE_MOST
from leeward.foundation.notary.operations import enter
from leeward.foundation.signing.models import Revocation, Signature, SignedRecord
from leeward.foundation.signing.operations import asking
from leeward.foundation.signing.operations.asking import revoke_record
from leeward.foundation.signing.operations.keys import rotate_signer
from leeward.foundation.signing.rules.terms import Reason
from tests.foundation.accounts.people import NOW, at, come_in, employ
from tests.foundation.checking import conftest
from tests.foundation.signing.conftest import BY, ask, sign_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signer", "room")]


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The records are of this day."""
    at(monkeypatch, NOW)
    monkeypatch.setattr("tests.foundation.signing.conftest.NOW", timezone.now())


def text_of(answer: Any) -> str:
    body = re.sub(r"<(script|style|head)\b.*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    main = body[body.index("<main") : body.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def check(**given: Any) -> str:
    answer = Client().post("/check", given)
    assert answer.status_code == 200, text_of(answer)
    return text_of(answer)


def refused(**given: Any) -> str:
    answer = Client().post("/check", given)
    assert answer.status_code == 400
    return text_of(answer)


def shown(number: str) -> str:
    return f"{number[:4]}-{number[4:]}"


def signed(**more: Any) -> str:
    number = ask(**more)
    sign_all(timezone.now())
    return number


def revoke(number: str) -> None:
    revoke_record(number=number, reason=Reason.DECEIT, words="The stamp was drawn by hand.", by=BY, now=timezone.now())


def token_of(number: str) -> str:
    return Signature.objects.filter(record__number=number).latest("pk").token


def test_a_number_tells_what_it_is_who_signed_and_whether_it_is_still_right() -> None:
    number = signed(words="what the room says")
    for typed in (number, shown(number), f" {shown(number).lower()} "):
        page = check(number=typed)
        assert "Genuine, and still right" in page
        for part in ("Record of the tests", "A made-up record", "what the room says", "Who signed it", shown(number)):
            assert part in page
    linked = Client().get(f"/check/{shown(number)}")
    assert linked.status_code == 200
    assert "Genuine, and still right" in text_of(linked)


def test_each_end_of_a_record_is_told_in_its_own_words() -> None:
    over, early = signed(since=-timedelta(days=60)), signed(since=timedelta(days=2))
    taken = signed()
    waiting = ask()
    revoke(taken)  # and no list is signed since
    assert "Genuine, but expired" in check(number=over)
    assert "Genuine, but not valid yet" in check(number=early)
    assert "Not signed yet" in check(number=waiting)
    page = check(number=taken)
    assert "Withdrawn" in page
    assert "It was obtained by deceit" in page
    assert "The stamp was drawn by hand." in page
    assert "still right" not in page
    assert "Withdrawn" in check(token=token_of(taken))


def test_unknown_and_mistyped_numbers_are_told_apart_and_no_other_number_is_guessed() -> None:
    number = signed()
    slip = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert "The number is mistyped" in check(number=slip)
    unknown = asking.draw_reference()
    assert "We have no such record" in check(number=unknown)
    assert "We have no such record" in check(number="what is this")
    assert Client().get(f"/check/{shown(unknown)}").status_code == 404
    assert Client().get("/check/no-number").status_code == 404


def test_a_record_is_checked_as_a_text_and_as_a_file() -> None:
    token = token_of(signed(words="pasted"))
    assert "pasted" in check(token=f"\n {token}\n")
    assert "pasted" in check(file=SimpleUploadedFile("record.jwt", token.encode()))
    head, body, seal = token.split(".")
    assert "Changed after it was signed" in check(token=f"{head}.{body[:-4]}AAAA.{seal}")
    assert "Not a signed record" in check(token=token[:100])
    foreign = pyjwt.encode({"a": 1}, "x" * 32, algorithm="HS256", headers={"kid": "https://else.example/k"})
    assert "Not signed by us" in check(token=foreign)


def test_a_record_by_a_withdrawn_key_or_without_a_row_of_ours_is_not_believed() -> None:
    number = signed()
    token = token_of(number)
    rotate_signer(withdrawn="It was stolen.", by=BY, now=timezone.now())
    assert "Not signed by us" in check(token=token)
    sign_all(timezone.now())
    assert "Genuine, and still right" in check(number=number)
    assert "Genuine, and still right" in check(token=token_of(number))


def test_a_file_is_looked_up_by_its_digest_and_nothing_of_it_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    content = b"a,b\n1,2\n" * 20_000
    monkeypatch.setattr(conftest, "DIGEST", hashlib.sha256(content).hexdigest())
    page = check(file=SimpleUploadedFile("figures.csv", content))
    assert "We published this" in page
    assert "A newer one has taken its place" in page
    assert hashlib.sha256(content).hexdigest() in page
    assert "We did not publish this file" in check(file=SimpleUploadedFile("figures.csv", content + b"3,4\n"))
    assert "We published this" in check(number=hashlib.sha256(content).hexdigest().upper())
    assert "Yes, nothing newer" in check(number="edition-1")


def test_what_the_public_log_alone_knows_is_found_there_and_no_more_is_said_of_it() -> None:
    content = b"a version of something"
    enter(kind="made-up", name="7", content=content, media_type="text/plain", now=timezone.now())
    page = check(file=SimpleUploadedFile("seven.txt", content))
    assert "We published this" in page
    assert "Look at its page" in page
    assert "nothing newer" not in page


def test_what_is_too_large_empty_or_a_picture_is_refused_with_the_way_out() -> None:
    assert "larger than 3 MB" in refused(file=SimpleUploadedFile("a.pdf", bytes(FILE_MOST + 1)))
    assert "picture or a video" in refused(file=SimpleUploadedFile("a.jpg", b"x", content_type="image/jpeg"))
    assert "The file is empty" in refused(file=SimpleUploadedFile("a.pdf", b""))
    assert "Enter a number, choose a file or paste a record" in refused()
    assert "Enter at most" in refused(token="e" * 70_000)


def test_nothing_of_who_checks_or_what_is_written_anywhere(caplog: pytest.LogCaptureFixture) -> None:
    number = signed()
    lines, rows = AuditEvent.objects.count(), SignedRecord.objects.count()
    with caplog.at_level(logging.DEBUG):
        check(number=number)
        check(file=SimpleUploadedFile("private-name.pdf", b"secret content"))
        Client().get(f"/check/{shown(number)}")
    said = caplog.text
    assert not [part for part in (number, shown(number), "private-name", "secret content") if part in said]
    assert (AuditEvent.objects.count(), SignedRecord.objects.count()) == (lines, rows)
    assert not Client().post("/check", {"number": number}).cookies.get("leeward-staff")


def test_a_network_that_tries_too_much_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "CHECKS_FROM_ONE_NETWORK", 3)
    client, number = Client(), asking.draw_reference()
    answers = [client.post("/check", {"number": number}) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert "Wait ten minutes" in text_of(answers[-1])
    assert answers[-1].headers["Retry-After"] == "600"
    assert client.get(f"/check/{number}").status_code == 429
    for ending in (".jwt", ".json"):
        refused = client.get(f"/check/{number}{ending}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many")
    assert client.get("/check").status_code == 200


def test_machines_find_keys_record_and_list_and_a_library_that_is_not_ours_believes_them() -> None:
    number = signed()
    answer = Client().get(f"/check/{shown(number)}.jwt")
    assert answer.headers["Content-Type"] == "application/vc+jwt"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    token = answer.content.decode()
    kid = pyjwt.get_unverified_header(token)["kid"]
    jwk = Client().get(kid.removeprefix("https://leeward.example")).json()
    key = pyjwt.PyJWK(jwk).key
    read: Any = {"algorithms": ["RS256"], "options": {"verify_exp": False, "verify_nbf": False}}
    claims = pyjwt.decode(token, key, **read)
    status = claims["credentialStatus"]["statusListCredential"].removeprefix("https://leeward.example")
    listed = pyjwt.decode(Client().get(status).content.decode(), key, **read)
    assert listed == Client().get(f"{status}.json").json()
    assert claims == Client().get(f"/check/{shown(number)}.json").json()
    issuer = Client().get("/issuer").json()
    assert issuer["id"] == claims["iss"]
    assert issuer["verificationMethod"] == [
        {"id": kid, "type": "JsonWebKey", "controller": claims["iss"], "publicKeyJwk": jwk}
    ]
    assert "d" not in jwk
    for gone in ("/issuer/keys/none", "/issuer/status/7", "/issuer/status/7.json", "/check/R7K2-M4QX.jwt"):
        assert Client().get(gone).status_code == 404


def test_a_record_for_its_holder_is_shown_in_part_and_handed_to_nobody_by_its_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = signed(words="for the holder alone")
    SignedRecord.objects.get(number=number)
    [kind] = [each for each in conftest.CHECKED.kinds if each.code == "closed_record"]
    monkeypatch.setattr("leeward.foundation.checking.views.find_kind", lambda _code: kind)
    monkeypatch.setattr("leeward.foundation.checking.queries.find_kind", lambda _code: kind)
    page = check(number=number)
    assert "Genuine, and still right" in page
    assert "for the holder alone" not in page
    for ending in ("jwt", "json"):
        assert Client().get(f"/check/{shown(number)}.{ending}").status_code == 404


def test_staff_revoke_what_is_theirs_once_for_a_reason() -> None:
    employ("petra", Role.POLICY_OFFICER)
    employ("robin", Role.EXCHANGE_OFFICER)
    petra, robin = come_in("petra"), come_in("robin")
    number = signed()
    assert shown(number) in petra.get("/staff/signed").content.decode()
    assert shown(number) not in robin.get("/staff/signed").content.decode()
    address = f"/staff/signed/{number}/revoke"
    assert robin.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert petra.post(address, {"reason": "mistake", "words": ""}).status_code == 400
    said = {"reason": "mistake", "words": "Another paper was meant."}
    # From the list one comes back to it, and not to the form of the next record.
    other, way = signed(), "/staff/signed?after=&sort=asked"
    done = petra.post(f"{address}?{urlencode({'list': way})}", said, follow=True)
    assert done.redirect_chain[-1][0].startswith("/staff/signed?")
    assert f"Record {shown(number)} was taken back." in text_of(done)
    assert "left out" not in text_of(done)
    assert "was taken back." not in text_of(petra.get(f"/staff/signed?revoked={other}"))
    assert "Another paper was meant." in check(number=number)
    again = petra.post(address, said)
    assert (again.status_code, again.headers["Location"]) == (303, f"/check/{shown(number)}")
    assert Revocation.objects.count() == 1
    page = petra.get("/staff/signed").content.decode()
    assert "On each day, all kinds" in page
    assert json.dumps(number) not in page


def test_the_page_leads_to_the_lists_that_are_signed_alone() -> None:
    leads = re.compile(r'href="(/issuer/status/\d+)"')
    assert leads.findall(Client().get("/check").content.decode()) == []
    number = signed()
    for page in ("/check", f"/check/{shown(number)}"):
        (address,) = leads.findall(Client().get(page).content.decode())
        assert Client().get(address).status_code == 200
