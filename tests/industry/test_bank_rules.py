"""The bank's decisions, for every input that a machine can think of."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hashmatch.variants import VARIANTS, Level
from hypothesis import given
from hypothesis import strategies as st

from leeward.industry.bank.errors import MalformedHash, MalformedPicture
from leeward.industry.bank.rules import (
    DIGITS,
    HASHES_PER_IMAGE,
    REMOVAL_VALUES,
    ROWS_PER_STAMP,
    Answer,
    AnswerState,
    DenyList,
    FeedbackValue,
    HashType,
    MediaKind,
    NewHash,
    NewPicture,
    RefusalReason,
    RemovalRequest,
    Stamping,
    Tier,
    answer_after_withdrawal,
    answer_while_active,
    check_hash,
    check_picture,
    expiry,
    is_plain,
    judge,
    nearer_variant,
    refusal_reason,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
VALUES = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")
MOMENTS = st.integers(0, 10_000).map(lambda minutes: NOON + timedelta(minutes=minutes))
ANSWERS = st.lists(st.builds(Answer, value=st.sampled_from(FeedbackValue), since=MOMENTS), max_size=6)


@given(st.sampled_from(HashType), st.text(max_size=70))
def test_only_lower_case_hexadecimal_of_the_right_length_is_a_hash(hash_type: HashType, text: str) -> None:
    is_hash = len(text) == DIGITS[hash_type] and set(text) <= set("0123456789abcdef")
    if is_hash:
        check_hash(NewHash(hash_type=hash_type, value=text))
    else:
        with pytest.raises(MalformedHash):
            check_hash(NewHash(hash_type=hash_type, value=text))


@pytest.mark.parametrize("digits", ["A" * 64, "١" * 64, "a" * 63 + "\n", "a" * 63 + "\0", "0x" + "a" * 62])
def test_what_looks_like_hexadecimal_is_not_enough(digits: str) -> None:
    with pytest.raises(MalformedHash):
        check_hash(NewHash(hash_type=HashType.PDQ, value=digits))


@pytest.mark.parametrize(
    ("kind", "hashes"),
    [
        (MediaKind.IMAGE, ()),
        (MediaKind.IMAGE, (NewHash(hash_type=HashType.VIDEO_MD5, value="a" * 32),)),
        (MediaKind.VIDEO, (NewHash(hash_type=HashType.MD5, value="a" * 32),)),
        (MediaKind.IMAGE, (NewHash(hash_type=HashType.PDQ, value="a" * 64, variant="frame"),)),
        (MediaKind.IMAGE, (NewHash(hash_type=HashType.SHA256, value="a" * 64),) * (HASHES_PER_IMAGE + 1)),
    ],
)
def test_hashes_that_cannot_be_of_one_picture_are_refused(kind: MediaKind, hashes: tuple[NewHash, ...]) -> None:
    with pytest.raises(MalformedPicture):
        check_picture(NewPicture(kind=kind, hashes=hashes))


@given(VALUES, VALUES)
def test_the_deny_list_agrees_with_counting_bits(listed: str, asked: str) -> None:
    near = (int(listed, 16) ^ int(asked, 16)).bit_count() <= 31
    found = DenyList([(HashType.PDQ, listed)]).denied([(HashType.PDQ, asked)])
    assert found == ({(HashType.PDQ, asked)} if near else set())


@given(VALUES, st.sets(st.integers(0, 255), max_size=40))
def test_the_deny_list_finds_what_is_up_to_31_bits_away(listed: str, flipped: set[int]) -> None:
    asked = f"{int(listed, 16) ^ sum(1 << bit for bit in flipped):064x}"
    found = DenyList([(HashType.PDQ, "f" * 64), (HashType.PDQ, listed)]).denied([(HashType.PDQ, asked)])
    assert bool(found) == (len(flipped) <= 31 or asked.count("f") > 60)


def test_the_deny_list_takes_other_types_exactly_and_may_be_empty() -> None:
    listed = DenyList([(HashType.MD5, "a" * 32)])
    assert listed.denied([(HashType.MD5, "a" * 32), (HashType.VIDEO_MD5, "a" * 32)]) == {(HashType.MD5, "a" * 32)}
    assert DenyList([]).denied([(HashType.PDQ, "a" * 64)]) == set()


def test_what_cannot_stand_for_a_picture_is_refused() -> None:
    usable = "0f" * 32
    assert refusal_reason(NewHash(hash_type=HashType.PDQ, value=usable, quality=50)) is None
    assert refusal_reason(NewHash(hash_type=HashType.PDQ, value=usable, quality=None)) is None
    assert refusal_reason(NewHash(hash_type=HashType.PDQ, value=usable, quality=49)) is RefusalReason.LOW_QUALITY
    assert refusal_reason(NewHash(hash_type=HashType.PDQ, value="0" * 64)) is RefusalReason.TOO_PLAIN
    assert refusal_reason(NewHash(hash_type=HashType.MD5, value="0" * 32)) is None
    assert is_plain("f" * 64)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2999, 1, 1)))
def test_a_submission_ends_two_years_on_the_same_day(opened_on: date) -> None:
    ends = expiry(opened_on)
    assert ends.year == opened_on.year + 2
    assert ends.month == opened_on.month
    assert ends.day == opened_on.day or (opened_on.month, opened_on.day, ends.day) == (2, 29, 28)


@given(st.sampled_from(VARIANTS), st.sampled_from(VARIANTS))
def test_the_nearer_of_two_variants_does_not_depend_on_their_order(first: str, second: str) -> None:
    assert nearer_variant(first, second) == nearer_variant(second, first)
    assert nearer_variant("upright", second) == "upright"


@given(ANSWERS, st.none() | MOMENTS)
def test_nothing_in_review_is_verified(answers: list[Answer], confirmed_at: datetime | None) -> None:
    standing = judge(confirmed_at=confirmed_at, answers=answers)
    assert not (standing.in_review and standing.tier is Tier.VERIFIED)
    assert standing == judge(confirmed_at=confirmed_at, answers=reversed(answers))


def test_who_is_believed() -> None:
    blocked = Answer(value=FeedbackValue.BLOCKED, since=NOON)
    against = Answer(value=FeedbackValue.NOT_BLOCKED, since=NOON)
    pending = Answer(value=FeedbackValue.PENDING_REVIEW, since=NOON)
    after, before = NOON + timedelta(hours=1), NOON - timedelta(hours=1)
    assert judge(confirmed_at=None, answers=[blocked, pending, pending]).tier is Tier.SUBMITTED
    assert judge(confirmed_at=None, answers=[blocked, blocked]).tier is Tier.VERIFIED
    assert judge(confirmed_at=None, answers=[blocked, blocked, against]).in_review
    assert judge(confirmed_at=before, answers=[]).tier is Tier.VERIFIED
    assert judge(confirmed_at=before, answers=[against]).in_review, "an answer after the confirmation reopens it"
    assert judge(confirmed_at=after, answers=[against]).tier is Tier.VERIFIED, "a confirmation settles answers before"


@given(answers=ANSWERS, drawn=st.booleans())
def test_the_most_telling_answer_is_shown(*, answers: list[Answer], drawn: bool) -> None:
    state, since = answer_while_active(drawn=drawn, answers=answers)
    values = {answer.value for answer in answers}
    if FeedbackValue.BLOCKED in values:
        assert state is AnswerState.BLOCKED
        assert since == min(answer.since for answer in answers if answer.value is FeedbackValue.BLOCKED)
    elif FeedbackValue.PENDING_REVIEW in values:
        assert state is AnswerState.PENDING_REVIEW
    elif FeedbackValue.NOT_BLOCKED in values:
        assert state is AnswerState.NOT_BLOCKED
    elif drawn or not values & REMOVAL_VALUES:
        assert (state, since) == (AnswerState.WATCHING if drawn else AnswerState.NOT_YET, None)
    else:
        assert state is AnswerState.DROPPED
        assert since in {answer.since for answer in answers}


REQUESTS = st.lists(
    st.builds(
        RemovalRequest,
        asked_at=st.just(NOON),
        due_at=MOMENTS.map(lambda moment: moment + timedelta(minutes=1)),
        acknowledged_at=st.none() | MOMENTS,
        stale_at=st.none() | MOMENTS,
    ),
    max_size=4,
)


@given(REQUESTS, MOMENTS)
def test_removal_is_done_only_when_every_hash_is_dropped(requests: list[RemovalRequest], now: datetime) -> None:
    told = answer_after_withdrawal(requests, now=now)
    if not requests:
        assert told is None
        return
    assert told is not None
    is_done = all(request.acknowledged_at and not request.stale_at for request in requests)
    assert (told[0] is AnswerState.REMOVAL_DONE) == is_done
    late = any(request.acknowledged_at is None and request.due_at < now for request in requests)
    if late or any(request.stale_at for request in requests):
        assert told[0] is AnswerState.STALE


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, ROWS_PER_STAMP * 2)), max_size=20))
def test_stamps_never_go_back_and_never_carry_too_much(steps: list[tuple[int, int]]) -> None:
    stamping = Stamping(last_sequence=0, stamp=0, rows_at_stamp=0)
    carried: dict[int, int] = {}
    for clock, wanted in steps:
        left = wanted
        while left:
            before = stamping.stamp
            stamping = stamping.room(now_seconds=clock)
            assert stamping.stamp >= max(before, clock)
            part = min(left, stamping.space)
            assert part > 0
            stamping = stamping.given(part)
            carried[stamping.stamp] = carried.get(stamping.stamp, 0) + part
            left -= part
    assert all(count <= ROWS_PER_STAMP for count in carried.values())
    assert stamping.last_sequence == sum(wanted for _, wanted in steps)


def test_levels_hold_each_other() -> None:
    for lower, higher in zip(list(Level), list(Level)[1:], strict=False):
        assert set(lower.variants) < set(higher.variants)
