"""The paths before the person and the worker: what each asks, reads, is offered and why; and the gaps in the law."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from leeward.foundation.accounts.rules import Role
from leeward.society.directory.rules.records import Coverage, Way
from leeward.victim.file.rules.needs import Need, Needs
from leeward.victim.file.rules.paths import PATHS, SupportPath
from leeward.victim.file.rules.story import Danger, Harm, Story
from leeward.victim.helpline.figures import law_gaps
from leeward.victim.helpline.models import Case, LawGaps
from leeward.victim.helpline.operations.cases import save_statistics, save_story
from leeward.victim.helpline.operations.desk import ask_help, close_case, end_help, set_band
from leeward.victim.helpline.operations.parity import keep_law_gaps, read_quarters
from leeward.victim.helpline.queries.cases import read_case
from leeward.victim.helpline.queries.offers import context_of_case, kinds_to_offer
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from leeward.victim.helpline.rules.parity import LAW, Cells, Counted
from leeward.victim.network.rules.members import Kind
from leeward.victim.removals.forms.person.answers import DetailsForm
from leeward.victim.removals.rules.reports import Band
from tests.foundation.accounts.people import at, come_in, employ
from tests.society.directory.factories import make_service, make_term
from tests.standing import Standing
from tests.victim.helpline.caller import Caller
from tests.victim.helpline.conftest import NOW, PERSON, Worker, came

pytestmark = pytest.mark.django_db

HARMS = {row.code: next(iter(row.harms), Harm.MADE_BY_AI) for row in PATHS}  # no law of the made-up nation names fakes


@pytest.fixture
def ama(house: Standing, monkeypatch: pytest.MonkeyPatch) -> Client:
    at(monkeypatch, NOW)
    house(("staff", "ama"), lambda: employ("ama", Role.PRACTITIONER))
    return come_in("ama")


def test_a_worker_reads_what_comes_first_on_every_path_and_what_was_ticked(ama: Client) -> None:
    read = {}
    for row in PATHS:
        assert row.ask
        tick = row.ask.ticks[0]
        told = Story(everyone_adult=True, harm=HARMS[row.code], details=(row.key(tick),))
        case = came(story=told).case
        page = html.unescape(ama.get(reverse("helpline:desk-case", args=[case])).content.decode())
        places = [page.index(step) for step in row.steps]
        assert places == sorted(places), row.code
        assert tick.hint in page
        read[row.code] = page
    assert all(
        (steps := PATHS[0].steps[0]) not in page for code, page in read.items() if code is not SupportPath.SEXTORTION
    ), steps


def test_a_person_reads_and_ticks_what_is_theirs(house: Standing) -> None:
    caller = Caller()
    caller.come(harm="sextortion")
    assert "Do not pay" in caller.see("/talk/read")
    assert "/protect/first-help" in caller.see("/status/part/people")
    page = caller.see("/status/about")
    assert "I have paid" in page
    assert "Where I live" not in page
    assert caller.leads("/status/about", sextortion=["sextortion.paid"]) == "/status/part/people"
    assert caller.view().story.details == ("sextortion.paid",)
    assert 'value="sextortion.paid" checked' in caller.see("/status/about")
    assert Case.objects.get().band == Band.RED  # as the removal desk has it
    other = Caller()
    other.come(harm="shared")
    assert other.leads("/status/about") == "/status/part/people"  # nothing of its own to ask
    fake = Caller()
    fake.come(harm="made_by_ai")  # of which no law of the made-up nation speaks
    assert "I told the site, and it said no" in fake.see("/status/about")
    assert fake.leads("/status/about", not_in_law=["not_in_law.site"]) == "/status/part/people"


def test_a_tick_that_tells_of_danger_makes_a_case_red_and_nothing_less_urgent(sam: Worker) -> None:
    her = came(story=Story(everyone_adult=True, harm=Harm.CULTURALLY_SENSITIVE))
    row = Case.objects.get(reference=her.case)
    assert row.band == Band.AMBER
    told = read_case(her.open()).story

    def tick(*codes: str) -> Band:
        form = DetailsForm.of(told, {SupportPath.COMMUNITY: [f"culturally_sensitive.{code}" for code in codes]})
        assert form.is_valid()
        save_story(opened=her.open(), story=form.apply(told), by=PERSON, now=NOW)
        row.refresh_from_db()
        return Band(row.band)

    assert tick("heard") is Band.AMBER
    assert tick("heard", "hurt") is Band.RED
    assert read_case(her.open()).story.dangers == (Danger.HONOUR,)
    set_band(opened=sam.open(her.case), band=Band.AMBER, reason="They are abroad.", by=sam.actor, now=NOW)
    assert tick("hurt") is Band.AMBER  # nothing that was not weighed


def test_wishes_change_whom_somebody_is_offered_and_it_says_why(house: Standing, ama: Client) -> None:
    def national(name: str, *terms: str, taxonomy: str, **more: object) -> None:
        made = tuple(make_term(term, taxonomy=taxonomy).id for term in terms)
        make_service(name, coverage=Coverage.NATIONAL, terms=made, assured_date=NOW.date(), **more)

    national("Safe homes", "housing", taxonomy="needs", ways=(Way.CHAT,), url="https://talk.example")
    national("Homes by phone", "housing", taxonomy="needs")
    national("Harbour for lovers", "lgbtq", taxonomy="people", ways=(Way.CHAT,), url="https://talk.example")
    her = came(
        story=Story(everyone_adult=True, harm=Harm.SHARED),
        needs=Needs(ticked=(Need.NO_PHONE, Need.DEPENDS, Need.WHOM_I_LOVE)),
    )
    other = came(story=Story(everyone_adult=True, harm=Harm.SHARED))
    page, plain = (
        html.unescape(ama.get(reverse("helpline:desk-case", args=[each.case])).content.decode())
        for each in (her, other)
    )
    assert "Safe homes" in page
    assert "Harbour for lovers" in page
    assert "Homes by phone" not in page  # nobody there writes
    assert "Because they wish: I cannot or do not want to phone; I depend on that person" in page
    assert "Safe homes" not in plain
    view = read_case(her.open())
    assert list(kinds_to_offer(view))[:2] == [Kind.COMMUNITY, Kind.TALK]
    assert kinds_to_offer(view)[Kind.SHELTER] == (Need.DEPENDS,)
    assert kinds_to_offer(read_case(other.open())) == {}
    refer = html.unescape(ama.get(reverse("helpline:desk-refer", args=[her.case])).content.decode())
    assert '<option value="community" selected>' in refer
    assert "Because they wish: Nobody may learn who I love" in refer


def test_what_no_law_covers_is_counted_once_and_printed_protected(sam: Worker) -> None:
    her = came(story=Story(everyone_adult=True, harm=Harm.DOXXING))
    save_statistics(opened=her.open(), agrees=True, by=PERSON, now=NOW)
    ask_help(opened=her.open(), kind=HelpKind.LAW, by=PERSON, now=NOW)
    (help_,) = read_case(her.open()).helps
    assert [row.code for row in read_case(her.open()).paths] == [SupportPath.DOXXING]
    opened = sam.open(her.case)
    end_help(opened=opened, help_=help_.reference, state=HelpState.NOT_IN_LAW, seen=Met.NO, by=sam.actor, now=NOW)
    assert [row.code for row in read_case(her.open()).paths] == [SupportPath.DOXXING, SupportPath.NOT_IN_LAW]
    assert context_of_case(read_case(her.open())).value == "doxxing"
    close_case(opened=sam.open(her.case), by=sam.actor, now=NOW)
    quarters = read_quarters(sam.keyring, since=NOW.date() - timedelta(days=365))
    ((quarter, cells),) = quarters.items()
    assert cells[LAW, "doxxing", ""] == 1
    assert cells["not_in_law", "law", "skipped"] == cells["doxxing", "law", "skipped"] == 1  # a line each

    keep_law_gaps(quarters, now=NOW)
    assert not LawGaps.objects.exists()  # the quarter is not over
    later = NOW + timedelta(days=92)
    more = Counted(quarter=quarter, harm=Harm.OUTING, paths=(SupportPath.NOT_IN_LAW,)).cells
    many: Cells = sum([more] * 23, cells)
    keep_law_gaps({quarter: many}, now=later)
    keep_law_gaps({quarter: cells}, now=later)  # nothing of it changes any more
    (found,) = law_gaps(since=quarter)
    assert found.people == 25
    assert Harm.DOXXING not in found.by_harm  # one person is not printed
    assert law_gaps(since=later.date()) == ()


def test_the_advice_of_each_path_says_whom_to_talk_to_in_arabic_too(house: Standing, client: Client) -> None:
    for row in PATHS:
        address = "/protect/first-help" if row.page == "first-help" else reverse("pages:page", args=[row.page])
        for language in ("en", "ar"):
            with translation.override(language):
                page = client.get(address, headers={"accept-language": language}).content.decode()
            assert "tel:" in page, (row.code, language)
            ways = ("/talk", "/protect/", "/report/begin/")
            assert all(f'href="{way}' in page for way in ways), (row.code, language)
