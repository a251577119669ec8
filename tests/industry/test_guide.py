"""The guide for platforms says what the code does: every code, status, limit and term in it is read from the code."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hashmatch.blind import ELEMENTS_MOST, MARK_BITS, MARK_LABEL, OUTPUT_BYTES

from leeward.industry.bank.rules import ACKNOWLEDGE_WITHIN, CANARIES_PER_PLATFORM, SUSPEND_AFTER
from leeward.industry.exchange import errors
from leeward.industry.exchange.api import mounted
from leeward.industry.exchange.rules import (
    BLIND_ELEMENTS_PER_MINUTE,
    BLIND_EPOCH_LASTS,
    BLIND_REPEATS_REFUSED_FOR,
    BUCKET_LEAST,
    IN_REVIEW_TAG,
    ITEMS_PER_BODY,
    OWN_NAME,
    PAGE_SIZE_DEFAULT,
    PAGE_SIZE_MOST,
    REQUESTS_PER_MINUTE,
    TOKEN_LIFETIME,
    VERIFIED_TAG,
)
from leeward.industry.platforms.rules import KEYS_OVERLAP

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")
BLIND = (Path(__file__).resolve().parents[2] / "docs" / "blind.md").read_text(encoding="utf-8")
REFUSALS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.ExchangeError) and kind is not errors.ExchangeError
]


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.code)
def test_each_refusal_stands_beside_its_status(kind: type[errors.ExchangeError]) -> None:
    [row] = [line for line in GUIDE.splitlines() if line.startswith("|") and f"`{kind.code}`" in line]
    assert str(kind.status.value) in row.split("|")[1]


def test_no_code_is_made_up() -> None:
    table = GUIDE[GUIDE.index("| status | codes |") :]
    named = set(re.findall(r"`([a-z_]+)`", table[: table.index("\n\n")]))
    assert named == {kind.code for kind in REFUSALS}


@pytest.mark.parametrize(
    "said",
    [
        f"over {REQUESTS_PER_MINUTE:,} a minute",
        f"1 to {PAGE_SIZE_MOST:,}, {PAGE_SIZE_DEFAULT} where",
        f"at most {ITEMS_PER_BODY:,} items",
        f"good for {TOKEN_LIFETIME.days * 24} hours",
        f"You have {ACKNOWLEDGE_WITHIN // timedelta(hours=1)} hours",
        {14: "Fourteen days after the deadline"}[SUSPEND_AFTER.days],
        {7: "seven more days"}[KEYS_OVERLAP.days],
        VERIFIED_TAG,
        IN_REVIEW_TAG,
        f"source `{OWN_NAME}`",
    ],
)
def test_the_limits_are_those_of_the_code(said: str) -> None:
    assert said in " ".join(GUIDE.split())


@pytest.mark.parametrize(
    "said",
    [
        f"at least {BUCKET_LEAST} known digests",
        f"at most {ELEMENTS_MOST} in a call",
        f"outputs of {OUTPUT_BYTES} bytes",
        f"more than {BLIND_ELEMENTS_PER_MINUTE:,} elements in a minute",
        {7: "An epoch lasts seven days"}[BLIND_EPOCH_LASTS.days],
        {2: "answered in the last two minutes"}[BLIND_REPEATS_REFUSED_FOR // timedelta(minutes=1)],
        {3: "three outputs for each block"}[CANARIES_PER_PLATFORM],
        f"`{MARK_LABEL.rstrip(bytes(1)).decode()}`, a zero byte",
        "first two bytes, big-endian" if MARK_BITS == 16 else "",
        "(`libsodium23` of Debian)",
    ],
)
def test_the_page_on_blind_checks_says_the_limits_of_the_code(said: str) -> None:
    assert said
    assert said in " ".join(BLIND.split())


def test_every_address_is_named() -> None:
    for route in mounted():
        assert route in GUIDE
