"""What training managers, authors and policy officers see and press; and what everybody sees."""

import uuid
from datetime import date, timedelta

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.justice.training.models import Completion, Course, Due, Employer, Exemption, Learner, Requirement, Upload
from leeward.justice.training.operations.exempting import NewExemption, exempt
from leeward.justice.training.operations.trying import try_upload
from leeward.justice.training.rules.terms import ExemptReason
from tests.foundation.accounts import people
from tests.justice.training.force import COURSE, HEAD, NOW, OPERATOR, TODAY, Force, person

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, *args: object, status: int = 200) -> str:
    response = client.get(reverse(f"training:{name}", args=args))
    assert response.status_code == status
    return response.content.decode()


def send(client: Client, name: str, *lines: str) -> str:
    """Send a file, and return where it leads; the page that refuses it, where it does."""
    file = SimpleUploadedFile("file.csv", "\n".join(lines).encode(), content_type="text/csv")
    response = client.post(reverse(f"training:{name}"), {"file": file})
    return response["Location"] if response.status_code == 303 else response.content.decode()


def test_the_board_counts_by_team_and_role(nadia: Client) -> None:
    shown = page(nadia, "board")
    assert "North Police" in shown
    rows = [part.split("</tr>")[0] for part in shown.split("<tr")[1:]]
    cells = [[cell.split(">", 1)[1].split("<")[0].strip() for cell in row.split("<t")[1:]] for row in rows]
    assert ["South", "6", "0", "0", "0", "6", "0", "0", "0"] in [row[1:] for row in cells]
    assert ["First responder", "12", "0", "0", "0", "12", "0", "0", "0"] in [row[1:] for row in cells]


def test_a_roster_is_tried_before_it_is_kept(nadia: Client, north: Force) -> None:
    lines = [person(each, team="North" if each < 6 else "South") for each in range(9)]
    where = send(nadia, "roster", HEAD, *lines)
    shown = nadia.get(where).content.decode()
    assert "3 people have left" in shown
    assert "9 people stay as they are" in shown
    assert "It would end 3 of your 12 people" in shown
    assert Learner.objects.filter(left_on__isnull=True).count() == 12
    mark = shown.split('name="looked_at" value="')[1].split('"')[0]
    unsaid = nadia.post(where, {"looked_at": mark})  # nobody said that it is right
    assert (unsaid.status_code, "Tick it if so many people have left" in unsaid.content.decode()) == (400, True)
    assert nadia.post(where, {"looked_at": mark, "is_meant": "on"}).status_code == 303
    assert Learner.objects.filter(left_on__isnull=True).count() == 9
    twice = nadia.get(where)
    assert (twice.status_code, "was kept already" in twice.content.decode()) == (409, True)
    assert not Upload.objects.exists()


def test_a_large_file_goes_on_by_itself_or_by_a_press(nadia: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leeward.justice.training.rules.files.PART_LINES", 5)
    monkeypatch.setitem(try_upload.__kwdefaults__, "seconds", 0)  # a part a press
    where = send(nadia, "roster", HEAD, *(person(each) for each in range(12)))
    shown = nadia.get(where).content.decode()
    assert "1 of 3 parts are compared" in shown
    assert "work/batch.js" in shown
    for _press in range(2):
        assert nadia.post(where)["Location"] == where
    assert "Each line can be read" in nadia.get(where).content.decode()


def test_a_wrong_file_says_each_line_and_keeps_nothing(nadia: Client) -> None:
    said = send(nadia, "roster", HEAD, person(1), "P-2,B,,firstresponder,N,2026-01-05,2025-01-01")
    assert "Line 3, role" in said
    assert "first_responder" in said
    assert "Line 3, left_on" in said
    head = "staff_number,course,version,completed_on,result,score,source_id"
    assert "the nearest is: first-response" in send(
        nadia, "completions", head, "P-1,first-respose,2,2026-02-01,passed,,"
    )
    assert not Upload.objects.exists()


def test_completions_lead_to_the_due_list_and_its_file(nadia: Client) -> None:
    head = "staff_number,course,version,completed_on,result,score,source_id"
    lines = [f"P-{each},{COURSE},2,2026-02-01,passed,," for each in range(5)]
    where = send(nadia, "completions", head, *lines)
    assert "5 completions are new" in nadia.get(where).content.decode()
    assert nadia.post(where, {}).status_code == 303
    assert Completion.objects.count() == 5
    shown = page(nadia, "due")
    assert "Officer 7" in shown
    assert "Officer 3" not in shown
    file = nadia.get(reverse("training:due"), {"format": "csv", "state": "up_to_date"}).content.decode()
    assert len(file.splitlines()) == 6
    assert "Officer 4,P-4,North,First responder," in file


def test_one_person_by_their_number_exempted_and_corrected(nadia: Client, north: Force) -> None:
    once = {"once": str(uuid.uuid4()), "course": f"{COURSE}/2", "on": "2026-02-01", "result": "passed"}
    refused = nadia.post(reverse("training:classroom"), {**once, "numbers": "P-1\nP-99"})
    assert "P-99" in refused.content.decode()
    assert not Completion.objects.exists()
    for said in ("The day is noted for 2 people.", "For 2 people the same day stood already; nothing was added."):
        sent = {**once, "once": str(uuid.uuid4()), "numbers": "P-1\n p-2"}
        assert said in nadia.post(reverse("training:classroom"), sent, follow=True).content.decode()
    assert Completion.objects.count() == 2
    forged = {"noted": signing.dumps([7, 0], salt="another")}
    assert "The day is noted" not in nadia.get(reverse("training:board"), forged).content.decode()
    found = nadia.post(reverse("work:search"), {"term": "P-1"})
    assert found.status_code == 303
    shown = nadia.get(found["Location"]).content.decode()
    assert "Officer 1" in shown
    assert "Up to date" in shown
    assert "Due on 1 February 2027" in shown
    learner = Learner.objects.get(reference=found["Location"].rpartition("/")[2])
    completion = learner.completions.get()
    assert nadia.post(reverse("training:void", args=[learner.reference, completion.reference])).status_code == 303
    assert "Withdrawn" in page(nadia, "person", learner.reference)
    typed = {"once": str(uuid.uuid4()), "reason": "leave", "from_on": "2026-11-24", "until_on": "2027-01-31"}
    assert nadia.post(reverse("training:exempt", args=[learner.reference]), typed).status_code == 303
    assert "Exempt" in page(nadia, "person", learner.reference)


def test_a_second_person_agrees_to_a_long_exemption(nadia: Client, north: Force) -> None:
    about = Learner.objects.first()
    assert about is not None
    exemption = uuid.uuid4()
    new = NewExemption(reason=ExemptReason.SECONDED, from_on=TODAY, until_on=TODAY + timedelta(days=300))
    exempt(learner=about.reference, employer=north.employer, new=new, exemption=exemption, by=OPERATOR, now=NOW)
    assert "a second person has to agree" in nadia.get(reverse("work:home")).content.decode()
    assert "Awaits a second person" in page(nadia, "exemptions")
    here = reverse("training:exemptions")
    assert nadia.post(here, {"exemption": str(exemption), "answer": "agree"}).status_code == 303
    assert Exemption.objects.get().agreed_at is not None
    assert nadia.post(here, {"exemption": str(exemption), "answer": "end"}).status_code == 303
    assert "Nobody is exempt" in page(nadia, "exemptions")


def test_another_employers_people_are_not_there(forces: tuple[Force, Force], monkeypatch: pytest.MonkeyPatch) -> None:
    people.at(monkeypatch, NOW + timedelta(minutes=5))
    sol, learner = people.come_in(forces[1].manager), Learner.objects.first()
    assert learner is not None
    for name in ("person", "exempt"):
        page(sol, name, learner.reference, status=404)
    assert "Officer" not in page(sol, "due")
    assert sol.post(reverse("work:search"), {"term": "P-1"}).status_code == 200
    once = {"once": str(uuid.uuid4()), "course": f"{COURSE}/2", "on": "2026-02-01", "result": "passed"}
    assert "P-1" in sol.post(reverse("training:classroom"), {**once, "numbers": "P-1"}).content.decode()
    assert not Completion.objects.exists()


def test_an_officer_adds_an_employer_and_requires_a_course(house: object, monkeypatch: pytest.MonkeyPatch) -> None:
    people.employ("olga", Role.POLICY_OFFICER)
    people.at(monkeypatch, NOW)
    olga, once = people.come_in("olga"), str(uuid.uuid4())
    typed = {"once": once, "name": "Harbour Court", "kind": "court", "domains": "@court.example\nnot a host"}
    assert "not a host" in olga.post(reverse("training:employer-add"), typed).content.decode()
    typed["domains"] = "@Court.example"
    assert olga.post(reverse("training:employer-add"), typed).status_code == 303
    assert Employer.objects.get().domains == ["court.example"]
    again = {**typed, "once": str(uuid.uuid4())}
    assert "already an employer" in olga.post(reverse("training:employer-add"), again).content.decode()
    asked = {
        "once": str(uuid.uuid4()), "course": COURSE, "roles": ["court_staff"], "from_on": "2026-11-24",
        "source": "Circular 7 (made up)", "mode": "calendar", "opens": "09-01", "closes": "31-11",
        "first_days": "90", "months": "12", "window_days": "60", "grace_days": "30", "refresh_days": "60",
    }  # fmt: skip
    assert "Enter a month and a day" in olga.post(reverse("training:requirement-add"), asked).content.decode()
    assert olga.post(reverse("training:requirement-add"), {**asked, "closes": "11-30"}).status_code == 303
    row = Requirement.objects.get(mode="calendar")
    assert "Circular 7" in page(olga, "requirements")
    assert "Each year between 09-01 and 11-30" in page(Client(), "public")
    assert olga.post(reverse("training:requirement-end", args=[row.public_id])).status_code == 303
    assert "Circular 7" not in page(Client(), "public")


def test_an_author_publishes_what_is_installed(house: object, monkeypatch: pytest.MonkeyPatch) -> None:
    people.employ("ada", Role.COURSE_AUTHOR)
    people.at(monkeypatch, NOW)
    ada = people.come_in("ada")
    assert "is installed and not published" in ada.get(reverse("work:home")).content.decode()
    assert "Version 2" in page(ada, "courses")
    assert ada.post(reverse("training:publish"), {"lesson": "where-to-send", "kind": "lesson"}).status_code == 303
    assert Course.objects.get(code="where-to-send").versions.get().published_on == date(2026, 11, 24)
    assert "Where to send somebody tonight" in page(Client(), "public")
    assert not Due.objects.exists()
