"""Platforms against the model policy: the checklist as data, findings with their history, replies and figures."""

import hashlib
import html
import json
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
from leeward.industry.declarations import figures
from leeward.industry.declarations.editions import DATA, read_checklist, read_edition
from leeward.industry.declarations.errors import FieldRefused, FindingUnknown
from leeward.industry.declarations.models import Finding, StatedFigure
from leeward.industry.declarations.operations.findings import record_finding, record_reply, state_figure
from leeward.industry.declarations.operations.information import record_request
from leeward.industry.declarations.operations.joining import describe_signatory
from leeward.industry.declarations.operations.publishing import publish_version
from leeward.industry.declarations.queries import (
    checklist_of,
    local_day,
    process_of,
    standing_of,
    stated_figures_of,
)
from leeward.industry.declarations.rules.checklists import NewFigure, NewFinding, count_verdicts, is_complete
from leeward.industry.declarations.rules.information import NewInformationRequest
from leeward.industry.declarations.rules.standing import Standing
from leeward.industry.declarations.rules.terms import (
    AskedFor,
    AskerKind,
    FindingKind,
    Measure,
    OrganisationKind,
    ProcessStep,
    Verdict,
)
from leeward.industry.platforms.models import Platform
from leeward.industry.platforms.operations import describe_platform
from leeward.industry.platforms.rules import Partner, Profile
from tests.industry.conftest import Keys
from tests.industry.declarations.conftest import DAY, DRAFT, NOMINEE, NOW, OFFICER, signed
from tests.industry.test_staff_pages import signed_in

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
    assert (counted.platforms, counted.with_lead, counted.complete, counted.both) == (2, 1, 1, 1)
    find(alpha.partner, finding("appeals", Verdict.NOT_MET))
    assert figures.policies().complete == 0


@pytest.mark.django_db
def test_the_reply_stands_beside_the_finding(alpha: Keys, beta: Keys) -> None:
    reference = find(alpha.partner, finding(verdict=Verdict.NOT_MET))
    with pytest.raises(FindingUnknown):
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


@pytest.mark.django_db
def test_a_figure_of_the_same_period_takes_the_place_of_the_one_before(alpha: Keys) -> None:
    state_figure(partner=alpha.partner, new=figure(), by=OFFICER, now=NOW)
    state_figure(partner=alpha.partner, new=figure(value=Decimal(13)), by=OFFICER, now=NOW)
    hours = figure(measure=Measure.MEDIAN_HOURS, value=Decimal("7.5"))
    state_figure(partner=alpha.partner, new=hours, by=OFFICER, now=NOW)
    stated = {each.measure: each.value for each in stated_figures_of(alpha.partner)}
    assert stated == {Measure.REPORTS_RECEIVED: 13, Measure.MEDIAN_HOURS: Decimal("7.5")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("ended_on", {"ended_on": local_day(NOW) + DAY}),
        ("ended_on", {"ended_on": local_day(NOW) - 91 * DAY}),
        ("ended_on", {"began_on": local_day(NOW) - 2_000 * DAY}),
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


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_staff_record_what_they_found(alpha: Keys) -> None:
    officer, partner = signed_in(Role.EXCHANGE_OFFICER), alpha.partner
    today = timezone.now().date().isoformat()
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
    counted = {"measure": "appeals", "began_on": "2025-01-01", "ended_on": "2025-12-31", "value": "9", "source": "X"}
    assert officer.post(own, {**counted, "value": "1.5"}).status_code == 400
    assert officer.post(own, counted).status_code == 303
    shown = officer.get(page).content.decode()
    for words in ("We are mending it.", "Not met: 1", "1 January 2025", html.escape("<i>None</i>.")):
        assert words in shown
    assert "0 of 17 met" in officer.get(reverse("declarations:platforms")).content.decode().translate(
        {0x2068: None, 0x2069: None}
    )
    assert Client().get(page).status_code == 302


def test_everybody_reads_what_was_found_with_its_reply_and_counts_alone(client: Client, alpha: Keys) -> None:
    now = timezone.now()
    today = local_day(now)
    reference = find(
        alpha.partner, finding(verdict=Verdict.NOT_MET, found_on=today, words="No way to appeal."), now=now
    )
    record_reply(partner=alpha.partner, reference=reference, reply="It comes in May.", by=OFFICER, now=now)
    value = Decimal(1_250_000)
    new = figure(began_on=today - 90 * DAY, ended_on=today - DAY, value=value)
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
