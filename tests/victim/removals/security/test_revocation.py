"""Who was taken out of the desk or of a platform opens nothing any more, by no door that was open to her before."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from leeward.foundation.accounts.models import Unlock, User
from leeward.foundation.accounts.operations import keys, take_out
from leeward.foundation.accounts.rules import Role
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import open_for_team
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.work.models import ShiftNote
from leeward.victim.file.models import Message
from leeward.victim.removals.models import Note, Notice, Report, Request
from leeward.victim.removals.operations.reports import open_report
from leeward.victim.removals.queries.platforms import page_asked
from leeward.victim.removals.rules.at_platform import AtPlatform
from tests.foundation.accounts.people import PASSPHRASE, come_in
from tests.victim.removals.conftest import NOW, PERSON, Company, Filed, told
from tests.victim.removals.desk_people import send_ticked
from tests.victim.removals.platform_people import colleague
from tests.victim.removals.security.conftest import TICK, desk_page

pytestmark = pytest.mark.django_db
PAGES = (("home",), ("reports",), ("shift",), ("send-several",), ("queue", "due"))


def keyring_of(name: str) -> Keyring:
    user = User.objects.get(username=name)
    return keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=PASSPHRASE))


def remove(name: str, *, by: str) -> None:
    user = User.objects.get(username=name)
    take_out(colleague=User.objects.get(username=by), reference=user.reference, keyring=keyring_of(by), now=NOW)


def is_shut(client: Client, url: str, data: dict[str, Any] | None = None) -> bool:
    answer = client.get(url) if data is None else client.post(url, data)
    if answer.status_code in (302, 303):
        return answer.headers["Location"].startswith(("/staff/sign-in", "/staff/unlock"))
    return answer.status_code in (403, 404)


def test_who_was_taken_out_of_the_desk(staff: dict[str, Client], chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    ada, rob = staff["ada"], staff["rob"]
    report = desk_page("report", filed.reference)
    item = Request.objects.get().reference
    assert ada.get(report).status_code == 200
    assert ada.post(desk_page("take", filed.reference)).status_code == 303
    ticks = TICK.findall(ada.get(desk_page("send", filed.reference)).content.decode())
    old_keyring, old_cookies = keyring_of("ada"), dict(ada.cookies)
    old = {name: morsel.value for name, morsel in old_cookies.items()}
    remove("ada", by="sue")

    # The old session and the old cookie.
    for name, *args in PAGES:
        assert is_shut(ada, desk_page(name, *args)), name
    assert is_shut(ada, report)
    writes: dict[str, dict[str, Any]] = {
        "note": {"words": "x", "once": str(uuid.uuid4())},
        "message": {"words": "x", "once": str(uuid.uuid4()), "step": "send"},
        "send": {"plan": ticks},
        "show": {"part": "story"},
        "close": {},
        "band": {"band": "green"},
        "ask-review": {"kind": "court", "reason": "x"},
    }
    for name, data in writes.items():
        assert is_shut(ada, desk_page(name, filed.reference), data), name
    assert is_shut(ada, desk_page("seen", filed.reference, item), {"seen": "gone"})
    assert is_shut(ada, desk_page("shift"), {"words": "x", "once": str(uuid.uuid4())})
    assert (Note.objects.count(), Message.objects.count(), Notice.objects.count(), ShiftNote.objects.count()) == (
        0,
    ) * 4
    assert not Unlock.objects.filter(user__username="ada").exists()
    # Her half of an unlock beside somebody else's session.
    other = Client()
    other.cookies["leeward-staff"] = rob.cookies["leeward-staff"].value
    other.cookies["leeward-unlock"] = old["leeward-unlock"]
    assert is_shut(other, report)
    # Her name and passphrase.
    again = Client().post("/staff/sign-in", {"username": "ada", "passphrase": PASSPHRASE})
    assert "leeward-unlock" not in again.cookies
    # The keys that she may have copied: neither what was there, nor what came later.
    later = told("https://chatter.example/p/2", now=NOW + timedelta(hours=1))
    rob.post(desk_page("shift"), {"words": "for us alone", "once": str(uuid.uuid4())})
    for each in (filed, later):
        with pytest.raises(NotGranted):
            _open(each, old_keyring)
    note = ShiftNote.objects.get()
    where = f"removals.shift_note.words|{note.reference}"
    assert open_for_team(old_keyring, note.words, team="desk", where=where) is None
    # And the others lose nothing by it.
    assert open_for_team(keyring_of("rob"), note.words, team="desk", where=where) == "for us alone"
    for each in (filed, later):
        assert _open(each, keyring_of("rob")) is not None
    # What she had taken is free again when its time is over, and nobody needs her for it.
    assert rob.get(report).status_code == 200


def test_who_was_taken_out_of_a_platform(staff: dict[str, Client], chatter: Company) -> None:
    lead = colleague("lena", chatter, Role.PLATFORM_LEAD)
    colleague("mona", chatter, beside=lead)
    mona = come_in("mona")
    _send(staff["rob"], told("https://chatter.example/p/1"))
    one = Request.objects.get().reference
    here = "/platform/requests"
    assert mona.get(f"{here}/{one}").status_code == 200
    old = keyring_of("mona")
    user = User.objects.get(username="mona").reference
    remove("mona", by="lena")
    for url in (here, f"{here}/{one}", f"{here}/waiting", f"{here}/statements", f"{here}/machines"):
        assert is_shut(mona, url), url
    for url in ("answer", "claim", "let-go"):
        assert is_shut(mona, f"{here}/{url}", {"request": str(one), "outcome": "removed", "step": "send"}), url
    assert is_shut(mona, f"{here}/{one}/counter-notice", {"words": "x"})
    assert Request.objects.get().state == "sent"
    _send(staff["rob"], told("https://chatter.example/p/2"))
    side = AtPlatform(platform_id=chatter.partner.id, keyring=old, actor=PERSON, is_person=True)
    for asked in page_asked(side, now=NOW).requests:
        assert (asked.is_readable, asked.item.url, asked.sent.text) == (False, "", "")
    assert user not in {row.claimed_by for row in Request.objects.all()}


def _open(filed: Filed, keyring: Keyring) -> object:
    return open_report(reference=filed.reference, keyring=keyring, by=PERSON, now=NOW)


def _send(rob: Client, filed: Filed) -> None:
    ticks = TICK.findall(rob.get(desk_page("send", filed.reference)).content.decode())
    assert "notice made" in send_ticked(rob, desk_page("send", filed.reference), ticks)
    assert Report.objects.filter(reference=filed.reference).exists()
