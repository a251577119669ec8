"""Every page that a person can reach is walked in a real browser that runs no script, on a phone, in both scripts."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.templatetags.static import static
from django.test import Client
from django.urls import get_resolver
from playwright.sync_api import expect

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.models import AccessCode
from leeward.foundation.vault.operations import make_victim_key, new_code
from leeward.foundation.vault.rules.codes import read_code
from leeward.foundation.web.access import Audience, access_of, walk_patterns
from leeward.foundation.web.leaving import DOOR
from leeward.industry.bank.models import Submission
from leeward.society.directory.models import Proposal
from leeward.victim.file.models import Message
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.person import open_hers
from leeward.victim.helpline.operations.plans import suggest_change
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from leeward.victim.helpline.rules.plans import Plan, PlanPart
from leeward.victim.locker.models import Item
from leeward.victim.network.models import Turn
from leeward.victim.network.operations.referrals import draft_referral
from leeward.victim.network.operations.turns import accept_turn, ask
from leeward.victim.portal.hasher import OFFLINE_PATH
from leeward.victim.portal.operations import open_with_code
from leeward.victim.removals.models import Report, Request
from leeward.victim.removals.operations.answers import decide
from leeward.victim.removals.rules.questions import GROUPS, Question
from tests.depth import one_a_day
from tests.foundation.accounts.people import at
from tests.journeys.people import reveal_languages
from tests.journeys.walking import Walked, Walker
from tests.readers import open_door
from tests.society.directory.factories import make_location, make_service, make_term, new_id
from tests.victim.helpline.caller import Caller
from tests.victim.helpline.conftest import keep_hours
from tests.victim.locker import sealing
from tests.victim.network.conftest import draft_for, joins
from tests.victim.removals.conftest import (  # noqa: F401  # fixtures, used by their names
    NOW,
    Company,
    Filed,
    Worker,
    chatter,
    hire,
    house,
    open_company,
    robin,
)
from tests.victim.removals.desk_people import REFUSED, send_all

pytestmark = pytest.mark.browser

OTHER = {"en": "ar", "ar": "en"}
OPENS = {"en": "Open", "ar": "فتح"}  # the shut door's only word
WORDS = "It began on Sunday. Ωmega ‏عربي"
LONG = "https://chatter.example/" + "a-very-long-path-without-a-break" * 6
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
SERVICE = new_id("Harbour Advice")
SOME = {
    "path": "threat",
    "ordinal": "1",
    "question": "words",
    "service_id": str(SERVICE),
    "code": "safety",
    "slug": "short",
    "referral": str(new_id("a referral")),
    "item": str(new_id("an entry")),
    "team": "helpline",
    "generation": "1",
    "number": "1",
}
# Public, but for others than a person who seeks help; each prefix with whom it is for.
NOT_HERS = {
    "demo": "the tour of the demonstration",
    "web:health": "load balancers",
    "accounts:": "staff who sign in",
    "removals:link": "a platform with its link",
    "network:link": "a member of the network with its link",
    "network:warned": "the same, and the government with its own",
    "bulletin:": "who reads what the network publishes",
    "network:door-": "members' machines",
    "network:paths": "who asks who has read the advice; tests/victim/network asks without script",
    "network:join": "an organisation that asks to join the network; tests/victim/network asks without script",
    "directory:owner": "the owner of a service, with her link",
    "removals:door-": "platforms' machines",
    "web:guide": "platforms' engineers",
    "exchange-": "platforms' machines",
    "stopncii-": "platforms' machines",
    "api-": "platforms' machines",
    "directory:api": "other sites and their machines",
    "directory:taxonomies-": "other sites and their machines",
    "directory:package": "other sites and their machines",
    "statistics": "who asks how the country is doing",
    "surveys:": "whoever is asked; of them nothing is known, and a test of its own walks these without script",
    "helpline:funding": "who asks who pays the helpline",
    "strategy:": "who follows the national strategy",
    "assessment:": "who asks how the country is doing against its model",
    "editions:": "who reads what is published, and checks it",
    "pages:data": "other sites and their machines",
    "training:": "who is trained, and their employer; tests/justice/training walks these without script",
    "perpetrators:": "people who did harm, and who works with them; tests/justice/perpetrators asks without script",
    "register:": "who keeps the restricted register, and who may ask it; tests/justice/register asks without script",
    "outcomes:": "who asks what becomes of offences, and who counts it; tests/justice/outcomes asks without script",
    "holds:": "who keeps a record for proceedings; tests/justice/courts asks for these without script",
    "courts:": "who has a court's order, or a slip; tests/justice/courts asks for these without script",
    "lessons:": "who wants to learn something; tests/foundation/lessons walks them without script",
    "pages:all": "who looks for another page; tests/foundation/pages asks for it without script",
    "pages:page": "the same",
    "pages:paper": "who prints a page",
    "pages:picture": "a page shows it",
    "pages:sheet": "who holds a printed sheet; tests/foundation/pages asks for it without script",
    "checking:": "who was shown a paper or a file and asks whether it is ours",
    "locker:piece": "the script of a file's page fetches it",
    "declarations:": "organisations that sign, and who asks whether they keep it",
}
# What no form of ours sends; each with the reason.
NOT_SENT = {
    "portal:send": "the script of the picture page sends it; without script there is portal:paste-send",
    "portal:add-send": "the same for more pictures; without script there is portal:add-paste-send",
    "locker:send-file": "the script that locks a file sends it; without script there are words",
    "locker:open-file": "the script of a file's page asks for its key",
    "web:leave": "the way out is a link",
}


@pytest.fixture(autouse=True)
def _still(product: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    at(monkeypatch, NOW)
    keep_hours(monkeypatch)
    settings.LEEWARD_EXIT_URL = f"{product.url}/healthz"


@pytest.fixture
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def walked() -> Walked:
    return Walked()


@pytest.fixture
def somebody(person: Callable[..., Any], language: str, walked: Walked) -> Callable[[], Walker]:
    return lambda: Walker(person(locale=language), language=language, walked=walked)


def hers() -> dict[str, str]:
    """Every address that is hers, from the address list: its name, and one path of it."""
    return {
        name: "/" + ARGUMENT.sub(lambda found: SOME[found[2]], route)
        for route, name, pattern in walk_patterns(get_resolver().url_patterns)
        if (access := access_of(pattern.callback)) is not None
        and access.audience in (Audience.PUBLIC, Audience.VICTIM_CODE)
        and not name.startswith(tuple(NOT_HERS))
    }


# Half of them every second day, in one language: who tells the desk and comes back, or whatever else there is.
TELLING, ALL_ELSE = "telling", "all else"
# Of the addresses of removals and of the portal, those to which nobody comes who tells.
NOT_ON_THE_WAY = {
    *("portal:child", "portal:unsure", "portal:start", "portal:pictures", "portal:paste", "portal:paste-send"),
    *("portal:send", "portal:receipt", "removals:my-report"),
}


def is_told_on_the_way(name: str) -> bool:
    """Whether who tells the desk comes by a page; all the others are for the other day."""
    return name.startswith(("removals:", "portal:", "file:")) and name not in NOT_ON_THE_WAY


@pytest.mark.turn(0, days=2)
@pytest.mark.parametrize(
    ("language", "half"),
    one_a_day([("en", TELLING), ("ar", ALL_ELSE), ("ar", TELLING), ("en", ALL_ELSE)], days=2),
    indirect=["language"],
)
def test_every_page_of_hers_is_walked_without_script(
    somebody: Callable[[], Walker],
    walked: Walked,
    language: str,
    half: str,
    person: Callable[..., Any],
    robin: Worker,  # noqa: F811  # a fixture
    chatter: Company,  # noqa: F811  # a fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_service("Harbour Advice", id=SERVICE, at=(make_location(),), terms=(make_term("legal").id,))
    if half == TELLING:
        code = tell_what_is_online(somebody())
        her = somebody()
        come_back_by_code(her, code)
        tell_the_rest(her, code)
        answer_as_the_site_would(robin, chatter)
        see_to_the_report(her, code)
        protect_under_the_same_code(her, code)
        take_a_spare_code(her, code)
        code = take_another_code(her, code)
        code = take_a_code_of_her_own(her, code)
        come_back_too_late(her, code, monkeypatch)
        stop_and_erase(her, code)
        tell_without_being_sure(somebody())
        for tell in (tell_of_a_threat, tell_for_somebody_else):
            tell(somebody())
        assert {f"/report/q/{question}" for question in Question} <= walked.paths
    else:
        read_about_it(
            Walker(person(locale=OTHER[language]), language=language, walked=walked), language=OTHER[language]
        )
        look_for_support(somebody())
        stop_where_somebody_is_under_18(somebody())
        for team in ("helpline", "leads"):
            open_door(team)
        talk_to_somebody(somebody())
        leave(protect_and_then_tell(somebody()))

    # A browser of its own for each: behind the exit, which is one of them, every page is the shut door.
    wanted = {name: path for name, path in hers().items() if is_told_on_the_way(name) is (half == TELLING)}
    unread = {name for name, path in wanted.items() if Client().get(path).status_code != 405} - walked.seen
    unsent = {name for name, path in wanted.items() if Client().post(path).status_code != 405} - walked.sent
    assert unread == set()
    assert unsent == {name for name in NOT_SENT if name in wanted}


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_what_needs_a_script_is_noticed(somebody: Callable[[], Walker]) -> None:
    her = somebody()
    her.go("/status/")
    her.page.evaluate("document.querySelector('main form button').type = 'button'")
    with pytest.raises(AssertionError, match="needs a script"):
        her.look()
    her.page.evaluate("document.querySelector('main').innerHTML = '<h1>Nothing</h1>'")
    with pytest.raises(AssertionError, match="a dead end"):
        her.look()
    her.let_scripts_run(allowed=True)
    with pytest.raises(AssertionError, match="a script ran"):
        her.go("/status/")


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_the_offline_page_says_what_it_needs(somebody: Callable[[], Walker]) -> None:
    her = somebody()
    page = her.page
    page.goto(static(OFFLINE_PATH))
    assert page.locator("h1:visible").inner_text() == "Make the fingerprints on this device"
    assert "JavaScript" in page.locator("main").inner_text()
    assert her.person.runs_over() == []


# --- before anything is kept ------------------------------------------------------------------------------------------


def read_about_it(her: Walker, *, language: str) -> None:
    her.language, wanted = language, her.language
    her.go("/")
    her.language = wanted
    reveal_languages(her.page)
    her.take(her.page.locator(f".leeward-languages__link[hreflang={wanted}]"))
    her.expect("/")
    her.go("/report")  # as somebody told them
    her.expect("/")
    her.walked.seen.add("removals:my-report")
    for name in ("safety", "privacy", "accessibility", "help", "support", "for-platforms"):
        her.follow(f"/{name}")
    her.go("/pages")
    her.follow("/pages/keeping-proof")


def look_for_support(her: Walker) -> None:
    her.go("/")
    her.follow("/support")
    her.fill(words="advice", place="Nowhereton")
    her.press("form")
    her.refused()
    her.fill(place="")
    her.page.locator("#ask summary").first.click()
    her.page.locator("#ask-needs summary").click()
    her.tick("needs")
    her.press("form")
    her.follow(f"/support/services/{SERVICE}")
    her.follow(f"/support/services/{SERVICE}/wrong")
    her.press()
    her.refused()
    her.choose(kind="hours")
    her.fill(words=WORDS)
    her.press()
    her.expect(f"/support/services/{SERVICE}/wrong/told")
    her.follow(f"/support/services/{SERVICE}")
    assert Proposal.objects.get().words == WORDS


def stop_where_somebody_is_under_18(her: Walker) -> None:
    her.go("/")
    her.follow("/protect/first-help")
    her.follow("/protect/")
    her.press()
    her.refused()
    her.choose(everyone_adult="no")
    her.press()
    her.expect("/protect/under-18")
    for age, path in (("not_sure", "/protect/not-sure"), ("no", "/protect/under-18")):
        her.go("/")
        begin_at(her, "/report/begin/online")
        her.press(button="skip")
        her.expect("/report/age")
        her.choose(everyone_adult=age)
        her.press()
        her.expect(path)
        assert her.page.locator("main a[href^='tel:']").count() >= 1
        if age == "not_sure":
            her.follow("/report/age")  # now she knows
    assert "visit" not in {cookie["name"] for cookie in her.person.context.cookies()}
    assert not AccessCode.objects.exists()


def begin_at(her: Walker, way: str) -> None:
    """A way in leads on at once."""
    her.follow(way)
    her.walked.seen.add("removals:my-begin")


def begin(her: Walker, path: str, *, places: str = "", agrees: str = "yes") -> str:
    """Up to the page on which she hands in. Returns the code."""
    her.go("/")
    if path == "threat":
        her.follow("/protect/first-help")
    elif path != "online":
        begin_at(her, "/report/begin/online")
    if path == "unsure":  # no page of ours asks for it; an older link may
        her.page.goto("/report/begin/unsure")
    else:
        begin_at(her, f"/report/begin/{path}")
    if path != "threat":
        her.leave_out(button="continue")
        her.fill(addresses=places)
        her.press(button="continue" if places else "skip")
        if "@" in places:
            her.refused()
            her.press(button="skip")
    for name, answer in (("everyone_adult", "yes"), ("agrees", agrees)):
        her.leave_out()
        her.choose(**{name: answer})
        her.press()
    her.expect("/report/keep")
    her.leave_out()
    code = " ".join(her.page.locator(".portal-code__group").all_inner_texts())
    assert her.save("form[action='/protect/numbers'] button") == f"{code}\n"
    her.tick("kept")
    her.press()
    her.expect("/report/check")
    return code


def hand_in(her: Walker) -> None:
    her.press("form[action='/report/hand-in']")
    her.expect("/report/next")


# --- telling ----------------------------------------------------------------------------------------------------------


def tell_what_is_online(her: Walker) -> str:
    code = begin(her, "online", places=f"here: {LONG} and\nhttps://unknown.example/p/2\n@somebody")
    her.follow("/report/q/where")
    her.press(".leeward-line:nth-child(2) form", button="place")
    her.expect("/report/q/where")
    her.press(button="continue")
    hand_in(her)
    her.press("form[action='/status/close']")
    her.expect("/status/closed")
    return code


def tell_the_rest(her: Walker, code: str) -> None:
    """Everything else, group by group, from her page."""
    steps: dict[Question, Callable[[Walker], None]] = {
        Question.WHAT: say_what,
        Question.DETAILS: say_details,
        Question.MORE: say_more,
        Question.SIGNS: say_signs,
        Question.REACH: lambda her: say_reach(her, code),
    }
    her.go("/status/part/links")
    for questions in GROUPS.values():
        her.expect("/status/part/links")
        her.follow(f"/report/q/{questions[0]}")
        for question in questions:
            her.expect(f"/report/q/{question}")
            steps.get(question, say_something)(her)
    her.follow("/report/check")
    assert WORDS in her.page.locator("main").inner_text()
    her.follow("/report/q/words")
    her.press()
    her.expect("/status/part/links")


def say_something(her: Walker) -> None:
    """Write into every box, choose the first of every choice, tick every tick."""
    for box in her.page.locator("main textarea, main input[type=text]").all():
        box.fill(WORDS)
    for name in dict.fromkeys(each.get_attribute("name") for each in her.page.locator("main input[type=radio]").all()):
        her.page.locator(f"main input[name={name}]").first.check()
    for tick in her.page.locator("main input[type=checkbox]").all():
        tick.check()
    her.press()


def say_what(her: Walker) -> None:
    her.choose(harm="threatened")
    her.press()
    her.expect("/report/what-now")
    her.follow("/report/q/details")


def say_details(her: Walker) -> None:
    say_something(her)  # also what tells of danger
    her.expect("/report/now/details")
    her.follow("/report/q/made")


def say_more(her: Walker) -> None:
    her.press(button="add")
    her.refused()
    her.fill(site="Lantern", handle="@night_" + "x" * 60)
    her.press(button="add")
    her.expect("/report/q/more")
    her.press(button="continue")


def say_signs(her: Walker) -> None:
    her.choose(dangers="now")
    her.press()
    her.expect("/report/now")
    her.follow("/report/q/reach")


def say_reach(her: Walker, code: str) -> None:
    her.choose(way="email")
    her.press()
    her.refused()
    her.fill(numbers=code)
    her.fill(email="new@mail.example", hours="mornings", name="Sam", safe_word="boats")
    her.tick("news", "news_days")
    for hour, name in (("8", "news_begin"), ("20", "news_until")):
        her.page.locator(f"main select[name={name}]").select_option(hour)
    her.press()


def tell_of_a_threat(her: Walker) -> None:
    begin(her, "threat")
    hand_in(her)
    begin_to_add(her)  # protect it under the same code
    assert her.page.locator("a[href='/status/add/paste']:visible").count() == 1


# Answers that come first to help.
HELPED: tuple[tuple[str, dict[str, str], str], ...] = (
    ("signs", {"dangers": "now"}, "/report/now"),
    ("what", {"harm": "not_sure", "rare": "stolen"}, "/report/what-next"),
    ("what", {"harm": "sextortion"}, "/report/what-now"),
)


def tell_without_being_sure(her: Walker) -> None:
    begin(her, "unsure", agrees="no")
    hand_in(her)
    her.follow("/status/pictures")
    for question, answer, page in HELPED:
        her.go(f"/report/q/{question}")
        her.choose(**answer)
        her.press()
        her.expect(page)
    her.go("/status/pictures")


def tell_for_somebody_else(her: Walker) -> None:
    begin(her, "found", places="https://chatter.example/p/9")
    hand_in(her)
    her.follow("/status/pictures")
    assert "chatter" not in her.page.locator("main").inner_text().lower()
    her.follow("/report/q/where")
    her.fill(addresses="https://chatter.example/p/10")
    her.press(button="continue")
    her.expect("/status/part/links")
    assert Report.objects.filter(requests__ordinal=2, path="found").count() == 1


# --- by her code ------------------------------------------------------------------------------------------------------


def come_back_by_code(her: Walker, code: str) -> None:
    her.go("/")
    her.follow("/status/")
    slip = code[:-1] + str((int(code[-1]) + 1) % 10)
    for typed in ("", slip, " ".join(new_code().groups)):
        her.fill(numbers=typed)
        her.press("form")
        her.refused()
    open_pages(her, code)


def open_pages(her: Walker, code: str) -> None:
    her.fill(numbers=code)
    her.press("form")
    her.expect("/status/pictures")


def answer_as_the_site_would(desk: Worker, company: Company) -> None:
    filed = Filed(reference=Report.objects.get().reference, key=make_victim_key())
    assert len(send_all(filed, desk)) == 1
    asked = Request.objects.exclude(notice=None)
    decide(side=company.side, references=[each.reference for each in asked], answer=REFUSED, now=NOW)


def see_to_the_report(her: Walker, code: str) -> None:
    her.go("/status/part/links")
    her.follow("/status/place/1")
    her.follow("/status/place/1/again")  # appeal
    her.fill(words=WORDS)
    her.press()
    her.expect("/status/place/1")
    her.follow("/status/messages")  # ask for help
    her.press()
    her.refused()
    her.fill(words="Can somebody help me?")
    her.press()
    assert Message.objects.count() == 1
    her.press("form[action='/status/messages/take-out']")
    her.press()
    her.expect("/status/messages")
    her.go("/status/part/links")
    for question, given in (
        ("where", {"addresses": "https://chatter.example/p/3"}),
        ("more", {"site": "Harbour", "handle": "@third"}),
    ):
        her.follow("/report/q/where")
        if question == "more":
            her.follow("/report/q/more")
        her.fill(**given)
        her.press(button="continue")
        her.expect("/status/part/links")
    her.follow("/status/who")
    her.follow("/status/who/short")
    confirm(her, code)
    her.expect("/status/who")
    her.follow("/status/pictures")
    her.follow("/status/part/links")
    her.follow("/report/check")  # correct
    her.follow("/report/q/by")
    her.fill(uploader="Somebody else")
    her.press()
    her.follow("/report/check")
    her.follow("/report/q/reach")
    her.choose(way="none")
    confirm(her, code)
    her.follow("/report/check")
    her.follow("/report/q/yes")  # take consent back
    her.untick("notices", "watching")
    her.press()
    her.expect("/status/part/links")
    her.go("/status/pictures")
    her.follow("/status/everything")
    taken = json.loads(her.save("form[action='/status/everything/save'] button"))["removal"]
    assert (taken["agreed"]["notices"], taken["story"]["uploader"]) == (False, "Somebody else")
    her.go("/status/part/links")
    her.follow("/status/place/2")
    her.follow("/status/place/2/take-back")
    confirm(her, code)
    her.expect("/status/part/links")
    her.go("/")
    her.follow("/report/begin/online")  # one report stands under one code
    her.expect("/report/q/where")


def pasted(seed: str) -> str:
    picture = {"kind": "image", "path": "bytes", "approx": False, "md5": seed * 16, "sha256": seed * 32, "pdq": []}
    return json.dumps({"spec": "leeward-hashes:1", "pictures": [picture]})


def begin_to_add(her: Walker) -> None:
    """More pictures are other pictures: the same question once more."""
    her.follow("/status/add")
    her.expect("/status/add/age")
    her.leave_out()
    her.choose(everyone_adult="yes")
    her.press()
    her.expect("/status/add")


def paste(her: Walker, *ticks: str, seed: str) -> None:
    """From the page for choosing, which says what to do without script, to the sending."""
    assert her.page.locator("main a[href='/help']:visible").count() == 1
    her.follow(her.at.replace("/pictures", "/paste") if her.at.startswith("/protect/") else f"{her.at}/paste")
    assert her.page.locator("main a[download='page.html']:visible").get_attribute("href") == static(OFFLINE_PATH)
    her.fill(codes="nothing of use")
    her.leave_out()
    her.fill(codes=pasted(seed))
    her.press()
    her.leave_out("form[action$='/paste/send']")
    her.tick(*ticks)
    her.press("form[action$='/paste/send']")


def protect_under_the_same_code(her: Walker, code: str) -> None:
    her.go("/status/part/pictures")
    for seed in ("ab", "cd"):
        begin_to_add(her)
        paste(her, "consent", seed=seed)
        her.expect("/status/part/pictures")
    her.follow("/status/which")  # says what it needs, and leads back
    her.follow("/status/part/pictures")
    her.follow("/status/renew")
    her.press()
    her.follow("/status/take-back/1")
    confirm(her, code)
    her.follow("/status/take-back")
    confirm(her, code)
    her.expect("/status/part/pictures")
    her.go("/status/not-removed")  # linked where a platform has said no
    her.follow("/status/part/pictures")


def take_a_code_of_her_own(her: Walker, code: str) -> str:
    """Somebody at the desk has typed her code for her: before anything opens to her she takes another."""
    open_with_code(code=read_code(code), now=NOW, typist="robin")
    her.press("form[action='/status/close']")
    her.go("/status/")
    her.fill(numbers=code)
    her.press("form")
    her.expect("/status/own-code")
    return keep_the_new_one(her)


def take_a_spare_code(her: Walker, code: str) -> None:
    """Make one, see both, and end the other."""
    her.go("/status/pictures")
    her.follow("/status/code")
    her.follow("/status/spare")
    keep_the_new_one(her, numbers=code)
    her.follow("/status/code")
    her.follow("/status/spare")
    her.fill(numbers=code)
    her.press()
    her.expect("/status/pictures")


def take_another_code(her: Walker, code: str) -> str:
    her.follow("/status/code")
    her.follow("/status/numbers")
    return keep_the_new_one(her, numbers=code)


def keep_the_new_one(her: Walker, **typed: str) -> str:
    her.press()
    her.refused()
    code = " ".join(her.page.locator(".portal-code__group").all_inner_texts())
    her.tick("kept")
    her.fill(**typed)
    her.press()
    her.expect("/status/pictures")
    return code


def confirm(her: Walker, code: str) -> None:
    """Do what only she may: with no code, or with another one, it is not done (security/test_stolen_visit.py: both)."""
    for typed in one_a_day(["", " ".join(new_code().groups)]):
        her.fill(numbers=typed)
        her.press()
        her.refused()
    her.fill(numbers=code)
    her.press()


def come_back_too_late(her: Walker, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    her.go("/status/part/links")
    her.follow("/status/messages")
    her.fill(words="One more thing")
    at(monkeypatch, NOW + timedelta(minutes=20))
    her.press()
    her.expect("/status/saved")
    assert Message.objects.count() == 1
    open_pages(her, code)
    assert Message.objects.count() == 2
    at(monkeypatch, NOW + timedelta(minutes=40))
    her.go("/status/pictures")
    her.expect("/status/again")
    open_pages(her, code)
    at(monkeypatch, NOW)
    her.go("/status/")
    open_pages(her, code)


def stop_and_erase(her: Walker, code: str) -> None:
    her.go("/status/part/links")
    her.follow("/report/check")
    her.follow("/status/who/stop")
    confirm(her, code)
    her.expect("/status/who")
    her.go("/status/part/links")
    her.follow("/status/messages/again")
    confirm(her, code)
    her.expect("/status/part/links")
    her.go("/status/pictures")
    her.follow("/status/erase")
    confirm(her, code)
    her.expect("/status/erased")
    assert (Report.objects.count(), Submission.objects.count(), AccessCode.objects.count()) == (0, 0, 0)


# --- talking --------------------------------------------------------------------------------------------------------


def keep_for_herself(her: Walker, code: str) -> None:
    """Write something down, change it, show it, hide it, erase it."""
    her.go("/status/pictures")
    her.follow("/keep")
    her.press()
    her.refused()
    her.choose(everyone_adult="not_sure")
    her.press()
    her.expect("/keep/not-sure")
    her.follow("/keep")
    her.choose(everyone_adult="yes")
    her.press()
    her.expect("/keep/begin")
    her.press()
    her.expect("/status/kept/write")
    her.press()
    her.refused()
    for summary in her.page.locator("main details > summary").all()[::2]:
        summary.click()
    her.fill(words=WORDS, on_day="22", on_month="11", on_year="2026", address=LONG)
    her.press()
    here = her.at
    her.follow(f"{here}/change")
    her.fill(at="23:40")
    her.press()
    her.expect(here)
    her.follow(f"{here}/file")  # says what it needs
    bearer, item = open_with_code(code=read_code(code), now=NOW), Item.objects.get(reference=here.rsplit("/", 1)[1])
    sealing.picture(SimpleNamespace(bearer=bearer), item.reference).send_all()  # type: ignore[arg-type]  # all it asks of them
    her.go(here)
    her.follow(f"{here}/file/1")
    her.press()
    her.refused()
    her.fill(numbers=code)
    her.press()
    her.expect(here)
    her.go("/status/kept")
    her.follow("/status/kept/take")
    her.press()
    her.press("form[action='/status/kept/take/save']")
    her.expect("/status/kept/take/save")  # no signer works here, so it is not signed yet
    her.go(here)
    for path, choose in (("who", {"team": "helpline"}), ("who/helpline", {}), ("erase", {})):
        her.follow(f"{here}/{path}")
        her.press()
        her.refused()
        her.choose(**choose)
        her.fill(numbers=code)
        her.press()
    her.expect("/status/kept")
    her.follow("/status/kept/long")
    her.page.locator("main input[name=years]").last.check()
    her.press()
    her.expect("/status/kept")


def talk_to_somebody(her: Walker) -> None:
    code = come_to_the_helpline(her)
    her.go("/status/part/people")
    her.follow("/status/talk")
    her.press("form:not([action])")
    her.refused()
    her.fill(words=WORDS)
    her.press("form:not([action])")
    her.press("form[action='/status/talk/take-out']")
    her.press()
    her.expect("/status/talk")
    her.follow("/status/talk/now")
    her.fill(words="Are you there?")
    her.press()
    her.expect("/status/talk/now")
    expect(her.page.frame_locator("iframe").get_by_text("Are you there?")).to_be_visible()
    her.go("/status/talk/lines")
    end_some_help()
    keep_for_herself(her, code)
    ask_for_things(her, code)
    be_passed_on(her, code)
    write_a_plan(her, code)
    her.go("/status/part/people")
    for path in ("/status/about", "/status/helped", "/status/wishes", "/status/counted"):
        her.follow(path)
        say_something(her)
        her.expect("/status/part/people")
    her.go("/status/pictures")
    her.follow("/status/everything")
    assert "Are you there?" in her.save("form[action$='/save'] button")
    her.go("/status/part/people")
    her.follow("/status/talk/reach")
    her.choose(way="phone")
    her.fill(phone="0700 900 123")
    confirm(her, code)
    her.expect("/status/part/people")
    her.follow("/status/wrong")
    her.press()
    her.refused()
    her.fill(words=WORDS)
    her.press()
    her.expect("/status/wrong")
    her.go("/status/talk/shift")  # volunteers are kept out
    confirm(her, code)
    her.expect("/status/who")
    her.go("/status/part/people")
    her.follow("/status/who/talk")
    confirm(her, code)
    her.expect("/status/who")


def ask_for_things(her: Walker, code: str) -> None:
    her.go("/status/part/people")
    her.follow("/status/help")
    her.choose(kinds="police")
    her.press()
    her.expect("/status/help")
    her.go("/status/part/people")
    her.follow("/status/talk/call")
    her.press("form:not([action])")
    her.refused()
    her.page.locator("main select[name=day]").select_option(index=2)
    for name, clock in (("begin", "12:00"), ("end", "13:00")):
        her.page.locator(f"main select[name={name}]").select_option(clock)
    her.fill(phone="0700 900 123", numbers=code)
    her.press("form:not([action])")
    her.expect("/status/talk/call")
    her.press("form[action='/status/talk/no-call']")
    her.expect("/status/talk/call")


def be_passed_on(her: Walker, code: str) -> None:
    """Read what the helpline prepared, change it, say yes, answer a question, say what came of it, stop it."""
    body = joins("Ark")
    worker = {"keyring": body.worker.keyring, "by": body.worker.actor, "now": NOW}
    file = Case.objects.get().file.reference
    referral = draft_referral(file=file, team="helpline", draft=draft_for([body]), by=body.worker.actor, now=NOW)
    here = f"/status/others/{referral}"
    her.go("/status/part/people")
    her.follow("/status/others")
    her.follow(here)
    her.follow(f"{here}/change")
    her.untick("keep-0-reach", "keep-0-happened")
    her.press()
    her.refused()
    her.tick("keep-0-happened")
    her.press()
    her.expect(here)
    confirm(her, code)
    her.expect(here)
    ask(turn=Turn.objects.get().reference, words=WORDS, **worker)
    her.go(here)
    her.follow(f"{here}/answer")
    her.press()
    her.refused()
    her.fill(words=WORDS)
    her.press()
    her.expect(here)
    accept_turn(turn=Turn.objects.get().reference, **worker)
    her.go(here)
    her.follow(f"{here}/outcome")
    her.press()
    her.refused()
    her.choose(in_touch="yes", told_again="no")
    her.press()
    her.expect(here)
    assert "leeward-receipt:1" in her.save(f"form[action='{here}/receipt'] button")
    her.follow(f"{here}/stop")
    confirm(her, code)
    her.expect(here)


def write_a_plan(her: Walker, code: str) -> None:
    """Write it, and take what the helpline suggests."""
    her.go("/status/part/people")
    her.follow("/status/plan")
    her.fill(people=WORDS)
    her.press()
    her.expect("/status/plan")
    opened = open_hers(bearer=Caller(code=code).bearer(NOW), now=NOW)
    suggested = Plan(texts={PlanPart.PEOPLE: WORDS, PlanPart.PLACE: "The library."})
    suggest_change(opened=opened, plan=suggested, by=Actor(kind=ActorKind.STAFF, id="sam"), now=NOW)
    her.go("/status/plan")
    her.press("form[action='/status/plan/decide']")
    her.expect("/status/plan")


def come_to_the_helpline(her: Walker) -> str:
    """The whole way in, with what it answers to mistakes. Returns the code."""
    her.go("/")
    her.follow("/talk")
    her.press("form[action='/talk/later']")
    her.expect("/talk/later")
    her.go("/talk")
    her.follow("/talk/age")
    her.press()
    her.refused()
    her.choose(everyone_adult="not_sure")
    her.press()
    her.expect("/talk/not-sure")
    her.follow("/talk/age")
    her.choose(everyone_adult="yes")
    her.press()
    her.expect("/talk/keep")
    her.press("form:not([action])")
    her.refused()
    code = " ".join(her.page.locator(".portal-code__group").all_inner_texts())
    her.tick("kept")
    her.press("form:not([action])")
    her.expect("/talk/words")
    her.fill(words=WORDS)
    her.press()
    her.expect("/talk/done")
    her.follow("/talk/signs")
    her.choose(dangers="now")
    her.press()
    her.expect("/talk/first")
    her.follow("/talk/what")
    her.choose(harm="sextortion")
    her.press()
    her.expect("/talk/read")
    her.follow("/talk/how")
    her.choose(ticked="watched")
    her.press()
    her.expect("/status/talk/reach")
    her.press(button="skip")
    her.expect("/status/pictures")
    return code


def end_some_help() -> None:
    case = Case.objects.get()
    case.helps.create(kind=HelpKind.LAW, state=HelpState.GIVEN, asked_at=NOW, ended_at=NOW, seen=Met.YES)


# --- protecting -------------------------------------------------------------------------------------------------------


def protect_and_then_tell(her: Walker) -> Walker:
    her.go("/protect/")
    her.choose(everyone_adult="yes")
    her.press()
    her.expect("/protect/pictures")
    paste(her, "consent", "kept", seed="ef")
    her.expect("/protect/receipt")
    her.follow("/report/begin/online")
    her.press(button="skip")
    for name in ("everyone_adult", "agrees"):
        her.choose(**{name: "yes"})
        her.press()
    her.expect("/report/keep")  # under the code that is open
    her.press()
    her.expect("/report/check")
    return her


def leave(her: Walker) -> None:
    """The way out forgets the visit, and going back shows no page of ours until she opens the door again."""
    her.page.locator(".leeward-exit__link").click()
    her.page.wait_for_url("**/healthz")
    her.walked.seen.add("web:leave")
    assert [cookie["name"] for cookie in her.person.context.cookies()] == [DOOR]
    her.page.go_back()
    expect(her.page.get_by_role("link")).to_have_count(1)
    assert her.page.title() == "…"
    her.page.get_by_role("link", name=OPENS[her.language]).click()
    her.expect("/")
    her.walked.seen.add("web:come-back")
