"""The pages: what everybody reads, what a link opens, what staff do, and what none of them may show."""

import csv
import html
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import local_day, write_day
from leeward.industry.declarations.models import Evidence, OfferedSignature, Signatory, Signature, Statement
from leeward.industry.declarations.operations import links
from leeward.industry.declarations.operations.forgetting import forget_nominees
from leeward.industry.declarations.operations.handing_in import hand_in_evidence
from leeward.industry.declarations.operations.joining import apply, leave
from leeward.industry.declarations.operations.publishing import publish_version
from leeward.industry.declarations.queries import all_versions, current_version, next_draft
from leeward.industry.declarations.rules.terms import (
    APPLICATIONS_FROM_ONE_NETWORK,
    WAITING_MOST,
    HandedInBy,
    LeavingKind,
)
from tests.counters import start_afresh
from tests.industry.conftest import Keys
from tests.industry.declarations.conftest import ALPHA, DAY, DRAFT, OFFICER, application, entered, evidence, signed
from tests.industry.staff_people import signed_in

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "a-token-of-a-link-that-is-long-enough-to-be-one"
APPLICATION = {
    "name": "Gamma",
    "kind": "media",
    "website": "https://gamma.example/",
    "title": "Editor",
    "contact": "editor@gamma.example",
    "person": "Petra Private",
    "email": "petra@gamma.example",
    "message": "",
}
EVIDENCE = {
    "code": "lead",
    "words": "Our page.",
    "kind": "link",
    "url": "https://alpha.example/lead",
    "file_name": "",
    "sha256": "",
    "expires_on": "",
}


@pytest.fixture(autouse=True)
def _no_tries_before() -> None:
    start_afresh()


@pytest.fixture
def now() -> Any:
    return timezone.now()


@pytest.fixture
def declared(now: Any) -> Any:
    """The first version, published today by the real clock, which the pages use."""
    return publish_version(draft=DRAFT, by=OFFICER, now=now)


@pytest.fixture
def officer() -> Client:
    return signed_in(Role.EXCHANGE_OFFICER)


@pytest.fixture
def yours(declared: Any, now: Any, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A signatory whose link has a known token."""
    reference = signed(now=now)
    monkeypatch.setattr(links.secrets, "token_urlsafe", lambda _bytes: TOKEN)
    monkeypatch.setattr(links, "post_mail", lambda **_content: None)
    links.send_link(public_id=reference, by=OFFICER, now=now)
    return reference


def text_of(response: HttpResponse) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def link(name: str = "", *rest: Any) -> str:
    return reverse(f"declarations:yours{name}", args=[TOKEN, *rest])


# --- everybody --------------------------------------------------------------------------------------------------------


def test_before_there_is_a_declaration_the_page_says_so(client: Client) -> None:
    assert "There is no declaration yet" in text_of(client.get(reverse("declarations:show")))
    assert client.get(reverse("declarations:join")).status_code == 404
    body = json.loads(client.get(reverse("declarations:feed-json")).content)
    assert (body["version"], body["signatories"]) == (None, [])


@pytest.mark.usefixtures("declared")
def test_everybody_reads_it_in_her_language(client: Client) -> None:
    page = text_of(client.get(reverse("declarations:show")))
    assert "Our word" in page
    assert "lead en" in page
    client.get(reverse("declarations:show") + "?lang=ar")
    page = text_of(client.get(reverse("declarations:show")))
    assert "كلمتنا" in page
    assert "lead ar" in page
    page = text_of(client.get(reverse("declarations:show") + "?text=en"))
    assert "Our word" in page
    assert 'lang="en" dir="ltr"' in page
    for odd in ("?text=xx", "?page=0", "?page=abc", "?page=99999", "?page=-1", "?page=²"):
        assert client.get(reverse("declarations:show") + odd).status_code == 200


def test_a_signatorys_page_shows_its_role_and_never_its_person(client: Client, declared: Any, now: Any) -> None:
    reference = signed(now=now)
    hand_in_evidence(public_id=reference, new=evidence(now=now), source=HandedInBy.SIGNATORY, by=OFFICER, now=now)
    addresses = [reverse("declarations:signatory", args=[reference])] + [
        reverse(f"declarations:{name}") for name in ("show", "feed-json", "feed-csv")
    ]
    for address in addresses:
        answer = client.get(address).content.decode()
        assert "Alpha" in answer
        for private in ("Petra", "petra@", "Our page.", "Called back"):
            assert private not in answer, address
    page = text_of(client.get(addresses[0]))
    for public in ("Head of safety", "safety@alpha.example", "Dana Director", "Not shown yet"):
        assert public in page


@pytest.mark.usefixtures("declared")
def test_who_has_only_applied_is_on_no_public_page(client: Client, now: Any) -> None:
    reference = apply(application=ALPHA, by=OFFICER, now=now)
    assert client.get(reverse("declarations:signatory", args=[reference])).status_code == 404
    for name in ("show", "feed-json", "feed-csv"):
        assert "Alpha" not in client.get(reverse(f"declarations:{name}")).content.decode()


@pytest.mark.usefixtures("declared")
def test_the_feeds_say_what_the_page_says(client: Client, now: Any) -> None:
    reference = signed("=cmd()", now=now)
    response = client.get(reverse("declarations:feed-json"))
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    (line,) = json.loads(response.content)["signatories"]
    assert (line["id"], line["standing"], line["version"]) == (str(reference), "in_good_standing", 1)
    assert (line["commitments"], line["commitments_shown"], line["overdue"]) == (2, 0, [])
    assert line["page"].endswith(reverse("declarations:signatory", args=[reference]))
    assert date.fromisoformat(line["since"]) == date.fromisoformat(line["signed_on"])
    (row,) = csv.DictReader(io.StringIO(client.get(reverse("declarations:feed-csv")).content.decode()))
    assert row["id"] == str(reference)
    assert not row["name"].startswith("=")  # no spreadsheet runs it
    assert {name: row[name] for name in row if name != "name"} == {
        name: "" if line[name] is None else str(line[name]) for name in row if name != "name"
    }


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize("name", ["feed-json", "feed-csv"])
def test_whoever_has_the_feed_already_is_told_so(client: Client, name: str, now: Any) -> None:
    reference = signed(now=now)
    address = reverse(f"declarations:{name}")
    first = client.get(address)
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = client.get(address, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert not again.cookies
    hand_in_evidence(public_id=reference, new=evidence(now=now), source=HandedInBy.STAFF, by=OFFICER, now=now)
    changed = client.get(address, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag
    assert client.head(address).headers["ETag"] == changed.headers["ETag"]
    assert client.post(address).status_code == 405


def test_the_feed_has_these_fields_and_nobodys_name(client: Client, declared: Any, now: Any) -> None:
    reference = signed(now=now)
    body = json.loads(client.get(reverse("declarations:feed-json")).content)
    (line,) = body.pop("signatories")
    text = (ROOT / "docs" / "declaration.md").read_text(encoding="utf-8")
    for field in (*body, *line):
        assert f"`{field}`" in text, field
    assert "Dana" not in json.dumps(line)
    assert line["id"] == str(reference)


@pytest.mark.parametrize("name", ["portal:home", "web:for-platforms"])
def test_the_declaration_is_found_from_where_people_look(client: Client, name: str) -> None:
    assert f'href="{reverse("declarations:show")}"' in client.get(reverse(name)).content.decode()


@pytest.mark.usefixtures("declared")
def test_an_earlier_version_can_be_read(client: Client, now: Any) -> None:
    publish_version(draft=DRAFT.without_commitment("report"), by=OFFICER, now=now)
    page = text_of(client.get(reverse("declarations:version", args=[1])))
    assert "report en" in page
    assert "A later version has taken the place" in page
    assert client.get(reverse("declarations:version", args=[3])).status_code == 404


@pytest.mark.usefixtures("declared")
def test_an_organisation_applies_without_an_account(client: Client) -> None:
    response = client.post(reverse("declarations:join"), APPLICATION)
    assert (response.status_code, response.headers["Location"]) == (303, reverse("declarations:joined"))
    row = Signatory.objects.get()
    assert (row.name, row.stage, row.nominee_email, row.language) == ("Gamma", "applied", "petra@gamma.example", "en")
    assert client.get(reverse("declarations:joined")).status_code == 200


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"kind": "guild"},
        {"website": "gamma"},
        {"email": "petra"},
        {"contact": "petra@gamma.example"},
        {"message": "x" * 2_001},
        {"name": "x" * 121},
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client: Client, wrong: dict[str, str]) -> None:
    response = client.post(reverse("declarations:join"), {**APPLICATION, **wrong})
    assert response.status_code == 400
    assert f'href="#id_{next(iter(wrong))}"' in response.content.decode()
    assert not Signatory.objects.exists()


@pytest.mark.usefixtures("declared")
def test_one_network_applies_a_few_times_only(client: Client) -> None:
    for _ in range(APPLICATIONS_FROM_ONE_NETWORK):
        assert client.post(reverse("declarations:join"), APPLICATION).status_code == 303
    response = client.post(reverse("declarations:join"), APPLICATION)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "600"
    assert Signatory.objects.count() == APPLICATIONS_FROM_ONE_NETWORK
    assert client.post(reverse("declarations:join"), APPLICATION, REMOTE_ADDR="198.51.100.7").status_code == 303


def test_a_form_that_another_site_sends_is_refused(declared: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("declarations:join"), APPLICATION).status_code == 403


# --- the nominated person's link --------------------------------------------------------------------------------------


def test_a_link_shows_and_changes_nothing_by_get(client: Client, yours: UUID) -> None:
    page = text_of(client.get(link()))
    assert "Alpha" in page
    assert "lead en" in page
    for address in (link("-evidence", "lead"), link("-statement")):
        assert client.get(address).status_code == 200
    assert client.get(link("-evidence", "unheard-of")).status_code == 404
    assert client.get(link("-statement-end", yours)).status_code == 405
    assert (Evidence.objects.count(), Statement.objects.count()) == (0, 0)


def test_what_is_handed_in_by_a_link_waits_for_staff(client: Client, yours: UUID, officer: Client) -> None:
    day = local_day(timezone.now()).isoformat()
    response = client.post(link("-evidence", "lead"), {**EVIDENCE, "dated_on": day})
    assert (response.status_code, response.headers["Location"]) == (303, link())
    statement = {"title": "Why we signed", "url": "https://alpha.example/why"}
    assert client.post(link("-statement"), statement).status_code == 303
    assert text_of(client.get(link())).count("Awaits review") == 2
    public = reverse("declarations:signatory", args=[yours])
    assert "Our page." not in text_of(client.get(public))
    home = officer.get(reverse("declarations:home")).content.decode()
    assert "Our page." in home
    piece = Evidence.objects.get().public_id
    assert officer.post(reverse("declarations:accept", args=[piece])).status_code == 303
    assert "Our page." in text_of(client.get(public))
    row = Statement.objects.get()
    reject = reverse("declarations:reject", args=[row.public_id])
    assert officer.get(reject).status_code == 200
    assert officer.post(reject, {"reason": ""}).status_code == 400
    assert officer.post(reject, {"reason": "It does not name the declaration."}).status_code == 303
    assert "It does not name the declaration." in text_of(client.get(link()))
    assert officer.post(reject, {"reason": "Again."}).status_code == 404


def test_evidence_that_is_wrong_is_refused_and_the_queue_has_an_end(client: Client, yours: UUID) -> None:
    tomorrow = local_day(timezone.now() + 2 * DAY).isoformat()
    response = client.post(link("-evidence", "lead"), {**EVIDENCE, "dated_on": tomorrow})
    assert response.status_code == 400
    assert 'href="#id_dated_on"' in response.content.decode()
    today = local_day(timezone.now()).isoformat()
    for _ in range(WAITING_MOST):
        client.post(link("-statement"), {"title": "Why", "url": "https://alpha.example/why"})
    assert Statement.objects.count() == WAITING_MOST
    assert client.post(link("-evidence", "lead"), {**EVIDENCE, "dated_on": today}).status_code == 400


def test_tokens_cannot_be_guessed_for_long(client: Client, yours: UUID) -> None:
    wrong = reverse("declarations:yours", args=["x" * 43])
    statuses = [client.get(wrong).status_code for _ in range(22)]
    assert statuses[:20] == [404] * 20
    assert statuses[20:] == [429, 429]
    assert client.get(link(), REMOTE_ADDR="198.51.100.7").status_code == 200


OFFER = {"signer_name": "Dana Director", "signer_title": "Director", "may_sign": "on", "version": "1"}


@pytest.fixture
def verified(declared: Any, now: Any, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """An organisation that may sign, whose link has a known token."""
    reference = entered(now=now)
    monkeypatch.setattr(links.secrets, "token_urlsafe", lambda _bytes: TOKEN)
    monkeypatch.setattr(links, "post_mail", lambda **_content: None)
    links.send_link(public_id=reference, by=OFFICER, now=now)
    return reference


def test_a_verified_organisation_signs_by_its_link(client: Client, verified: UUID, officer: Client) -> None:
    assert "Your organisation can sign now" in text_of(client.get(link()))
    page = text_of(client.get(link("-sign")))
    for part in ("Our word", "Two.", "We keep lead."):
        assert part in page
    assert client.get(link("-evidence", "lead")).status_code == 404
    assert client.post(link("-statement-end", verified)).status_code == 404
    for wrong in ({"signer_name": ""}, {"signer_title": ""}, {"may_sign": ""}):
        response = client.post(link("-sign"), {**OFFER, **wrong})
        assert response.status_code == 400
        assert f'href="#id_{next(iter(wrong))}"' in response.content.decode()
    for version in ("2", "x", "", "9" * 400, "²"):
        response = client.post(link("-sign"), {**OFFER, "version": version})
        assert response.status_code == 400
        assert "A newer version was published" in text_of(response)
    response = client.post(link("-sign"), OFFER)
    assert (response.status_code, response.headers["Location"]) == (303, link())
    assert "Your signature is with us" in text_of(client.get(link()))
    assert client.get(link("-sign")).status_code == 303
    assert client.post(link("-sign"), OFFER).status_code == 303
    public = reverse("declarations:signatory", args=[verified])
    assert client.get(public).status_code == 404
    assert "Signature under version 1" in text_of(officer.get(reverse("declarations:home")))
    piece = OfferedSignature.objects.get().public_id
    assert "Dana Director" in text_of(officer.get(reverse("declarations:organisation", args=[verified])))
    assert officer.post(reverse("declarations:accept", args=[piece])).status_code == 303
    assert "Dana Director" in text_of(client.get(public))
    assert client.get(link("-evidence", "lead")).status_code == 200


def test_a_signatory_signs_a_newer_version_by_its_link(client: Client, yours: UUID, now: Any) -> None:
    assert client.get(link("-sign")).status_code == 303  # it has signed what is in force
    publish_version(draft=DRAFT, renew_by=local_day(now) + 30 * DAY, by=OFFICER, now=now)
    assert "Read the newest version and sign it" in text_of(client.get(link()))
    assert client.post(link("-sign"), {**OFFER, "version": "2"}).status_code == 303
    page = text_of(client.get(link()))
    assert "waits until we have looked at it" in page
    assert "Read the newest version and sign it" not in page


# --- staff ------------------------------------------------------------------------------------------------------------


def test_staff_take_an_organisation_from_its_application_to_its_signature(
    client: Client, declared: Any, officer: Client
) -> None:
    client.post(reverse("declarations:join"), APPLICATION)
    reference = Signatory.objects.get().public_id

    def do(act: str, **typed: str) -> HttpResponse:
        return officer.post(reverse("declarations:organisation-do", args=[reference, act]), typed)

    today = local_day(timezone.now()).isoformat()
    page = reverse("declarations:organisation", args=[reference])
    assert "petra@gamma.example" in text_of(officer.get(page))
    assert do("sign", signer_name="Dana", signer_title="Director", signed_on=today).status_code == 404
    assert do("verify", how="letter", words="").status_code == 400
    assert do("verify", how="letter", words="Seen.").status_code == 303
    assert do("sign", signer_name="Dana", signer_title="Director", signed_on="2020-01-01").status_code == 400
    assert do("sign", signer_name="Dana", signer_title="Director", signed_on=today).status_code == 303
    assert Signature.objects.count() == 1
    assert do("refuse", reason="Too late.").status_code == 404
    assert do("evidence", **EVIDENCE, dated_on=today).status_code == 303
    assert do("statement", title="Why", url="https://gamma.example/why").status_code == 303
    statement = Statement.objects.get()
    assert statement.look_at is not None
    end = reverse("declarations:statement-end", args=[reference, statement.public_id])
    assert officer.post(end).status_code == 303
    assert officer.post(end).status_code == 404
    assert do("leave", kind="own", reason="No.", left_on=today).status_code == 400
    assert do("nonsense").status_code == 404
    for act in ("describe", "leave", "sign", "evidence", "statement"):
        assert officer.get(reverse("declarations:organisation-do", args=[reference, act])).status_code == 200
    response = officer.post(reverse("declarations:organisation-link", args=[reference]))
    assert response.status_code == 409  # nobody can seal mail to the courier here
    assert "The link was not sent" in text_of(response)


def test_the_secretariat_reads_when_an_application_ends(declared: Any, officer: Client, now: Any) -> None:
    ends = local_day(now) + 180 * DAY
    fresh = apply(application=ALPHA, by=OFFICER, now=now)
    home = text_of(officer.get(reverse("declarations:home")))
    assert write_day(ends) in home
    assert "within 30 days" not in home
    assert f"this application ends on {write_day(ends)}" in text_of(
        officer.get(reverse("declarations:organisation", args=[fresh]))
    )
    apply(application=ALPHA, by=OFFICER, now=now - 155 * DAY)
    assert "1 application ends within 30 days: verify or refuse it." in text_of(
        officer.get(reverse("declarations:home"))
    )


def test_staff_say_whether_a_refused_applicant_is_told(declared: Any, officer: Client, now: Any) -> None:
    reference = apply(application=ALPHA, by=OFFICER, now=now)
    act = reverse("declarations:organisation-do", args=[reference, "refuse"])
    response = officer.post(act, {"reason": "No."})
    assert response.status_code == 400
    assert 'href="#id_news"' in response.content.decode()
    assert officer.post(act, {"reason": "No.", "news": "silent"}).status_code == 303
    page = text_of(officer.get(reverse("declarations:organisation", args=[reference])))
    assert "Nobody was written to." in page


def test_who_decides_on_organisations_goes_on_at_the_next(declared: Any, officer: Client, now: Any) -> None:
    for name in ("Gamma", "Delta"):
        apply(application=application(name), by=OFFICER, now=now)
    listed = officer.get(f"{reverse('declarations:home')}?stage=applied").content.decode()
    (first, second) = map(html.unescape, re.findall(r'href="([^"]+)" data-leeward-open', listed))
    act = f"{first.partition('?')[0]}/do/refuse?{first.partition('?')[2]}"
    moved = officer.post(act, {"reason": "No.", "news": "silent"}, follow=True)
    assert moved.redirect_chain[-1][0].partition("?")[0] == second.partition("?")[0]
    assert "This is the next one." in text_of(moved)
    act = f"{second.partition('?')[0]}/do/refuse?{second.partition('?')[2]}"
    ended = officer.post(act, {"reason": "No.", "news": "silent"}, follow=True)
    assert "That was the last one in this list." in text_of(ended)


def test_a_decision_on_what_was_handed_in_stays_while_more_of_it_waits(
    declared: Any, officer: Client, now: Any
) -> None:
    owner = signed(now=now)
    first, last = (
        hand_in_evidence(public_id=owner, new=evidence(now=now), source=HandedInBy.SIGNATORY, by=OFFICER, now=now)
        for _ in range(2)
    )
    listed = officer.get(reverse("declarations:home")).content.decode()
    way = html.unescape(re.findall(r'href="([^"]+)" data-leeward-open', listed)[0]).partition("?")[2]
    stayed = officer.post(f"{reverse('declarations:accept', args=[first])}?{way}", follow=True)
    assert stayed.redirect_chain[-1][0].partition("?")[0] == reverse("declarations:organisation", args=[owner])
    assert "Next in the list" in text_of(stayed)
    ended = officer.post(f"{reverse('declarations:accept', args=[last])}?{way}", follow=True)
    assert "That was the last one in this list." in text_of(ended)


def test_staff_see_when_a_nominated_person_is_forgotten_and_that_she_was(
    client: Client, officer: Client, now: Any
) -> None:
    publish_version(draft=DRAFT, by=OFFICER, now=now - 10 * DAY)
    reference = signed(now=now - 10 * DAY)
    day = local_day(now - 5 * DAY)
    leave(public_id=reference, kind=LeavingKind.OWN, reason="Sold.", left_on=day, by=OFFICER, now=now)
    page = reverse("declarations:organisation", args=[reference])
    sign = reverse("declarations:organisation-do", args=[reference, "sign"])
    assert "is forgotten on" in text_of(officer.get(page))
    assert officer.get(sign).status_code == 200
    assert forget_nominees(now=now + 190 * DAY, limit=10) == 1
    shown = text_of(officer.get(page))
    assert "was forgotten half a year after it left" in shown
    assert "petra@alpha.example" not in shown
    assert officer.get(sign).status_code == 404
    public = text_of(client.get(reverse("declarations:signatory", args=[reference])))
    assert "safety@alpha.example" not in public  # nobody answers for it any more
    assert "Dana Director" in public


def test_staff_say_which_platform_it_is_and_no_other_can_be_it(
    declared: Any, officer: Client, alpha: Keys, now: Any
) -> None:
    first, second = signed(now=now), signed("Beta", now=now)
    typed = {
        **{name: value for name, value in APPLICATION.items() if name not in ("name", "message")},
        "platform": str(alpha.partner.public_id),
    }
    act = "declarations:organisation-do"
    assert officer.post(reverse(act, args=[first, "describe"]), typed).status_code == 303
    response = officer.post(reverse(act, args=[second, "describe"]), typed)
    assert response.status_code == 400
    assert 'href="#id_platform"' in response.content.decode()
    assert Signatory.objects.get(public_id=first).platform_id == alpha.partner.id


def seen(officer: Client, name: str = "draft", *rest: str) -> str:
    """The mark of the draft that a page carries."""
    page = officer.get(reverse(f"declarations:{name}", args=rest)).content.decode()
    return (re.findall(r'name="seen" value="(\w+)"', page) or [""])[0]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(officer: Client, declared: Any) -> None:
    page, other = (
        reverse("declarations:draft-text", args=["en"]),
        reverse("declarations:draft-commitment", args=["lead"]),
    )
    mark = seen(officer, "draft-text", "en")
    text = {"title": "Our word", "lead": "", "text": "Mine.", "statement_within_days": "30", "seen": mark}
    assert officer.post(page, {**text, "text": "Theirs."}).status_code == 303
    refused = officer.post(page, text)
    assert refused.status_code == 400
    assert "Somebody has changed this meanwhile" in text_of(refused)
    assert "Mine." in text_of(refused)
    assert next_draft().wordings["en"].text == "Theirs."
    promise = {"first_due_days": "45", "every_months": "12", "seen": mark}
    assert officer.post(other, promise).status_code == 400
    assert officer.post(page, {**text, "seen": seen(officer, "draft-text", "en")}).status_code == 303
    assert next_draft().wordings["en"].text == "Mine."


def test_staff_write_and_publish_a_version(officer: Client, client: Client) -> None:
    draft = reverse("declarations:draft")
    assert "is missing" in text_of(officer.get(draft))
    text = {"title": "Our word", "lead": "", "text": "One.\r\n\r\nTwo.", "statement_within_days": "30"}
    assert officer.post(reverse("declarations:draft-text", args=["en"]), text).status_code == 303
    assert officer.get(reverse("declarations:draft-text", args=["no-such-language-at-all"])).status_code == 404
    add = reverse("declarations:draft-commitment-add")
    promise = {
        "code": "lead",
        "first_due_days": "30",
        "every_months": "12",
        "title_en": "A lead",
        "promise_en": "We name one.",
        "evidence_en": "Its page.",
    }
    assert officer.post(add, {**promise, "code": "No Code"}).status_code == 400
    assert officer.post(add, promise).status_code == 303
    change = reverse("declarations:draft-commitment", args=["lead"])
    assert "We name one." in text_of(officer.get(change))
    assert officer.post(change, {**promise, "first_due_days": "45"}).status_code == 303
    assert officer.post(add, {**promise, "promise_en": "Another."}).status_code == 400
    assert "We name one." in text_of(officer.get(change))
    publish = reverse("declarations:draft-publish")
    page = text_of(officer.get(draft))
    for part in ("Read it as it will be published", "Two.", "We name one.", "Its page."):
        assert part in page
    assert officer.post(publish, {"renew_by": "2099-01-01", "seen": seen(officer)}).status_code == 400
    assert officer.post(publish, {"renew_by": ""}).status_code == 400
    last = {"renew_by": "", "seen": seen(officer)}
    assert officer.post(publish, last).status_code == 303
    again = officer.post(publish, last)  # somebody presses twice
    assert again.status_code == 400
    assert "not what you looked at any more" in text_of(again)
    assert len(all_versions()) == 1
    assert "There is nothing to publish" in text_of(officer.get(draft))
    version = current_version()
    assert version is not None
    assert (version.commitments[0].first_due_days, version.statement_within_days) == (45, 30)
    assert '<p class="govuk-body">Two.</p>' in client.get(reverse("declarations:show")).content.decode()
    remove = reverse("declarations:draft-commitment-remove", args=["lead"])
    assert officer.post(remove).status_code == 303
    assert officer.post(remove).status_code == 404
    assert officer.post(publish, {"renew_by": "", "seen": seen(officer)}).status_code == 400
    assert officer.post(reverse("declarations:draft-discard")).status_code == 303
    assert "Nothing is written yet" in text_of(officer.get(draft))


def test_the_declaration_may_speak_languages_that_the_pages_do_not(
    client: Client, declared: Any, officer: Client
) -> None:
    add = reverse("declarations:draft-language")
    response = officer.post(add, {"language": "no such"})
    assert response.status_code == 400
    assert 'href="#id_language"' in response.content.decode()
    page = reverse("declarations:draft-text", args=["fr"])
    assert officer.post(add, {"language": "fr"}).headers["Location"] == page
    text = {"title": "Notre parole", "lead": "", "text": "Un.", "statement_within_days": "40"}
    assert officer.post(page, text).status_code == 303
    draft = text_of(officer.get(reverse("declarations:draft")))
    assert "lead/fr</bdi> is missing" in draft
    for code in ("lead", "report"):
        change = reverse("declarations:draft-commitment", args=[code])
        words = {"title": "A name", "promise": "We keep it.", "evidence": "A page."}
        french = {"title_fr": "Un nom", "promise_fr": "Nous le tenons.", "evidence_fr": "Une page."}
        typed = {f"{name}_{language}": each for name, each in words.items() for language in ("en", "ar")}
        typed |= {"first_due_days": "30", "every_months": "0"} | french
        assert officer.post(change, typed).status_code == 303
    assert (
        officer.post(reverse("declarations:draft-publish"), {"renew_by": "", "seen": seen(officer)}).status_code == 303
    )
    public = text_of(client.get(reverse("declarations:show") + "?text=fr"))
    for part in ("Notre parole", "Nous le tenons.", 'lang="fr" dir="ltr"', "français"):
        assert part in public


def test_only_officers_and_administrators_come_in(declared: Any, now: Any) -> None:
    reference = signed(now=now)
    practitioner, administrator = signed_in(Role.PRACTITIONER), signed_in(Role.ADMINISTRATOR)
    for address in (
        reverse("declarations:home"),
        reverse("declarations:draft"),
        reverse("declarations:platforms"),
        reverse("declarations:organisation", args=[reference]),
    ):
        assert practitioner.get(address).status_code == 403
        assert Client().get(address).status_code == 302
        assert administrator.get(address).status_code == 200


def test_what_an_organisation_types_is_never_markup(client: Client, declared: Any, now: Any, officer: Client) -> None:
    reference = signed("<b>Bold</b> & Co", now=now)
    for response in (
        client.get(reverse("declarations:show")),
        client.get(reverse("declarations:signatory", args=[reference])),
        officer.get(reverse("declarations:organisation", args=[reference])),
    ):
        assert "<b>Bold" not in response.content.decode()
        assert "&lt;b&gt;Bold" in response.content.decode()
