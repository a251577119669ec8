"""The supervisors' pages about duties: who may open them, what they say, and that looking saves nothing."""

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import BODY_OF, Role
from leeward.foundation.audit.models import AuditEvent
from leeward.industry.duties import queries
from leeward.industry.duties.forms import EditorButton, RegimeForm, initial_of
from leeward.industry.duties.models import RegimeVersion
from leeward.industry.duties.operations import publish_regime_version
from leeward.industry.duties.queries import all_regimes, find_regime, register_open_requests, versions_of
from leeward.industry.duties.rules import (
    ClockEvent,
    ClockEventKind,
    Commencement,
    Element,
    OpenClock,
    PauseReason,
    RegimeDraft,
)
from leeward.industry.duties.schemas import read_shipped
from tests.industry.duties.conftest import NOW, OPERATOR, draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

KEEPERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)


def signed_in(role: Role) -> Client:
    user = User(
        username=role.value.replace("_", "-"),
        display_name="Somebody",
        role=role.value,
        affiliation="a platform" if role in BODY_OF else "",
        created_at=NOW,
    )
    user.set_unusable_password()
    user.save()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def supervisor() -> Client:
    return signed_in(Role.SUPERVISOR)


def text(response: HttpResponse, *, status: int = 200) -> str:
    """What stands on a page, without its markup."""
    assert response.status_code == status, response.content.decode()[:2_000]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def edit(code: str = "us-tida") -> str:
    return reverse("duties-regime-edit", args=[code])


def typed(
    one: RegimeDraft, *, version: int = 1, step: EditorButton = EditorButton.PREVIEW, **changes: object
) -> dict[str, Any]:
    """What a browser sends for this draft."""
    values = {**initial_of(one, version=version), "valid_from": "", "step": step.value, **changes}
    return {name: "" if value is None else value for name, value in values.items()}


# --- who --------------------------------------------------------------------------------------------------------


def pages() -> list[str]:
    return [
        reverse("duties-regimes"),
        reverse("duties-regime-new"),
        reverse("duties-regime", args=["us-tida"]),
        reverse("duties-version", args=["us-tida", 1]),
        edit(),
    ]


@pytest.mark.parametrize("role", Role)
def test_only_keepers_come_in(role: Role) -> None:
    client = signed_in(role)
    for address in pages():
        # A course author reads a version whose change is to be answered, and nothing else.
        is_read = role is Role.COURSE_AUTHOR and "/versions/" in address
        assert client.get(address).status_code == (200 if role in KEEPERS or is_read else 403)
    posts = [(reverse("duties-regime-switch", args=["us-tida"]), {"reason": ""})]
    posts += [(edit(), {"step": "publish"}), (reverse("duties-regime-new"), {"step": "publish"})]
    for address, data in posts:
        assert client.post(address, data).status_code == (400 if role in KEEPERS else 403)


def test_strangers_sign_in_first(client: Client) -> None:
    for address in pages():
        assert client.get(address).status_code == 302
    answer = client.post(reverse("duties-regime-switch", args=["us-tida"]), {"reason": "x"})
    assert (answer.status_code, "Staff sign-in" in answer.content.decode()) == (403, True)
    assert find_regime("us-tida").is_switched_on


def test_what_is_not_there(supervisor: Client) -> None:
    for name, arguments in (
        ("duties-regime", ["nothing"]),
        ("duties-regime-edit", ["nothing"]),
        ("duties-version", ["us-tida", 9]),
        ("duties-version", ["us-tida", 0]),
    ):
        assert supervisor.get(reverse(name, args=arguments)).status_code == 404
    assert supervisor.post(reverse("duties-regime-switch", args=["nothing"]), {"reason": "x"}).status_code == 404
    assert supervisor.get(reverse("duties-regime-switch", args=["us-tida"])).status_code == 405


# --- what they say ------------------------------------------------------------------------------------------------


def test_the_list_says_how_each_stands(supervisor: Client) -> None:
    shown = text(supervisor.get(reverse("duties-regimes")))
    for seed in read_shipped():
        assert seed.draft.name in shown
    assert shown.count("In use · Switched on") == 7
    assert shown.count("Not in use · Switched off: commencement not verified") == 1
    for said in ("Time for removal", "48 hours", "No fixed time", "Source checked on", "24 November 2026"):
        assert said in shown


def test_an_empty_list_says_what_to_do(supervisor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leeward.industry.duties.views.regime_rows", lambda **_on: RegimeVersion.objects.none())
    assert "leeward load-duties" in text(supervisor.get(reverse("duties-regimes")))


def test_one_regime_says_all_that_is_known(supervisor: Client) -> None:
    for regime in all_regimes():
        shown = text(supervisor.get(reverse("duties-regime", args=[regime.code])))
        facts = [regime.name, regime.jurisdiction, regime.legal_basis, regime.source_name, regime.source_url]
        for fact in [*facts, *regime.notes, *regime.unverified, *(redress.name for redress in regime.redress)]:
            assert fact in shown
        assert "Version 1. Ships with Leeward." in shown
    assert "It cannot be switched on before" in text(supervisor.get(reverse("duties-regime", args=["uk-cpa"])))
    assert "Who hears a complaint is not known here." in text(supervisor.get(reverse("duties-regime", args=["uk-cpa"])))
    dsa = text(supervisor.get(reverse("duties-regime", args=["eu-dsa"])))
    assert "183 days" in dsa
    assert "In force since or from 17 February 2024" in dsa


def test_a_version_is_shown_as_it_was_published(supervisor: Client) -> None:
    old = find_regime("in-it").as_draft()
    publish_regime_version(draft=replace(old, limit_hours=1.5), by=OPERATOR, now=timezone.now())
    assert "Time for removal 90 minutes" in text(supervisor.get(reverse("duties-regime", args=["in-it"])))
    assert "Time for removal 2 hours" in text(supervisor.get(reverse("duties-version", args=["in-it", 1])))
    assert "Version 2. Published here." in text(supervisor.get(reverse("duties-version", args=["in-it", 2])))


# --- the switch ---------------------------------------------------------------------------------------------------


def test_switching_off_and_on(supervisor: Client) -> None:
    address = reverse("duties-regime-switch", args=["us-tida"])
    for reason, says in (
        ("", "Enter a reason"),
        ("see " + "0f" * 32, "Name neither"),
        ("x" * 251, "at most 250 characters"),
    ):
        assert says in text(supervisor.post(address, {"reason": reason}), status=400)
    assert find_regime("us-tida").is_switched_on
    assert supervisor.post(address, {"reason": "A court said so."}).status_code == 303
    assert not find_regime("us-tida").is_switched_on
    shown = text(supervisor.get(reverse("duties-regime", args=["us-tida"])))
    assert "A court said so." in shown
    assert "Switch on this law" in shown
    assert "Switched off" in text(supervisor.get(reverse("duties-regimes")))
    assert supervisor.post(address, {"reason": "The court thought again."}).status_code == 303
    assert find_regime("us-tida").is_switched_on
    verbs = AuditEvent.objects.filter(actor_kind="staff").order_by("verb").values_list("verb", flat=True)
    assert list(verbs) == ["duties.switched_off", "duties.switched_on"]


def test_a_law_that_is_not_verified_stays_off(supervisor: Client) -> None:
    address = reverse("duties-regime-switch", args=["uk-cpa"])
    assert "stays switched off" in text(supervisor.post(address, {"reason": "We want it."}), status=400)
    assert not find_regime("uk-cpa").is_switched_on


# --- the editor ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", read_shipped(), ids=lambda seed: seed.draft.code)
def test_the_form_says_what_it_was_given(seed: Any) -> None:
    form = RegimeForm(typed(seed.draft), code=seed.draft.code)
    assert form.is_valid(), form.errors
    assert form.draft == seed.draft


def test_looking_saves_nothing(supervisor: Client) -> None:
    before = RegimeVersion.objects.count()
    changed = replace(find_regime("us-tida").as_draft(), limit_hours=24.0)
    shown = text(supervisor.post(edit(), typed(changed)))
    assert "Nothing is saved yet." in shown
    assert "Open requests looked at: 0." in shown
    assert "Publish this version" in shown
    assert "Publish this version" not in text(supervisor.get(edit()))
    assert RegimeVersion.objects.count() == before


def test_publishing_the_next_version(supervisor: Client) -> None:
    changed = replace(find_regime("us-tida").as_draft(), limit_hours=24.0, elements=(Element.SIGNATURE, Element.EMAIL))
    response = supervisor.post(edit(), typed(changed, step=EditorButton.PUBLISH))
    assert response.status_code == 303
    assert response["Location"] == reverse("duties-regime", args=["us-tida"])
    newest = find_regime("us-tida")
    assert (newest.version, newest.as_draft()) == (2, changed)
    assert versions_of("us-tida")[1].limit_hours == 48
    [line] = AuditEvent.objects.filter(actor_kind="staff")
    assert (line.verb, line.subject_reference) == ("duties.version_published", "us-tida")


def test_verifying_a_law_and_switching_it_on(supervisor: Client) -> None:
    verified = replace(
        find_regime("uk-cpa").as_draft(),
        commencement=Commencement.IN_FORCE,
        in_force_on=date(2026, 11, 2),
        source_url="https://law.example/2026/20",
    )
    assert supervisor.post(edit("uk-cpa"), typed(verified, step=EditorButton.PUBLISH)).status_code == 303
    switch = reverse("duties-regime-switch", args=["uk-cpa"])
    assert supervisor.post(switch, {"reason": "Read on the official site."}).status_code == 303
    assert text(supervisor.get(reverse("duties-regimes"))).count("In use · Switched on") == 8


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "Enter the name of the law."),
        ({"limit_hours": "two days"}, "Enter a number of hours"),
        ({"limit_hours": "0"}, "greater than or equal"),
        ({"limit_hours": "1.0001"}, "whole minutes"),
        ({"elements": []}, "Choose at least one."),
        ({"elements": ["smile"]}, "smile is not one of the available choices"),
        ({"start_event": ""}, "Choose one answer"),
        ({"checked_on": "24 November"}, "Enter a day such as"),
        ({"checked_on": ""}, "Enter the day on which the source was read."),
        ({"source_url": "http://law.example"}, "begins with https://"),
        ({"commencement": "not_verified"}, "Leave it empty while nobody has verified it."),
        ({"redress_0_name": ""}, "Enter its name."),
        ({"redress_1_name": "A court"}, "Choose the kind of body."),
        ({"redress_1_body": "court"}, "Enter its name."),
        ({"redress_0_url": "ftp://office.example"}, "Give each body a whole address"),
        ({"redress_0_within_days": "soon"}, "Enter a whole number"),
        ({"notes": "x" * 501}, "at most 20 lines"),
        ({"valid_from": "2020-01-01"}, "Choose today or a later day."),
        ({"based_on": "7"}, "There is a newer version"),
        ({}, "The newest version says exactly this."),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_where_it_is_mended(supervisor: Client, changes: dict[str, Any], says: str) -> None:
    shown = find_regime("us-tida").as_draft()
    if "valid_from" in changes or "based_on" in changes:
        shown = replace(shown, limit_hours=1.0)
    response = supervisor.post(edit(), typed(shown, step=EditorButton.PUBLISH, **changes))
    words = text(response, status=400)
    assert "There is a problem" in words
    assert says in words
    assert find_regime("us-tida").version == 1


def test_a_regime_that_is_new(supervisor: Client) -> None:
    address = reverse("duties-regime-new")
    assert supervisor.get(address).status_code == 200
    assert "Nothing is saved yet." in text(supervisor.post(address, typed(draft(), version=0)))
    for code, says in (("", "Enter a code."), ("XX", "small letters"), ("us-tida", "There is a newer version")):
        sent = typed(draft(), version=0, step=EditorButton.PUBLISH, code=code)
        assert says in text(supervisor.post(address, sent), status=400)
    assert supervisor.post(address, typed(draft(), version=0, step=EditorButton.PUBLISH)).status_code == 303
    made = find_regime("xx-act")
    assert (made.as_draft(), made.is_switched_on) == (draft(), False)


# --- the preview --------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two open requests under every code; collects the codes that were asked for."""
    monkeypatch.setattr(queries, "_open_requests", [])
    asked: list[str] = []

    def provider(code: str) -> list[OpenClock]:
        asked.append(code)
        received = timezone.now() - timedelta(hours=30)
        return [
            OpenClock(
                reference=reference,
                regime=find_regime("us-tida", 1),
                events=(ClockEvent(kind=ClockEventKind.MADE_VALID, at=received),),
                elements=frozenset(held),
            )
            for reference, held in (("request-7", Element), ("request-8", set(Element) - {Element.COUNTRY}))
        ]

    register_open_requests(provider)
    return asked


def test_what_would_change_for_the_open_requests(supervisor: Client, opened: list[str]) -> None:
    now = find_regime("us-tida").as_draft()
    changed = replace(now, limit_hours=24.0, elements=(*now.elements, Element.COUNTRY))
    shown = text(supervisor.post(edit(), typed(changed)))
    assert opened == ["us-tida"]
    for says in (
        "Open requests looked at: 2.",
        "Due at another time: 2.",
        "Newly overdue: 2.",
        "Lacking an element that is newly asked for: 1.",
        "request-7",
        "Country where the person lives",
    ):
        assert says in shown
    free = replace(now, limit_hours=None, pauses=tuple(PauseReason))
    assert "Not due" in text(supervisor.post(edit(), typed(free)))
    same = text(supervisor.post(edit(), typed(now)))
    assert "Due at another time: 0." in same
    assert "request-7" not in same


def test_the_last_provider_counts(opened: list[str]) -> None:
    register_open_requests(lambda _code: [])
    assert list(queries.open_requests("us-tida")) == []
    assert opened == []


# --- markup -------------------------------------------------------------------------------------------------------


class Markup(HTMLParser):
    """Ids, labels and what they point at."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[str] = []
        self.pointers: list[str] = []
        self.headings: list[int] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.labels |= {given["for"]} if tag == "label" else set()
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.controls.append(given["id"])
        self.pointers += given.get("aria-describedby", "").split()
        if tag in ("h1", "h2", "h3"):
            self.headings.append(int(tag[1]))
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


def test_every_control_has_a_label_and_every_pointer_a_place(supervisor: Client, opened: list[str]) -> None:
    changed = replace(find_regime("us-tida").as_draft(), limit_hours=24.0)
    responses = [supervisor.get(address) for address in pages()]
    responses += [supervisor.post(edit(), typed(changed)), supervisor.post(edit(), typed(changed, name=""))]
    for response in responses:
        markup = Markup(response.content.decode())
        assert len(markup.ids) == len(set(markup.ids))
        assert set(markup.controls) <= markup.labels
        assert set(markup.pointers) <= set(markup.ids)
        assert markup.headings.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in zip(markup.headings, markup.headings[1:], strict=False))
        assert markup.inline == []
