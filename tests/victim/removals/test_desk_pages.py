"""The desk's pages: who may open them, what they show, and that no press does its work twice."""

import re
import uuid
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import BODY_OF, Role
from leeward.foundation.audit.operations import lines_about
from leeward.foundation.audit.rules import ActorKind, PersonsSubject
from leeward.foundation.labels import Labelled
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.rules.parcels import Trouble
from leeward.foundation.vault.models import ServiceKey
from leeward.foundation.vault.operations import found_services
from leeward.foundation.web.words import word
from leeward.foundation.work import batches
from leeward.foundation.work.models import Batch, Exposure, ShiftNote
from leeward.industry.duties.rules import Element
from leeward.industry.platforms.models import Platform
from leeward.industry.platforms.operations import add_channel
from leeward.industry.platforms.rules import ChannelKind, NewChannel, Rung
from leeward.victim.file.models import Message
from leeward.victim.file.rules.contact import ContactWay
from leeward.victim.file.rules.story import Danger, Harm, Made, Reporter, Shown, Wish
from leeward.victim.removals import desk_words
from leeward.victim.removals.models import (
    Appeal,
    Note,
    Notice,
    NoticeState,
    Report,
    Request,
    RequestEvent,
    Review,
)
from leeward.victim.removals.operations import notices as sending_operations
from leeward.victim.removals.operations.answers import decide, file_counter_notice, name_missing
from leeward.victim.removals.operations.notices import collect_deliveries
from leeward.victim.removals.rules.checks import CheckReason, Signal
from leeward.victim.removals.rules.decisions import Answer, Ground, Outcome, Reasons, RefusalReason
from leeward.victim.removals.rules.ladder import RungReason
from leeward.victim.removals.rules.notices import Family, composing
from leeward.victim.removals.rules.reports import Band, Consents, ItemKind, Path, ReportState, Source
from leeward.victim.removals.rules.states import RequestState, Step
from leeward.victim.removals.views.desk import sending as sending_views
from tests.foundation.accounts.people import at, come_in
from tests.victim.removals.conftest import NOW, OPERATOR, Company, Filed, told
from tests.victim.removals.desk_clients import TICK, URL, fail_parcels, item_of, opened, page_of, send, twice
from tests.victim.removals.desk_people import finish_sending, send_ticked

pytestmark = pytest.mark.django_db

ONCE = re.compile(r'name="once" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


# --- who may open them -----------------------------------------------------------------------------------------------


OPEN_TO_THE_DESK = [
    ("home",),
    ("queue", "due"),
    ("reports",),
    ("notices", "by_hand"),
    ("notices", "undelivered"),
    ("send-several",),
    ("shift",),
    ("phone",),
]
SUPERVISORS_ALONE = [("reviews",), ("figures",), ("templates",)]


def test_the_desk_opens_its_pages_and_supervisors_theirs(rob: Client, sue: Client) -> None:
    for name, *args in OPEN_TO_THE_DESK:
        assert rob.get(page_of(name, *args)).status_code == 200, name
    for name, *args in SUPERVISORS_ALONE:
        assert rob.get(page_of(name, *args)).status_code == 403, name
        assert sue.get(page_of(name, *args)).status_code == 200, name


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DESK_PRACTITIONER, Role.SUPERVISOR)])
def test_other_staff_are_refused(db: None, role: Role) -> None:
    user = User(
        username="other",
        display_name="Other",
        role=role.value,
        affiliation="somewhere" if role in BODY_OF else "",
        created_at=NOW,
    )
    user.set_unusable_password()
    user.save()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for name, *args in [*OPEN_TO_THE_DESK, *SUPERVISORS_ALONE]:
        assert client.get(page_of(name, *args)).status_code == 403, name


def test_strangers_sign_in_and_the_locked_unlock(rob: Client, filed: Filed) -> None:
    here = page_of("report", filed.reference)
    assert "/staff/sign-in" in Client().get(here)["Location"]
    rob.post(reverse("accounts:lock"))
    answer = rob.get(here)
    assert answer.status_code == 302
    assert reverse("accounts:unlock") in answer["Location"]
    kept = rob.post(page_of("note", filed.reference), {"words": "what I had typed"})
    assert (kept.status_code, "What you typed is kept" in kept.content.decode()) == (403, True)
    assert not Note.objects.exists()


def test_every_change_needs_the_token_of_its_form(filed: Filed) -> None:
    client = Client(enforce_csrf_checks=True)
    inside = come_in("ada")
    client.cookies = inside.cookies
    item = item_of(filed).reference
    here = (filed.reference,)
    for name in ("take", "let-go", "skip", "looked", "band", "note", "message", "close", "ask-review", "send", "show"):
        assert client.post(page_of(name, *here)).status_code == 403, name
    for name in (
        "assign",
        "law",
        "supply",
        "answer",
        "seen",
        "correct",
        "request-looked",
        "request-close",
        "request-reopen",
        "climb",
    ):
        assert client.post(page_of(name, *here, item)).status_code == 403, name
    assert client.post(page_of("send-several")).status_code == 403
    assert client.post(page_of("shift")).status_code == 403


def test_a_draft_is_not_the_desks_to_open(rob: Client, filed: Filed) -> None:
    Report.objects.update(state="draft", filed_at=None)
    opened(rob, page_of("home"))
    assert rob.get(page_of("report", uuid.uuid4())).status_code == 404


def test_ids_that_nobody_gave_lead_nowhere(rob: Client, sue: Client, filed: Filed) -> None:
    item, nobody = item_of(filed).reference, uuid.uuid4()
    for url in (
        page_of("report", nobody),
        page_of("send", nobody),
        page_of("request", filed.reference, nobody),
        page_of("request", nobody, item),
        page_of("ladder", filed.reference, nobody),
        page_of("complaint-letter", filed.reference, nobody),
        page_of("notice", nobody),
        page_of("letter", nobody),
        page_of("queue", "nothing"),
        page_of("notices", "nothing"),
        "/staff/removals/reports/1",
    ):
        assert rob.get(url).status_code == 404, url
    for url in (page_of("review", nobody), page_of("counter-notice", nobody)):
        assert sue.get(url).status_code == 404, url
    for name in ("sent", "retry", "settle"):
        assert rob.post(page_of(name, nobody), {"settlement": "arrived"}).status_code == 404, name


def test_a_request_of_another_report_is_not_reached_through_this_one(rob: Client, filed: Filed) -> None:
    other = item_of(told("https://chatter.example/p/2"))
    for name in ("law", "supply", "seen", "request-close", "climb"):
        answer = rob.post(
            page_of(name, filed.reference, other.reference), {"seen": "up", "rung": "host", "law": "generic"}
        )
        assert answer.status_code in (400, 404), name
    assert Request.objects.get(pk=other.pk).state == "prepared"


# --- lists -----------------------------------------------------------------------------------------------------------


def test_lists_say_nothing_of_what_it_is_about(rob: Client, filed: Filed) -> None:
    for name, *args in [*OPEN_TO_THE_DESK[:5], ("queue", "unsent"), ("queue", "attention"), ("queue", "all")]:
        text = opened(rob, page_of(name, *args))
        assert "very-private" not in text
        assert "Sunday" not in text
    assert page_of("report", filed.reference) in opened(rob, page_of("queue", "unsent"))
    assert page_of("report", filed.reference) in opened(rob, page_of("reports"))


@pytest.mark.parametrize("cursor", ["x", ".", "9" * 50, "1.1", "-1.-1", "٣.٣", "1e9.1", "0.0", "\x00.1", "1.1.1"])
def test_a_cursor_that_is_none_begins_anew(rob: Client, sue: Client, filed: Filed, cursor: str) -> None:
    for name, *args in [("queue", "due"), ("queue", "all"), ("reports",), ("notices", "by_hand")]:
        assert rob.get(page_of(name, *args), {"after": cursor}).status_code == 200, name
    assert sue.get(page_of("reviews"), {"after": cursor, "counter": cursor}).status_code == 200


def test_filters_narrow_and_nonsense_narrows_nothing(rob: Client, filed: Filed, lantern: Company) -> None:
    report = page_of("report", filed.reference)
    queue = page_of("queue", "unsent")
    chatter = Platform.objects.get(name="Chatter").public_id
    assert report in opened(rob, f"{queue}?platform={chatter}&band=amber&state=prepared")
    assert report not in opened(rob, f"{queue}?platform={lantern.partner.public_id}")
    assert report not in opened(rob, f"{queue}?band=red")
    assert report in opened(rob, f"{queue}?band=purple&state=lost&platform=1")


def test_a_list_goes_on_where_it_stopped(rob: Client, staff: dict[str, Client], chatter: Company) -> None:
    told(*(f"https://chatter.example/p/{number}" for number in range(53)))
    seen: list[str] = []
    address = page_of("queue", "unsent")
    for _ in range(3):
        text = opened(rob, address)
        seen += re.findall(r"#request-(\d+)\"", text)
        onward = re.search(r'rel="next" href="([^"]*after=[^"]+)"', text)
        if onward is None:
            break
        address = onward.group(1).replace("&amp;", "&")
    assert sorted(map(int, seen)) == list(range(1, 54))


def test_what_is_due_stands_by_its_hour(rob: Client, filed: Filed) -> None:
    assert "After today" in opened(rob, page_of("queue", "due"))
    Request.objects.update(due_at=NOW + timedelta(hours=3))
    assert "In the next 4 hours" in opened(rob, page_of("queue", "due"))
    Request.objects.update(due_at=NOW)  # due exactly now is overdue
    assert "0 minutes overdue" in opened(rob, page_of("queue", "due"))


# --- a report --------------------------------------------------------------------------------------------------------


def test_the_story_is_shown_on_request_and_counted(rob: Client, filed: Filed) -> None:
    here = page_of("report", filed.reference)
    assert "Sunday" not in opened(rob, here)
    for number in (1, 2):
        answer = rob.post(page_of("show", filed.reference), {"part": "story"})
        assert "He put it there on Sunday." in answer.content.decode()
        assert Exposure.objects.get().opened == number
    assert "You have opened 2 today." in opened(rob, here)
    rob.post(page_of("show", filed.reference), {"part": "everything"})
    assert Exposure.objects.get().opened == 2


def test_a_colleagues_claim_holds_and_ends(staff: dict[str, Client], filed: Filed) -> None:
    rob, ada = staff["rob"], staff["ada"]
    twice(rob, page_of("take", filed.reference), {})
    assert "Rob has it until" in opened(ada, page_of("report", filed.reference))
    for name, data in (("take", {}), ("looked", {}), ("close", {}), ("band", {"band": "red"})):
        assert ada.post(page_of(name, filed.reference), data).status_code == 409, name
    assert ada.post(page_of("let-go", filed.reference)).status_code == 303  # not hers: changes nothing
    assert Report.objects.get().claimed_by != ""
    twice(rob, page_of("let-go", filed.reference), {})
    twice(ada, page_of("looked", filed.reference), {})
    assert Report.objects.get().attention_at is None


def test_skipping_gives_no_reason(rob: Client, filed: Filed) -> None:
    rob.post(page_of("take", filed.reference))
    answer = rob.post(page_of("skip", filed.reference))
    assert answer["Location"] == page_of("reports")
    assert Report.objects.get().claimed_by == ""


def test_a_note_and_a_message_are_written_once(rob: Client, filed: Filed) -> None:
    here = page_of("report", filed.reference)
    first, second = uuid.uuid4(), uuid.uuid4()
    twice(rob, page_of("note", filed.reference), {"words": "call the colleague", "once": first})
    assert Note.objects.count() == 1
    message = {"words": "We have <b>begun</b>.", "once": second}
    preview = rob.post(page_of("message", filed.reference), message).content.decode()
    assert "Preview" in preview
    assert "We have &lt;b&gt;begun&lt;/b&gt;." in preview
    assert not Message.objects.exists()
    twice(rob, page_of("message", filed.reference), {**message, "step": "send"})
    assert Message.objects.count() == 1
    text = opened(rob, here)
    assert "call the colleague" in text
    assert "Rob wrote" in text
    assert rob.post(page_of("note", filed.reference), {"words": "", "once": first}).status_code == 400


def test_bands_are_set_and_nonsense_is_refused(rob: Client, filed: Filed) -> None:
    twice(rob, page_of("band", filed.reference), {"band": "red"})
    assert item_of(filed).band == "red"
    assert rob.post(page_of("band", filed.reference), {"band": "pink"}).status_code == 400
    assert rob.post(page_of("close", filed.reference)).status_code == 409  # two close a red one


def test_an_unknown_site_is_met_and_a_known_platform_found(rob: Client, chatter: Company, staff: Any) -> None:
    filed = told("https://strange.example/x")
    item = item_of(filed)
    url = page_of("request", filed.reference, item.reference)
    assert 'value="strange.example"' in opened(rob, url)
    assert str(chatter.partner.public_id) in opened(rob, f"{url}?search=chat")
    assert rob.post(page_of("assign", filed.reference, item.reference), {"host": "not a host"}).status_code == 409
    assert rob.post(page_of("assign", filed.reference, item.reference), {"platform": "x"}).status_code == 404
    twice(rob, page_of("assign", filed.reference, item.reference), {"host": "strange.example"})
    assert Platform.objects.filter(name="strange.example").count() == 1
    twice(rob, page_of("assign", filed.reference, item.reference), {"platform": chatter.partner.public_id})
    assert item_of(filed).platform_id == chatter.partner.id
    twice(rob, page_of("law", filed.reference, item.reference), {"law": "generic"})
    twice(rob, page_of("request-looked", filed.reference, item.reference), {})
    assert item_of(filed).attention_at is None
    assert rob.post(page_of("law", filed.reference, item.reference), {"law": "none"}).status_code == 400


def test_a_known_site_is_taken_up_by_one_press(rob: Client, staff: Any) -> None:
    filed = told("https://www.instagram.com/p/1", "https://ig.me/x", "https://t.me/x")
    item = item_of(filed)
    assert "Instagram <bdi" in opened(rob, page_of("report", filed.reference))
    assert "Not started yet" in opened(rob, page_of("report", filed.reference))
    url = page_of("request", filed.reference, item.reference)
    page = opened(rob, url)
    assert "The address is at Instagram, a known site that nobody here has taken up yet." in page
    assert reverse("platforms-known-site", args=["instagram"]) in page
    assert "a known site, taken up by this" in opened(rob, f"{url}?search=tiktok")
    twice(rob, page_of("assign", filed.reference, item.reference), {"host": "instagram.com"})
    site = Platform.objects.get(name="Instagram")
    places = Request.objects.filter(report__reference=filed.reference).order_by("ordinal")
    assert [each.platform_id for each in places] == [site.pk, site.pk, None]
    assert "(<bdi>Telegram</bdi>)" in opened(rob, page_of("send", filed.reference))
    assert [channel.kind for channel in site.channels.all()] == ["form"]
    page = opened(rob, url)
    assert "a known site that nobody here has taken up yet" not in page
    assert "Nobody has noted how to reach this platform." not in page
    assert reverse("platforms-removal", args=[site.public_id]) in page


def test_the_same_address_elsewhere_is_linked(rob: Client, filed: Filed) -> None:
    other = told(URL)
    text = opened(rob, page_of("request", filed.reference, item_of(filed).reference))
    assert page_of("report", other.reference) in text


def test_what_was_typed_for_her_is_told_so(rob: Client, filed: Filed) -> None:
    row = RequestEvent(request=item_of(filed), step="withdrawn", before="prepared", after="withdrawn")
    row.actor_kind, row.at, row.noted_at = ActorKind.TYPIST.value, NOW, NOW
    row.save()
    assert "the person, by phone" in opened(rob, page_of("request", filed.reference, item_of(filed).reference))


# --- sending ---------------------------------------------------------------------------------------------------------


def test_sending_twice_sends_once(rob: Client, filed: Filed) -> None:
    url = page_of("send", filed.reference)
    text = opened(rob, url)
    assert URL in text  # the notice as it will go
    ticks = TICK.findall(text)
    assert len(ticks) == 1
    assert "1 notice made" in send_ticked(rob, url, ticks)
    again = send_ticked(rob, url, ticks)
    assert "Nothing was sent" in again
    assert "It has gone out already" in again
    assert Notice.objects.count() == 1
    assert item_of(filed).state == "sent"


def test_before_the_founding_the_page_says_what_is_missing_and_nothing_is_sent(
    rob: Client, staff: dict[str, Client], open_company: Any
) -> None:
    open_company("Postal", host="postal.example", kind=ChannelKind.EMAIL, address="notices@postal.example")
    filed = told("https://postal.example/p/1")
    ServiceKey.objects.all().delete()  # as in an installation where nobody has run `leeward found`
    assert "leeward found" in send(rob, filed)
    assert Notice.objects.count() == 0
    assert item_of(filed).state == "prepared"
    found_services(by=OPERATOR, now=NOW)
    assert "1 notice made" in send(rob, filed)


def test_the_country_is_named_in_the_preview_and_stays_in_what_was_sent(
    rob: Client, filed: Filed, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    assert settings.LEEWARD_NATION in opened(rob, page_of("send", filed.reference)).partition("Country of the")[2]
    settings.LEEWARD_JURISDICTION = "GB"
    monkeypatch.setattr(composing, "name_country", lambda text, **_: text)  # as notices were written once
    send(rob, filed)
    monkeypatch.undo()
    at(monkeypatch, NOW)
    old = Notice.objects.get()
    shown = opened(rob, page_of("notice", old.reference)).partition("Country of the person depicted")[2]
    assert re.search(r"\bGB\b", shown)
    assert "United Kingdom" not in shown
    later = told("https://chatter.example/p/2")
    assert "Country of the person depicted: United Kingdom" in opened(rob, page_of("send", later.reference))
    send(rob, later)
    settings.LEEWARD_JURISDICTION = "FR"
    new = Notice.objects.exclude(pk=old.pk).get()
    assert "Country of the person depicted: United Kingdom" in opened(rob, page_of("notice", new.reference))


def test_what_changed_since_it_was_looked_at_is_not_sent(rob: Client, filed: Filed, lantern: Company) -> None:
    url = page_of("send", filed.reference)
    ticks = TICK.findall(opened(rob, url))
    rob.post(page_of("assign", filed.reference, item_of(filed).reference), {"platform": lantern.partner.public_id})
    assert "something changed since you looked" in send_ticked(rob, url, ticks)
    assert not Notice.objects.exists()


def test_nothing_is_sent_without_her_yes_or_from_anothers_hands(staff: dict[str, Client], chatter: Company) -> None:
    silent = told(URL, consents=Consents())
    page = opened(staff["rob"], page_of("send", silent.reference))
    assert "They have not agreed" in page
    assert TICK.findall(page) == []
    taken = told("https://chatter.example/p/2")
    ticks = TICK.findall(opened(staff["rob"], page_of("send", taken.reference)))
    staff["ada"].post(page_of("take", taken.reference))
    assert "A colleague" in send_ticked(staff["rob"], page_of("send", taken.reference), ticks)
    assert not Notice.objects.exists()


def test_a_kill_in_the_middle_loses_nothing_and_repeats_nothing(
    rob: Client, staff: Any, chatter: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = [told(f"https://chatter.example/p/{number}") for number in range(3)]
    url = page_of("send-several")
    ticks = TICK.findall(opened(rob, url))
    assert len(ticks) == 3
    calls: list[object] = []

    def dies(**plan: Any) -> uuid.UUID:
        calls.append(plan)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return sending_operations.send_notice(**plan)

    monkeypatch.setattr(sending_views, "send_notice", dies)
    with pytest.raises(KeyboardInterrupt):
        finish_sending(rob, rob.post(url, {"plan": ticks}).headers["Location"])
    assert Notice.objects.count() == 1
    monkeypatch.undo()
    at(monkeypatch, NOW)
    batch = Batch.objects.get()
    assert (len(batch.waiting), len(batch.done)) == (2, 1)
    text = finish_sending(rob, page_of("sending", batch.reference))  # goes on where it was killed
    assert "3 notices made" in text
    assert ">Not sent</h2>" not in text
    assert Notice.objects.count() == 3
    assert "It has gone out already" in send_ticked(rob, url, ticks)
    assert Notice.objects.count() == 3
    assert {item_of(each).state for each in reports} == {"sent"}


def test_a_batch_takes_twenty_reports_and_leaves_nonsense_out(rob: Client, staff: Any, chatter: Company) -> None:
    told("https://chatter.example/p/1")
    url = page_of("send-several")
    many = "&".join(f"report={uuid.uuid4()}" for _ in range(21))
    assert f'name="report" value="{Report.objects.get().reference}"' in opened(rob, page_of("queue", "unsent"))
    assert "Only the first 20" in opened(rob, f"{url}?{many}")
    assert "Nothing was ticked" in send_ticked(rob, url, ["x", "1.2", ""])
    assert "you may not open it" in send_ticked(rob, url, [f"{uuid.uuid4()}.x"])
    assert not Notice.objects.exists()


def test_a_sending_that_takes_long_goes_on_piece_by_piece(
    rob: Client, staff: dict[str, Client], chatter: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        told(f"https://chatter.example/p/{number}")
    monkeypatch.setattr(batches.go_on, "__kwdefaults__", {"seconds": 0})
    url = page_of("send-several")
    batch = rob.post(url, {"plan": TICK.findall(opened(rob, url))}).headers["Location"]
    assert "1 of 3 are done." in opened(rob, batch)
    assert staff["ada"].get(batch).status_code == 404  # it is of whoever began it
    rob.post(batch)
    assert "2 of 3 are done." in opened(rob, batch)
    assert "3 notices made" in finish_sending(rob, batch)
    assert rob.post(batch).status_code == 303  # a press too many does nothing
    assert Notice.objects.count() == 3


def test_a_form_and_a_letter_are_carried_by_hand(rob: Client, filed: Filed, chatter: Company) -> None:
    for kind, address in (
        (ChannelKind.FORM, "https://chatter.example/report"),
        (ChannelKind.LETTER, "1 Quay\nHarbour"),
    ):
        Platform.objects.get(pk=chatter.partner.id).channels.all().delete()
        add_channel(
            partner=chatter.partner, channel=NewChannel(kind=kind, address=address, language="en"), by=OPERATOR, now=NOW
        )
        other = told(f"https://chatter.example/{kind.value}")
        send(rob, other)
        notice = Notice.objects.get(report__reference=other.reference)
        assert item_of(other).state == "sending"
        text = opened(rob, page_of("notice", notice.reference))
        assert "I have sent it" in text
        assert page_of("notice", notice.reference) in opened(rob, page_of("notices", "by_hand"))
        letter = rob.get(page_of("letter", notice.reference))
        if kind is ChannelKind.FORM:
            assert address in text
            assert "data-copies" in text
            assert letter.status_code == 404
        else:
            assert letter.content.startswith(b"%PDF")
        twice(rob, page_of("sent", notice.reference), {})
        assert item_of(other).state == "sent"


def test_undelivered_notices_are_tried_again_and_unsure_ones_settled(rob: Client, staff: Any, lantern: Company) -> None:
    filed = told("https://lantern.example/p/1")
    send(rob, filed)
    notice = Notice.objects.get()
    fail_parcels("recipient_refused")
    collect_deliveries(now=NOW, limit=10)
    assert item_of(filed).state == "prepared"
    assert "Their address was refused" in opened(rob, page_of("notices", "undelivered"))
    assert "Try again" in opened(rob, page_of("notice", notice.reference))
    twice(rob, page_of("retry", notice.reference), {})
    assert item_of(filed).state == "sending"
    assert Parcel.objects.get().state == "waiting"
    Parcel.objects.update(state="unsure", handed_over_at=NOW, claimed_at=None, next_try_at=None, ended_at=NOW)
    collect_deliveries(now=NOW, limit=10)
    assert Notice.objects.get().state == NoticeState.UNSURE
    assert rob.post(page_of("settle", notice.reference), {"settlement": "lost"}).status_code == 404
    twice(rob, page_of("settle", notice.reference), {"settlement": "arrived"})
    assert item_of(filed).state == "sent"
    assert item_of(filed).law_started_at == NOW


def test_a_failed_notice_is_not_sent_again_after_she_said_no(rob: Client, staff: Any, lantern: Company) -> None:
    filed = told("https://lantern.example/p/1")
    send(rob, filed)
    fail_parcels("unreachable")
    collect_deliveries(now=NOW, limit=10)
    Report.objects.update(notices_agreed_at=None)
    assert rob.post(page_of("retry", Notice.objects.get().reference)).status_code == 409
    assert Parcel.objects.get().state == "failed"


def test_a_failed_notice_of_two_is_not_sent_again_once_one_of_them_ended(
    rob: Client, staff: Any, lantern: Company
) -> None:
    filed = told("https://lantern.example/p/1", "https://lantern.example/p/2")
    send(rob, filed)
    fail_parcels("unreachable")
    collect_deliveries(now=NOW, limit=10)
    rob.post(page_of("request-close", filed.reference, item_of(filed).reference))
    rob.post(page_of("retry", Notice.objects.get().reference))
    assert Parcel.objects.get().state != "waiting"
    assert Request.objects.get(ordinal=2).state == "prepared"


# --- answers by hand, corrections, the ladder ------------------------------------------------------------------------


def test_an_answer_is_noted_by_hand_once(rob: Client, filed: Filed) -> None:
    send(rob, filed)
    url = page_of("answer", filed.reference, item_of(filed).reference)
    assert rob.post(url, {"outcome": "refused"}).status_code == 400
    assert rob.post(url, {"outcome": "removed", "came_on": "2030-01-01"}).status_code == 400
    twice(rob, url, {"outcome": "removed", "came_on": "2026-11-24 11:30"})
    row = item_of(filed)
    assert (row.state, row.decisions.count()) == ("decided", 1)
    assert row.decisions.get().by_hand
    assert "noted by the desk" in opened(rob, page_of("request", filed.reference, row.reference))


def test_what_was_missing_is_supplied_and_a_wrong_line_corrected(
    rob: Client, filed: Filed, chatter: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, minute = item_of(filed).reference, timedelta(minutes=1)
    rob.post(page_of("law", filed.reference, item), {"law": "us-tida"})
    send(rob, filed)
    name_missing(side=chatter.side, references=[item], element=Element.SIGNATURE, now=NOW + minute)
    at(monkeypatch, NOW + 2 * minute)
    assert "Stands still since" in opened(rob, page_of("request", filed.reference, item))
    twice(rob, page_of("supply", filed.reference, item), {"words": "Robin"}, second=409)
    event = item_of(filed).events.get(step="found_incomplete")
    twice(rob, page_of("correct", filed.reference, item), {"event": event.pk})
    assert item_of(filed).events.filter(step="corrected").count() == 1
    for nonsense in ("", "x", "٣", "9" * 40, "999999"):
        assert rob.post(page_of("correct", filed.reference, item), {"event": nonsense}).status_code == 404


def test_an_answer_is_said_once(rob: Client, filed: Filed, chatter: Company) -> None:
    send(rob, filed)
    item = item_of(filed).reference
    decide(side=chatter.side, references=[item], answer=Answer(outcome=Outcome.NOT_FOUND, reasons=Reasons()), now=NOW)
    page = opened(rob, page_of("request", filed.reference, item))
    assert "They answered: Not found" in page
    assert "They keep it up" not in page


def test_requests_are_closed_reopened_and_looked_at(rob: Client, filed: Filed) -> None:
    send(rob, filed)
    item = item_of(filed).reference
    twice(rob, page_of("seen", filed.reference, item), {"seen": "gone"})
    assert item_of(filed).state == "gone"
    twice(rob, page_of("seen", filed.reference, item), {"seen": "up"})
    assert Request.objects.filter(report__reference=filed.reference).count() == 2  # it came back: asked for anew, once
    assert "Found online again" in opened(rob, page_of("report", filed.reference))
    item = Request.objects.get(ordinal=2).reference
    twice(rob, page_of("request-close", filed.reference, item), {}, second=409)
    twice(rob, page_of("request-reopen", filed.reference, item), {}, second=409)
    assert Request.objects.get(reference=item).state == "prepared"


def test_the_ladder_proposes_and_the_rung_is_taken_once(rob: Client, filed: Filed, chatter: Company) -> None:
    add_channel(
        partner=chatter.partner,
        channel=NewChannel(kind=ChannelKind.EMAIL, rung=Rung.HOST, address="abuse@host.example", language="en"),
        by=OPERATOR,
        now=NOW,
    )
    send(rob, filed)
    item = item_of(filed).reference
    Request.objects.update(law_due_at=NOW - timedelta(hours=1))
    assert "Next rung: Hosting provider" in opened(rob, page_of("report", filed.reference))
    text = opened(rob, page_of("ladder", filed.reference, item))
    assert "Proposed: Hosting provider" in text
    assert "abuse@host.example" in text
    twice(rob, page_of("climb", filed.reference, item), {"rung": "host"})
    assert item_of(filed).events.filter(step="escalated").count() == 1
    url = page_of("send", filed.reference)
    ticks = TICK.findall(opened(rob, f"{url}?only={item}"))
    assert len(ticks) == 1
    rob.post(url, {"plan": ticks, "only": item})
    rob.post(url, {"plan": ticks, "only": item})
    assert Notice.objects.filter(rung="host").count() == 1
    assert rob.post(page_of("climb", filed.reference, item), {"rung": "moon"})["Location"].endswith("/ladder")


def test_a_court_needs_a_second_person_first(rob: Client, sue: Client, filed: Filed) -> None:
    send(rob, filed)
    Request.objects.update(law_due_at=NOW)  # their time is over
    item = item_of(filed).reference
    assert "needs a second person" in opened(rob, page_of("ladder", filed.reference, item) + "?rung=court")
    assert rob.post(page_of("climb", filed.reference, item), {"rung": "court"}).status_code == 409
    twice(rob, page_of("ask-review", filed.reference), {"kind": "court", "reason": "They are silent."})
    review = Review.objects.get()
    assert rob.get(page_of("review", review.reference)).status_code == 403
    assert "They are silent." in opened(sue, page_of("review", review.reference))
    twice(sue, page_of("review", review.reference), {"answer": "agree"})
    assert rob.post(page_of("climb", filed.reference, item), {"rung": "court"}).status_code == 303
    assert item_of(filed).rung == "court"


def test_the_complaint_builds_itself_and_names_nobody(rob: Client, filed: Filed, chatter: Company) -> None:
    item = item_of(filed).reference
    assert rob.get(page_of("complaint-letter", filed.reference, item)).status_code == 409  # nothing was asked yet
    send(rob, filed)
    refused = Answer(outcome=Outcome.GEO_BLOCKED, reasons=Reasons(facts="Only there."))
    decide(side=chatter.side, references=[item], answer=refused, now=NOW)
    rob.post(page_of("seen", filed.reference, item), {"seen": "up"})
    record = rob.get(page_of("complaint-record", filed.reference, item)).content.decode()
    assert '"geo_blocked"' in record
    assert "Only there." in record
    assert "Sunday" not in record
    assert rob.get(page_of("complaint-letter", filed.reference, item)).content.startswith(b"%PDF")


# --- supervisors and shifts ------------------------------------------------------------------------------------------


def test_nobody_decides_her_own_review(sue: Client, filed: Filed) -> None:
    sue.post(page_of("ask-review", filed.reference), {"kind": "erase", "reason": "She asked."})
    review = Review.objects.get().reference
    assert "somebody else decides it" in opened(sue, page_of("review", review))
    assert sue.post(page_of("review", review), {"answer": "agree"}).status_code == 409
    assert Report.objects.exists()


def test_an_agreed_erasure_leaves_nothing_and_a_second_press_finds_nothing(
    rob: Client, sue: Client, filed: Filed
) -> None:
    rob.post(page_of("ask-review", filed.reference), {"kind": "erase", "reason": "She asked."})
    review = Review.objects.get().reference
    assert sue.post(page_of("review", review), {"answer": "perhaps"}).status_code == 303
    assert Report.objects.exists()
    assert sue.post(page_of("review", review), {"answer": "agree"}).status_code == 303
    assert not Report.objects.exists()
    assert sue.post(page_of("review", review), {"answer": "agree"}).status_code == 404
    assert rob.get(page_of("report", filed.reference)).status_code == 404


@pytest.mark.parametrize(("answer", "state"), [("stays", "decided"), ("restores", "closed")])
def test_a_counter_notice_is_settled_once(
    rob: Client, sue: Client, filed: Filed, chatter: Company, answer: str, state: str
) -> None:
    send(rob, filed)
    item = item_of(filed).reference
    decide(side=chatter.side, references=[item], answer=Answer(outcome=Outcome.REMOVED, reasons=Reasons()), now=NOW)
    appeal = file_counter_notice(side=chatter.side, reference=item, words="It is my own picture.", now=NOW)
    assert "very-private" not in opened(sue, page_of("reviews"))
    assert "It is my own picture." in opened(sue, page_of("counter-notice", appeal))
    assert rob.post(page_of("counter-notice", appeal), {"answer": answer}).status_code == 403
    twice(sue, page_of("counter-notice", appeal), {"answer": answer})
    assert item_of(filed).state == state
    assert Appeal.objects.get().state != "open"


def test_figures_hide_small_numbers(sue: Client, rob: Client, filed: Filed) -> None:
    told(*(f"https://chatter.example/q/{number}" for number in range(7)))
    text = re.sub(r"\s+", "", opened(sue, page_of("figures")))
    assert ">hidden</td>" in text
    assert ">8</td>" not in text, "as small as anywhere else"
    told(*(f"https://chatter.example/r/{number}" for number in range(29)))
    old = Request.objects.order_by("pk").values_list("pk", flat=True)[:14]
    Request.objects.filter(pk__in=list(old)).update(opened_at=NOW - timedelta(days=3))
    text = re.sub(r"\s+", "", opened(sue, page_of("figures")))
    assert ">25</td>" in text, "of 23, rounded"
    assert ">15</td>" not in text, "the other fourteen would say that there are no more"


def test_templates_are_shown_as_sent(sue: Client) -> None:
    for rung in ("platform", "host", "regulator", "moon"):
        text = opened(sue, f"{page_of('templates')}?rung={rung}&family=threat&language=ar")
        assert "threat/ar/" in text


def test_a_shift_note_is_sealed_to_the_team_and_left_once(rob: Client, sue: Client, filed: Filed) -> None:
    rob.post(page_of("take", filed.reference))
    once = ONCE.search(opened(rob, page_of("shift")))
    assert once is not None
    twice(rob, page_of("shift"), {"words": "Lantern answers on Monday.", "once": once.group(1)})
    assert "Lantern" not in ShiftNote.objects.get().words
    text = opened(sue, page_of("shift"))
    assert "Lantern answers on Monday." in text
    assert "Rob, until" in text
    assert rob.post(page_of("shift"), {"words": ""}).status_code == 400


def test_the_audit_trail_knows_who_read(rob: Client, filed: Filed) -> None:
    rob.get(page_of("report", filed.reference))
    lines = lines_about(PersonsSubject(kind="file", reference=str(filed.reference)))
    line = next(line for line in lines if line.verb == "vault.file_opened" and line.actor_kind == "staff")
    assert line.actor_id == User.objects.get(username="rob").reference


def test_a_report_costs_as_many_queries_with_one_request_as_with_many(
    rob: Client, staff: Any, chatter: Company, django_assert_max_num_queries: Any
) -> None:
    many = told(*(f"https://chatter.example/p/{number}" for number in range(60)))
    with django_assert_max_num_queries(45):
        opened(rob, page_of("report", many.reference))


@pytest.mark.parametrize("name", ["request", "ladder"])
def test_a_request_costs_as_many_queries_with_one_beside_it_as_with_many(
    rob: Client, filed: Filed, name: str, django_assert_max_num_queries: Any
) -> None:
    send(rob, filed)
    for number in range(6):
        send(rob, told(f"https://chatter.example/p/{number}", f"https://chatter.example/q/{number}"))
    with django_assert_max_num_queries(38):
        opened(rob, page_of(name, filed.reference, item_of(filed).reference))


@pytest.mark.parametrize(
    "kind",
    [
        Band,
        RequestState,
        ReportState,
        Path,
        Source,
        Step,
        Outcome,
        RefusalReason,
        Ground,
        Signal,
        CheckReason,
        RungReason,
        Harm,
        Reporter,
        Shown,
        Made,
        Wish,
        Danger,
        ContactWay,
        ItemKind,
        NoticeState,
        Review.Kind,
        Review.State,
        Family,
    ],
)
def test_every_member_has_words_in_every_language(kind: type[Labelled]) -> None:
    assert len({each.label for each in kind}) == len(kind)
    with override("ar"):
        assert all(word(each) not in ("", each.label) for each in kind)


@pytest.mark.parametrize(("words", "kind"), [(desk_words.TROUBLES, Trouble), (desk_words.ACTORS, ActorKind)])
def test_there_are_words_for_everything(words: dict[str, object], kind: type[StrEnum]) -> None:
    assert {each.value for each in kind} <= {str(key) for key in words}


def test_what_calls_for_a_colour_has_one() -> None:
    assert all(each.colour for kind in (Band, RequestState, NoticeState) for each in kind)


def test_a_notice_declares_that_the_content_is_on_the_service_to_which_it_goes(rob: Client, filed: Filed) -> None:
    send(rob, filed)
    page = opened(rob, page_of("notice", Notice.objects.get().reference))
    assert "The content named in this notice is on this service." in page
