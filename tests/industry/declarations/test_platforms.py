"""Platforms against the model policy: the checklist as data, findings with their history, replies and figures."""

import csv
import hashlib
import html
import io
import json
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import local_day, write_day
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.industry.declarations import figures
from leeward.industry.declarations.editions import DATA, read_checklist, read_edition
from leeward.industry.declarations.models import Finding, StatedFigure
from leeward.industry.declarations.operations.findings import record_finding, record_reply, state_figure, strike_figure
from leeward.industry.declarations.operations.handing_in import hand_in_evidence
from leeward.industry.declarations.operations.information import record_request
from leeward.industry.declarations.operations.joining import describe_signatory
from leeward.industry.declarations.operations.publishing import publish_version
from leeward.industry.declarations.operations.verbs import DeclarationVerb
from leeward.industry.declarations.queries import checklist_of, process_of, standing_of, stated_figures_of
from leeward.industry.declarations.rules.checklists import NewFigure, NewFinding, count_verdicts, is_complete
from leeward.industry.declarations.rules.information import NewInformationRequest
from leeward.industry.declarations.rules.standing import Standing
from leeward.industry.declarations.rules.terms import (
    AskedFor,
    AskerKind,
    FindingKind,
    HandedInBy,
    Measure,
    OrganisationKind,
    ProcessStep,
    Speaker,
    Verdict,
)
from leeward.industry.platforms.models import Platform
from leeward.industry.platforms.operations import describe_platform
from leeward.industry.platforms.rules import Partner, Profile
from tests.industry.conftest import Keys
from tests.industry.declarations.conftest import DAY, DRAFT, NOMINEE, NOW, OFFICER, evidence, signed
from tests.industry.staff_people import signed_in

# A published edition is never changed: what was found is about its very words. The next edition gets the next number.
PUBLISHED = {1: "5dd0e8f0e0d8cd56f11fed328c11b3a0dee2721ba2a78542098c3f341bb127b6"}
ESSENTIAL = [item.code for item in read_checklist().items if item.is_essential]


def finding(code: str = "appeals", verdict: Verdict = Verdict.MET, **other: Any) -> NewFinding:
    values = {"kind": FindingKind.POLICY, "found_on": local_day(NOW), "source": "Rules, 4.2"}
    return NewFinding(**{**values, "code": code, "verdict": verdict, **other})


def figure(**other: Any) -> NewFigure:
    values = {
        "measure": Measure.REPORTS_RECEIVED,
        "began_on": local_day(NOW) - 90 * DAY,
        "ended_on": local_day(NOW) - DAY,
        "value": Decimal(12),
        "said_on": local_day(NOW) - DAY,
        "said_by": Speaker.REPORT,
        "source": "Its report",
    }
    return NewFigure(**{**values, **other})


def find(partner: Partner, new: NewFinding, *, now: Any = NOW) -> Any:
    return record_finding(partner=partner, new=new, by=OFFICER, now=now)


# --- the checklist as data --------------------------------------------------------------------------------------------


def test_a_published_edition_is_as_it_was() -> None:
    files = sorted(DATA.glob("checklist-*.json"))
    found = {json.loads(path.read_text())["edition"]: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert found == PUBLISHED


def test_every_item_has_its_words_in_every_language_and_a_row_of_the_model(settings: Any) -> None:
    for path in Path(DATA).glob("checklist-*.json"):
        checklist = read_edition(int(path.stem.rpartition("-")[2]))
        codes = [item.code for item in checklist.items]
        assert len(codes) == len(set(codes))
        for item in checklist.items:
            assert set(item.words) >= {code for code, _name in settings.LANGUAGES}
            assert all(words.title and words.text for words in item.words.values())
            assert item.capability in ("I1", "I2")
            assert len(item.code) <= 40


@given(
    verdicts=st.dictionaries(st.sampled_from([item.code for item in read_checklist().items]), st.sampled_from(Verdict))
)
def test_nothing_outweighs_an_essential_item(verdicts: dict[str, Verdict]) -> None:
    checklist = read_checklist()
    lacking = [code for code in ESSENTIAL if verdicts.get(code) != Verdict.MET]
    assert is_complete(checklist, verdicts) is (lacking == [])
    counted = count_verdicts((item.code for item in checklist.items), verdicts)
    assert sum(counted.values()) == len(checklist.items)
    assert is_complete(checklist, {**verdicts, **dict.fromkeys(ESSENTIAL, Verdict.MET)})


# --- findings ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_newest_finding_counts_and_the_others_stay(alpha: Keys) -> None:
    partner = alpha.partner
    find(partner, finding(verdict=Verdict.NOT_MET, found_on=local_day(NOW) - 10 * DAY))
    find(partner, finding(verdict=Verdict.PARTLY, found_on=local_day(NOW) - 20 * DAY))  # recorded later, found earlier
    find(partner, finding())
    found = checklist_of(partner, now=NOW)
    (item,) = [each for each in found.items if each.newest]
    assert item.newest is not None
    assert (item.item.code, item.newest.verdict) == ("appeals", Verdict.MET)
    assert [each.verdict for each in item.earlier] == [Verdict.NOT_MET, Verdict.PARTLY]
    assert (found.counts[Verdict.MET], found.counts[Verdict.UNKNOWN]) == (1, len(found.items) - 1)
    assert (found.is_complete, found.has_lead, found.edition) == (False, False, read_checklist().edition)
    assert not item.newest.is_aged
    later = checklist_of(partner, now=NOW + timedelta(days=366))
    assert next(each.newest for each in later.items if each.newest).is_aged


@pytest.mark.django_db
def test_a_platform_with_a_lead_and_a_complete_policy_is_counted(alpha: Keys, beta: Keys) -> None:
    for code in ESSENTIAL:
        find(alpha.partner, finding(code))
        if code != "appeals":
            find(beta.partner, finding(code))
    profile = Profile(lead_name="Lead", lead_checked_on=local_day(NOW))
    describe_platform(partner=alpha.partner, profile=profile, by=OFFICER, now=NOW)
    counted = figures.policies()
    assert (counted.platforms, counted.with_lead, counted.complete) == (2, 1, 1)
    find(alpha.partner, finding("appeals", Verdict.NOT_MET))
    assert figures.policies().complete == 0


@pytest.mark.django_db
def test_the_reply_stands_beside_the_finding(alpha: Keys, beta: Keys) -> None:
    reference = find(alpha.partner, finding(verdict=Verdict.NOT_MET))
    with pytest.raises(EntryUnknown):
        record_reply(partner=beta.partner, reference=reference, reply="Not so.", by=OFFICER, now=NOW)
    with pytest.raises(FieldRefused):
        record_reply(partner=alpha.partner, reference=reference, reply=" ", by=OFFICER, now=NOW)
    record_reply(partner=alpha.partner, reference=reference, reply="Not so.", by=OFFICER, now=NOW)
    (item,) = [each.newest for each in checklist_of(alpha.partner, now=NOW).items if each.newest]
    assert (item.reply, item.replied_on) == ("Not so.", local_day(NOW))


@pytest.mark.django_db
def test_a_process_is_audited_step_by_step(alpha: Keys) -> None:
    find(alpha.partner, finding("inform", Verdict.PARTLY, kind=FindingKind.PROCESS))
    steps = process_of(alpha.partner, now=NOW)
    assert [each.step for each in steps] == list(ProcessStep)
    assert [each.newest.verdict if each.newest else None for each in steps] == [None, None, Verdict.PARTLY, None]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("code", {"code": "unheard-of"}),
        ("code", {"code": "appeals", "kind": FindingKind.PROCESS}),
        ("code", {"code": "inform"}),
        ("found_on", {"found_on": local_day(NOW) + DAY}),
        ("source", {"source": " "}),
        ("words", {"words": "x" * 2_001}),
    ],
)
def test_a_finding_that_cannot_be_kept_is_refused(alpha: Keys, field: str, values: dict[str, Any]) -> None:
    with pytest.raises(FieldRefused) as refusal:
        find(alpha.partner, finding(**values))
    assert refusal.value.field == field
    assert not Finding.objects.exists()


# --- what it counts itself --------------------------------------------------------------------------------------------


def said_of(partner: Partner, measure: Measure = Measure.REPORTS_RECEIVED) -> tuple[Decimal | None, list[Decimal]]:
    """The newest number of the only period, and those before."""
    (found,) = [each for each in stated_figures_of(partner) if each.measure is measure]
    return found.newest.value if found.newest else None, [each.value for each in found.earlier]


@pytest.mark.django_db
def test_what_was_said_last_is_shown_and_what_was_said_before_stays(alpha: Keys) -> None:
    partner, today = alpha.partner, local_day(NOW)
    state_figure(partner=partner, new=figure(), by=OFFICER, now=NOW)
    state_figure(partner=partner, new=figure(value=Decimal(13), said_on=today), by=OFFICER, now=NOW)
    assert said_of(partner) == (13, [12])
    late = figure(value=Decimal(11), said_on=today - DAY, said_by=Speaker.LEGAL, source="A letter")
    state_figure(partner=partner, new=late, by=OFFICER, now=NOW)
    assert said_of(partner) == (13, [11, 12]), "what was said earlier and written down later is not what is said now"
    hours = figure(measure=Measure.MEDIAN_HOURS, value=Decimal("7.5"))
    state_figure(partner=partner, new=hours, by=OFFICER, now=NOW)
    assert said_of(partner, Measure.MEDIAN_HOURS) == (Decimal("7.5"), [])
    (found,) = [each for each in stated_figures_of(partner) if each.measure is Measure.REPORTS_RECEIVED]
    assert [(each.said_on, each.said_by, each.source) for each in found.earlier] == [
        (today - DAY, Speaker.LEGAL, "A letter"),
        (today - DAY, Speaker.REPORT, "Its report"),
    ]


@pytest.mark.django_db
def test_another_period_is_another_figure(alpha: Keys, beta: Keys) -> None:
    today = local_day(NOW)
    state_figure(partner=alpha.partner, new=figure(), by=OFFICER, now=NOW)
    for other in ({"began_on": today - 30 * DAY}, {"ended_on": today, "said_on": today}):
        state_figure(partner=alpha.partner, new=figure(**other), by=OFFICER, now=NOW)
    state_figure(partner=beta.partner, new=figure(value=Decimal(99)), by=OFFICER, now=NOW)
    assert [each.earlier for each in stated_figures_of(alpha.partner)] == [(), (), ()]
    assert [each.ended_on for each in stated_figures_of(alpha.partner)] == [today, today - DAY, today - DAY]
    assert said_of(beta.partner) == (99, [])


@pytest.mark.django_db
def test_measures_of_a_period_stand_in_an_order_in_which_each_of_these_has_what_it_is_of(alpha: Keys) -> None:
    for measure in sorted(Measure):
        state_figure(partner=alpha.partner, new=figure(measure=measure), by=OFFICER, now=NOW)
    assert [each.measure for each in stated_figures_of(alpha.partner)] == list(Measure)


@pytest.mark.django_db
def test_a_second_press_says_nothing_twice_and_a_number_can_come_back(alpha: Keys) -> None:
    for value in (12, 12, 13, 13, 12):
        state_figure(partner=alpha.partner, new=figure(value=Decimal(value)), by=OFFICER, now=NOW)
    assert said_of(alpha.partner) == (12, [13, 12])
    assert AuditEvent.objects.filter(verb=DeclarationVerb.COUNTED.value).count() == 3


@pytest.mark.django_db
def test_what_we_wrote_down_wrongly_is_struck_out_and_stays_as_our_mistake(alpha: Keys, beta: Keys) -> None:
    partner = alpha.partner
    for value in (12, 1200):
        state_figure(partner=partner, new=figure(value=Decimal(value)), by=OFFICER, now=NOW)
    wrong = StatedFigure.objects.get(value=1200).public_id
    for of, reference in ((beta.partner, wrong), (partner, uuid4())):
        with pytest.raises(EntryUnknown):
            strike_figure(partner=of, reference=reference, by=OFFICER, now=NOW)
    strike_figure(partner=partner, reference=wrong, by=OFFICER, now=NOW)
    assert said_of(partner) == (12, [1200])
    (found,) = stated_figures_of(partner)
    assert [each.is_mistaken for each in found.earlier] == [True]
    with pytest.raises(EntryUnknown):
        strike_figure(partner=partner, reference=wrong, by=OFFICER, now=NOW)
    strike_figure(partner=partner, reference=StatedFigure.objects.get(value=12).public_id, by=OFFICER, now=NOW)
    assert said_of(partner) == (None, [1200, 12])
    state_figure(partner=partner, new=figure(), by=OFFICER, now=NOW)
    assert said_of(partner) == (12, [1200, 12])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("ended_on", {"ended_on": local_day(NOW) + DAY}),
        ("ended_on", {"ended_on": local_day(NOW) - 91 * DAY}),
        ("ended_on", {"began_on": local_day(NOW) - 2_000 * DAY}),
        ("said_on", {"said_on": local_day(NOW) + DAY}),
        ("said_on", {"said_on": local_day(NOW) - 2 * DAY}),
        ("value", {"value": Decimal("1.5")}),
        ("value", {"value": Decimal(-1)}),
        ("value", {"value": Decimal("NaN")}),
        ("value", {"value": Decimal(10) ** 12}),
        ("source", {"source": ""}),
    ],
)
def test_a_figure_that_cannot_be_kept_is_refused(alpha: Keys, field: str, values: dict[str, Any]) -> None:
    with pytest.raises(FieldRefused) as refusal:
        state_figure(partner=alpha.partner, new=figure(**values), by=OFFICER, now=NOW)
    assert refusal.value.field == field
    assert not StatedFigure.objects.exists()


@pytest.mark.django_db
def test_how_a_platform_stands_to_the_declaration(alpha: Keys, beta: Keys) -> None:
    publish_version(draft=DRAFT, by=OFFICER, now=NOW)
    reference = signed()
    assert standing_of(alpha.partner, now=NOW) is None
    describe_signatory(
        public_id=reference,
        kind=OrganisationKind.PLATFORM,
        website="https://alpha.example/",
        nominee=NOMINEE,
        platform=alpha.partner,
        by=OFFICER,
        now=NOW,
    )
    line = standing_of(alpha.partner, now=NOW)
    assert line is not None
    assert (line.public_id, line.report.standing) == (reference, Standing.IN_GOOD_STANDING)
    assert standing_of(beta.partner, now=NOW) is None


@pytest.mark.django_db
def test_a_platforms_page_tells_what_it_signed_and_what_waits_for_a_decision(alpha: Keys) -> None:
    now = timezone.now()
    publish_version(draft=DRAFT, by=OFFICER, now=now)
    reference = signed(now=now)
    describe_signatory(
        public_id=reference,
        kind=OrganisationKind.PLATFORM,
        website="https://alpha.example/",
        nominee=NOMINEE,
        platform=alpha.partner,
        by=OFFICER,
        now=now,
    )
    hand_in_evidence(public_id=reference, new=evidence(now=now), source=HandedInBy.SIGNATORY, by=OFFICER, now=now)
    page = signed_in(Role.EXCHANGE_OFFICER).get(reverse("platforms-removal", args=[alpha.partner.public_id]))
    body = " ".join(html.unescape(page.content.decode()).split())
    waits, _cards, parts = body.partition('<ul class="leeward-cards')
    assert "Exchange officers" in waits
    assert "To decide: Our page." in waits
    assert f"Version 1, {write_day(local_day(now))}" in parts
    organisation = reverse("declarations:organisation", args=[reference])
    assert f'href="{organisation}"' in waits
    assert f'href="{organisation}">What it signed and handed in' in parts
    assert "None was due" in parts


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_staff_record_what_they_found(alpha: Keys) -> None:
    officer, partner = signed_in(Role.EXCHANGE_OFFICER), alpha.partner
    today = local_day(timezone.now()).isoformat()
    page = reverse("declarations:platform", args=[partner.public_id])

    def at(kind: str, code: str) -> str:
        return reverse("declarations:platform-find", args=[partner.public_id, kind, code])

    typed = {"verdict": "not_met", "found_on": today, "source": "Rules, 4.2", "words": "<i>None</i>."}
    assert officer.get(at("policy", "appeals")).status_code == 200
    assert officer.post(at("policy", "appeals"), typed).status_code == 303
    assert officer.post(at("process", "take-down"), typed).status_code == 303
    assert officer.post(at("policy", "appeals"), {**typed, "verdict": "bad"}).status_code == 400
    assert officer.post(at("policy", "appeals"), {**typed, "found_on": "2099-01-01"}).status_code == 400
    for wrong in (at("policy", "take-down"), at("process", "appeals"), at("rumour", "appeals")):
        assert officer.get(wrong).status_code == 404
    reference = Finding.objects.get(kind="policy").public_id
    reply = reverse("declarations:platform-reply", args=[partner.public_id, reference])
    assert officer.post(reply, {"reply": ""}).status_code == 400
    assert officer.post(reply, {"reply": "We are mending it."}).status_code == 303
    own = reverse("declarations:platform-figure", args=[partner.public_id])
    counted = {
        "measure": "appeals",
        "began_on": "2025-01-01",
        "ended_on": "2025-12-31",
        "value": "9",
        "source": "X",
        "said_on": "2026-01-15",
        "said_by": "lead",
    }
    for wrong_value in ({"value": "1.5"}, {"said_on": ""}, {"said_on": "2025-12-30"}, {"said_by": "Petra Private"}):
        assert officer.post(own, {**counted, **wrong_value}).status_code == 400
    assert officer.post(own, counted).status_code == 303
    shown = officer.get(page).content.decode()
    for part in ("We are mending it.", "Not met: 1", "1 January 2025", html.escape("<i>None</i>.")):
        assert part in shown
    assert "0 of 17" in officer.get(reverse("declarations:platforms")).content.decode()
    assert Client().get(page).status_code == 302


def test_everybody_reads_what_was_found_with_its_reply_and_counts_alone(client: Client, alpha: Keys) -> None:
    now = timezone.now()
    today = local_day(now)
    reference = find(
        alpha.partner, finding(verdict=Verdict.NOT_MET, found_on=today, words="No way to appeal."), now=now
    )
    record_reply(partner=alpha.partner, reference=reference, reply="It comes in May.", by=OFFICER, now=now)
    value = Decimal(1_250_000)
    new = figure(began_on=today - 90 * DAY, ended_on=today - DAY, value=value, said_on=today)
    state_figure(partner=alpha.partner, new=new, by=OFFICER, now=now)
    profile = Profile(language="en", lead_name="Petra Private", lead_checked_on=today)
    describe_platform(partner=alpha.partner, profile=profile, by=OFFICER, now=now)
    asked = NewInformationRequest(
        asker_kind=AskerKind.POLICE,
        asker="Police of Saltmere",
        asked_for=AskedFor.ACCOUNT,
        sent_on=today - 20 * DAY,
        due_on=today - 5 * DAY,
        source="Told by it.",
    )
    record_request(partner=alpha.partner, new=asked, by=OFFICER, now=now)
    everybody = html.unescape(client.get(reverse("declarations:public-platforms")).content.decode())
    page = reverse("declarations:public-platform", args=[alpha.partner.public_id])
    assert f'href="{page}"' in everybody
    for part in ("Lead named", "Policy not complete"):
        assert part in everybody
    shown = html.unescape(client.get(page).content.decode()).translate({0x2068: None, 0x2069: None})
    for part in (
        "No way to appeal.",
        "It comes in May.",
        "1,250,000",
        "due by now: 1",
        "Somebody answers for image abuse",
    ):
        assert part in shown
    for private in ("Petra Private", "Saltmere", "Record a finding"):
        assert private not in shown


def test_a_platform_that_was_only_met_in_reports_is_on_no_public_page(client: Client, alpha: Keys) -> None:
    page = reverse("declarations:public-platform", args=[alpha.partner.public_id])
    assert client.get(page).status_code == 200
    Platform.objects.filter(pk=alpha.partner.id).update(is_listed=False)
    assert client.get(page).status_code == 404
    assert alpha.partner.name not in client.get(reverse("declarations:public-platforms")).content.decode()
    assert client.get(reverse("declarations:public-platform", args=[uuid4()])).status_code == 404


ROBIN = Actor(kind=ActorKind.STAFF, id="robin-private")


def spoken_for(partner: Partner) -> None:
    """A platform that said two numbers of one period, after one that we wrote down wrongly."""
    today = local_day(NOW)
    state_figure(partner=partner, new=figure(value=Decimal(999)), by=ROBIN, now=NOW)
    strike_figure(partner=partner, reference=StatedFigure.objects.get(value=999).public_id, by=ROBIN, now=NOW)
    state_figure(partner=partner, new=figure(said_by=Speaker.SPOKESPERSON, source='=HYPERLINK("x")'), by=ROBIN, now=NOW)
    state_figure(partner=partner, new=figure(value=Decimal(13), said_on=today), by=ROBIN, now=NOW)


@pytest.mark.django_db
def test_everybody_reads_what_a_platform_said_before_and_no_person_behind_it(client: Client, alpha: Keys) -> None:
    spoken_for(alpha.partner)
    page = client.get(reverse("declarations:public-platform", args=[alpha.partner.public_id])).content.decode()
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).translate({0x2068: None, 0x2069: None}).split())
    today, day = (write_day(each) for each in (local_day(NOW), local_day(NOW) - DAY))
    order = (
        f"13 Said on {today} (its published report). Source: Its report Earlier statements",
        f'12 Said on {day} (its spokesperson). Source: =HYPERLINK("x")',
        "999 Struck out, our mistake We wrote this down wrongly",
    )
    places = [text.find(part) for part in order]
    assert -1 not in places, text
    assert places == sorted(places)
    assert ROBIN.id not in page
    assert "Strike out this entry" not in page


@pytest.mark.django_db
def test_programs_read_all_that_was_said(client: Client, alpha: Keys, beta: Keys) -> None:
    spoken_for(alpha.partner)
    state_figure(
        partner=alpha.partner, new=figure(measure=Measure.MEDIAN_HOURS, value=Decimal("7.5")), by=OFFICER, now=NOW
    )
    address = reverse("declarations:figures-json")
    answer = client.get(address)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    body = answer.json()
    assert (body["total"], [each["name"] for each in body["platforms"]]) == (4, [alpha.partner.name])
    reports, hours = body["platforms"][0]["figures"]
    assert (hours["measure"], hours["newest"]["value"], hours["earlier"]) == ("median_hours", 7.5, [])
    assert (reports["newest"]["value"], reports["newest"]["said_by"]) == (13, "report")
    assert reports["newest"]["said_on"] == local_day(NOW).isoformat()
    assert [(each["value"], each["said_by"], each["mistaken"]) for each in reports["earlier"]] == [
        (12, "spokesperson", False),
        (999, "report", True),
    ]
    sheet = client.get(reverse("declarations:figures-csv"))
    rows = list(csv.DictReader(io.StringIO(sheet.content.decode())))
    assert [(row["value"], row["state"]) for row in rows] == [
        ("13", "newest"),
        ("12", "earlier"),
        ("999", "mistaken"),
        ("7.5", "newest"),
    ]
    assert {row["platform_id"] for row in rows} == {str(alpha.partner.public_id)}
    assert not any(cell.startswith("=") for row in rows for cell in row.values()), "no formula for whoever opens it"
    Platform.objects.filter(pk=alpha.partner.id).update(is_listed=False)
    hidden = client.get(address).json()
    assert (hidden["total"], hidden["platforms"]) == (0, [])


@pytest.mark.django_db
def test_staff_strike_out_what_they_wrote_down_wrongly(alpha: Keys, beta: Keys) -> None:
    officer, partner = signed_in(Role.EXCHANGE_OFFICER), alpha.partner
    state_figure(partner=partner, new=figure(), by=OFFICER, now=NOW)
    reference = StatedFigure.objects.get().public_id
    address = reverse("declarations:platform-figure-strike", args=[partner.public_id, reference])
    page = reverse("declarations:platform", args=[partner.public_id])
    assert f'action="{address}"' in officer.get(page).content.decode()
    elsewhere = reverse("declarations:platform-figure-strike", args=[beta.partner.public_id, reference])
    assert officer.post(elsewhere).status_code == 404
    assert officer.get(address).status_code == 405
    for _press in range(2):
        assert officer.post(address).status_code == 303
    shown = officer.get(page).content.decode()
    assert "Struck out, our mistake" in shown
    assert address not in shown
