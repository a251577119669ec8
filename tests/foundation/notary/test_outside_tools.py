"""Two verifiers that are not ours accept the log's proofs for 1 to 300 leaves, and refuse changed bits."""

import random
from collections.abc import Callable, Iterator

import aics_tlog
import pytest
from tlog_scales import tlog as scales
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey

from leeward.foundation.notary.errors import LogMismatch
from leeward.foundation.notary.rules.notes import VerifierKey, read_checkpoint
from leeward.foundation.notary.rules.trees import climb, hash_leaf
from leeward.foundation.notary.rules.verifying import verify_log
from tests.depth import DEEP
from tests.foundation.notary.made_up_log import KEY, leaf, served, tree

MOST = 300
CONTENTS = [leaf(number).content for number in range(MOST)]
CHANCE = random.Random(300)


def by_us(hashed: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    try:
        steps = list(climb(hashed, index=index, size=size, proof=proof))
    except ValueError:
        return False
    return (steps[-1].above if steps else hashed) == root


def by_aics(hashed: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    return aics_tlog.verify_inclusion(hashed, index, size, proof, root)


def by_scales(hashed: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    try:
        scales.InclusionProof(index, size, list(proof)).check(hashed, root)
    except scales.InclusionProofInvalid:
        return False
    return True


VERIFIERS: list[Callable[..., bool]] = [by_us, by_aics, by_scales]


def indexes(size: int) -> set[int]:
    """Which leaves of a log are proven: all in a deep run, of small ones and around a full tile."""
    every = set(range(size))
    if DEEP or size <= 20 or size in (255, 256, 257, MOST):
        return every
    return {0, size - 1, size // 2, *CHANCE.sample(sorted(every), 3)}


def each_flip(content: bytes) -> Iterator[bytes]:
    for at in range(len(content)):
        for bit in range(8):
            yield content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]


def test_both_accept_each_proof_that_a_leaf_is_in_the_log() -> None:
    proven = 0
    for size in range(1, MOST + 1):
        whole = tree(CONTENTS[:size])
        assert whole.root == aics_tlog.MerkleTree(CONTENTS[:size]).root()
        for index in indexes(size):
            for verify in VERIFIERS:
                assert verify(hash_leaf(CONTENTS[index]), index, size, whole.prove(index), whole.root), (size, index)
            proven += 1
    assert proven > 2 * MOST


def test_both_accept_that_a_log_goes_on_from_each_earlier_one() -> None:
    roots = [tree(CONTENTS[:size]).root for size in range(MOST + 1)]
    for size in range(1, MOST + 1):
        files = served(CONTENTS[:size])
        ours = aics_tlog.MemoryTileReader(files)
        theirs = TilesReader(_Served(files))
        theirs.set_size(size)
        for old in {1, size // 2 or 1, size - 1 or 1, CHANCE.randint(1, size)}:
            proof = aics_tlog.consistency_proof_from_tiles(ours, old, size)
            assert aics_tlog.verify_consistency(old, size, roots[old], roots[size], proof)
            scales.ConsistencyProof.check(theirs.get_consistency_proof(old, size), roots[old], roots[size])


def test_a_whole_log_passes_them_and_us() -> None:
    for size in (1, 2, 255, 256, 257, MOST):
        files = served(CONTENTS[:size])
        found = verify_log(files.__getitem__, keys=[KEY.verifier])
        assert [each.content for each in found.leaves] == CONTENTS[:size]
        note = aics_tlog.parse_note(files["checkpoint"])
        checked = aics_tlog.verify_checkpoint(note, aics_tlog.parse_vkey(KEY.verifier.text))
        assert checked.ok
        point = aics_tlog.parse_checkpoint(note.text)
        report = aics_tlog.verified.audit_tiles(aics_tlog.MemoryTileReader(files), point.size, point.root)
        assert report.size == size
        reader = TilesReader(_Served(files))
        reader.get_checkpoint().verify(Vkey.from_string(KEY.verifier.text))
        assert reader.calculate_root_hash() == point.root
        assert reader.get_entry(size - 1) == CONTENTS[size - 1]


def test_a_log_of_a_level_above_is_read_alike() -> None:
    """More leaves than one tile of the first level has hashes for."""
    contents = [b"%d" % number for number in range(66_000)]
    whole = tree(contents)
    assert whole.root == aics_tlog.MerkleTree(contents).root()
    for index in (0, 255, 256, 65_535, 65_536, 65_999):
        for verify in VERIFIERS:
            assert verify(hash_leaf(contents[index]), index, len(contents), whole.prove(index), whole.root)


@pytest.mark.parametrize("verify", VERIFIERS)
def test_each_changed_bit_of_a_proof_is_refused(verify: Callable[..., bool]) -> None:
    size, index = 257, 100
    whole = tree(CONTENTS[:size])
    hashed, proof, root = hash_leaf(CONTENTS[index]), list(whole.prove(index)), whole.root
    assert verify(hashed, index, size, proof, root)
    for changed in each_flip(CONTENTS[index]):
        assert not verify(hash_leaf(changed), index, size, proof, root)
    for changed in each_flip(root):
        assert not verify(hashed, index, size, proof, changed)
    for place, beside in enumerate(proof):
        for changed in each_flip(beside):
            assert not verify(hashed, index, size, [*proof[:place], changed, *proof[place + 1 :]], root)
    assert not verify(hashed, index + 1, size, proof, root)
    assert not verify(hashed, index, size, proof[:-1], root)
    assert not verify(hashed, index, size, [*proof, root], root)


def test_each_changed_bit_of_a_checkpoint_is_refused() -> None:
    note = served(CONTENTS[:9])["checkpoint"]
    theirs = aics_tlog.parse_vkey(KEY.verifier.text)
    for changed in each_flip(note):
        with pytest.raises((LogMismatch, UnicodeDecodeError)):
            read_checkpoint(changed.decode(), [KEY.verifier])
        try:
            accepted = aics_tlog.verify_checkpoint(aics_tlog.parse_note(changed), theirs).log_ok
        except ValueError:
            accepted = False
        assert not accepted


def test_each_changed_bit_of_a_key_is_refused() -> None:
    for changed in each_flip(KEY.verifier.text.encode()):
        with pytest.raises((LogMismatch, UnicodeDecodeError)):
            VerifierKey.read(changed.decode())


def test_a_changed_bit_anywhere_in_what_is_served_is_refused() -> None:
    files = served(CONTENTS[:257])
    keys = [KEY.verifier]
    for path, content in files.items():
        if path in ("checkpoint", "key"):
            continue
        for at in range(0, len(content), 1 if DEEP else 97):
            changed = content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :]
            with pytest.raises(LogMismatch):
                verify_log({**files, path: changed}.__getitem__, keys=keys)


class _Served:
    """What is served, as tlog-scales reads it."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def get(self, *path: str) -> bytes | None:
        return self._files.get("/".join(path))
