"""An abuse report is valid XARF, tells the incident's time, holds text and hashes only, and is the desk's."""

import base64
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from typing import Any

import pytest
import xarf
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.industry.duties.rules import Regime
from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.abuse_mail import TAG, attach_reports, make_xarf
from leeward.victim.removals.rules.notices import (
    AbuseReportRefused,
    ItemHash,
    NoticeFacts,
    NoticeItem,
    NoticeItemKind,
    SenderRole,
    Surface,
    Synthetic,
    compose,
)
from tests.depth import times

Maker = Callable[..., NoticeFacts]
SEEN = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)


def _report(facts: NoticeFacts, item: NoticeItem | None = None, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(make_xarf(facts, item or facts.items[0], **({"incident_at": SEEN} | changes)))
    return found


def test_the_report_is_valid_and_says_what_it_is(facts: NoticeFacts) -> None:
    report = _report(facts)
    read = xarf.parse(json.dumps(report))
    assert not read.errors
    assert not read.warnings
    assert (report["category"], report["type"]) == ("content", "exposed_data")
    assert report["tags"] == [TAG]
    assert report["data_types"] == ["personal_information"]
    assert report["exposure_method"] == "intentional_leak"
    assert report["url"] == "https://bird.example/p/1?x=1"
    assert report["source_identifier"] == report["domain"] == "bird.example"
    assert "_internal" not in report


def test_the_time_is_the_incidents_in_utc(facts: NoticeFacts) -> None:
    there = SEEN.astimezone(timezone(timedelta(hours=5)))
    assert _report(facts, incident_at=there)["timestamp"] == "2026-11-20T03:04:05Z"
    with pytest.raises(AbuseReportRefused, match="zone"):
        make_xarf(facts, facts.items[0], incident_at=SEEN.replace(tzinfo=None))


def test_the_same_report_keeps_its_number(facts: NoticeFacts) -> None:
    first, again, other = _report(facts), _report(facts), _report(facts, facts.items[1])
    assert first == again
    assert first["report_id"] != other["report_id"]
    assert uuid.UUID(first["report_id"]).version == 4


@pytest.mark.parametrize("role", list(SenderRole))
def test_the_contact_is_the_desk_whoever_asks(facts: NoticeFacts, role: SenderRole) -> None:
    report = make_xarf(replace(facts, who=replace(facts.who, role=role)), facts.items[0], incident_at=SEEN)
    desk = {"org": "Removal desk of Meridia", "contact": "desk@removals.example", "domain": "removals.example"}
    assert json.loads(report)["reporter"] == json.loads(report)["sender"] == desk
    assert "Karim" not in report


@pytest.mark.parametrize(("agency", "relay"), [("", "a@b.example"), ("Desk", "+1 555"), ("Desk", "a @b.example")])
def test_without_the_desks_address_there_is_no_report(facts: NoticeFacts, agency: str, relay: str) -> None:
    with pytest.raises(AbuseReportRefused, match="reporter"):
        _report(replace(facts, who=replace(facts.who, agency=agency, relay=relay)))


def test_evidence_is_text_and_hashes_and_never_a_picture(facts: NoticeFacts) -> None:
    evidence = _report(facts)["evidence"]
    assert {each["content_type"] for each in evidence} == {"text/plain", "application/json"}
    said = {each["content_type"]: base64.b64decode(each["payload"]).decode() for each in evidence}
    assert json.loads(said["application/json"]) == [{"type": "pdq", "value": "ab" * 32}]
    assert said["text/plain"] == "URL: https://bird.example/p/1?x=1\nCopy: https://bird.example/p/2"


@pytest.mark.parametrize(
    ("url", "host", "domain"),
    [
        ("https://192.0.2.7:8443/a", "192.0.2.7", None),
        ("http://[2001:db8::1]/a", "2001:db8::1", None),
        ("https://BIRD.example/a", "bird.example", "bird.example"),
        ("https://bücher.example/ä?q=ö", "xn--bcher-kva.example", None),
        ("https://user:secret@bird.example/a", "bird.example", "bird.example"),
    ],
)
def test_hosts_of_every_kind_are_named(facts: NoticeFacts, url: str, host: str, domain: str | None) -> None:
    report = _report(facts, NoticeItem(url=url))
    assert report["source_identifier"] == host
    assert report.get("domain") == domain
    assert report["url"].isascii()
    assert "secret" not in report["url"]


def test_what_is_known_of_the_item_is_said(facts: NoticeFacts) -> None:
    report = _report(facts, NoticeItem(url="https://a.example/1", synthetic=Synthetic.YES, surface=Surface.PUBLIC))
    assert report["tags"] == [TAG, "iia:synthetic"]
    assert report["accessibility"] == "public"
    assert len(_report(facts, NoticeItem(url="https://a.example/1", description="x" * 5_000))["description"]) == 1_000


def test_what_the_schema_refuses_is_named(facts: NoticeFacts) -> None:
    with pytest.raises(AbuseReportRefused, match="url"):
        _report(facts, NoticeItem(kind=NoticeItemKind.ACCOUNT, handle="@x"))
    with pytest.raises(AbuseReportRefused, match="host"):
        _report(facts, NoticeItem(url=f"https://{'a' * 70}.example/"))


def test_each_address_has_a_report_of_its_own(facts_with: Maker) -> None:
    attached = attach_reports(facts_with(rung=Rung.HOST), incident_at=SEEN)
    assert [(each.name, each.type) for each in attached] == [
        ("xarf-1.json", "application/json"),
        ("xarf-2.json", "application/json"),
    ]
    first, second = (json.loads(each.data) for each in attached)
    assert first["timestamp"] == "2026-11-24T22:05:00Z"  # the item says when it was first seen
    assert second["timestamp"] == "2026-11-20T03:04:05Z"


def test_a_mail_without_an_address_or_with_too_many_is_not_made(facts_with: Maker) -> None:
    nowhere = facts_with(items=(NoticeItem(kind=NoticeItemKind.ACCOUNT, handle="@x"),))
    many = facts_with(items=tuple(NoticeItem(url=f"https://a.example/{number}") for number in range(51)))
    for facts in (nowhere, many):
        with pytest.raises(AbuseReportRefused, match="1 to 50"):
            attach_reports(facts, incident_at=SEEN)


NASTY = st.text(max_size=40) | st.sampled_from(["\r\nBcc: x@y.example", "\n\n", '"}', "\u2028x", "\x00"])


@settings(max_examples=times(13, deep=40), deadline=None)
@given(reference=NASTY, description=NASTY, agency=NASTY, value=NASTY)
def test_nothing_typed_breaks_the_mail_or_the_report(
    facts_with: Maker, regimes: dict[str, Regime], reference: str, description: str, agency: str, value: str
) -> None:
    item = NoticeItem(
        url="https://a.example/1", description=description, hashes=(ItemHash(hash_type="pdq", value=value),)
    )
    facts = facts_with(reference=f"R{reference}"[:64], items=(item,), rung=Rung.HOST)
    facts = replace(facts, who=replace(facts.who, agency=f"D{agency}"))
    notice = compose(facts, regimes["us-tida"], language="en")
    sent = EmailMessage()
    sent["Subject"] = notice.subject
    sent.set_content(notice.text)
    assert set(sent.keys()) == {"Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    (attached,) = attach_reports(facts, incident_at=SEEN)
    assert not xarf.parse(attached.data.decode()).errors
