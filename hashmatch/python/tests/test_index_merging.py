"""A saved index that takes changes in one pass is the one that would be built afresh."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hashmatch.container import ArrayParts
from hashmatch.errors import IndexFileError
from hashmatch.index import Index, merging
from hashmatch.index.merging import RowChanges, can_merge, merge_index
from how_often import examples
from hypothesis import given, settings
from hypothesis import strategies as st

ROWS = 5000
SEED = 11


def whole(arrays: Any) -> dict[str, npt.NDArray[Any]]:
    return {name: one.join() if isinstance(one, ArrayParts) else one for name, one in arrays}


def draw_rows(seed: int, count: int) -> npt.NDArray[np.uint8]:
    """Rows of which many share words with others, as near copies do."""
    random = np.random.default_rng(seed)
    rows = random.integers(0, 256, (count, 32), np.uint8)
    like = random.integers(0, count, count // 2)
    rows[like] = rows[0] ^ np.packbits(random.random((len(like), 256)) < 0.02, axis=1)
    return rows


@settings(max_examples=examples(30), deadline=None)
@given(
    gone=st.sets(st.integers(0, ROWS - 1), max_size=200),
    places=st.lists(st.integers(0, ROWS), max_size=200),
    seed=st.integers(0, 2**32 - 1),
    part=st.sampled_from([7, 1000, ROWS, 1 << 16]),
)
def test_one_pass_makes_what_is_built_afresh(gone: set[int], places: list[int], seed: int, part: int) -> None:
    rows, added = draw_rows(seed, ROWS), draw_rows(seed + 1, 2 * len(places) + 2)[: len(places)]
    changes = RowChanges(ROWS, np.array(sorted(gone), np.int64), np.array(sorted(places), np.int64))
    arrays = Index.build(None, rows, seed=SEED).to_arrays()
    assert can_merge(arrays, changes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "ROWS_A_PART", part)
        after = changes.merge(rows, added).join()
        merged = whole(merge_index(arrays, changes, added))
    kept = [row for number, row in enumerate(rows) if number not in gone]
    assert len(after) == len(kept) + len(added) == changes.rows_after
    afresh = Index.build(None, after, seed=SEED).to_arrays()
    assert merged.keys() == afresh.keys()
    for name, array in afresh.items():
        assert array.dtype == merged[name].dtype
        assert np.array_equal(array, merged[name]), name


def test_tables_that_do_not_fit_their_rows_are_named() -> None:
    arrays = Index.build(None, draw_rows(1, ROWS), seed=SEED).to_arrays()
    arrays["rows"] = arrays["rows"].copy()
    arrays["rows"][3] ^= 255
    changes = RowChanges(ROWS, np.array([3]), np.array([], np.int64))
    with pytest.raises(IndexFileError, match="do not fit"):
        whole(merge_index(arrays, changes, draw_rows(2, 4)[:0]))


def test_many_changes_are_built_afresh() -> None:
    arrays = Index.build(None, draw_rows(1, ROWS), seed=SEED).to_arrays()
    none, many = np.array([], np.int64), np.arange(ROWS // 4)
    assert not can_merge(arrays, RowChanges(ROWS, many, none))
    assert not can_merge(arrays, RowChanges(ROWS, none, many))
    assert not can_merge({}, RowChanges(ROWS, none, none))
