"""A learner comes by a link: reminded once, taught, certified; and a stranger checks the certificate."""

import base64
import gzip
import html
import json
import re
import uuid
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qsl

import jwt as pyjwt
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.lessons.catalogue import find_lesson
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations import send_due
from leeward.foundation.references import write_reference
from leeward.foundation.signing.models import SigningKey
from leeward.foundation.signing.operations.asking import revoke_record
from leeward.foundation.signing.operations.keys import found_signer
from leeward.foundation.signing.operations.signing import sign_due, sign_lists
from leeward.foundation.signing.rules.terms import Reason
from leeward.foundation.vault.operations import open_sealed, open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.justice.training.keys import index_of
from leeward.justice.training.models import (
    Certificate,
    Completion,
    CourseVersion,
    Due,
    Employer,
    Learner,
    LearnerLink,
)
from leeward.justice.training.operations.exempting import NewExemption, exempt
from leeward.justice.training.operations.links import ask_reminder, forget_links, want_link, write_due
from leeward.justice.training.operations.reckoning import reckon_employer
from leeward.justice.training.queries.people import count_due
from leeward.justice.training.rules.terms import LINK_LASTS, ExemptReason
from tests.foundation.accounts import people
from tests.justice.training.force import COURSE, DELTA, NOW, OPERATOR, TODAY, Force, person
from tests.victim.removals.news_people import post_office

pytestmark = pytest.mark.django_db


def written() -> list[tuple[str, str]]:
    """To whom and what the notifier wrote, opened as the courier does."""
    courier = open_service(Service.COURIER)
    texts = [
        open_sealed(courier, row.sealed, place=f"outbox.parcel.sealed|{row.public_id}")
        for row in Parcel.objects.order_by("pk")
    ]
    found = [json.loads(text[text.index("{") :]) for text in texts]
    return [(each["to"], each["text"]) for each in found]


def notify(limit: int = 100, now: object = NOW) -> int:
    return write_due(now=now, limit=limit, notifier=open_service(Service.NOTIFIER))  # type: ignore[arg-type]


@pytest.fixture
def token(north: Force, monkeypatch: pytest.MonkeyPatch) -> str:
    """The link that one of them was mailed, as they asked for it."""
    people.at(monkeypatch, NOW)
    Learner.objects.update(remind_on=None)
    Client().post(reverse("training:link"), {"mailbox": "P3@police.example "})
    assert notify() == 1
    [(to, text)] = written()
    assert to == "p3@police.example"
    return text.split("/learn/")[1].split()[0]


def test_one_series_of_reminders_and_none_for_who_is_exempt(north: Force) -> None:
    first = Learner.objects.order_by("pk")[0]
    new = NewExemption(reason=ExemptReason.LEAVE, from_on=TODAY, until_on=TODAY + timedelta(days=9))
    exempt(learner=first.reference, employer=north.employer, new=new, exemption=first.reference, by=OPERATOR, now=NOW)
    assert notify() == 12  # all are late: they began in January
    assert len(written()) == 11
    assert "5 April 2026" in written()[0][1]
    assert notify() == 0
    first.refresh_from_db()
    assert first.remind_on == TODAY + timedelta(days=10)
    assert notify(now=NOW + timedelta(days=4)) == 0
    course = CourseVersion.objects.get().course  # a version that all must know begins no second series
    CourseVersion.objects.create(
        course=course, number=3, lesson=COURSE, digest="x", is_material=True, published_on=TODAY, published_at=NOW,
        published_by="x",
    )  # fmt: skip
    reckon_employer(north.row)
    notify(now=NOW + timedelta(days=4))
    assert len(written()) == 11
    notify(now=NOW + timedelta(days=7))
    assert len(written()) == 22


def test_a_corrected_address_ends_its_links(north: Force, token: str) -> None:
    page = reverse("training:mine", args=[token])
    assert Client().get(page).status_code == 200
    row = Learner.objects.exclude(links=None).get()
    row.mailbox_index = index_of(north.employer, "mailbox", "right@police.example")
    row.save()
    for name in ("training:mine", "training:calendar"):
        assert Client().get(reverse(name, args=[token])).status_code == 404


def test_asking_for_a_link_tells_nobody_whether_an_address_is_known(north: Force, token: str) -> None:
    answers = set()
    for mailbox in ("p4@police.example", "p99@police.example", "p4@mail.example"):
        page = Client().post(reverse("training:link"), {"mailbox": mailbox}).content.decode()
        answers.add(re.sub(r'(value|content|nonce)="[^"]*"', "", page).replace(mailbox, ""))
    assert len(answers) == 1
    assert Learner.objects.filter(link_wanted_at__isnull=False).count() == 1
    want_link(mailbox="p5@police.example", language="ar", now=NOW)
    assert notify() == 2
    mails = {to: "Hello" in text for to, text in written()}  # each in the language in which they asked
    assert (mails["p4@police.example"], mails["p5@police.example"]) == (True, False)
    north.load(*(person(each) for each in range(12) if each != 4))  # who has left gets none
    Learner.objects.update(remind_on=None)
    want_link(mailbox="p4@police.example", language="en", now=NOW + timedelta(days=2))
    assert notify(now=NOW + timedelta(days=2)) == 0
    assert Client().get(f"/learn/{token}x").status_code == 404
    assert forget_links(now=NOW + LINK_LASTS, limit=9) == LearnerLink.objects.count() + 3


def press(client: Client, address: str, course: str, right: bool = True) -> str:  # noqa: FBT001, FBT002
    """Take a lesson to its end by pressing, and return what it hands in."""
    lesson = find_lesson(course)
    page = client.post(address).content.decode()
    for _step in range(40):
        found = re.search(r'name="result" value="([^"]*)"', page)
        if found:
            return html.unescape(found[1])
        sent: dict[str, object] = {"progress": html.unescape(re.search(r'name="progress" value="([^"]*)"', page)[1])}  # type: ignore[index]
        if 'name="answering"' in page:
            title = re.search(r"<h1[^>]*>.*?<bdi[^>]*>(.*?)</bdi>", page, re.DOTALL)[1]  # type: ignore[index]
            asked = next(each for each in lesson.questions if each.title["en"] == html.unescape(title))
            assert asked.question is not None
            chosen = (
                asked.question.right if right else [each.id for each in asked.question.options if not each.is_right][:1]
            )
            sent |= {"answering": "1", "answer": list(chosen)}
        page = client.post(address, sent).content.decode()
    raise AssertionError(page)


def test_a_course_is_taken_without_account_or_script_and_counts_once(north: Force, token: str) -> None:
    client = Client()
    home = reverse("training:mine", args=[token])
    assert "Pass it by 5 April 2026" in client.get(home).content.decode()
    address = reverse("training:take", args=[token, COURSE])
    takes = reverse("training:handed-in", args=[token, COURSE])
    failed = press(client, address, COURSE, right=False)
    assert client.post(takes, {"result": failed})["Location"] == f"{home}?told=failed"
    passed = press(client, address, COURSE)
    for _twice in range(2):
        assert client.post(takes, {"result": passed})["Location"] == f"{home}?told=passed"
    assert client.post(takes, {"result": passed + "x"})["Location"] == f"{home}?told=over"
    learner = Learner.objects.get(links__isnull=False)
    assert sorted(learner.completions.values_list("result", flat=True)) == ["failed", "passed"]
    assert Due.objects.get(learner=learner).due_on == date(2027, 11, 24)
    assert b"DTSTART;VALUE=DATE:20271124" in client.get(reverse("training:calendar", args=[token])).content
    assert "2 lines" in client.get(reverse("training:kept", args=[token])).content.decode()
    assert client.get(reverse("training:take", args=[token, "nothing"])).status_code == 404


def test_the_delta_lifts_a_version_and_leaves_the_day(north: Force, token: str) -> None:
    learner = Learner.objects.get(links__isnull=False)
    course = CourseVersion.objects.get().course
    Completion.objects.create(
        learner=learner, course=course, version=1, on=date(2026, 2, 1), result="passed", source="upload",
        source_id="1", noted_at=NOW, noted_by="x",
    )  # fmt: skip
    CourseVersion.objects.create(
        course=course, number=3, lesson=COURSE, digest="x", delta=DELTA, is_material=True,
        why={"en": "Their phone stays"}, published_on=TODAY, published_at=NOW, published_by="x",
    )  # fmt: skip
    reckon_employer(north.row)
    client = Client()
    shown = client.get(reverse("training:mine", args=[token])).content.decode()
    assert "Their phone stays" in shown
    assert "Only what changed" in shown
    passed = press(client, reverse("training:take-delta", args=[token, COURSE, 3]), DELTA)
    client.post(reverse("training:handed-in", args=[token, COURSE]), {"result": passed})
    due = Due.objects.get(learner=learner)
    assert (due.due_on, due.pending) == (date(2027, 2, 1), None)
    assert client.get(reverse("training:take-delta", args=[token, COURSE, 2])).status_code == 404


def bit(text: str, place: int) -> str:
    """As the specification has it, by strings."""
    packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
    return "".join(f"{byte:08b}" for byte in gzip.decompress(packed))[place]


def test_a_stranger_checks_a_certificate_and_its_revocation(north: Force, token: str, settings: Settings) -> None:
    found_signer(by=OPERATOR, now=NOW)
    client, course = Client(), CourseVersion.objects.get().course
    learner = Learner.objects.get(links__isnull=False)
    row = Completion.objects.create(
        learner=learner, course=course, version=2, on=TODAY, result="passed", source="classroom", source_id="1",
        noted_at=NOW, noted_by="x",
    )  # fmt: skip
    asking = reverse("training:certificate-ask", args=[token, row.reference])
    assert "not the address" in client.post(asking, {"mailbox": "p4@police.example"}).content.decode()
    where = client.post(asking, {"mailbox": "p3@police.example"})["Location"]
    assert client.post(asking, {}).status_code == 303  # there is one already
    assert "being signed" in client.get(where).content.decode()
    assert sign_due(now=NOW, limit=9) == 1
    sign_lists(now=NOW)
    signed = client.get(f"{where}/signed.jwt").content.decode()
    # What a stranger has: the record, the issuer's key by its address, a library that is not ours.
    head = pyjwt.get_unverified_header(signed)
    jwk = json.loads(client.get(head["kid"].removeprefix(settings.LEEWARD_URL)).content)
    key = pyjwt.PyJWK(jwk, algorithm="RS256").key
    claims = pyjwt.decode(signed, key, algorithms=["RS256"], options={"verify_exp": False, "verify_nbf": False})
    assert claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert claims["@context"][:2] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    subject = claims["credentialSubject"]
    assert (claims["jti"], claims["sub"], claims["iss"]) == (claims["id"], subject["id"], claims["issuer"]["id"])
    assert subject["id"].startswith("urn:uuid:")
    assert subject["type"] == ["AchievementSubject"]
    assert {"id", "type", "name", "description", "criteria"} <= set(subject["achievement"])
    assert "police.example" not in json.dumps(claims)
    assert claims["validUntil"] == "2027-11-25T00:00:00Z"
    middle = signed.split(".")[1]
    with pytest.raises(pyjwt.InvalidSignatureError):
        pyjwt.decode(signed.replace(middle, middle[:-4] + "AAAA"), key, algorithms=["RS256"])

    def status() -> str:
        listed = claims["credentialStatus"]["statusListCredential"].removeprefix(settings.LEEWARD_URL)
        found = pyjwt.decode(
            client.get(listed).content.decode(),
            key,
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_nbf": False},
        )
        return bit(found["credentialSubject"]["encodedList"], int(claims["credentialStatus"]["statusListIndex"]))

    assert status() == "0"
    number = Certificate.objects.get().number
    compare = reverse("training:bearer")
    assert "Yes:" in client.post(compare, {"number": number, "mailbox": "P3@police.example"}).content.decode()
    assert "No:" in client.post(compare, {"number": number, "mailbox": "p4@police.example"}).content.decode()
    assert "First response" in client.get(f"/check/{number}").content.decode()
    assert client.get(f"/check/{number}.jwt").status_code == 404  # for whoever was given it
    paper = client.post(where, {"name": "Pat Example"})
    assert paper.content.startswith(b"%PDF-1.7")
    revoke_record(number=number, reason=Reason.MISTAKE, words="Made up", by=OPERATOR, now=NOW)
    sign_lists(now=NOW)
    assert status() == "1"
    assert "No:" in client.post(compare, {"number": number, "mailbox": "p3@police.example"}).content.decode()
    own = client.get(where).content.decode()
    assert write_reference(number) in own
    assert "Do not rely on it" in own
    assert "Made up" in own
    assert "To get a new certificate, pass the course again." in own
    assert reverse("training:take", args=[token, COURSE]) in own
    assert "Save as PDF" not in own
    assert SigningKey.objects.count() == 1


def test_no_certificate_without_a_pass_that_counts(north: Force, token: str) -> None:
    learner, course = Learner.objects.get(links__isnull=False), CourseVersion.objects.get().course
    made = Completion(
        learner=learner, course=course, version=2, on=TODAY - timedelta(days=365), result="passed", source="upload",
        source_id="1", noted_at=NOW, noted_by="x",
    )  # fmt: skip
    made.save()
    failed = Completion(
        learner=learner, course=course, version=2, on=TODAY, result="failed", source="upload", source_id="2",
        noted_at=NOW, noted_by="x",
    )  # fmt: skip
    failed.save()
    for row in (made, failed):
        address = reverse("training:certificate-ask", args=[token, row.reference])
        assert Client().post(address, {}).headers["Location"].endswith("?told=no_pass")
    assert not Certificate.objects.exists()


def test_a_reminder_is_due_on_its_day_where_its_employer_is(north: Force) -> None:
    Learner.objects.update(remind_on=TODAY + timedelta(days=1))
    assert notify() == 0
    Employer.objects.update(zone="Pacific/Kiritimati")  # where it is tomorrow already
    assert notify() == 12
    assert set(Learner.objects.values_list("reminded_on", flat=True)) == {TODAY + timedelta(days=1)}
    Learner.objects.update(remind_on=TODAY + timedelta(days=8))
    Employer.objects.update(zone="Pacific/Pago_Pago")
    at = datetime.combine(TODAY + timedelta(days=8), time(10), UTC)  # eleven hours behind: still the day before
    assert notify(now=at) == 0
    assert notify(now=at + timedelta(hours=2)) == 12


def deliver(*, now: datetime = NOW) -> None:
    """The courier's round."""
    send_due(now=now, limit=100, courier=open_service(Service.COURIER))


def test_a_manager_reminds_somebody_once_a_day(north: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    learner, later = Learner.objects.order_by("pk")[0], NOW + timedelta(days=2)
    here = reverse("training:person", args=[learner.reference])
    press = reverse("training:remind", args=[learner.reference])
    people.at(monkeypatch, NOW + timedelta(minutes=5))
    shown = people.come_in(north.manager).get(here).content.decode()
    assert "No reminder has gone to this person yet." in shown
    assert ("on its way already" in shown, "Remind now" in shown) == (True, False)  # that of the series
    assert notify() == 12
    with post_office() as office:
        deliver()
        people.at(monkeypatch, later)
        nadia = people.come_in(north.manager)
        shown = nadia.get(here).content.decode()
        assert ("Last reminder: 24 November 2026. Their mail server took it." in shown, "Remind now" in shown) == (
            True,
            True,
        )
        assert nadia.post(press)["Location"] == here
        twice = nadia.post(press)
        assert (twice.status_code, "on its way already" in twice.content.decode()) == (409, True)
        assert notify(now=later) == 1
        shown = nadia.get(here).content.decode()
        assert "The reminder of 26 November 2026 is waiting to be sent." in shown
        assert "Remind now" not in shown
        deliver(now=later)
        assert len(office.taken) == 13
        assert str(office.taken[-1][1]["To"]) in {str(mail["To"]) for _to, mail in office.taken[:12]}
        text = office.taken[-1][1].get_content()
    assert "Your work requires a course" in text
    assert Client().get("/learn/" + text.split("/learn/")[1].split()[0]).status_code == 200
    again = nadia.post(press)
    assert (again.status_code, "was reminded today already" in again.content.decode()) == (409, True)
    assert notify(now=later) == 0
    shown = nadia.get(here).content.decode()
    assert ("Last reminder: 26 November 2026." in shown, "Remind now" in shown) == (True, False)
    asked = AuditEvent.objects.get(verb="training.reminder_asked")
    assert (asked.actor_id, asked.subject_reference) == (str(north.actor.id), str(learner.reference))
    assert notify(now=NOW + timedelta(days=7)) == 11  # its week counts from the press
    assert Client().post(press)["Location"].startswith(reverse("accounts:sign-in"))
    other = people.come_in(people.employ("pia", Role.POLICY_OFFICER).name)
    assert other.post(press).status_code == 403


def test_a_page_names_no_reminder_that_never_went(north: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Learner.objects.order_by("pk")[:2]
    # An address that was sealed to other keys: nobody can write there.
    Learner.objects.filter(pk=first.pk).update(mailbox=second.mailbox)
    people.at(monkeypatch, NOW + timedelta(minutes=5))
    nadia = people.come_in(north.manager)
    here, other = (reverse("training:person", args=[each.reference]) for each in (first, second))
    assert notify() == 12
    assert len(written()) == 11
    first.refresh_from_db()
    assert (first.reminded_on, first.remind_on) == (None, TODAY + timedelta(days=7))
    shown = nadia.get(here).content.decode()
    assert ("No reminder has gone to this person yet." in shown, "Remind now" in shown) == (True, True)
    with post_office(at_rcpt="550 5.1.1 unknown"):
        deliver()
    shown = nadia.get(other).content.decode()
    assert "The reminder of 24 November 2026 could not be delivered. Check the work address in the roster." in shown
    assert "Remind now" in shown  # it did not go, so another may go on the same day


def test_a_manager_reminds_those_who_are_ticked(forces: tuple[Force, Force], monkeypatch: pytest.MonkeyPatch) -> None:
    north, south = forces
    notify()
    with post_office():
        deliver()
    later = NOW + timedelta(days=2)
    people.at(monkeypatch, later)
    nadia, sol = people.come_in(north.manager), people.come_in(south.manager)
    first, second = (str(row.reference) for row in Learner.objects.order_by("pk")[:2])
    narrowed = {"role": "first_responder", "sort": "-due"}
    page = nadia.get(reverse("training:due"), narrowed).content.decode()
    [act] = [html.unescape(each) for each in re.findall(r'action="([^"]*)"', page) if "remind" in each]
    led = nadia.post(act, follow=True)
    assert narrowed.items() <= dict(parse_qsl(led.redirect_chain[-1][0].partition("?")[2])).items()
    assert "Tick whom to remind first." in led.content.decode()
    assert "no such filter" not in led.content.decode()
    act = reverse("training:remind-ticked")
    foreign = sol.post(act, {"learner": [first, "x"]}, follow=True).content.decode()
    assert "1 person will not be reminded now. Their page says why." in foreign
    shown = nadia.post(act, {"learner": [first, first, second]}, follow=True).content.decode()
    assert "2 people will be reminded by mail." in shown
    shown = nadia.post(act, {"learner": [first, second]}, follow=True).content.decode()
    assert "2 people will not be reminded now. The page of each says why." in shown
    assert "Tick whom to remind first." in nadia.post(act, follow=True).content.decode()
    assert notify(now=later) == 2
    assert Parcel.objects.count() == 14


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-31, {"later": 11, "never": 10, "week_ago": 1}),
        (-30, {"later": 11, "never": 10, "week_ago": 1}),
        (-29, {"month": 11, "never": 10, "week_ago": 1}),
        (-10, {"month": 11, "never": 10, "month_ago": 1}),
        (0, {"month": 11, "never": 10, "long_ago": 1}),
        (1, {"late": 11, "never": 10, "long_ago": 1}),
        (30, {"late": 11, "never": 10, "long_ago": 1}),
        (31, {"long_late": 11, "never": 10, "long_ago": 1}),
    ],
)
def test_a_manager_sees_what_is_due_and_who_was_reminded(north: Force, days: int, expected: dict[str, int]) -> None:
    due_on = date(2026, 12, 31)
    Due.objects.update(soon_on=due_on - timedelta(days=60), due_on=due_on, lapses_on=due_on + timedelta(days=90))
    reminded, exempted = Learner.objects.order_by("pk")[:2]
    Learner.objects.filter(pk=reminded.pk).update(reminded_on=due_on - timedelta(days=31))
    new = NewExemption(reason=ExemptReason.LEAVE, from_on=TODAY, until_on=due_on + timedelta(days=90))
    exempt(learner=exempted.reference, employer=north.employer, new=new, exemption=uuid.uuid4(), by=OPERATOR, now=NOW)
    counts = {
        name: number
        for name, number in vars(count_due(north.employer, today=due_on + timedelta(days=days))).items()
        if number
    }
    assert counts == expected


def test_the_board_draws_what_is_due_with_its_table(north: Force, nadia: Client) -> None:
    notify()
    page = nadia.get(reverse("training:board")).content.decode()
    tables = re.findall(r"<caption[^>]*>(When [^<]*)</caption>.*?<tbody.*?>(.*?)</tbody>", page, re.S)
    read = {title: re.findall(r"<th[^>]*>([^<]*)</th>\s*<td[^>]*>([^<]*)</td>", body) for title, body in tables}
    assert read["When these people were last reminded"] == [
        ("In the last 7 days", "12"), ("7 to 30 days ago", "0"), ("Longer ago", "0"), ("Never", "0"),
    ]  # fmt: skip
    assert sum(int(number) for _name, number in read["When courses are due"]) == 12
    assert page.count("<svg") >= 4


def test_who_is_exempt_since_their_manager_asked_is_not_reminded(north: Force) -> None:
    notify()
    with post_office():
        deliver()
    first, later = Learner.objects.order_by("pk")[0], NOW + timedelta(days=2)
    ask_reminder(learner=first.reference, employer=north.employer, by=north.actor, now=later)
    new = NewExemption(reason=ExemptReason.LEAVE, from_on=TODAY, until_on=TODAY + timedelta(days=9))
    exempt(learner=first.reference, employer=north.employer, new=new, exemption=first.reference, by=OPERATOR, now=later)
    notify(now=later)
    first.refresh_from_db()
    assert (Parcel.objects.count(), first.reminded_on, first.reminder_wanted_at) == (12, TODAY, None)
