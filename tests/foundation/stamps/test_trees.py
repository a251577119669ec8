"""The tree of an hour: proofs from 1 to 1,000 commitments, held against another tool, and a form that tells nothing."""

import os
import random
import statistics
from datetime import UTC, datetime, timedelta

import aics_tlog
import pytest

from leeward.foundation.notary.rules.trees import hash_leaf
from leeward.foundation.stamps.rules.commitments import commit
from leeward.foundation.stamps.rules.trees import LEAST, is_in, mix, prove, root_of
from tests.depth import DEEP

CHANCE = random.Random(64)
SIZES = range(1, 1_001) if DEEP else (1, 2, 63, 64, 65, 127, 128, 129, 500, 512, 513, 1_000)


@pytest.mark.parametrize("count", SIZES)
def test_each_commitment_of_an_hour_is_proven_and_no_other(count: int) -> None:
    commitments = [os.urandom(32) for _ in range(count)]
    leaves = mix(commitments)
    root, size = root_of(leaves), len(leaves)
    assert set(commitments) <= set(leaves)
    assert size >= max(LEAST, count)
    assert size & (size - 1) == 0
    assert root == aics_tlog.MerkleTree(list(leaves)).root()
    for each in commitments if DEEP or count <= 10 else CHANCE.sample(commitments, 5):
        index = leaves.index(each)
        beside = prove(leaves, index)
        assert is_in(each, index=index, beside=beside, root=root)
        assert aics_tlog.verify_inclusion(hash_leaf(each), index, size, list(beside), root)
        assert not is_in(each, index=index ^ 1, beside=beside, root=root)
        assert not is_in(each, index=index + size, beside=beside, root=root)
        assert not is_in(each, index=index, beside=beside[:-1], root=root)
        assert not is_in(os.urandom(32), index=index, beside=beside, root=root)
        at = CHANCE.randrange(len(beside))
        changed = bytes([beside[at][0] ^ 1]) + beside[at][1:]
        assert not is_in(each, index=index, beside=(*beside[:at], changed, *beside[at + 1 :]), root=root)
    assert not is_in(commitments[0], index=0, beside=(), root=root)


def test_an_hour_with_none_looks_like_one_with_fifty() -> None:
    """As many leaves of 32 bytes, and a commitment may stand anywhere among them."""
    none, fifty = mix([]), mix([os.urandom(32) for _ in range(50)])
    assert [len(each) for each in none] == [len(each) for each in fifty] == [32] * LEAST
    one = os.urandom(32)
    places = [mix([one]).index(one) for _ in range(400)]
    assert len(set(places)) > LEAST // 2
    assert LEAST * 0.35 < statistics.mean(places) < LEAST * 0.65


def test_a_commitment_depends_on_all_that_it_is_of_and_has_its_written_form() -> None:
    at, digest = datetime(2026, 11, 28, 12, 0, 0, 999_999, tzinfo=UTC), "ab" * 32
    value = commit(salt=bytes(32), digest=digest, size=5, at=at)
    assert value.hex() == "f91910178141c8ba6c39beec7bb09f4f12bca51bb930139ddac521e42ef494a5"
    others = [
        commit(salt=bytes(31) + b"\1", digest=digest, size=5, at=at),
        commit(salt=bytes(32), digest="ac" * 32, size=5, at=at),
        commit(salt=bytes(32), digest=digest, size=6, at=at),
        commit(salt=bytes(32), digest=digest, size=5, at=at + timedelta(seconds=1)),
    ]
    assert len({value, *others}) == 5
    for salt, wrong in ((bytes(31), digest), (bytes(32), "ab")):
        with pytest.raises(ValueError, match="A salt has 32 bytes"):
            commit(salt=salt, digest=wrong, size=1, at=at)
