"""Partner (c)'s desk decides as a platform should: look before showing, look back, answer, and forget."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hashmatch.blind.checking import BlindChecker
from hashmatch.digests import digest_file
from hashmatch.feed import FeedClient, Keys

from demo.cast import found_nook
from demo.partners.desk import MODERATOR_SECONDS, Desk, Match, State, UploadHashes
from demo.partners.nook import check_new
from demo.partners.site import NOTES
from leeward.industry.bank.models import Submission
from leeward.industry.exchange.blind import prepare_blind_list
from leeward.industry.platforms.queries import find_partner_by_name
from tests.industry.bridge import Bridge

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HASHES = UploadHashes(pdq="0f" * 32, md5="ab" * 16, quality=90)
ENTRY = "0e" * 32


class Bank:
    """An exchange in memory: what is found is set by the test, what was answered is kept for it."""

    def __init__(self) -> None:
        self.matches: tuple[Match, ...] = ()
        self.answers: list[tuple[str, str]] = []

    def find(self, hashes: UploadHashes) -> tuple[Match, ...]:
        return self.matches if hashes == HASHES else ()

    def answer(self, hashes: Iterable[str], value: str) -> None:
        self.answers += [(value, entry) for entry in hashes]


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def desk(tmp_path: Path, bank: Bank) -> Desk:
    return Desk(tmp_path / "posts", bank)


def _upload(desk: Desk, *, now: datetime = NOW) -> str:
    return desk.take_upload(content=b"a photo", suffix=".jpg", hashes=HASHES, now=now).id


def test_an_unknown_photo_is_shown_at_once(desk: Desk) -> None:
    post = _upload(desk)
    file = desk.picture(post)
    assert file is not None
    assert file.read_bytes() == b"a photo"


def test_a_submitted_match_is_hidden_and_queued_for_a_person(desk: Desk, bank: Bank) -> None:
    bank.matches = (Match(hash=ENTRY, family="a", distance=4, verified=False),)
    post = _upload(desk)
    assert desk.picture(post) is None
    assert [held.id for held in desk.posts(State.HELD)] == [post]
    assert bank.answers == [("PendingReview", ENTRY)]


def test_a_verified_match_is_blocked_at_once_and_the_file_is_gone(desk: Desk, bank: Bank, tmp_path: Path) -> None:
    bank.matches = (Match(hash=ENTRY, family="a", distance=4, verified=True),)
    _upload(desk)
    assert bank.answers == [("Blocked", ENTRY)]
    assert not list((tmp_path / "posts").glob("*.jpg"))


def test_what_was_published_is_found_when_the_bank_learns_of_it(desk: Desk, bank: Bank) -> None:
    post = _upload(desk)
    bank.matches = (Match(hash=ENTRY, family="a", distance=0, verified=False),)
    desk.check_published(now=NOW)
    assert desk.picture(post) is None


def test_the_scripted_moderator_waits_and_then_blocks_and_copies_stay_out(desk: Desk, bank: Bank) -> None:
    bank.matches = (Match(hash=ENTRY, family="a", distance=0, verified=False),)
    _upload(desk)
    desk.let_moderator_answer(now=NOW + timedelta(seconds=MODERATOR_SECONDS - 1))
    assert desk.posts(State.BLOCKED) == []
    desk.let_moderator_answer(now=NOW + timedelta(seconds=MODERATOR_SECONDS))
    assert len(desk.posts(State.BLOCKED)) == 1
    mirrored = "e0" * 32
    bank.matches = (Match(hash=mirrored, family="a", distance=0, verified=False),)
    _upload(desk)
    assert len(desk.posts(State.BLOCKED)) == 2
    assert bank.answers[-1] == ("Blocked", mirrored)


def test_what_a_person_put_back_stays_up(desk: Desk, bank: Bank) -> None:
    bank.matches = (Match(hash=ENTRY, family="a", distance=0, verified=False),)
    post = _upload(desk)
    desk.keep_up(post, now=NOW)
    desk.check_published(now=NOW)
    assert desk.picture(post) is not None
    assert bank.answers == [("PendingReview", ENTRY), ("NotBlocked", ENTRY)]


def test_a_withdrawal_frees_what_was_held_and_forgets_what_was_blocked(desk: Desk, bank: Bank) -> None:
    bank.matches = (Match(hash=ENTRY, family="a", distance=0, verified=False),)
    blocked, held = _upload(desk), ""
    desk.block(blocked, now=NOW)
    bank.matches = (Match(hash="0d" * 32, family="b", distance=1, verified=False),)
    held = _upload(desk)
    bank.matches = ()
    desk.forget_withdrawn(now=NOW)
    assert desk.posts(State.BLOCKED) == []
    assert desk.picture(held) is not None


def test_decisions_outlive_a_restart(desk: Desk, bank: Bank, tmp_path: Path) -> None:
    bank.matches = (Match(hash=ENTRY, family="a", distance=0, verified=False),)
    _upload(desk)
    assert Desk(tmp_path / "posts", bank).posts(State.HELD) == desk.posts(State.HELD)


ROOT = Path(__file__).parents[2]
GUIDES = ("docs/exchange.md", "docs/matching.md", "hashmatch/python/README.md")
TELLS = re.compile(
    r"asked for|asks for|protect|list|hash|fingerprint|match|victim|report|complain|leeward|exchange", re.I
)


@pytest.mark.parametrize("said", sorted(NOTES))
def test_the_made_up_partner_tells_an_uploader_nothing_of_a_person_who_asked(said: str) -> None:
    assert not TELLS.search(NOTES[said])


@pytest.mark.parametrize("guide", GUIDES)
def test_each_guide_for_partners_gives_the_words_that_the_made_up_one_uses(guide: str) -> None:
    text = " ".join((ROOT / guide).read_text().replace("\n> ", " ").split())
    assert NOTES["blocked"] in text
    assert re.search(r"never say|do not tell the uploader", text, re.I)


@pytest.mark.django_db
def test_the_small_platforms_one_picture_is_known_and_its_other_is_not(tmp_path: Path, settings: Any) -> None:
    settings.LEEWARD_SERVICE_KEYS, settings.LEEWARD_FOUNDING_KEY = tmp_path / "keys", tmp_path / "founding.key"
    for _ in range(2):  # safe to call again
        found_nook(tmp_path, now=NOW)
    assert Submission.objects.count() == 1
    home = tmp_path / "partners" / "nook"
    keys = json.loads((home / "keys.json").read_text(encoding="utf-8"))
    assert find_partner_by_name("Nook").without_list
    prepare_blind_list(now=timezone.now())
    with FeedClient("https://site", Keys(fetch_key=keys["fetch_key"]), session=Bridge(), attempts=1) as client:  # type: ignore[arg-type]
        files = [digest_file(home / "posts" / name) for name in ("known.png", "unknown.png")]
        assert [bool(one) for one in BlindChecker(client).check(files)] == [True, False]


def test_a_small_platforms_tool_is_started_where_a_picture_is_new_and_again_where_it_failed(tmp_path: Path) -> None:
    posts, runs = tmp_path / "posts", tmp_path / "runs"
    posts.mkdir()
    starts, fails = (["sh", "-c", f"echo >> {runs}; exit {code}"] for code in (0, 1))

    def count_after(call: list[str], settled: set[Path]) -> tuple[set[Path], int]:
        after = check_new(posts, call, settled=settled)
        return after, len(runs.read_text().splitlines()) if runs.exists() else 0

    assert count_after(starts, set()) == (set(), 0)  # nothing is there
    (posts / "one.png").touch()
    settled, times = count_after(fails, set())
    assert (settled, times) == (set(), 1)
    settled, times = count_after(starts, settled)
    assert times == 2
    assert count_after(starts, settled) == (settled, 2)
    (posts / "two.png").touch()
    assert count_after(starts, settled)[1] == 3
