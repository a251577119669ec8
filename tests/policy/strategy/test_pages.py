"""The pages: what everybody reads and what nobody but the secretariat does, forms, files, and calendars."""

import csv
import html
import io
import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import local_day
from leeward.policy.strategy.models import (
    Action,
    Agreement,
    CalendarAddress,
    Decision,
    Meeting,
    Milestone,
    Stakeholder,
    Strategy,
)
from leeward.policy.strategy.operations.calendars import make_address
from leeward.policy.strategy.operations.forum import add_decision, cancel_meeting, save_meeting, save_member
from leeward.policy.strategy.operations.mapping import publish_scoping, save_scoping
from leeward.policy.strategy.operations.plan import add_milestone, set_needs, set_status
from leeward.policy.strategy.operations.registers import save_agreement, save_standard
from leeward.policy.strategy.queries.addresses import list_addresses
from leeward.policy.strategy.rules.forum import NewDecision, NewMeeting, NewMember
from leeward.policy.strategy.rules.mapping import NewScoping
from leeward.policy.strategy.rules.plan import NewMilestone, NewStatus
from leeward.policy.strategy.rules.registers import NewStandard
from leeward.policy.strategy.rules.terms import Level, Sector, Status
from leeward.policy.strategy.views import reports
from tests.counters import start_afresh
from tests.foundation.pages.opened import streams
from tests.industry.staff_people import signed_in
from tests.policy.strategy.conftest import DAY, OFFICER, added, agreement, chain, mapped, planned

pytestmark = pytest.mark.django_db

PUBLIC = ("progress", "feed-json", "feed-csv", "public-forum", "agreed", "calendar")
ACTION = {
    "title_en": "Teach the desk",
    "title_ar": "",
    "words_en": "",
    "words_ar": "",
    "lead": "",
    "due_on": "2027-03-01",
    "items": "P3.E1\nC2.B1",
    "baseline": "",
    "target": "",
    "budget": "1200.50",
    "spent": "",
    "currency": "eur",
    "is_public": "on",
    "public_from": "",
}
BODY = {
    "name": "Harbour Clinic",
    "sector": "health",
    "area": "Coast",
    "rows": ["V3"],
    "work": "",
    "capacity": "some",
    "capacity_words": "",
    "influence": "low",
    "interest": "high",
    "funding": "",
    "identifier": "",
    "contact_role": "",
    "contact": "",
    "named": "on",
}


@pytest.fixture(autouse=True)
def _no_tries_before() -> None:
    start_afresh()


@pytest.fixture
def now() -> Any:
    return timezone.now()


@pytest.fixture
def today(now: Any) -> Any:
    return local_day(now)


@pytest.fixture
def goal(db: None, now: Any) -> UUID:
    return planned(now=now)


@pytest.fixture
def officer() -> Client:
    return signed_in(Role.POLICY_OFFICER)


def text_of(response: HttpResponse) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def at(name: str, *rest: Any) -> str:
    return reverse(f"strategy:{name}", args=rest)


def status(reference: UUID, new: Status, reason: str, *, now: Any, note: str = "") -> None:
    set_status(reference=reference, new=NewStatus(status=new, reason=reason, note=note), by=OFFICER, now=now)


def events(response: HttpResponse) -> dict[str, Any]:
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(response.content)
    return {str(each["UID"]): each for each in found.walk("VEVENT")}


# --- everybody --------------------------------------------------------------------------------------------------------


def test_before_there_is_a_strategy_the_pages_say_so(client: Client) -> None:
    assert "No strategy is public yet" in text_of(client.get(at("progress")))
    assert json.loads(client.get(at("feed-json")).content)["strategies"] == []
    for name in PUBLIC:
        assert client.get(at(name)).status_code == 200


def test_everybody_reads_how_far_it_has_come_and_why_not_further(client: Client, goal: UUID, now: Any) -> None:
    first, second, third = chain(goal, 3, now=now)
    status(first, Status.BLOCKED, "The law is late.", now=now)
    done = added(goal, "Done thing", now=now, due_on=local_day(now) - 9 * DAY)
    status(done, Status.DONE, "It is there.", now=now)
    late = added(goal, "Late thing", now=now, due_on=local_day(now) - DAY, items=("S3.E2",))
    page = text_of(client.get(at("progress")))
    assert "1 of 5 actions are done." in page
    assert "1 is late." in page
    assert "1 is blocked." in page
    assert "The law is late." in page
    blocked = page.partition("What is blocked")[2].partition("</section>")[0]
    assert re.findall(r'href="#a(\d+)"', blocked) == ["1", "2", "3"]
    assert "Late thing" in page.partition("What is late")[2].partition("</section>")[0]
    assert "style=" not in page
    assert all(str(each) not in page for each in (first, second, third, late))  # no address of staff's pages
    client.get(at("progress") + "?lang=ar")
    assert "معًا بأمان" in text_of(client.get(at("progress")))


def test_what_is_private_or_embargoed_is_nowhere(client: Client, goal: UUID, now: Any, today: Any) -> None:
    hidden = mapped("Hidden Refuge", named=False, area="Hidden Lane", now=now)
    shown = added(goal, "Seen by all", now=now, lead=hidden)
    private = added(goal, "Privately", now=now, is_public=False)
    embargoed = added(goal, "Embargoed", now=now, public_from=today + DAY)
    for reference in (private, embargoed):
        status(reference, Status.BLOCKED, f"Privately because {reference}", now=now)
        step = NewMilestone(title={"en": "Privately a step"}, due_on=today)
        add_milestone(action=reference, new=step, by=OFFICER, now=now)
    set_needs(reference=shown, needs=(private,), by=OFFICER, now=now)
    status(shown, Status.UNDER_WAY, "Begun.", now=now, note="Privately noted.")
    save_agreement(new=agreement(title="Privately agreed"), by=OFFICER, now=now)
    new = NewMeeting(title="Privately met", starts_at=now - DAY, minutes=60)
    meeting = save_meeting(new=new, by=OFFICER, now=now)
    add_decision(meeting=meeting, new=NewDecision(text="Privately decided"), by=OFFICER, now=now)
    member = NewMember(
        organisation="Ministry", sector=Sector.GOVERNMENT, seat="Head", person="Privately Petra", joined_on=today
    )
    save_member(new=member, by=OFFICER, now=now)
    for name in PUBLIC:
        answer = client.get(at(name)).content.decode()
        for word in ("Privately", "Embargoed", "Hidden", "A2", "A3", "keeper@"):
            assert word not in answer, name
        assert ("Seen by all" in answer) == (name in ("progress", "feed-json", "feed-csv")), name
    (record,) = json.loads(client.get(at("feed-json")).content)["strategies"][0]["objectives"][0]["actions"]
    assert (record["number"], record["needs"], record["waits_for"], record["lead"]) == (1, [], [], "")


def test_the_files_say_what_the_page_says(client: Client, goal: UUID, now: Any) -> None:
    first, _second = chain(goal, 2, now=now)
    added(goal, "=cmd()", now=now, due_on=local_day(now) - DAY)
    status(first, Status.BLOCKED, "Waits.", now=now)
    response = client.get(at("feed-json"))
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    body = json.loads(response.content)["strategies"][0]
    assert (body["actions"], body["actions_late"], body["actions_by_status"]["blocked"]) == (3, 1, 1)
    assert body["objectives"][0]["actions"][0]["holds_up"] == [2]
    assert body["objectives"][0]["actions"][0]["history"][0]["reason"] == "Waits."
    rows = list(csv.DictReader(io.StringIO(client.get(at("feed-csv")).content.decode())))
    assert [row["number"] for row in rows] == ["A1", "A2", "A3"]
    assert (rows[0]["holds_up"], rows[1]["needs"], rows[2]["late"]) == ("A2", "A1", "yes")
    assert not rows[2]["title"].startswith("=")


def test_everybody_reads_what_was_met_decided_and_agreed(client: Client, goal: UUID, now: Any, today: Any) -> None:
    action = added(goal, now=now)
    met = NewMeeting(title="Open meeting", starts_at=now - DAY, minutes=60, agenda=("Welcome",), is_public=True)
    decided = NewDecision(text="We train.", actions=(action,), is_public=True)
    add_decision(meeting=save_meeting(new=met, by=OFFICER, now=now), new=decided, by=OFFICER, now=now)
    page = text_of(client.get(at("public-forum")))
    for said in ("Open meeting", "Welcome", "D1", "We train.", "A1 Train the desk"):
        assert said in page
    save_agreement(new=agreement(title="Over", expires_on=today - DAY, is_public=True), by=OFFICER, now=now)
    standard = NewStandard(title="Guide", publisher="Forum", agreed_on=today, url="https://forum.example/guide")
    save_standard(new=standard, by=OFFICER, now=now)
    page = text_of(client.get(at("agreed")))
    for said in ("Expired", "Data Protection Act, section 9", "90 days", "https://forum.example/guide"):
        assert said in page


# --- the scoping report -----------------------------------------------------------------------------------------------


@pytest.fixture
def scoping(goal: UUID, now: Any, today: Any) -> UUID:
    mapped(now=now)
    mapped("Harbour Clinic", sector=Sector.HEALTH, rows=("V3",), now=now)
    mapped("Hidden Refuge", named=False, area="Hidden Lane", sector=Sector.NGO, rows=("V3",), now=now)
    new = NewScoping(title="Who helps", question="Who?", method="Letters.", findings="Few.", began_on=today)
    return save_scoping(new=new, by=OFFICER, now=now)


def test_a_report_is_a_page_a_table_and_a_document(client: Client, scoping: UUID, now: Any) -> None:
    names = ("published", "published-csv", "published-coverage", "published-pdf")
    assert {client.get(at(name, scoping)).status_code for name in names} == {404}
    publish_scoping(reference=scoping, by=OFFICER, now=now)
    page = text_of(client.get(at("published", scoping)))
    for said in ("Who helps", "Few.", "Harbour Clinic", "An organisation that is not named", "Gaps: 18 capabilities"):
        assert said in page
    assert page.index("Gaps") < page.index("Harbour Clinic")
    assert "Hidden" not in page
    rows = list(csv.DictReader(io.StringIO(client.get(at("published-csv", scoping)).content.decode())))
    assert [row["name"] for row in rows] == ["Coast Police", "Harbour Clinic", ""]
    matrix = list(csv.DictReader(io.StringIO(client.get(at("published-coverage", scoping)).content.decode())))
    assert [row["coverage"] for row in matrix] == ["none"] * 18 + ["thin", "thin", "covered"]
    assert (matrix[-1]["capability"], matrix[-1]["health"], matrix[-1]["ngo"]) == ("V3", "1", "1")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_document_is_tagged_and_names_nobody_who_must_not_be_found(
    client: Client, officer: Client, scoping: UUID, now: Any, language: str
) -> None:
    client.get(at("progress") + f"?lang={language}")
    officer.get(at("home") + f"?lang={language}")
    draft = officer.get(at("scoping-pdf", scoping))
    publish_scoping(reference=scoping, by=OFFICER, now=now)
    for response in (draft, client.get(at("published-pdf", scoping))):
        assert response.headers["Content-Type"] == "application/pdf"
        pdf = streams(response.content).decode("latin-1")
        assert re.search(r"/MarkInfo <<\s*/Marked true", pdf)
        assert "/StructTreeRoot" in pdf
        assert f"/Lang ({language})" in pdf
        assert "/Title (Who helps)" in pdf
        assert "/DisplayDocTitle true" in pdf
        assert 'pdfuaid:part="1"' in pdf
        for tag in ("/H1", "/H2", "/P", "/TH", "/TD"):
            assert f"/S {tag}" in pdf
        for kind in ("Column", "Row"):
            assert f"/Scope /{kind}" in pdf


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_was_typed_runs_its_own_way_in_the_document(officer: Client, scoping: UUID, language: str) -> None:
    officer.get(at("home") + f"?lang={language}")
    written: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reports, "make_document", lambda page, *, style: written.append(page) or style.encode())
        officer.get(at("scoping-pdf", scoping))
    assert '<h1 dir="ltr">Who helps</h1>' in written[0]
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in written[0].partition("<head>")[0]


def test_the_text_of_the_document_is_that_of_the_page(officer: Client, scoping: UUID) -> None:
    written: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reports, "make_document", lambda page, *, style: written.append(page) or style.encode())
        officer.get(at("scoping-pdf", scoping))
    assert "Harbour Clinic" in written[0]
    assert "not published" in written[0]
    assert "Hidden" not in written[0]


# --- calendars --------------------------------------------------------------------------------------------------------


def test_the_public_calendar_has_public_days_alone(client: Client, goal: UUID, now: Any, today: Any) -> None:
    shown = added(goal, "Seen by all", now=now, due_on=today + DAY)
    hidden = added(goal, "Hidden", now=now, due_on=today + DAY, is_public=False)
    step = add_milestone(
        action=shown, new=NewMilestone(title={"en": "Half", "ar": "نصف"}, due_on=today), by=OFFICER, now=now
    )
    add_milestone(action=hidden, new=NewMilestone(title={"en": "Hidden"}, due_on=today), by=OFFICER, now=now)
    met = NewMeeting(title="Open, meeting; one", starts_at=now + DAY, minutes=45, agenda=("One", "Two"), is_public=True)
    meeting = save_meeting(new=met, by=OFFICER, now=now)
    save_agreement(new=agreement(title="Hidden", expires_on=today + DAY), by=OFFICER, now=now)
    found = events(client.get(at("calendar")))
    assert {uid.partition("@")[0] for uid in found} == {
        f"action-{shown}",
        f"milestone-{step}",
        f"meeting-{meeting}",
    }
    event = next(each for uid, each in found.items() if uid.startswith("meeting"))
    assert str(event["SUMMARY"]) == "Open, meeting; one"
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=45)
    assert str(event["DESCRIPTION"]) == "1. One\n2. Two"
    due = next(each for uid, each in found.items() if uid.startswith("action"))
    assert (due.decoded("DTSTART"), due.decoded("DTEND")) == (today + DAY, today + 2 * DAY)
    assert str(due["SUMMARY"]) == "A1 is due: Seen by all"
    cancel_meeting(reference=meeting, reason="Snow.", by=OFFICER, now=now)
    again = events(client.get(at("calendar")))
    assert set(again) == set(found)
    assert {str(each["STATUS"]) for each in again.values()} == {"CONFIRMED", "CANCELLED"}
    assert client.get(at("calendar")).content == client.get(at("calendar")).content


def test_the_secret_calendar_has_all_until_it_is_revoked(client: Client, officer: Client, goal: UUID, now: Any) -> None:
    added(goal, "Hidden", now=now, due_on=local_day(now), is_public=False)
    save_agreement(new=agreement(title="Police and helpline"), by=OFFICER, now=now)
    page = officer.post(at("calendars"), {"label": "Telephone"})
    (secret,) = re.findall(r"/strategy/calendar/[\w-]{43}", page.content.decode())
    assert secret not in officer.get(at("calendars")).content.decode()
    response = client.get(secret)
    assert "no-store" in response.headers["Cache-Control"]
    said = {str(each["SUMMARY"]) for each in events(response).values()}
    assert said == {"A1 is due: Hidden", "Agreement expires: Police and helpline"}
    (address,) = re.findall(
        r'action="(/staff/strategy/calendar/[^"]+/revoke)"', officer.get(at("calendars")).content.decode()
    )
    for _press in range(2):
        assert officer.post(address).status_code == 303
    assert client.get(secret).status_code == 404
    assert "Revoked" in text_of(officer.get(at("calendars")))


def test_a_secret_calendar_ends_with_whoever_made_it(client: Client, officer: Client, goal: UUID, now: Any) -> None:
    added(goal, "Hidden", now=now, due_on=local_day(now), is_public=False)
    page = officer.post(at("calendars"), {"label": "Telephone"})
    (secret,) = re.findall(r"/strategy/calendar/[\w-]{43}", page.content.decode())
    assert client.get(secret).status_code == 200
    people = User.objects.filter(role=Role.POLICY_OFFICER.value)
    people.update(role=Role.REVIEWER.value)
    assert client.get(secret).status_code == 404
    User.objects.filter(role=Role.REVIEWER.value).update(role=Role.POLICY_OFFICER.value)
    assert client.get(secret).status_code == 200
    people.update(is_active=False)
    assert client.get(secret).status_code == 404
    assert [each.maker_has_left for each in list_addresses()] == [True]
    people.update(is_active=True)
    CalendarAddress.objects.update(made_by="somebody-who-left")
    assert "Whoever made it is no longer in the secretariat." in text_of(officer.get(at("calendars")))


def test_nobody_finds_a_secret_calendar_by_trying(client: Client, now: Any) -> None:
    answers = {client.get(at("calendar-secret", f"guess-{place}")).status_code for place in range(60)}
    assert answers == {404, 429}
    assert client.get(at("calendar-secret", make_address(label="x", by=OFFICER, now=now))).status_code == 429


# --- the secretariat --------------------------------------------------------------------------------------------------


def test_only_the_secretariat_comes_in() -> None:
    for role in (Role.POLICY_OFFICER, Role.REVIEWER, Role.ADMINISTRATOR, Role.EXCHANGE_OFFICER, Role.AUDITOR):
        found = signed_in(role).get(at("home")).status_code
        assert found == (200 if role is Role.POLICY_OFFICER else 403), role
    assert Client().get(at("home")).status_code == 302


def test_one_step_leads_from_an_item_to_an_action(officer: Client, goal: UUID) -> None:
    page = text_of(officer.get(at("action_from_item", "P3.E1")))
    assert "An action for P3.E1" in page
    form = re.search(r'name="title_en"[^>]*value="([^"]+)"', page)
    assert form is not None
    response = officer.post(
        at("action_from_item", "P3.E1"), {"title_en": form[1], "objective": str(goal), "is_public": "on"}
    )
    assert response.status_code == 303
    action = Action.objects.get()
    assert (action.items, action.title["en"], action.number) == (["P3.E1"], form[1], 1)
    assert officer.get(at("action_from_item", "Z1.E1")).status_code == 404
    refused = officer.post(at("action_from_item", "P3.E1"), {"title_en": "", "objective": str(goal)})
    assert refused.status_code == 400
    assert "Enter a title" in text_of(refused)
    odd = officer.post(at("action_from_item", "P3.E1"), {"title_en": "x", "objective": "nonsense"})
    assert odd.status_code == 400


def test_without_an_objective_it_says_what_comes_first(officer: Client) -> None:
    page = text_of(officer.get(at("action_from_item", "P3.E1")))
    assert "there is none yet" in page
    assert officer.post(at("action_from_item", "P3.E1"), {"title_en": "x"}).status_code == 200
    assert not Action.objects.exists()


def test_a_plan_is_written_on_the_pages(officer: Client) -> None:
    whole = {"title_en": "Safe", "title_ar": "", "words_en": "", "words_ar": "", "is_public": "on"}
    days = {"starts_on": "2026-01-01", "ends_on": "2025-01-01"}
    refused = officer.post(at("plan-add"), {**whole, **days})
    assert "not before the beginning" in text_of(refused)
    assert 'value="Safe"' in text_of(refused)
    officer.post(at("plan-add"), {**whole, **days, "ends_on": "2029-01-01"})
    strategy = Strategy.objects.get()
    officer.post(at("objective-add", strategy.public_id), {**whole, "title_en": "All help"})
    objective = strategy.objectives.get()
    wrong = officer.post(at("action-add", objective.public_id), {**ACTION, "items": "P3.E1\nZ9.E9"})
    assert wrong.status_code == 400
    assert "Z9.E9 is not there" in text_of(wrong)
    assert 'value="Teach the desk"' in text_of(wrong)
    assert officer.post(at("action-add", objective.public_id), ACTION).status_code == 303
    action = Action.objects.get()
    assert (action.currency, str(action.budget), action.items) == ("EUR", "1200.50", ["P3.E1", "C2.B1"])
    assert officer.post(at("action-edit", action.public_id), {**ACTION, "title_en": "Teach all"}).status_code == 303
    page = text_of(officer.get(at("action", action.public_id)))
    for said in ("Teach all", "1200.50 EUR", "P3.E1", "Teach the desk"):
        assert said in page
    page = text_of(officer.get(at("plan", strategy.public_id)))
    assert "All help" in page
    assert "Nobody leads it yet" in page


def test_a_status_without_a_reason_is_refused_and_nothing_is_lost(officer: Client, goal: UUID, now: Any) -> None:
    first, second = chain(goal, 2, now=now)
    refused = officer.post(at("action-status", first), {"status": "blocked", "reason": "", "note": "Remember this."})
    assert refused.status_code == 400
    assert "without one nobody can follow" in text_of(refused)
    assert "Remember this." in text_of(refused)
    officer.post(at("action-status", first), {"status": "blocked", "reason": "No law.", "note": ""})
    page = text_of(officer.get(at("action", first)))
    assert "It holds up 1 action" in page
    assert at("action", second) in page
    same = officer.post(at("action-status", first), {"status": "blocked", "reason": "Still.", "note": ""})
    assert "It stands like this already" in text_of(same)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2200-01-01"])
def test_a_day_beyond_all_days_is_a_slip_of_the_pen(
    client: Client, officer: Client, goal: UUID, now: Any, day: str
) -> None:
    action = added(goal, "Seen by all", now=now)
    titles = {"title_en": "Half of it", "title_ar": "", "due_on": day, "reached_on": ""}
    meeting = {"title": "Forum", "on": day, "time": "10:00", "minutes": "60", "place": "", "agenda": ""}
    for address, typed in ((at("milestone-add", action), titles), (at("meeting-add"), meeting)):
        refused = officer.post(address, typed)
        assert refused.status_code == 400
        assert "Enter a day between 1900 and 2199" in text_of(refused)
    assert client.get(at("calendar")).status_code == 200


def test_an_action_whose_lead_has_left_the_map_is_named(officer: Client, goal: UUID, now: Any) -> None:
    body = mapped("Coast Police", now=now)
    action = added(goal, "Answer at night", now=now, lead=body)
    for status in (Status.DONE, Status.UNDER_WAY):
        set_status(reference=action, new=NewStatus(status=status, reason="So it is."), by=OFFICER, now=now)
        if status is Status.DONE:
            assert officer.post(at("stakeholder-end", body), {"reason": "It was closed."}).status_code == 303
    assert "Without anybody who leads: 1" in text_of(officer.get(at("home")))
    assert "Has left the map" in text_of(officer.get(at("action", action)))


def test_a_blocked_action_says_in_which_figures_it_will_be_seen(
    client: Client, officer: Client, goal: UUID, now: Any
) -> None:
    stuck = added(goal, "Answer at night", now=now)
    waits = added(goal, "Have pictures removed", now=now, items=("V2.E2",))
    hidden = added(goal, "Hidden", now=now, items=("S3.E2",), is_public=False)
    for each in (waits, hidden):
        set_needs(reference=each, needs=(stuck,), by=OFFICER, now=now)
    set_status(reference=stuck, new=NewStatus(status=Status.BLOCKED, reason="No law."), by=OFFICER, now=now)
    public = text_of(client.get(at("progress")))
    for said in ("It will be seen in:", "#hours-to-removal-median", "Affected items of the model", "V2.E2"):
        assert said in public
    assert "S3.E2" not in public
    assert "#directory-freshness" not in public
    assert "#directory-freshness" in text_of(officer.get(at("action", stuck)))
    record = json.loads(client.get(at("feed-json")).content)["strategies"][0]["objectives"][0]["actions"][0]
    assert "hours-to-removal-median" in record["figures_that_suffer"]
    assert "directory-freshness" not in record["figures_that_suffer"]


def test_the_coverage_is_drawn_and_each_cell_of_the_grid_is_counted(officer: Client, now: Any) -> None:
    mapped("Coast Police", now=now, influence=Level.HIGH, interest=Level.LOW)
    mapped("Hills Police", now=now, influence=Level.HIGH, interest=Level.LOW)
    page = text_of(officer.get(at("coverage")))
    assert page.count('class="chart-bar"') == 2 * len(Sector)  # in the drawing for phones, and in the wider one
    assert re.search(r'strategy-grid__cell--2"><strong [^>]*>2</strong><bdi>Coast Police</bdi>', page)
    assert '<caption class="govuk-visually-hidden">Influence and interest' in page


def test_a_ring_is_named_on_the_page(officer: Client, goal: UUID, now: Any) -> None:
    first, _second, third = chain(goal, 3, now=now)
    refused = officer.post(at("action-needs", first), {"chosen": [str(third)]})
    assert refused.status_code == 400
    assert "A1 → A3 → A2 → A1" in text_of(refused)
    assert officer.post(at("action-needs", first), {"chosen": [str(uuid4())]}).status_code == 400
    assert officer.post(at("action-needs", third), {"chosen": [str(first)]}).status_code == 303


def test_milestones_and_supporters_are_kept_on_the_pages(officer: Client, goal: UUID, now: Any) -> None:
    action, body = added(goal, now=now), mapped(now=now)
    assert officer.post(at("action-supporting", action), {"chosen": [str(body)]}).status_code == 303
    assert Action.objects.get().supporting.get().public_id == body
    step = {"title_en": "Half", "title_ar": "", "due_on": "2027-01-01", "reached_on": ""}
    officer.post(at("milestone-add", action), step)
    milestone = Milestone.objects.get().public_id
    future = officer.post(at("milestone-edit", milestone), {**step, "reached_on": "2199-01-01"})
    assert "lies in the future" in text_of(future)
    officer.post(at("milestone-edit", milestone), {**step, "reached_on": "2026-01-01"})
    assert "Reached" in text_of(officer.get(at("action", action)))
    assert officer.post(at("milestone-remove", milestone), {"reason": "Twice."}).status_code == 303
    assert officer.get(at("milestone-edit", milestone)).status_code == 404
    page = text_of(officer.get(at("history")))
    assert "Twice." in page
    assert "by policy-officer" in page
    assert "by policy-officer" in text_of(officer.get(at("action", action))).partition("History</h2>")[2]


def test_the_map_is_kept_on_the_pages(officer: Client, goal: UUID, now: Any) -> None:
    assert officer.post(at("stakeholder-add"), BODY).status_code == 303
    twice = officer.post(at("stakeholder-add"), BODY)
    assert "“Harbour Clinic” is on the map already" in text_of(twice)
    body = Stakeholder.objects.get().public_id
    officer.post(at("stakeholder-edit", body), {**BODY, "contact": "desk@clinic.example", "funding": "Grants"})
    page = text_of(officer.get(at("stakeholder", body)))
    assert "desk@clinic.example" in page
    assert page.partition("History</h2>")[2].count("desk@clinic.example") == 0
    assert "Harbour Clinic" in text_of(officer.get(at("map") + "?sector=health&row=V3&words=clin"))
    for other in ("?sector=police", "?row=C2", "?words=nobody"):
        assert "Harbour Clinic" not in text_of(officer.get(at("map") + other)), other
    wrong = officer.get(at("map") + "?sector=nonsense&sort=nonsense")
    assert wrong.status_code == 200
    assert "This list cannot be sorted like that." in text_of(wrong)
    page = text_of(officer.get(at("coverage")))
    assert "Gaps: 20 capabilities" in page
    assert csv.DictReader(io.StringIO(officer.get(at("coverage-csv")).content.decode())).fieldnames[0] == "capability"  # type: ignore[index]
    (row,) = csv.DictReader(io.StringIO(officer.get(at("map-csv")).content.decode()))
    assert (row["name"], row["may_be_named"]) == ("Harbour Clinic", "yes")
    added(goal, now=now, lead=body)
    assert "still leads A1" in text_of(officer.post(at("stakeholder-end", body), {"reason": "Gone."}))


def test_a_scoping_exercise_is_made_on_the_pages(officer: Client, scoping: UUID) -> None:
    told = {"title": "Second", "question": "Who?", "method": "", "findings": "", "began_on": "2026-01-01"}
    assert officer.post(at("scoping-add"), told).status_code == 303
    assert (
        officer.post(at("scoping-edit", scoping), {**told, "method": "Asked.", "findings": "Few."}).status_code == 303
    )
    page = text_of(officer.get(at("scoping", scoping)))
    assert "Draft" in page
    assert officer.post(at("scoping-publish", scoping)).status_code == 303
    assert "Published" in text_of(officer.get(at("scoping", scoping)))
    again = officer.post(at("scoping-publish", scoping))
    assert "Somebody has changed this meanwhile" in text_of(again)
    assert "Second" in text_of(officer.get(at("scopings")))


def test_publishing_what_is_not_whole_says_what_is_missing(officer: Client, goal: UUID, today: Any, now: Any) -> None:
    new = NewScoping(title="Empty", question="Who?", method="Letters.", findings="", began_on=today)
    reference = save_scoping(new=new, by=OFFICER, now=now)
    refused = officer.post(at("scoping-publish", reference))
    assert refused.status_code == 400
    assert "Findings: Fill this in" in text_of(refused)


def test_the_forum_is_kept_on_the_pages(officer: Client, goal: UUID, now: Any) -> None:
    seat = {"organisation": "Ministry", "sector": "government", "seat": "Head", "joined_on": "2026-01-01"}
    assert officer.post(at("member-add"), seat).status_code == 303
    told = {"title": "First", "on": "2026-02-03", "time": "14:30", "minutes": "90", "agenda": "One\n\nTwo"}
    assert "Enter a time such as 14:30" in text_of(officer.post(at("meeting-add"), {**told, "time": "noon"}))
    assert officer.post(at("meeting-add"), told).status_code == 303
    meeting = Meeting.objects.get()
    assert meeting.agenda == ["One", "Two"]
    page = officer.get(at("meeting-edit", meeting.public_id)).content.decode()
    assert 'value="14:30"' in page
    assert 'value="2026-02-03"' in page
    form = officer.get(at("meeting-attendance", meeting.public_id)).content.decode()
    (name,) = set(re.findall(r'name="(at_\w+)"', form))
    nobody = officer.post(at("meeting-attendance", meeting.public_id), {name: "absent"})
    assert "mark at least one as present" in text_of(nobody)
    assert officer.post(at("meeting-attendance", meeting.public_id), {name: "present"}).status_code == 303
    action = added(goal, now=now)
    decided = {"text": "We train.", "actions": [str(action)]}
    assert officer.post(at("decision-add", meeting.public_id), decided).status_code == 303
    decision = Decision.objects.get()
    officer.post(at("decision-edit", decision.public_id), {**decided, "text": "We train all."})
    page = text_of(officer.get(at("meeting", meeting.public_id)))
    for said in ("We train all.", "<bdi>Ministry</bdi>: Present", "D1", "Held"):
        assert said in page
    assert "was at 1 of 1 meetings" in text_of(officer.get(at("forum")))
    refused = officer.post(at("meeting-cancel", meeting.public_id), {"reason": "Snow."})
    assert "Somebody has changed this meanwhile" in text_of(refused)


def test_registers_are_kept_on_the_pages(officer: Client) -> None:
    told = {
        "title": "Police and helpline",
        "parties": "Police",
        "purpose": "Referrals.",
        "legal_basis": "Act, 9",
        "categories": "Names.",
        "retention": "90 days",
        "starts_on": "2026-01-01",
        "expires_on": "2026-02-01",
        "language": "en",
        "keeper_email": "keeper@ministry.example",
        "impact_url": "https://ministry.example/dpia",
    }
    assert "Enter at least 2" in text_of(officer.post(at("agreement-add"), told))
    assert officer.post(at("agreement-add"), {**told, "parties": "Police\nHelpline"}).status_code == 303
    agreement = Agreement.objects.get().public_id
    page = text_of(officer.get(at("agreement", agreement)))
    for said in ("Expired", "keeper@ministry.example", "Police, Helpline", "https://ministry.example/dpia"):
        assert said in page
    assert page.partition("History</h2>")[2].count("keeper@") == 0
    assert "Expired" in text_of(officer.get(at("home")))
    officer.post(at("agreement-edit", agreement), {**told, "parties": "Police\nHelpline", "expires_on": "2099-02-01"})
    assert "In force" in text_of(officer.get(at("registers")))
    standard = {"title": "Guide", "publisher": "Forum", "agreed_on": "2026-01-01", "review_on": "2026-02-01"}
    assert officer.post(at("standard-add"), standard).status_code == 303
    assert "Review is due" in text_of(officer.get(at("standards")))


def test_standards_are_listed_sorted_narrowed_and_taken_along(officer: Client) -> None:
    for title, day, withdrawn in (
        ("Beta", "2026-01-02", ""),
        ("Alpha", "2026-01-03", ""),
        ("Gone", "2026-01-01", "2026-02-01"),
    ):
        told = {"title": title, "publisher": "=Forum", "agreed_on": day, "withdrawn_on": withdrawn}
        assert officer.post(at("standard-add"), told).status_code == 303

    def names(query: str) -> list[str]:
        return re.findall(r"data-leeward-open><bdi>(\w+)", officer.get(at("standards") + query).content.decode())

    assert names("") == ["Alpha", "Beta"]
    assert names("?sort=-agreed") == ["Alpha", "Beta"]
    assert names("?sort=agreed&all=on") == ["Gone", "Beta", "Alpha"]
    page = text_of(officer.get(at("standards") + "?sort=publisher&nothing=1&after=xyz"))
    for said in ("cannot be sorted like that", "no such filter", "The list begins again"):
        assert said in page
    file = officer.get(at("standards") + "?all=on&format=csv")
    assert file.headers["Content-Disposition"] == 'attachment; filename="standards.csv"'
    lines = file.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["Title", "Alpha", "Beta", "Gone"]
    assert lines[1].split(",")[1].startswith("'=")  # no formula


def test_what_is_not_there_is_not_found(officer: Client) -> None:
    for name in ("plan", "action", "stakeholder", "scoping", "meeting", "agreement", "decision-edit", "member-edit"):
        assert officer.get(at(name, uuid4())).status_code == 404, name


def test_two_of_the_secretariat_lose_nothing(officer: Client, goal: UUID, now: Any) -> None:
    action = added(goal, now=now)

    def seen() -> str:
        page = officer.get(at("action-edit", action)).content.decode()
        return html.unescape(re.findall(r'name="seen" value="([^"]+)"', page)[0])

    first = seen()
    new = {**ACTION, "title_en": "What the other typed", "seen": first}
    assert officer.post(at("action-edit", action), new).status_code == 303
    mine = {**ACTION, "title_en": "What I typed", "seen": first}
    refused = officer.post(at("action-edit", action), mine)
    assert refused.status_code == 400
    page = text_of(refused)
    assert "What changed meanwhile" in page
    assert "by policy-officer" in page
    assert "What the other typed" in page
    assert 'value="What I typed"' in page
    assert Action.objects.get().title == {"en": "What the other typed"}
    again = html.unescape(re.findall(r'name="seen" value="([^"]+)"', refused.content.decode())[0])
    assert officer.post(at("action-edit", action), {**mine, "seen": again}).status_code == 303
    assert Action.objects.get().title == {"en": "What I typed"}
    assert officer.post(at("action-edit", action), {**mine, "seen": "0"}).status_code == 400
