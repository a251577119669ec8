"""What everybody, authorities and analysts see and press."""

import io
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.justice.outcomes.models import Authority, CodeList, Submission
from leeward.justice.outcomes.rules.terms import AuthorityKind, FileKind, SubmissionState
from tests.foundation.accounts import people
from tests.justice.outcomes.land import (
    accept,
    authority,
    courts,
    offences,
    outcomes,
    publish_counts,
    send,
    use_codes,
    whole_year,
)

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Harbour Police",
    "code": "harbour-police",
    "kind": "police",
    "employer": "",
    "expected_from": "2024-01-01",
}


def test_an_analyst_names_an_authority_and_is_told_what_is_wrong() -> None:
    authority("eastmarsh")
    people.employ("ana", Role.ANALYST)
    client = people.come_in("ana")
    address = reverse("outcomes:authority-add")
    assert client.get(address).status_code == 200
    once = "7f0a1d3e-6a55-4b0e-9a52-1f6f0a8f4c11"
    for wrong, said in (
        ({"code": "Harbour Police"}, "Enter small letters, digits and hyphens"),
        ({"code": "eastmarsh"}, "Another authority already has this"),
        ({"expected_until": "2023-01-01"}, "not before the beginning"),
    ):
        answer = client.post(address, {**TYPED, "once": once, **wrong})
        assert answer.status_code == 400
        assert said in answer.content.decode()
    for _press in range(2):
        assert client.post(address, {**TYPED, "once": once}).status_code == 303
    assert [each.name for each in Authority.objects.order_by("name")] == ["Eastmarsh", "Harbour Police"]
    assert "Harbour Police" in client.get(reverse("outcomes:authorities")).content.decode()


def counted_land() -> uuid.UUID:
    """A force with a whole year but for its last file, courts, and one force that has not reported."""
    use_codes()
    harbour, court = authority(), authority("courts", AuthorityKind.COURTS)
    authority("eastmarsh")
    whole_year(harbour, "harbour-police", {"0": 20, "1": 30, "16": 80, "18": 70}, reply="We lack investigators.")
    for number in range(1, 5):
        given = {"discontinued": 20, "acquitted": 20, "custody": 15, "suspended": 12, "community": 45}
        accept(court, send(court, FileKind.COURTS, courts("courts", 2025, number, given)))
    return harbour


def press(client: Client, address: str, **typed: object) -> HttpResponse:
    answer = client.post(address, typed)
    assert answer.status_code == 303, answer.content.decode()
    return answer


def test_everybody_reads_a_year_with_its_method_and_its_gaps() -> None:
    client = Client()
    assert "No year has been printed yet" in client.get(reverse("outcomes:funnel")).content.decode()
    counted_land()
    publish_counts(2025)
    page = client.get(reverse("outcomes:funnel")).content.decode()
    for said in (
        "Of about 800 offences recorded, about 120 led to a charge: 15% [e].",
        "These have not reported the whole year: Eastmarsh.",
        "Charged: 120, parts are missing.", 'class="chart-gap"',  # the chart, with what is hidden hatched
        "Convicted: 290, parts are missing.", "Sentence: community: 180, parts are missing.",
        # all who were convicted, and those with one sentence
        "became-of 1", "principal-offence 1", "As of 1 November 2026",
    ):  # fmt: skip
        assert said in page
    page = client.get(reverse("outcomes:table")).content.decode()
    for said in ("Harbour Police", "We lack investigators.", "Eastmarsh", "not ranked"):
        assert said in page
    page = client.get(reverse("outcomes:method")).content.decode()
    assert "ew-66b-share" in page
    assert "Offences charged ÷ offences recorded" in page
    text = client.get(reverse("outcomes:year-csv", args=[2025])).content.decode()
    assert "2025,1,2026-11-01,of_recorded,_T,charged,120,118,,rounded parts_missing,,became-of,1" in text
    head, *lines = text.splitlines()
    answer = client.get(reverse("outcomes:year-metadata", args=[2025]))
    assert answer.headers["Content-Type"] == "application/csvm+json"
    described = answer.json()
    assert described["url"].endswith("/outcomes/2025.csv")
    assert [each["name"] for each in described["tableSchema"]["columns"]] == head.split(",")
    names = [head.split(",").index(each) for each in described["tableSchema"]["primaryKey"]]
    keys = [tuple(line.split(",")[name] for name in names) for line in lines]
    assert len(keys) == len(set(keys))
    assert client.get(reverse("outcomes:year-csv", args=[2019])).status_code == 404
    assert client.get(reverse("outcomes:year-metadata", args=[2019])).status_code == 404
    assert "Printed on 24 November 2026" in client.get(reverse("outcomes:funnel")).content.decode()
    assert "<bdi>Eastmarsh</bdi>" in client.get(reverse("outcomes:method")).content.decode()
    assert client.get(reverse("outcomes:funnel") + "?year=20x5").status_code == 404
    assert "Two years have to be printed" in client.get(reverse("outcomes:compare")).content.decode()


def test_a_force_mends_a_wrong_file_looks_first_and_an_analyst_prints_the_year() -> None:
    use_codes()
    harbour = authority()
    people.employ("stella", Role.STATISTICIAN, affiliation=str(harbour))
    people.employ("ana", Role.ANALYST)
    force, analyst = people.come_in("stella"), people.come_in("ana")
    template = force.get(reverse("outcomes:own-template", args=["offences"])).content.decode()
    assert template.strip() == "authority,period_start,period_end,offence_code,recorded,as_of"
    address = reverse("outcomes:own-send", args=["offences"])
    good = "\n".join(offences("harbour-police", 2025, number, 200) for number in (1,))
    lines = "\n".join(offences("harbour-police", 2025, number, 200).partition("\n")[2] for number in (2, 3, 4))
    good = f"{good}\n{lines}"
    wrong = force.post(address, {"lines": good.replace(",200,", ",2.5,", 1), "reason": ""})
    assert wrong.status_code == 400
    assert "Line 2, recorded: Enter a whole number, without a fraction" in wrong.content.decode()
    tried = force.post(address, {"lines": good, "reason": ""}).content.decode()
    assert "Nothing is kept yet" in tried
    assert "2025-Q1: 1 line, 200 in all" in tried
    assert not Submission.objects.exists()
    press(force, address, lines=good, reason="", keep="1")
    assert Submission.objects.count() == 4
    years = analyst.get(reverse("outcomes:years")).content.decode()
    assert "No authority has handed in the whole year yet." in years
    assert reverse("outcomes:draft-year", args=[2025]) not in years
    again = force.post(address, {"lines": good, "reason": ""}).content.decode()
    assert "To replace it, say why below" in again
    for number in range(1, 5):
        text = outcomes("harbour-police", 2025, number, {"0": 20, "1": 30, "16": 80, "18": 70})
        press(force, reverse("outcomes:own-send", args=["outcomes"]), lines=text, reason="", keep="1")
    for row in Submission.objects.all():
        page = reverse("outcomes:submission", args=[row.public_id])
        press(analyst, page, act="check")
        assert b"Accept the file" not in analyst.get(page).content
        analyst.post(page, {"act": "accept"})
        row.refresh_from_db()
        assert row.state is SubmissionState.CHECKED
        own = reverse("outcomes:own-submission", args=[row.public_id])
        shown = force.get(own).content.decode()
        assert "Charge rate: 15%" in shown or row.kind is FileKind.OFFENCES
        assert "You can look until" in shown
        press(force, own, reply="New system.")
        press(analyst, page, act="accept")
    years = analyst.get(reverse("outcomes:years")).content.decode()
    assert "Accepted" in years
    assert reverse("outcomes:draft-year", args=[2025]) in years
    assert analyst.get(reverse("outcomes:draft-year", args=[999999])).status_code == 404
    made = press(analyst, reverse("outcomes:draft-year", args=[2025]), reason="").headers["Location"]
    drawn = re.search(r'name="sha256" value="(\w+)"', analyst.get(f"{made}/sign").content.decode())
    assert drawn is not None
    people.employ("bo", Role.ANALYST)
    people.let_in("bo", by="ana")
    press(people.come_in("bo"), f"{made}/sign", looked="on", sha256=drawn[1])
    assert "15% [e]" in Client().get(reverse("outcomes:funnel")).content.decode()
    own = reverse("outcomes:own-submission", args=[Submission.objects.latest("pk").public_id])
    assert force.post(own, {"reply": "Too late"}).status_code == 404
    page = reverse("outcomes:withdraw", args=[Submission.objects.latest("pk").public_id])
    assert analyst.post(page, {"reason": ""}).status_code == 400
    press(analyst, page, reason="The system was wrong")
    asked = reverse("outcomes:look") + "?year=2025&authority=harbour-police&offence=ew-66b-share"
    for address in (reverse("outcomes:look"), asked):
        shown = " ".join(re.sub(r"<[^>]+>", " ", analyst.get(address).content.decode()).split())
        assert "These numbers are not protected." in shown
        assert "Charged 30 30 30 0 90" in shown  # the last file of the year was withdrawn
    assert analyst.get(asked.replace("ew-66b-share", "ew-66b-threat")).status_code == 400
    assert force.get(asked).status_code == 403
    for name in ("submissions", "codes", "authorities"):
        assert analyst.get(reverse(f"outcomes:{name}")).status_code == 200


def test_a_link_opens_the_counts_of_one_authority_until_a_new_one_is_made() -> None:
    harbour, other = authority(), authority("eastmarsh")
    people.employ("ana", Role.ANALYST)
    analyst = people.come_in("ana")
    address = reverse("outcomes:link", args=[harbour])
    assert "/counts/" not in analyst.get(address).content.decode()
    shown = analyst.post(address).content.decode()
    token = re.search(r"/counts/([\w-]{43})", shown)
    assert token is not None
    client, home = Client(), reverse("outcomes:link-counts", args=[token[1]])
    assert "Harbour Police" in client.get(home).content.decode()
    send_page = reverse("outcomes:link-send", args=[token[1], "offences"])
    assert client.get(send_page).status_code == 409  # no method is published yet
    use_codes()
    file = SimpleUploadedFile("counts.csv", offences("harbour-police", 2025, 1, 200).encode(), "text/csv")
    tried = client.post(send_page, {"lines": "", "reason": "", "file": file}).content.decode()
    assert "2025-Q1: 1 line, 200 in all" in tried
    press(client, send_page, lines=offences("harbour-police", 2025, 1, 200), reason="", keep="1")
    (strange,) = send(other, FileKind.OFFENCES, offences("eastmarsh", 2025, 1, 200))
    assert client.get(reverse("outcomes:link-submission", args=[token[1], strange])).status_code == 404
    press(client, reverse("outcomes:link-submission", args=[token[1], Submission.objects.first().public_id]), reply="")
    analyst.post(address)
    assert client.get(home).status_code == 404


def test_an_analyst_counts_by_a_list_once_it_was_compared() -> None:
    call_command("load_outcomes", stdout=io.StringIO())
    said = io.StringIO()
    call_command("load_outcomes", stdout=said)
    assert said.getvalue() == "New: nothing.\n"
    people.employ("ana", Role.ANALYST)
    analyst = people.come_in("ana")
    assert "To be checked" in analyst.get(reverse("outcomes:codes")).content.decode()
    address = reverse("outcomes:switch", args=[CodeList.objects.first().public_id])
    assert analyst.post(address, {"checked_on": "2199-01-01"}).status_code == 400
    press(analyst, address, checked_on="2026-11-01")
    assert CodeList.objects.filter(is_switched_on=True).count() == 1
    assert analyst.get(reverse("outcomes:switch", args=[uuid.uuid4()])).status_code == 404
