"""The removal desk's tour, as /demo tells it, with real processes and browsers: report, notice, answer, ladder, appeal.

At its end somebody steals the database with every secret of the web server, and reads nothing of it.
"""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from skimage import data

from tests.encodings import forms_of
from tests.foundation.pages.opened import parts
from tests.journeys.demonstration import LEEWARD, Demo, wait_for_text
from tests.journeys.people import Person, meet
from tests.journeys.removal_loop import (
    DESK,
    HER_LINKS,
    QUEUE,
    _find_report,
    _follow,
    _go,
    _press,
    _read,
    _share,
    _sign_in,
    _wait_until_lived,
)

CLOCK_TIME = r"\d\d:\d\d"
THIEF = Path(__file__).with_name("thief.py")
OURS = ("web.log", "work.log", "courier.log", "monitor.log")

NAME, MAIL, WORD = "Marisol Quendt", "quiet.heron@letterbox.example", "thimble-orchard"
UPLOADER = "Teodor Brask"
STORY = "It began with the paper lantern on Łódź quay, the night of the second storm."
MESSAGE = "My cousin found the kingfisher album too."
FACTS = "A picture of a picnic blanket, with nobody undressed on it."
APPEAL = "The blanket is folded; look at the left half of it."
TYPED = (NAME, MAIL, WORD, UPLOADER, STORY, MESSAGE, FACTS, APPEAL)


@contextmanager
def _people(demo: Demo, chromium: Browser) -> Iterator[Callable[[], Person]]:
    """Gives somebody a telephone of her own."""
    people: list[Person] = []

    def make() -> Person:
        people.append(meet(chromium, url=demo.url))
        return people[-1]

    yield make
    for person in people:
        person.context.close()


def walk_the_removal_loop(demo: Demo, chromium: Browser, folder: Path) -> None:
    """Three answers, a rung, an appeal, and nothing for a thief."""
    with _people(demo, chromium) as come:
        _live_through_it(demo, come, folder)


def _live_through_it(demo: Demo, come: Callable[[], Person], folder: Path) -> None:
    her, sasha = come(), come()
    _wait_until_lived(demo, her.page)
    lantern, square, harbour = addresses = _addresses_of_the_tour(her.page)
    code = _report(her, addresses)
    _sign_in(demo, sasha, "sasha")
    report = _send_first(sasha, lantern)
    _read_three_clocks(her.page)
    _the_square_misses_something(sasha, her.page, report=report)
    _the_harbour_stays_silent(demo, sasha, her, report=report, address=harbour)
    _two_are_seen_gone(sasha, her, report=report)

    blanket, taken_back = _share_two_photos(demo, folder)
    _add_places(her, blanket, taken_back)
    _send_more(sasha, report=report)
    _take_back(her, taken_back, code=code)
    _refuse_in_two_steps(demo, come(), come(), her=her.page, asked=blanket, taken_back=taken_back)
    _appeal(demo, come(), code=code)

    planted = (*TYPED, lantern, square, harbour, blanket, taken_back, *_lines_of(_mail(demo)), code[8:22])
    _assert_nothing_lies_in_the_data(demo, planted)
    _assert_a_thief_reads_nothing(demo, planted, folder=folder)
    _assert_the_trail_is_whole_until_a_line_is_changed(demo, folder=folder)
    assert her.complaints == []
    assert sasha.complaints == []


def _addresses_of_the_tour(page: Page) -> list[str]:
    page.goto("/demo/tours/desk")
    found = page.locator("main ol > li").filter(has_text="Report three addresses").locator("code")
    addresses = found.all_inner_texts()
    assert len(addresses) == 3
    return addresses


def _report(her: Person, addresses: list[str]) -> str:
    """Ask for removal, from the tour's link to the receipt. Returns the code."""
    page = her.page
    _follow(page, "ask for removal")
    her.look_in_turn("her-where")
    page.get_by_label("Where is it?").fill("They are here:\n" + "\n".join(addresses))
    _press(page, "Continue")
    page.get_by_label("Yes, everyone was 18 or over").check()
    _press(page, "Continue")
    page.get_by_label("Yes, write to them for me").check()
    her.look_in_turn("her-yes")
    _press(page, "Continue")
    code = "".join(re.findall(r"\d{4}", " ".join(page.locator(".portal-code__group").all_inner_texts())))
    assert len(code) == 24
    page.get_by_label("I have kept my code").check()
    _press(page, "Continue")
    her.look_in_turn("her-check")
    _press(page, "Hand it in")
    expect(page.get_by_role("heading", level=1)).to_have_text("It is with the desk")
    assert re.search(f"acts on it. Due .*{CLOCK_TIME}", _read(page))
    her.look_in_turn("her-next")
    _press(page, "Go to my pages")
    _follow(page, "Links")
    expect(page.locator(_her("Old Harbour"))).to_be_visible()
    # At once: the clock of the demonstration lets a day pass in three minutes, as long as the questions may take.
    for name in ("Lantern", "Market Square", "Old Harbour"):
        place = _place(page, name)
        assert re.search(f"We send the request. Due .*{CLOCK_TIME}", place), place
    _tell_the_rest(her, code=code)
    _follow(page, "Write to the desk, or ask for help")
    page.get_by_label("Write to the desk").fill(MESSAGE)
    _press(page, "Leave it for the desk")
    return code


def _tell_the_rest(her: Person, *, code: str) -> None:
    """What would help, from her page and back to it."""
    page = her.page
    _follow(page, "Are you safe?")
    _press(page, "Skip this")
    page.get_by_label("By e-mail").check()
    page.get_by_label("E-mail address").fill(MAIL)
    page.get_by_label("What may we call you?").fill(NAME)
    page.get_by_label("A word that only you and we know").fill(WORD)
    page.get_by_label("Type your code again").fill(code)
    _press(page, "Save")
    _follow(page, "To find it, and have it taken down faster")
    _press(page, "Skip this")
    page.get_by_label("Someone is naked").check()
    _press(page, "Save")
    _press(page, "Skip this")
    _go(page, page.locator("main a[href='/report/q/what']"))
    page.get_by_label("A private picture or video of me is being shared").check()
    _press(page, "Save")
    _press(page, "Skip this")
    page.get_by_label("Who does this").fill(UPLOADER)
    _press(page, "Save")
    _press(page, "Skip this")
    page.get_by_label("Do you want to tell it in your own words?").fill(STORY)
    _press(page, "Save")
    _follow(page, "You, and what you want")
    page.get_by_label("I am the person shown").check()
    _press(page, "Save")
    _press(page, "Skip this")
    _follow(page, "Let us look again later whether it comes back")
    page.get_by_label("Yes, look again later whether it comes back").check()
    _press(page, "Save")
    _follow(page, "Your answers, and what we may do")
    expect(page.get_by_text(STORY)).to_be_visible()
    her.look_in_turn("her-answers")
    _press(page, "Back to my pages")


def _send_first(sasha: Person, address: str) -> str:
    """Open the new report, review its notices, and send them. Returns the report's page."""
    page = sasha.page
    page.goto(DESK)
    sasha.look_in_turn("desk-home")
    _follow(page, "Reports with news")
    sasha.look_in_turn("desk-reports")
    _find_report(page, address)
    report = page.url.partition("#")[0]
    _press(page, "Assign to me")
    page.get_by_text("You have it until").wait_for()
    assert MESSAGE in _read(page)
    assert STORY not in _read(page)
    page.get_by_role("heading", name="Their story, and how to reach them").click()  # a part, folded
    _press(page, "Show their story")
    expect(page.get_by_text(STORY)).to_be_visible()
    sasha.look_in_turn("desk-report")
    _press(page, "Review and send")
    assert page.get_by_label("Send this one").count() == 3
    sasha.look_in_turn("desk-send")
    _press(page, "Send the selected notices")
    expect(page.get_by_role("heading", level=1)).to_have_text("3 notices made")
    sasha.look_in_turn("desk-sent")
    return report


def _read_three_clocks(page: Page) -> None:
    """What was sent reaches her page, with the time by which a silent site must act."""
    shown = wait_for_text(page, "must act. Due", reload=HER_LINKS, inside=_her("Old Harbour"))
    assert re.search(f"We have asked Old Harbour to take it down.*must act. Due .*{CLOCK_TIME}", shown, re.DOTALL)
    assert "Demonstration: clocks run 4320 times faster." in _read(page)


def _the_square_misses_something(sasha: Person, her: Page, *, report: str) -> None:
    page = sasha.page
    shown = wait_for_text(page, "Information missing", reload=report, inside=_card("Market Square"))
    assert "Stands still since" in shown
    _follow(page, "Work on request", inside=_card("Market Square"))
    assert "They say this is missing: Signature of the depicted person or of whoever acts for them" in _read(page)
    assert "Their clock stands still until the corrected notice has arrived." in _read(page)
    shown = wait_for_text(her, "something is missing: a signature", reload=HER_LINKS, inside=_her("Market Square"))
    assert "The time does not run until then." in shown
    sasha.look_in_turn("desk-missing")
    _press(page, "Send the corrected notice")
    assert "A corrected notice." in _read(page)


def _the_harbour_stays_silent(demo: Demo, sasha: Person, her: Person, *, report: str, address: str) -> None:
    page = sasha.page
    content = _mail(demo)
    mail = message_from_bytes(content, policy=policy.default)
    subject = str(mail["Subject"])
    assert not any(word.casefold() in subject.casefold() for word in ("intimate", "nude", "harbour", "http", *TYPED))
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert address in text
    assert re.search(rf"{demo.url}/answer/\S{{40,}}", text)
    for private in TYPED:
        assert private.encode() not in content
        assert private not in text

    card = _card("Old Harbour")
    shown = wait_for_text(page, "Overdue since", reload=report, inside=card)
    assert "Next rung: Regulator." in shown
    shown = wait_for_text(her.page, "had time until", reload=HER_LINKS, inside=_her("Old Harbour"))
    assert re.search(f"had time until .*{CLOCK_TIME}.* and has not done it. That is not your fault.", shown)
    assert "Late" in shown
    _follow(page, "Check the next steps", inside=card)
    assert "Proposed: Regulator" in _read(page)
    assert "Their time is over, and nobody milder is left to write to." in _read(page)
    sasha.look_in_turn("desk-ladder")
    letter = _text_of_letter(_download(page, "The complaint as a letter (PDF)"))
    record = json.loads(_download(page, "The same as data (JSON)"))
    assert record["items"] == [{"number": 1, "kind": "url", "url": address}]
    assert {"asked", "due"} <= {line["kind"] for line in record["history"]}
    assert next(line["at"] for line in record["history"] if line["kind"] == "asked")
    assert record["due_at"] in {line["at"] for line in record["history"] if line["kind"] == "due"}
    assert address in letter
    told = json.dumps(record, ensure_ascii=False) + letter
    for private in (*TYPED, *NAME.split(), *UPLOADER.split(), "Sasha", "Reed"):
        assert private not in told


def _two_are_seen_gone(sasha: Person, her: Person, *, report: str) -> None:
    for name in ("Lantern", "Market Square"):
        shown = wait_for_text(her.page, "it is not there any more", reload=HER_LINKS, inside=_her(name))
        assert "If it comes back, we act" in shown
        shown = wait_for_text(sasha.page, "Gone, checked by us", reload=report, inside=_card(name))
        assert "Stopped" in shown
        assert "Overdue" not in shown
    _follow(sasha.page, "Work on request", inside=_card("Lantern"))
    _unfold(sasha.page, "look")
    assert "Gone, by the page's answer" in _read(sasha.page)
    assert "Next rung" not in _read(sasha.page)
    sasha.look_in_turn("desk-gone")
    her.look_in_turn("her-page")
    _go(her.page, her.page.locator(_her("Lantern")).get_by_role("link"))
    assert "Lantern says that it has removed it everywhere on its site." in _read(her.page)
    her.look_in_turn("her-place")


def _unfold(page: Page, part: str) -> None:
    page.locator(f"details:has(> #{part}) > summary").click()
    expect(page.locator(f"#{part}")).to_be_visible()


def _share_two_photos(demo: Demo, folder: Path) -> list[str]:
    """Somebody puts two photos on Picture House. Returns their addresses."""
    site = json.loads((demo.data / "demo.json").read_text(encoding="utf-8"))["site_url"]
    photo = folder / "photo.jpg"
    return [_share(site, picture, photo) for picture in (data.chelsea(), data.coffee())]


def _add_places(her: Person, *addresses: str) -> None:
    page = her.page
    page.goto(HER_LINKS)
    _follow(page, "Add links")
    page.get_by_label("Where is it?").fill("\n".join(addresses))
    _press(page, "Done")
    page.wait_for_url(f"**{HER_LINKS}")
    assert page.locator(_her("Picture House")).count() == 2


def _send_more(sasha: Person, *, report: str) -> None:
    page = sasha.page
    wait_for_text(page, "2 requests wait to be sent.", reload=report)
    _press(page, "Review and send")
    _press(page, "Send the selected notices")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 notice made")


def _take_back(her: Person, address: str, *, code: str) -> None:
    page = her.page
    page.goto(HER_LINKS)
    _go(page, page.locator("article.leeward-request").filter(has_text=address).get_by_role("link"))
    _follow(page, "Take this one back")
    her.look_in_turn("her-take-back")
    page.get_by_role("textbox").fill(code)
    _press(page, "Yes, take it back")
    page.wait_for_url(f"**{HER_LINKS}")
    shown = page.locator("article.leeward-request").filter(has_text=address).inner_text()
    assert "You ended this one. We do nothing more about it." in shown


def _refuse_in_two_steps(demo: Demo, noor: Person, lena: Person, *, her: Page, asked: str, taken_back: str) -> None:
    page = noor.page
    _sign_in(demo, noor, "noor")
    page.goto(QUEUE)
    waiting = page.locator("[data-leeward-open]")
    assert waiting.filter(has_text=taken_back).count() == 0  # it is nobody's work any more
    noor.look_in_turn("platform-queue")
    _go(page, waiting.filter(has_text=asked))
    for private in (*TYPED, *NAME.split(), *UPLOADER.split()):
        assert private not in page.content()
    noor.look_in_turn("platform-request")
    page.get_by_label("Refused: it stays up").check()
    _press(page, "Continue")
    page.get_by_label("It is not an intimate image").check()
    page.get_by_label("Facts").fill(FACTS)
    noor.look_in_turn("platform-reasons")
    _press(page, "Send this answer")
    page.get_by_text("A refusal counts once a colleague has agreed.").wait_for()
    her.goto(HER_LINKS)
    assert "said no" not in _read(her)

    page = lena.page
    _sign_in(demo, lena, "lena")
    page.goto(f"{QUEUE}/waiting")
    _go(page, page.locator("[data-leeward-open]").filter(has_text=asked))
    lena.look_in_turn("platform-second-look")
    page.get_by_label("Yes: the refusal counts").check()
    _press(page, "Save")
    page.get_by_text("The refusal counts now.").wait_for()
    assert noor.complaints == []
    assert lena.complaints == []


def _appeal(demo: Demo, anew: Person, *, code: str) -> None:
    """On another device, with nothing but the code."""
    page = anew.page
    page.goto("/status/")
    page.get_by_role("textbox").fill(code)
    _press(page, "Open my pages")
    page.wait_for_url("**/status/pictures")
    shown = wait_for_text(page, "said no", reload=HER_LINKS, inside=_her("Picture House"))
    assert "They think that it is not an intimate picture." in shown
    _go(page, page.locator(_her("Picture House")).filter(has_text="said no").get_by_role("link"))
    _follow(page, "Ask them to look again")
    anew.look_in_turn("her-look-again")
    page.get_by_role("textbox").fill(APPEAL)
    _press(page, "Ask them")
    page.get_by_text("The answer of").first.wait_for()
    assert "is being looked at again" in _read(page)
    assert anew.complaints == []


def _assert_nothing_lies_in_the_data(demo: Demo, planted: tuple[str, ...]) -> None:
    """Every file of ours, the database and the logs included; a platform's own folder and its log are its own."""
    searched = []
    for file in demo.data.rglob("*"):
        parts = file.relative_to(demo.data).parts
        is_anothers = parts[0] in ("partners", "service-keys", "demo.json") or (
            parts[0] == "logs" and file.name not in OURS
        )
        if file.is_file() and not is_anothers:
            assert _find_planted(file.read_bytes(), planted) == [], file
            searched.append(file.name)
    assert {"leeward.sqlite3", *OURS} <= set(searched)
    assert _find_planted((demo.data / "partners" / "mail" / _mail_file(demo).name).read_bytes(), planted)


def _assert_a_thief_reads_nothing(demo: Demo, planted: tuple[str, ...], *, folder: Path) -> None:
    copy = _copy_database(demo, folder)
    with closing(sqlite3.connect(copy)) as database:
        in_time = "SELECT law_stopped_at < law_due_at FROM removals_request WHERE state = 'gone' AND report_id = ({})"
        newest = "SELECT id FROM removals_report ORDER BY filed_at DESC LIMIT 1"
        # Lantern and Market Square, each within its clock.
        assert database.execute(in_time.format(newest)).fetchall() == [(1,), (1,)]
    assert _find_planted(copy.read_bytes(), planted) == []
    _forget_the_past(copy)
    secrets = json.loads((demo.data / "secrets.json").read_text(encoding="utf-8"))
    monitor = demo.data / "service-keys" / "monitor.key"
    found = json.loads(_run([sys.executable, str(THIEF), str(monitor)], _environment(copy, secrets)).stdout)
    assert found["opened"] == []
    assert found["tried"]["keys"] > 500
    assert found["tried"]["sealed"] > 15
    # The same hands, with the monitor's own key, do read what the monitor may read, and that alone.
    assert set(found["opened_with_keys"]) & set(planted)
    assert not set(found["opened_with_keys"]) & set(TYPED)


def _forget_the_past(copy: Path) -> None:
    """Of what the desk lived through before, each row is sealed as these are: to try every key on all takes minutes."""
    tables = {"vault_grant": "granted_at", "removals_report": "filed_at", "removals_request": "opened_at"}
    with closing(sqlite3.connect(copy)) as database, database:
        for table, moment in {**tables, "removals_notice": "made_at", "removals_decision": "decided_at"}.items():
            database.execute(f"DELETE FROM {table} WHERE {moment} < datetime('now', '-1 hour')")  # noqa: S608


def _assert_the_trail_is_whole_until_a_line_is_changed(demo: Demo, *, folder: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "LEEWARD_ENV": "demo", "LEEWARD_DATA": str(demo.data)}
    assert "The audit trail is whole" in _run([str(LEEWARD), "verify-audit"], environment).stdout
    copy = _copy_database(demo, folder)
    with closing(sqlite3.connect(copy)) as database, database:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute("UPDATE audit_auditevent SET actor_id = 'somebody' WHERE sequence = 40")
        database.execute("DROP TRIGGER audit_auditevent_no_update")
        database.execute("UPDATE audit_auditevent SET actor_id = 'somebody' WHERE sequence = 40")
    done = _run([str(LEEWARD), "verify-audit"], _environment(copy, {}), code=1)
    assert re.search(r"Line 40 of the audit trail \(\S+\) is not as it was written", done.stderr)


def _environment(copy: Path, secrets: dict[str, str]) -> dict[str, str]:
    """That of a machine which has the copy, and of the demonstration's own folder nothing."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "LEEWARD_ENV": "demo",
        "LEEWARD_DATA": str(copy.parent),
        "DATABASE_URL": f"sqlite:///{copy}",
        **secrets,
    }


def _run(command: list[str], environment: dict[str, str], *, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == code, done.stderr
    return done


def _copy_database(demo: Demo, folder: Path) -> Path:
    copy = folder / "stolen" / "copy.sqlite3"
    copy.parent.mkdir(exist_ok=True)
    with (
        closing(sqlite3.connect(demo.data / "leeward.sqlite3")) as held,
        closing(sqlite3.connect(copy)) as stolen,
    ):
        held.backup(stolen)
    return copy


def _find_planted(held: bytes, planted: tuple[str, ...]) -> list[str]:
    return [word for word in planted if any(spelling in held for spelling in forms_of(word))]


def _mail_file(demo: Demo) -> Path:
    """The one notice to Old Harbour; owners of entries and signatories are written to as well."""
    mails = (demo.data / "partners" / "mail").glob("*.eml")
    (file,) = (each for each in mails if b"oldharbour.example" in each.read_bytes())
    return file


def _mail(demo: Demo) -> bytes:
    return _mail_file(demo).read_bytes()


def _lines_of(mail: bytes) -> list[str]:
    """What a notice says that nothing else does: its long lines, and the link's token."""
    text = message_from_bytes(mail, policy=policy.default).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    lines = [line.strip() for line in text.splitlines() if len(line.strip()) > 60 and "/answer/" not in line]
    assert len(lines) > 3
    return [*lines, *re.findall(r"/answer/(\S{40,})", text)]


def _download(page: Page, link: str) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("link", name=link).click()
    return started.value.path().read_bytes()


def _text_of_letter(pdf: bytes) -> str:
    """All that a letter shows, by way of each font's own table from glyphs to signs."""
    assert pdf.startswith(b"%PDF-1.7")
    streams = [part.decode("latin-1") for part in parts(pdf)]
    signs: list[dict[str, str]] = [
        {glyph.lower(): bytes.fromhex(sign).decode("utf-16-be") for glyph, sign in pairs}
        for pairs in (re.findall(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", stream) for stream in streams)
        if pairs
    ]
    assert signs
    shown = [
        glyphs for stream in streams for glyphs in re.findall(r"\[?(?:<[0-9a-fA-F]+>[^\]\n<]*)+\]? ?T[Jj]", stream)
    ]
    # Which font a text is in does not matter here: read it in each, and a word that is there is found in one.
    return "\n".join(_read_glyphs(glyphs, table) for table in signs for glyphs in shown)


def _read_glyphs(shown: str, table: dict[str, str]) -> str:
    glyphs = "".join(re.findall(r"<([0-9a-fA-F]+)>", shown))
    return "".join(table.get(glyphs[at : at + 4].lower(), "") for at in range(0, len(glyphs), 4))


def _place(page: Page, name: str) -> str:
    return page.locator(_her(name)).inner_text()


def _her(name: str) -> str:
    """One place on her page."""
    return f"article.leeward-request:has-text('{name}')"


def _card(name: str) -> str:
    """One request on the desk's page of a report."""
    return f"section.leeward-card:has-text('{name}')"
