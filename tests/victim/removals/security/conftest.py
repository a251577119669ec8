"""A desk on which everything has happened once, with words planted in every place where somebody can write."""

import html
import io
import json
import logging
import re
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.operations import change_holding, open_file, open_service
from leeward.foundation.vault.rules.grants import Keyring, Service
from leeward.industry.bank.rules import FeedbackValue
from leeward.industry.duties.rules import Element
from leeward.victim.file.operations.news import tell_due
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.needs import Need, Needs
from leeward.victim.file.rules.story import Story
from leeward.victim.helpline.models import Case, Help
from leeward.victim.helpline.models import Review as CaseReview
from leeward.victim.helpline.operations.calls import ask_call
from leeward.victim.helpline.operations.cases import open_case, save_statistics
from leeward.victim.helpline.operations.complaints import tell_wrong
from leeward.victim.helpline.operations.overrides import decide_override
from leeward.victim.helpline.operations.signals import note_signal
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.helpline.queries.instruments import find_instrument
from leeward.victim.helpline.rules.calls import Window
from leeward.victim.helpline.rules.signals import SignalKind
from leeward.victim.locker import pieces
from leeward.victim.locker.models import Item
from leeward.victim.network.forms.member import ActionForm
from leeward.victim.network.models import Turn
from leeward.victim.network.operations.meetings import add_action
from leeward.victim.network.operations.referrals import draft_referral
from leeward.victim.network.operations.sightings import note_sighting
from leeward.victim.network.operations.turns import accept_turn, ask
from leeward.victim.network.rules.meetings import HELPLINE
from leeward.victim.portal.operations import find_hers, open_visit, seal_visit
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.models import Appeal, Decision, Notice, Report, Request
from leeward.victim.removals.operations.answers import name_missing
from tests.counters import start_afresh
from tests.foundation.accounts.people import PASSPHRASE, at, come_in, employ
from tests.industry.conftest import picture, protect
from tests.readers import open_door
from tests.victim.helpline.conftest import PERSON, Her, came, keep_hours
from tests.victim.locker import sealing
from tests.victim.network.conftest import draft_for, joins, meets
from tests.victim.network.warned import SAID, named_contact
from tests.victim.removals.conftest import NOW, Company
from tests.victim.removals.desk_people import send_ticked
from tests.victim.removals.platform_people import colleague, link_of
from tests.victim.removals.teller import Teller
from tests.victim.removals.watching import look, met

PLANTED = "zqplant"
TICK = re.compile(r'name="plan" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    at(monkeypatch, NOW)
    start_afresh()
    yield
    start_afresh()


def desk_page(name: str, *args: object) -> str:
    return reverse(f"removals:desk-{name}", args=args)


@dataclass
class Canary:
    """Plants words, each of its own, and keeps what pages showed, so that it is known that each arrived."""

    words: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    log: io.StringIO = field(default_factory=io.StringIO)
    clients: dict[str, Client] = field(default_factory=dict)
    typed: set[tuple[type[BaseForm], str]] = field(default_factory=set)

    def plant(self, where: str) -> str:
        word = f"{PLANTED}{len(self.words):02d}{where.replace('_', '')}"
        self.words[where] = word
        return word

    def plant_unshown(self, where: str) -> str:
        """A word of which no page has to show that it arrived: it is refused, or only looked for."""
        self.shown.append(self.plant(where))
        return self.words[where]

    def watch_forms(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Note from now on into which field of which form a planted word is typed."""
        clean = BaseForm.full_clean

        def watched(form: BaseForm) -> None:
            planted = [name for name in form.fields if PLANTED in str(form.data.get(form.add_prefix(name), ""))]
            self.typed |= {(type(form), name) for name in planted}
            clean(form)

        monkeypatch.setattr(BaseForm, "full_clean", watched)

    def look(self, client: Client, url: str) -> str:
        page = client.get(url)
        assert page.status_code == 200, (url, page.status_code)
        text = html.unescape(page.content.decode())
        self.shown.append(text)
        return text

    def press(self, client: Client, url: str, **data: Any) -> Any:
        answer = client.post(url, data)
        assert answer.status_code in (200, 303), (url, answer.status_code, answer.content.decode()[-3000:])
        return answer


@pytest.fixture
def all_logs() -> Iterator[io.StringIO]:
    """What would be written if an operator asked every logger for everything, as the settings lead it to stderr."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    told = settings.LOGGING["loggers"]
    silent = {name for name, said in told.items() if said["handlers"] == ["nowhere"] and not said["propagate"]}
    assert silent == {"django.request", "django.security", "django.server"}  # these repeat paths
    ends = [logging.getLogger(), *(logging.getLogger(name) for name in told if name not in silent)]
    names = [name for name in logging.root.manager.loggerDict if name not in silent]
    levels = {logging.getLogger(name): logging.getLogger(name).level for name in ("", *names)}
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    for logger in ends:
        logger.addHandler(handler)
    yield written
    for logger in ends:
        logger.removeHandler(handler)
    for logger, level in levels.items():
        logger.setLevel(level)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process writes its temporary files, if it writes any."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def lived(
    staff: dict[str, Client],
    chatter: Company,
    lantern: Company,
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Canary:
    """The whole of a report's life, by the pages of everybody who has a part in it.

    Every logger is asked for everything where the test asks for `all_logs`: to write it takes a fifth of the time.
    """
    assert scratch.is_dir()
    canary = Canary()
    if "all_logs" in request.fixturenames:
        canary.log = request.getfixturevalue("all_logs")
    canary.watch_forms(monkeypatch)
    teller = Teller()
    _tell(canary, teller)
    report = Report.objects.get().reference
    canary.clients = staff | {"person": teller.client}
    _work(canary, staff, report)
    _supply(canary, staff["rob"], report, chatter)
    _answer_at_work(canary, teller, chatter)
    _answer_by_link(canary)
    _answer_by_key(canary, chatter)
    _find(canary, teller, chatter)
    _settle(canary, staff, report)
    keep_hours(monkeypatch)
    for team in ("helpline", "leads"):
        open_door(team)
    _talk(canary, teller)
    _help(canary)
    _keep(canary, teller)
    assert tell_due(now=NOW, limit=10, notifier=open_service(Service.NOTIFIER)) == 1
    for page in ("/status/pictures", "/status/part/links", "/status/part/people", "/status/part/pictures"):
        canary.look(teller.client, page)
    canary.look(teller.client, "/status/messages")
    canary.look(teller.client, "/status/everything")
    canary.shown.append(teller.post("/status/everything/save").content.decode())
    canary.secrets["visit"] = teller.client.cookies["visit"].value
    for name, client in staff.items():
        canary.secrets[f"unlock of {name}"] = client.cookies["leeward-unlock"].value
    canary.secrets["passphrase"] = PASSPHRASE
    return canary


def _tell(canary: Canary, teller: Teller) -> None:
    plant = canary.plant
    teller.client.defaults |= {
        "HTTP_USER_AGENT": "UA-" + PLANTED,
        "REMOTE_ADDR": "203.0.113.77",
        "HTTP_REFERER": f"http://testserver/{PLANTED}",
    }
    teller.begin()
    canary.secrets["code"] = teller.code
    canary.secrets["digits"] = teller.code.replace(" ", "")
    canary.secrets["secret digits"] = teller.code.replace(" ", "")[8:]
    urls = [f"https://chatter.example/{plant(f'url{n}')}" for n in range(3)]
    urls.append(f"https://lantern.example/{plant('lanternurl')}")
    answers: dict[str, dict[str, Any]] = {
        "what": {"harm": "shared"},
        "who": {"reporter": "agent", "authority": plant("authority")},
        "where": {"addresses": "\n".join(urls), "continue": "1"},
        "more": {
            "kind": "account",
            "site": plant("site"),
            "handle": plant("handle"),
            "address": f"https://elsewhere.example/{plant('itemurl')}",
            "note": plant("itemnote"),
        },
        "shown": {"shown": ["nude"]},
        "made": {"made": "my_work"},
        "details": {"creator_content": ["creator_content.name"], "agent": plant("agent")},
        "when": {"first_seen": plant("firstseen")},
        "by": {"uploader": plant("uploader")},
        "wish": {"wishes": ["remove"]},
        "signs": {"dangers": ["spreading"]},
        "earlier": {"earlier_reports": plant("earlier")},
        "words": {"words": plant("story")},
        "reach": {
            "way": "email",
            "email": f"{plant('email')}@mail.example",
            "hours": plant("hours"),
            "name": plant("name"),
            "safe_word": plant("safeword"),
            "news": "on",
            "news_begin": "0",
            "news_until": "24",
            "news_days": list(range(7)),
        },
        "yes": {"notices": "on", "watching": "on"},
    }
    for question, data in answers.items():
        teller.answer(question, **data)
        canary.look(teller.client, f"/report/q/{question}")
    by_mail = answers["reach"]
    teller.answer("reach", **by_mail | {"way": "phone", "phone": f"0700 900 123 {plant('phone')}", "email": ""})
    canary.look(teller.client, "/report/q/reach")
    teller.answer("reach", **by_mail)
    canary.look(teller.client, "/report/check")
    assert teller.post("/report/hand-in").status_code == 303
    canary.press(teller.client, "/status/messages", words=plant("hermessage"))
    _be_refused(canary, teller)


def _be_refused(canary: Canary, teller: Teller) -> None:
    """What is refused must leave no more behind than what is taken."""
    plant = canary.plant_unshown
    teller.post("/report/q/words", words=f"{plant('refusedstory')}\x00")
    teller.post("/report/q/where", addresses=f"javascript:{plant('refusedurl')}")
    Teller().enter(plant("wrongcode"))
    teller.get(f"/answer/{plant('wronglink')}{'x' * 43}")
    teller.get(f"/status/place/1?q={plant('query')}")
    for where, path in {
        "keeptoken": "/report/keep",
        "newcode": "/status/numbers",
        "sparecode": "/status/spare",
        "codefile": "/protect/numbers",
    }.items():
        client = Client() if where == "keeptoken" else teller.client
        client.post(path, {"token": plant(where), "kept": "on"})
    for page in ("/status/erase", "/status/numbers", "/status/spare"):
        teller.post(page, numbers=plant(f"again{page}"))
    seen = Client()
    seen.cookies["visit"] = _as_if_staff_had_seen_her_code(teller)
    seen.post("/status/own-code", {"token": plant("owncode"), "kept": "on"})
    for where, path in {"hashes": "/protect/paste/send", "morehashes": "/status/add/paste/send"}.items():
        teller.post(path, codes=plant(where), token=plant(f"{where}token"), consent="on", kept="on")
    teller.post("/status/add/paste", codes=plant("pasted"))
    # No form takes a file: what a browser sends all the same is not read.
    for path in ("/report/q/words", "/report/q/where", "/status/messages", "/status/add/paste", "/status/add/send"):
        file = SimpleUploadedFile(
            f"{plant('filename' + path)}.jpg", plant(f"file{path}").encode() * 200_000, "image/jpeg"
        )
        assert teller.client.post(path, {"picture": file, "words": file, "codes": file}).status_code < 500


def _as_if_staff_had_seen_her_code(teller: Teller) -> str:
    visit = open_visit(teller.client.cookies["visit"].value)
    assert visit is not None
    assert visit.bearer is not None
    return seal_visit(replace(visit, bearer=replace(visit.bearer, is_seen=True)))


def _work(canary: Canary, staff: dict[str, Client], report: uuid.UUID) -> None:
    rob, plant = staff["rob"], canary.plant
    canary.press(rob, desk_page("take", report))
    for name, word in (("note", plant("note")), ("message", plant("deskmessage"))):
        canary.press(rob, desk_page(name, report), words=word, once=str(uuid.uuid4()), step="send")
    canary.press(rob, desk_page("ask-review", report), kind="court", reason=plant("review"))
    canary.press(rob, desk_page("shift"), words=plant("shiftnote"), once=str(uuid.uuid4()))
    canary.look(rob, desk_page("shift"))
    for part in ("story", "contact"):
        canary.shown.append(html.unescape(canary.press(rob, desk_page("show", report), part=part).content.decode()))
    canary.look(rob, desk_page("report", report))
    ticked = TICK.findall(canary.look(rob, desk_page("send", report)))
    assert len(ticked) == 2
    send_ticked(rob, desk_page("send", report), ticked)
    for notice in Notice.objects.all():
        canary.look(rob, desk_page("notice", notice.reference))
    canary.look(staff["sue"], desk_page("reviews"))


def _supply(canary: Canary, rob: Client, report: uuid.UUID, chatter: Company) -> None:
    """A platform misses something of one request, and the desk supplies it in words."""
    two = _references("Chatter")[1]
    name_missing(side=chatter.side, references=[two], element=Element.IDENTIFICATION, now=NOW)
    canary.look(rob, desk_page("request", report, two))
    canary.press(rob, desk_page("supply", report, two), words=canary.plant("supplied"))
    notice = Notice.objects.order_by("-made_at", "-pk").first()
    assert notice is not None
    canary.look(rob, desk_page("notice", notice.reference))


def _references(host: str) -> list[uuid.UUID]:
    rows = Request.objects.filter(platform__name=host).order_by("ordinal")
    return list(rows.values_list("reference", flat=True))


def _answer_at_work(canary: Canary, teller: Teller, chatter: Company) -> None:
    first = colleague("mona", chatter)
    colleague("nadia", chatter, beside=first)
    mona, nadia = come_in("mona"), come_in("nadia")
    canary.clients |= {"mona": mona, "nadia": nadia}
    one = _references("Chatter")[0]
    said = {
        "outcome": "refused",
        "refusal": "not_intimate",
        "facts": canary.plant("facts"),
        "explanation": canary.plant("explanation"),
        "step": "send",
    }
    canary.press(mona, "/platform/requests/answer", request=str(one), **said)
    decision = Decision.objects.get()
    waiting = f"/platform/requests/waiting/{decision.reference}"
    canary.look(nadia, waiting)
    canary.press(nadia, waiting, agrees="yes")
    ordinal = Request.objects.get(reference=one).ordinal
    canary.look(teller.client, f"/status/place/{ordinal}")
    canary.press(teller.client, f"/status/place/{ordinal}/again", words=canary.plant("appeal"))
    appeal = f"/platform/requests/{one}"
    canary.look(nadia, appeal)
    canary.press(nadia, f"{appeal}/appeal", reverses="no", words=canary.plant("appealanswer"))
    canary.look(teller.client, f"/status/place/{ordinal}")


def _answer_by_link(canary: Canary) -> None:
    notice = Notice.objects.get(platform__name="Lantern")
    link = link_of(notice.reference)
    canary.secrets["link"] = link.removeprefix("/answer/")
    outside = Client()
    canary.clients["outside"] = outside
    canary.press(outside, link)
    canary.look(outside, link)
    (one,) = _references("Lantern")
    said = {
        "outcome": "removed",
        "step": "send",
        "ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "legal_ground": canary.plant("legalground"),
        "explanation": canary.plant_unshown("linkwords"),
    }
    canary.press(outside, f"{link}/answer", request=str(one), facts=canary.plant("gone"), **said)
    canary.press(outside, f"{link}/{one}/counter-notice", words=canary.plant("counternotice"))


def _answer_by_key(canary: Canary, chatter: Company) -> None:
    canary.secrets["fetch key"] = str(chatter.issued.fetch_key)
    canary.secrets["feedback key"] = str(chatter.issued.feedback_key)
    door = Client(headers={"Authorization": f"Bearer {chatter.issued.feedback_key}"})
    two = _references("Chatter")[1]
    body = {
        "outcome": "refused",
        "refusal": "not_intimate",
        "facts": canary.plant("doorfacts"),
        "explanation": canary.plant("doorwords"),
    }
    answer = door.post(f"/api/v1/requests/{two}/decision", body, content_type="application/json")
    assert answer.status_code == 200, answer.content


def _find(canary: Canary, teller: Teller, chatter: Company) -> None:
    """She protects a picture too and lets the desk act on it, and a platform's own search finds it."""
    visit = open_visit(teller.client.cookies["visit"].value)
    assert visit is not None
    assert visit.bearer is not None
    content = {"report": str(visit.bearer.holds["report"]), "submission": str(protect(picture("beach")))}
    change_holding(key=visit.bearer.key, content=content)
    yes = "/report/q/yes"
    canary.press(teller.client, yes, notices="on", watching="on", matches="on")
    met(chatter, FeedbackValue.PENDING_REVIEW)
    assert look() == 1


def _settle(canary: Canary, staff: dict[str, Client], report: uuid.UUID) -> None:
    rob, sue = staff["rob"], staff["sue"]
    counter = Appeal.objects.get(side=Appeal.Side.UPLOADER)
    canary.look(sue, desk_page("counter-notice", counter.reference))
    three = _references("Chatter")[2]
    noted = {
        "outcome": "refused",
        "refusal": "not_intimate",
        "facts": canary.plant("notedfacts"),
        "explanation": canary.plant_unshown("notedwords"),
        "ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "legal_ground": canary.plant_unshown("notedground"),
    }
    canary.press(rob, desk_page("answer", report, three), **noted)
    for each in Request.objects.all():
        canary.look(rob, desk_page("request", report, each.reference))
    canary.look(rob, desk_page("report", report))
    canary.look(sue, desk_page("review", report_review(report)))
    row = Request.objects.get(platform=None)
    assign = desk_page("assign", report, row.reference)
    rob.get(desk_page("request", report, row.reference), {"search": canary.plant_unshown("search")})
    rob.post(assign, {"host": canary.plant_unshown("host")})


def _talk(canary: Canary, teller: Teller) -> None:
    """She comes to the helpline too, under the same code: what she has told the desk is not asked again."""
    plant, hers = canary.plant, teller.client
    canary.look(hers, "/talk")
    assert canary.words["uploader"] in canary.look(hers, "/talk/keep")
    canary.press(hers, "/talk/keep")
    canary.press(hers, "/talk/words", words=plant("herfirstwords"))
    for name, data in (("signs", {"skip": "1"}), ("how", {"ticked": "watched"})):
        canary.press(hers, f"/talk/{name}", **data)
    canary.press(hers, "/status/talk", words=plant("morewords"))
    canary.press(hers, "/status/wishes", ticked="watched", words=plant("herwishes"), knows="desk")
    when = {"day": "2026-11-25", "begin": "14:00", "end": "15:00", "numbers": teller.code}
    who = {"phone": f"0700 900 124 {plant('callphone')}", "name": plant("callname"), "safe_word": plant("callword")}
    assert canary.press(hers, "/status/talk/call", **when, **who).status_code == 303
    canary.look(hers, "/status/talk/call")
    canary.press(hers, "/status/wrong", words=plant("herwrong"))
    assert canary.press(hers, "/status/plan", people=plant("herplan")).status_code == 303
    for page in (
        "/status/talk",
        "/status/talk/lines",
        "/status/wishes",
        "/status/plan",
        "/status/talk/shift",
        "/status/everything",
        "/status/wrong",
    ):
        canary.look(hers, page)
    _read_before_the_yes(canary, hers)
    canary.shown.append(teller.post("/status/everything/save").content.decode())


def _read_before_the_yes(canary: Canary, hers: Client) -> None:
    """Something is prepared to be passed on, and she changes a text of it."""
    file, desk = Case.objects.get().file.reference, Actor(kind=ActorKind.STAFF, id="hana")
    cove = joins("Cove", mailbox=f"{canary.plant_unshown('mailbox')}@cove.example")
    draft = draft_for([cove], until=date(2027, 1, 31))
    referral = draft_referral(file=file, team="helpline", draft=draft, by=desk, now=NOW)
    here = f"/status/others/{referral}"
    text = {"text-0-happened": canary.plant("hertext"), "keep-0-happened": "on", "place-0": "1"}
    assert (
        canary.press(hers, f"{here}/change", **text, until_day="31", until_month="1", until_year="2027").status_code
        == 303
    )
    for page in ("/status/others", here, "/status/everything"):
        canary.look(hers, page)


def _help(canary: Canary) -> None:
    """Somebody writes to the helpline, and a practitioner does there whatever can be done."""
    plant, hana = canary.plant, employ("hana", Role.PRACTITIONER)
    browser = canary.clients["hana"] = come_in(hana.name)
    reached = Contact(way=ContactWay.PHONE, phone=plant("phonehelpline"), safe_word=plant("wordhelpline"))
    her = came(
        story=Story(words=plant("toldhelpline"), uploader=plant("whohelpline")),
        contact=reached,
        needs=Needs(ticked=(Need.WATCHED,), words=plant("wishes")),
        words=plant("firstwords"),
    )

    def page(name: str, *more: object) -> str:
        return reverse(f"helpline:desk-{name}", args=[her.case, *more])

    def say(name: str, where: str, **more: str) -> None:
        canary.press(browser, page(name), words=plant(where), once=str(uuid.uuid4()), **more)

    say("message", "helplinemessage", step="send")
    say("note", "helplinenote")
    canary.press(browser, page("band"), band="red")
    say("ask-review", "helplinereview")
    canary.look(browser, reverse("helpline:desk-review", args=[CaseReview.objects.get().reference]))
    canary.press(browser, page("band"), band="green", reason=plant("lowered"))
    asked = page("screen", "image-abuse")
    answers = {f"said-{code}": "not_asked" for code in find_instrument("image-abuse", today=NOW.date()).codes}
    answers |= {"said-kill": "yes", "band": "green", "reason": plant("judgedlower"), "version": "1"}
    assert canary.press(browser, asked, **answers, once=str(uuid.uuid4())).status_code == 303
    canary.look(browser, asked)
    suggested = {"people": plant("suggestedplan"), "once": str(uuid.uuid4())}
    assert canary.press(browser, page("plan"), **suggested).status_code == 303
    canary.press(browser, page("help-asked"), kind="law")
    help_ = Help.objects.get().reference
    canary.press(browser, page("help-offer", help_), words=plant("offered"))
    canary.press(browser, page("help-end", help_), state="given", seen="yes")
    canary.press(browser, page("call"), outcome="nobody")
    canary.press(browser, page("advice"), page="your-own-life")
    browser.post(page("watch"), {"review_on": canary.plant_unshown("notaday")})
    for part in ("story", "contact"):
        canary.shown.append(html.unescape(canary.press(browser, page("show"), part=part).content.decode()))
    _pass_on(canary, browser, her)
    save_statistics(opened=her.open(), agrees=True, by=PERSON, now=NOW)
    by = Actor(kind=ActorKind.STAFF, id="hana")
    note_sighting(opened=her.open().file, tactic=uuid.uuid4(), said=SAID, team="helpline", by=by, now=NOW)
    named_contact(NOW, mailbox=f"{canary.plant_unshown('office')}@justice.example")
    say("close", "helplineclose")
    ask_call(
        opened=her.open(), window=Window(begin=NOW, end=NOW + timedelta(hours=1)), contact=reached, by=PERSON, now=NOW
    )
    canary.look(browser, page("case"))
    about = reverse("helpline:desk-profile")
    canary.press(browser, about, trained="simple", most="5", about=plant("aboutme"))
    canary.look(browser, about)
    _lend(canary, browser, her)
    _pass_on_without(canary, browser)
    _go_wrong(canary, her)


def _keep(canary: Canary, teller: Teller) -> None:
    """She writes down what happened for herself, and shows it to the helpline, where somebody opens it."""
    hers, plant = teller.client, canary.plant
    hers.get("/keep")
    canary.press(hers, "/keep", everyone_adult="yes")
    canary.press(hers, "/keep/begin")
    parts = ("platform", "handle", "address", "suspects", "witnesses", "told", "effect", "captured", "device")
    said = {"kind": "threat", "about": plant("keptabout"), "words": plant("keptwords")}
    once = str(uuid.uuid4())
    said |= {part: plant(f"kept{part}") for part in parts} | {"once": once}
    assert canary.press(hers, "/status/kept/write", **said).status_code == 303
    here = f"/status/kept/{once}"
    canary.look(hers, here)
    assert canary.press(hers, f"{here}/change", **said | {"words": plant("keptchanged")}).status_code == 303
    hers.post(f"{here}/change", {"once": once, "at": canary.plant_unshown("keptat")})
    hers.post(f"{here}/who", {"team": "helpline", "days": "7", "numbers": canary.plant_unshown("keptcode")})
    take = "/status/kept/take"
    hers.post(take, {"entries": "1", "order": canary.plant_unshown("keptorder")})
    canary.press(hers, take, entries="1")
    bearer, item = visit_of(teller), Item.objects.get()
    copy, here_now = canary.plant_unshown("keptfile").encode(), SimpleNamespace(bearer=bearer)
    sealing.picture(here_now, item.reference, copy=copy).send_all()  # type: ignore[arg-type]  # all that a device asks of them
    for part in item.parts.all():
        pieces.delete(part=part.reference)  # a kept state of the database has no folder
    canary.look(hers, f"{here}/file")
    canary.look(hers, f"{here}/file/1")
    shown = {"team": "helpline", "days": "7", "numbers": teller.code}
    assert canary.press(hers, f"{here}/who", **shown).status_code == 303
    page = reverse("helpline:desk-show", args=[find_case(Report.objects.get().reference)])
    canary.shown.append(html.unescape(canary.press(canary.clients["hana"], page, part=once).content.decode()))
    for path in (here, "/status/kept", "/status/who", f"{here}/who/helpline"):
        canary.look(hers, path)


def visit_of(teller: Teller) -> Bearer:
    """What her open visit leads to."""
    visit = open_visit(teller.client.cookies["visit"].value)
    assert visit is not None
    assert visit.bearer is not None
    return find_hers(visit.bearer)


def _pass_on(canary: Canary, browser: Client, her: Her) -> None:
    """The practitioner passes them on, on their word; a member asks something and is answered."""
    plant, body = canary.plant, joins("Ark")
    sent = {"kind": "shelter", "first": str(body.service), "to-happened": str(body.service), "until": "2027-01-31"}
    refer = reverse("helpline:desk-refer", args=[her.case])
    sent |= {"step": "keep", "once": str(uuid.uuid4())}
    assert canary.press(browser, refer, **sent, **{"text-happened": plant("passedon")}).status_code == 303
    turn = Turn.objects.get(referral__file__reference=her.file)
    here = f"{refer}/{turn.referral.reference}"
    canary.press(browser, f"{here}/yes", version="1", words=plant("yesbyvoice"), once=str(uuid.uuid4()))
    ask(turn=turn.reference, words=plant("question"), keyring=body.worker.keyring, by=body.worker.actor, now=NOW)
    canary.press(browser, f"{here}/answer", words=plant("answertoservice"), once=str(uuid.uuid4()))
    canary.look(browser, here)
    opened = open_file(file=turn.reference, keyring=Keyring(her.key), by=PERSON, now=NOW)
    shown = Turn.box(opened, "shown", turn.reference, json.dumps([plant("showntoservice")]))
    Turn.objects.filter(pk=turn.pk).update(shown=shown)
    canary.shown.append(Turn.objects.get(pk=turn.pk).unbox(opened, "shown"))


def _lend(canary: Canary, browser: Client, her: Her) -> None:
    """A volunteer reads the case and answers; a programme tells something of the other person."""
    vic = employ("vic", Role.VOLUNTEER)
    volunteer = canary.clients["vic"] = come_in(vic.name)
    canary.press(browser, reverse("helpline:desk-volunteers"), cases=str(her.case), hours="12")
    canary.press(volunteer, reverse("helpline:volunteer-show", args=[her.case]), part="contact")
    said = {"words": canary.plant("volunteerreply"), "step": "send", "once": str(uuid.uuid4())}
    canary.press(volunteer, reverse("helpline:volunteer-reply", args=[her.case]), **said)
    canary.look(volunteer, reverse("helpline:volunteer-case", args=[her.case]))
    reply = CaseReview.objects.get(kind=CaseReview.Kind.REPLY)
    canary.look(browser, reverse("helpline:desk-review", args=[reply.reference]))
    token = canary.plant_unshown("programmetoken")
    canary.press(browser, reverse("helpline:desk-listen", args=[her.case]), token=token, asked="person")
    note_signal(token=token, kind=SignalKind.STARTED, by=Actor.system(), now=NOW)
    canary.look(browser, reverse("helpline:desk-signals"))


def _pass_on_without(canary: Canary, browser: Client) -> None:
    """The practitioner passes somebody on to a meeting without their yes, a second person agrees, and it decides."""
    plant, her, body = canary.plant, came(), meets("Table")
    page = reverse("helpline:desk-override", args=[her.case])
    until = {"until": "2027-01-31", "tell_on": str((NOW + timedelta(days=3)).date())}
    sent = {"basis": "danger-to-life", "kind": "meeting", "first": str(body.service), "step": "keep", **until}
    sent |= {"text-happened": plant("overridden"), "to-happened": str(body.service), "need-happened": plant("need")}
    sent |= {"reason": plant("overridewhy"), "words": plant("overridewords"), "why": plant("untoldwhy")}
    once = str(uuid.uuid4())
    assert canary.press(browser, page, **sent, when="later", once=once).status_code == 303
    review = CaseReview.objects.get(kind=CaseReview.Kind.OVERRIDE).reference
    canary.look(browser, reverse("helpline:desk-review", args=[review]))
    ring = keys.open_teams_with(keys.open_by_passphrase(user=User.objects.get(username="hana"), passphrase=PASSPHRASE))
    second: dict[str, Any] = {"keyring": ring, "by": Actor(kind=ActorKind.STAFF, id="second"), "now": NOW}
    opened = open_case(reference=her.case, **second)
    decide_override(opened=opened, review=review, agrees=True, **second)
    here = reverse("helpline:desk-referral", args=[her.case, once])
    canary.press(browser, f"{here}/later", why=plant("stilluntold"), tell_on=until["tell_on"])
    theirs: dict[str, Any] = {"turn": Turn.objects.get(referral__reference=once).reference, "now": NOW}
    theirs |= {"keyring": body.worker.keyring, "by": body.worker.actor}
    accept_turn(**theirs)
    action, due = uuid.uuid4(), str(NOW.date())
    form = ActionForm({"once": str(action), "words": plant("decided"), "owner": HELPLINE, "due_on": due})
    assert form.is_valid()
    add_action(**theirs, decided=form.decided, reference=action)
    canary.press(browser, f"{here}/action", action=str(action), state="done", words=plant("becameofit"))
    canary.look(browser, here)


def _go_wrong(canary: Canary, her: Her) -> None:
    """She tells those who lead the helpline what went wrong, and one of them answers."""
    lea, told = employ("lea", Role.HELPLINE_LEAD), uuid.uuid4()
    browser = canary.clients["lea"] = come_in(lea.name)
    tell_wrong(file=her.file, words=canary.plant("wentwrong"), by=PERSON, now=NOW, reference=told)
    page = reverse("helpline:lead-complaint", args=[told])
    canary.press(browser, page, words=canary.plant("wronganswer"), once=str(uuid.uuid4()))
    canary.look(browser, page)
    paid = {"source": "Fairhaven Fund", "hours": "40", "begins_on": "2026-01-01", "ends_on": "2027-12-31"}
    canary.press(browser, reverse("helpline:lead-funding-add"), **paid)
    rule = {"band": "red", "workers": User.objects.get(username="hana").reference, "place": "1"}
    canary.press(browser, reverse("helpline:lead-rule-add"), **rule)


def report_review(report: uuid.UUID) -> uuid.UUID:
    return Report.objects.get(reference=report).reviews.get().reference
