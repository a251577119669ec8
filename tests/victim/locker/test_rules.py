"""Rules of the locker: entries as text, chains of custody that break where they were touched, commitments, ends."""

import hashlib
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.stamps.rules.commitments import commit
from leeward.victim.locker.errors import CustodyBroken
from leeward.victim.locker.rules.custody import (
    CustodyKind,
    Event,
    first_previous,
    gives_commitment,
    head_of,
    verify_chain,
)
from leeward.victim.locker.rules.entries import Entry, EntryKind, Writer, Written
from leeward.victim.locker.rules.keeping import end_of, is_ending, may_show_until
from leeward.victim.locker.rules.witness import choose_watched, write_monitor
from leeward.victim.portal.rules.witness import Observation, Observed
from tests.victim.locker.keeper import ENTRY

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ITEM = uuid.UUID("6f1f2f9e-8a55-4f0b-9d1c-1d2f3a4b5c6d")
LATER = [kind for kind in CustodyKind if kind is not CustodyKind.ADDED]


def test_an_entry_comes_back_from_its_text_and_says_something() -> None:
    assert Entry.from_text(ENTRY.to_text()) == ENTRY
    assert ENTRY.says_something
    assert not Entry().says_something
    assert not Entry(kind=EntryKind.THREAT).says_something
    assert Entry(on=date(2026, 1, 1)).says_something


def test_what_was_seen_is_written_in_the_order_of_time_and_no_cell_is_a_formula() -> None:
    look = Observation(at=NOW, what="looked", who="staff", result="gone", why="person")
    wrong = replace(look, at=NOW + timedelta(hours=1), what="corrected", result="seen_gone", why="2026-11-24T12:00:00Z")
    answer = replace(look, at=NOW - timedelta(hours=1), what="answered", who="site", result="removed", why="")
    place = Observed(number=3, address="=1+1", looks=(look,), answers=(wrong, answer))
    rows = write_monitor(choose_watched([place]), [place]).decode().splitlines()
    assert rows[1:] == [
        "3,'=1+1,2026-11-24T11:00:00Z,answered,site,removed,,",
        "3,'=1+1,2026-11-24T12:00:00Z,looked,staff,gone,person,",
        "3,'=1+1,2026-11-24T13:00:00Z,corrected,staff,seen_gone,2026-11-24T12:00:00Z,",
    ]


def test_a_version_is_digested_as_it_stands() -> None:
    written = Written(text=Entry(words="é").to_text(), at=NOW, writer=Writer.PERSON, salt="00" * 32)
    raw = written.text.encode()
    assert (written.digest, written.size) == (hashlib.sha256(raw).hexdigest(), len(raw))
    assert Written.from_text(written.to_text()) == written


# --- custody ----------------------------------------------------------------------------------------------------------


def chain(kinds: list[CustodyKind], *, item: uuid.UUID = ITEM, hours: list[int] | None = None) -> list[str]:
    texts: list[str] = []
    at = NOW
    for number, kind in enumerate([CustodyKind.ADDED, *kinds], start=1):
        at += timedelta(hours=hours[number - 2] if hours and number > 1 else 1)
        previous = head_of(texts[-1]) if texts else first_previous(item)
        event = Event(number=number, kind=kind, at=at, who="person", previous=previous, salt=f"{number:064x}")
        texts.append(event.to_text())
    return texts


@given(st.lists(st.sampled_from(LATER), max_size=12))
def test_a_chain_is_whole_as_it_was_written(kinds: list[CustodyKind]) -> None:
    events = verify_chain(ITEM, chain(kinds))
    assert [each.kind for each in events] == [CustodyKind.ADDED, *kinds]


@given(st.data())
def test_whatever_is_touched_breaks_the_chain(data: st.DataObject) -> None:
    texts = chain(data.draw(st.lists(st.sampled_from(LATER), min_size=2, max_size=10)))
    place = data.draw(st.integers(0, len(texts) - 2))
    event = Event.from_text(texts[place])
    touched = {
        "taken out": [*texts[:place], *texts[place + 1 :]],
        "twice": [*texts[: place + 1], *texts[place:]],
        "swapped": [*texts[:place], texts[place + 1], texts[place], *texts[place + 2 :]],
        "moved in time": [*texts[:place], replace(event, at=event.at - timedelta(1)).to_text(), *texts[place + 1 :]],
        "another": [*texts[:place], replace(event, who="team:desk").to_text(), *texts[place + 1 :]],
        "a letter": [*texts[:place], texts[place] + " ", *texts[place + 1 :]],
        "no text": [*texts[:place], "[]", *texts[place + 1 :]],
    }
    for name, wrong in touched.items():
        with pytest.raises(CustodyBroken):
            pytest.fail(f"{name}: {verify_chain(ITEM, wrong)}")


def test_a_chain_is_of_one_entry_begins_once_and_never_goes_back() -> None:
    texts = chain([CustodyKind.SHOWN])
    with pytest.raises(CustodyBroken, match="event 1"):
        verify_chain(uuid.uuid4(), texts)
    with pytest.raises(CustodyBroken):
        verify_chain(ITEM, [])
    with pytest.raises(CustodyBroken, match="event 2"):
        verify_chain(ITEM, chain([CustodyKind.ADDED]))
    with pytest.raises(CustodyBroken, match=r"event 2.*older"):
        verify_chain(ITEM, chain([CustodyKind.SHOWN], hours=[-1]))


def test_every_head_is_committed_to_but_that_which_says_so() -> None:
    assert [kind for kind in CustodyKind if not gives_commitment(kind)] == [CustodyKind.STAMPED]


def test_a_commitment_is_the_digest_that_the_pages_for_courts_name() -> None:
    salt, digest = bytes(range(32)), hashlib.sha256(b"words").hexdigest()
    at = datetime(2026, 11, 24, 12, 0, 7, 999_999, tzinfo=UTC)
    raw = salt + bytes.fromhex(digest) + (5).to_bytes(8, "big") + int(at.timestamp()).to_bytes(8, "big")
    made = commit(salt=salt, digest=digest, size=5, at=at)
    assert made == hashlib.sha256(raw).digest()
    assert len({made, *(commit(salt=salt, digest=digest, size=5 + n, at=at) for n in (1, 2))}) == 3
    for wrong in ({"salt": b"short"}, {"digest": "00"}):
        with pytest.raises(ValueError, match="32"):
            commit(**{"salt": salt, "digest": digest, "size": 5, "at": at, **wrong})


# --- keeping ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "years", "end"),
    [
        (datetime(2026, 11, 24, tzinfo=UTC), 1, date(2027, 12, 1)),
        (datetime(2026, 12, 31, tzinfo=UTC), 1, date(2028, 1, 1)),
        (datetime(2026, 1, 1, tzinfo=UTC), 10, date(2036, 2, 1)),
        (datetime(2028, 2, 29, tzinfo=UTC), 5, date(2033, 3, 1)),
    ],
)
def test_a_locker_is_kept_for_whole_years_at_least_and_to_the_month(now: datetime, years: int, end: date) -> None:
    assert end_of(years, now=now) == end


def test_the_end_is_said_three_months_before() -> None:
    assert is_ending(date(2027, 2, 22), now=NOW)
    assert not is_ending(date(2027, 2, 23), now=NOW)


def test_an_entry_is_shown_until_a_day_that_comes_and_for_a_year_at_most() -> None:
    today = NOW.date()
    assert may_show_until(today, today=today)
    assert may_show_until(today + timedelta(days=366), today=today)
    assert not may_show_until(today - timedelta(days=1), today=today)
    assert not may_show_until(today + timedelta(days=367), today=today)
