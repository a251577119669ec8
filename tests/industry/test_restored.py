"""After a back-up was restored no partner misses a hash: on both wires, by real clients, told of it or not."""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.utils import timezone
from hashmatch.bank import Bank
from hashmatch.feed import FeedClient
from hashmatch.feed import Keys as ClientKeys
from hashmatch.hashes import PdqHash
from hashmatch.sync import sync_bank
from hashmatch.variants import Level
from hypothesis import given
from hypothesis import strategies as st
from threatexchange.exchanges.clients.stopncii.api import StopNCIIAPI

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.models import Entry, FeedState, Withdrawal
from leeward.industry.bank.operations import begin_epoch, publish_pending, withdraw_submission
from leeward.industry.bank.rules import FeedPlace, Stamping, is_start_of_ours
from leeward.industry.exchange import tokens
from leeward.industry.exchange.operations import enrol_platform
from leeward.industry.exchange.rules import START_AHEAD_SECONDS
from leeward.industry.platforms.rules import Partner
from tests.industry.conftest import NOW, PERSON, Keys, pdq, picture, protect

# Of the place 42 of the history 0123456789abcdef, for the platform and the key of the test below.
FROZEN = "YS4wMTIzNDU2Nzg5YWJjZGVmLjQyOlpaWUJPRnl4a2tIN2tJMmhGMkZfNVpseTRSRmhmVnl0SzZpdUY1ZEV2Zk0"
# What the exchange keeps. The order is that in which rows may be put back.
KEPT = (
    "Submission",
    "Picture",
    "Entry",
    "Membership",
    "Feedback",
    "Withdrawal",
    "FeedState",
    "Draw",
    "Disclosure",
)


@dataclass(frozen=True)
class BackUp:
    """The bank's rows as they were."""

    rows: dict[type[models.Model], list[dict[str, Any]]]

    @classmethod
    def take(cls) -> "BackUp":
        found = [apps.get_model("bank", name) for name in KEPT]
        return cls({model: list(model._base_manager.values()) for model in found})

    def restore(self) -> None:
        """Put the bank back to what it was, as a database does that is restored: it remembers nothing since."""
        for model in reversed(self.rows):
            model._base_manager.all()._raw_delete(using="default")
        for model, rows in self.rows.items():
            model._base_manager.bulk_create([model(**row) for row in rows])


def call(keys: Keys, path: str, body: object = None, **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {keys.fetch_key}"} | headers
    if body is None:
        return Client().get(f"/api/v1/{path}", headers=sent)
    return Client().post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=sent)


def assert_told_to_begin_again(response: Any) -> None:
    assert response.status_code == 410, response.content
    error = json.loads(response.content)["error"]
    assert error["code"] == "begin_again"
    assert "restored" in error["message"]
    assert error["how"]


def active() -> set[str]:
    return set(Entry.objects.filter(status="active", canary_for__isnull=True).values_list("value", flat=True))


# --- the modern wire ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestCursors:
    def test_a_cursor_of_another_history_is_told_to_begin_again(self, alpha: Keys) -> None:
        protect(picture("a"))
        cursor = call(alpha, "hashes").json()["cursor"]
        begin_epoch(by=Actor.operator(), now=timezone.now())
        protect(*(picture(number) for number in range(9)))  # the feed is past the cursor's place again
        assert_told_to_begin_again(call(alpha, f"hashes?cursor={cursor}"))
        assert_told_to_begin_again(call(alpha, "acknowledgements", {"cursor": cursor}))
        fresh = call(alpha, "hashes").json()
        assert {one["hash"] for one in fresh["entries"]} >= active()
        assert call(alpha, f"hashes?cursor={fresh['cursor']}").status_code == 200

    def test_an_acknowledgement_of_another_history_settles_nothing(self, alpha: Keys) -> None:
        reference = protect(picture("a"))
        call(alpha, "hashes")
        back_up = BackUp.take()
        for number in range(9):
            protect(picture(number))
            cursor = call(alpha, "hashes").json()["cursor"]
        back_up.restore()
        withdraw_submission(reference=reference, by=PERSON, now=timezone.now())
        publish_pending(now=timezone.now())
        assert_told_to_begin_again(call(alpha, "acknowledgements", {"cursor": cursor}))
        assert Withdrawal.objects.get().acknowledged_at is None

    def test_a_cursor_ahead_of_the_feed_shows_a_restore_that_nobody_told_of(self, alpha: Keys, beta: Keys) -> None:
        call(alpha, "hashes")
        back_up = BackUp.take()
        protect(*(picture(number) for number in range(5)))
        first, second = (call(keys, "hashes").json()["cursor"] for keys in (alpha, beta))
        back_up.restore()
        protect(picture("new"))
        assert_told_to_begin_again(call(alpha, f"hashes?cursor={first}"))
        protect(*(picture(f"later {number}") for number in range(20)))
        call(alpha, "hashes")
        assert_told_to_begin_again(call(beta, f"hashes?cursor={second}"))  # though the feed has grown past it
        assert AuditEvent.objects.filter(verb="bank.feed_begun_again", actor_kind="system").count() == 1

    def test_an_unchanged_page_of_another_history_is_sent_again(self, alpha: Keys) -> None:
        protect(picture("a"))
        etag = call(alpha, "hashes").headers["ETag"]
        assert call(alpha, "hashes", **{"If-None-Match": etag}).status_code == 304
        FeedState.objects.update(epoch="f" * 16)  # the same end, by another way
        assert call(alpha, "hashes", **{"If-None-Match": etag}).status_code == 200

    def test_nothing_that_no_key_has_signed_is_ahead(self, alpha: Keys, beta: Keys) -> None:
        before = FeedState.objects.get_or_create(pk=1)[0].epoch
        ahead = FeedPlace(epoch=before, sequence=10**6)
        foreign = tokens.make_cursor(beta.partner, ahead)
        assert call(alpha, f"hashes?cursor={foreign}").status_code == 400
        assert FeedState.objects.get().epoch == before

    def test_the_form_of_cursors_and_tokens_is_frozen(self, settings) -> None:
        settings.SECRET_KEY = "a key for this test alone"
        partner = Partner(
            id=1,
            public_id=uuid.UUID(int=1),
            name="",
            contact="",
            level=Level.FRAMES,
            created_at=NOW,
            suspended_at=None,
            suspended_reason="",
        )
        place = FeedPlace(epoch="0123456789abcdef", sequence=42)
        cursor = tokens.make_cursor(partner, place)
        assert tokens._unwrap(cursor).startswith("a.0123456789abcdef.42:")
        assert cursor == FROZEN
        assert tokens.read_cursor(partner, cursor) == place
        token = tokens.make_page_token(partner, place)
        assert tokens._unwrap(token).startswith("a.0123456789abcdef.42:")
        assert tokens.read_page_token(partner, token) == place

    @pytest.mark.parametrize("text", ["42", "a.42", "b.0123456789abcdef.42", "a.0123456789abcdef.-1", "a..1"])
    def test_a_signed_text_of_another_form_is_refused(self, alpha: Keys, text: str) -> None:
        signed = tokens._wrap(tokens.Signer(salt=tokens._salt("cursor", alpha.partner)).sign(text))
        response = call(alpha, f"hashes?cursor={signed}")
        assert response.status_code == 400
        assert response.json()["error"]["code"] == "bad_cursor"


@pytest.mark.parametrize("says_so", [True, False], ids=["after-restore", "nobody says so"])
def test_our_client_draws_all_that_is_new_and_drops_what_was_withdrawn(
    live_server, tmp_path: Path, *, says_so: bool
) -> None:
    keys = ClientKeys.from_json(
        enrol_platform(name="Gamma", by=Actor.operator(), now=NOW).as_json_object(), path="keys"
    )
    protect(picture("kept"))
    gone = protect(picture("gone"))
    path = tmp_path / "bank"

    def holds(*names: object) -> set[object]:
        bank = Bank.open(path)
        return {name for name in names if bank.match(PdqHash.from_hex(pdq(f"{name}/upright"))).matches}

    with FeedClient(live_server.url, keys) as client:
        sync_bank(client, path)
        back_up = BackUp.take()
        protect(*(picture(f"lost {number}") for number in range(6)))
        sync_bank(client, path)
        assert holds("kept", "gone", "lost 3") == {"kept", "gone", "lost 3"}
        back_up.restore()
        if says_so:
            call_command("after_restore")
        withdraw_submission(reference=gone, by=PERSON, now=timezone.now())
        protect(*(picture(f"new {number}") for number in range(4)))
        done = sync_bank(client, path)
    assert holds(*(f"new {number}" for number in range(4))) == {f"new {number}" for number in range(4)}
    assert holds("kept", "gone", *(f"lost {number}" for number in range(6))) == {"kept"}
    held = {entry.hash.hex for entry in Bank.open(path).entries()}
    assert held == set(Entry.objects.filter(status="active").values_list("value", flat=True))
    assert done.open_withdrawals == 0


# --- the StopNCII wire, by the unmodified client --------------------------------------------------------------------


class Stock:
    """What the unmodified client's users do: keep the last page's timestamp, and go on from it; never a step back."""

    def __init__(self, keys: Keys, base: str) -> None:
        self.api = StopNCIIAPI(keys.subscription_key, keys.fetch_key, base_url_override=base)
        self.start = StopNCIIAPI.DEFAULT_START_TIME
        self.held: dict[str, str] = {}

    def pages(self, *, stop_after: int = 10**6) -> Iterator[None]:
        for number, page in enumerate(self.api.fetch_hashes_iter(start_timestamp=self.start), 1):
            assert page.nextSetTimestamp >= self.start, "checkpoint time rewound?"
            self.held |= {record.hashValue: record.hashStatus.value for record in page.hashRecords}
            self.start = page.nextSetTimestamp
            yield
            if number == stop_after:
                return

    def fetch(self) -> None:
        for _ in self.pages():
            pass

    @property
    def active(self) -> set[str]:
        return {value for value, status in self.held.items() if status == "Active"}


@pytest.fixture
def stock(live_server, monkeypatch: pytest.MonkeyPatch) -> Callable[[Keys], Stock]:
    original = StopNCIIAPI.fetch_hashes
    monkeypatch.setattr(StopNCIIAPI, "fetch_hashes", lambda self, **how: original(self, page_size=3, **how))
    return lambda keys: Stock(keys, f"{live_server.url}/exchange/v1")


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Set the exchange's clock, by which it stamps what it publishes."""
    monkeypatch.setattr("leeward.industry.exchange.stopncii.timezone.now", lambda: moment)


@pytest.mark.parametrize("late", [timedelta(minutes=5), timedelta(0), -timedelta(hours=3)], ids=str)
@pytest.mark.parametrize("says_so", [True, False], ids=["after-restore", "nobody says so"])
def test_the_stock_client_is_given_all_that_is_new(
    alpha: Keys, beta: Keys, stock, monkeypatch: pytest.MonkeyPatch, *, says_so: bool, late: timedelta
) -> None:
    """Also where the machine on which it is restored has a clock that is behind, so that stamps were given already."""
    now = timezone.now()
    at(monkeypatch, now)
    first, second = stock(alpha), stock(beta)
    gone = protect(picture("gone"))
    first.fetch()
    second.fetch()
    back_up = BackUp.take()
    for step in range(4):
        at(monkeypatch, now + timedelta(seconds=60 * step))
        protect(*(picture(f"lost {step} {number}") for number in range(4)))
        first.fetch()
        second.fetch()
    back_up.restore()
    at(monkeypatch, now + timedelta(minutes=3) + late)
    if says_so:
        begin_epoch(by=Actor.operator(), now=now + timedelta(minutes=3) + late)
    withdraw_submission(reference=gone, by=PERSON, now=now)
    protect(*(picture(f"new {number}") for number in range(7)))
    first.fetch()
    protect(picture("newer"))
    second.fetch()  # the other one has moved the stamps up already
    first.fetch()
    for client in (first, second):
        assert client.active >= active()
        assert client.held[pdq("gone/upright")] == "Withdrawn"
    for client in (first, second):  # and then each goes on as before, with nothing drawn twice
        client.held.clear()
        at(monkeypatch, now + timedelta(minutes=30))
        client.fetch()
        client.held.clear()
        client.fetch()
        assert client.held == {}


@pytest.mark.postgresql
def test_a_sweep_after_a_restore_that_is_cut_off_begins_again(
    alpha: Keys, stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    at(monkeypatch, now + timedelta(hours=2))
    client = stock(alpha)
    client.fetch()
    back_up = BackUp.take()
    protect(*(picture(f"lost {number}") for number in range(4)))
    at(monkeypatch, now + timedelta(hours=3))
    client.fetch()
    back_up.restore()
    at(monkeypatch, now)
    protect(*(picture(f"new {number}") for number in range(20)))
    for _ in client.pages(stop_after=2):
        pass
    assert not client.active >= active()
    client.fetch()
    assert client.active >= active()


@pytest.mark.parametrize("moved", ["another history", "ahead"])
def test_a_page_token_of_another_history_lets_the_stock_client_begin_its_sweep_again(
    alpha: Keys, stock, monkeypatch: pytest.MonkeyPatch, *, moved: str
) -> None:
    now = timezone.now()
    protect(*(picture(number) for number in range(12)))
    client = stock(alpha)
    client.fetch()
    at(monkeypatch, now + timedelta(minutes=1))
    client.fetch()
    back_up = BackUp.take()
    protect(*(picture(f"lost {number}") for number in range(12)))
    sweep = client.pages()
    next(sweep)
    next(sweep)
    back_up.restore()
    if moved == "another history":
        begin_epoch(by=Actor.operator(), now=timezone.now())
    protect(picture("new"))
    with pytest.raises(requests.HTTPError, match="410"):
        next(sweep)
    client.fetch()
    assert client.active >= active()


@pytest.mark.postgresql
def test_a_start_ahead_of_the_feed_acknowledges_nothing(alpha: Keys, live_server) -> None:
    sent = {"x-functions-key": alpha.fetch_key, "Ocp-Apim-Subscription-Key": alpha.subscription_key}
    sent |= {"Leeward-Client": "hashmatch/1; honours-withdrawals"}

    def poll(start: int) -> dict[str, Any]:
        address = f"{live_server.url}/exchange/v1/FetchHashes"
        found: dict[str, Any] = requests.get(address, params={"startTimestamp": start}, headers=sent, timeout=60).json()
        return found

    reference = protect(picture("a"))
    start = poll(10)["nextSetTimestamp"]
    withdraw_submission(reference=reference, by=PERSON, now=timezone.now())
    ahead = start + 3_600
    page = poll(ahead)
    assert Withdrawal.objects.get().acknowledged_at is None
    assert {record["hashStatus"] for record in page["hashRecords"]} == {"Active", "Withdrawn"}
    assert page["nextSetTimestamp"] == ahead
    page = poll(ahead)
    assert Withdrawal.objects.get().acknowledged_at is not None, "it came back with what we had given it"
    assert page["hashRecords"] == []
    protect(picture("b"))
    assert pdq("b/upright") in {record["hashValue"] for record in poll(ahead)["hashRecords"]}


@pytest.mark.postgresql
def test_no_platform_moves_the_stamps_further_than_a_day(alpha: Keys, live_server) -> None:
    api = StopNCIIAPI(alpha.subscription_key, alpha.fetch_key, base_url_override=f"{live_server.url}/exchange/v1")
    most = int(timezone.now().timestamp()) + START_AHEAD_SECONDS
    assert api.fetch_hashes(start_timestamp=most).nextSetTimestamp == most
    with pytest.raises(requests.HTTPError, match="400"):
        api.fetch_hashes(start_timestamp=most + 60)


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_command_says_who_begins_again_and_what_is_left_to_do(alpha: Keys, beta: Keys, capsys) -> None:
    call(alpha, "hashes")
    sent = {"x-functions-key": beta.fetch_key, "Ocp-Apim-Subscription-Key": beta.subscription_key}
    assert Client().get("/exchange/v1/FetchHashes", headers=sent).status_code == 200
    before, ahead = FeedState.objects.get().epoch, int(timezone.now().timestamp()) + 800 * 86_400
    call_command("after_restore", "--last-stamp", str(ahead))
    told = capsys.readouterr().out
    assert "by themselves: Alpha." in told
    assert "by time, and are given what they lack: Beta." in told
    assert FeedState.objects.get().epoch != before
    protect(picture("a"))
    publish_pending(now=timezone.now())
    assert (Entry.objects.get(value=pdq("a/upright")).stamped_at or 0) > ahead
    assert AuditEvent.objects.get(verb="bank.feed_begun_again").actor_kind == "operator"


# --- the rules ------------------------------------------------------------------------------------------------------


@given(st.integers(0, 50), st.integers(0, 50), st.booleans())
def test_a_place_is_known_lost_or_of_another_history(place: int, end: int, same: bool) -> None:  # noqa: FBT001
    one = FeedPlace(epoch="one", sequence=place)
    other = FeedPlace(epoch="one" if same else "two", sequence=end)
    assert one.is_known_to(other) == (same and place <= end)
    assert one.is_lost_by(other) == (same and place > end)
    assert FeedPlace().is_known_to(other)


@given(st.integers(0, 100), st.integers(0, 100))
def test_stamps_only_ever_move_on(stamp: int, after: int) -> None:
    moved = Stamping(last_sequence=3, stamp=stamp, rows_at_stamp=2).after(after)
    assert moved.stamp == max(stamp, after)
    assert moved.last_sequence == 3
    assert moved.rows_at_stamp == (0 if after > stamp else 2)


@pytest.mark.parametrize(
    ("start", "given_before", "ours"), [(10, 0, True), (50, 50, True), (51, 50, True), (52, 50, False)]
)
def test_which_starts_are_ours(*, start: int, given_before: int, ours: bool) -> None:
    assert is_start_of_ours(start, given=given_before) is ours
