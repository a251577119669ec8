"""Any sequence of adding, removing, saving, crashing and loading leaves what a dictionary would hold."""

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import hashmatch.container
import numpy as np
import pytest
from hashmatch.container import last_good
from hashmatch.errors import HashmatchError, IndexFileError
from hashmatch.index import Index
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from index_oracle import arithmetic, as_pairs, brute, flip_words, random_rows, tables_from

# The steps of a save at which the power may go.
STEPS = ["os.fsync", "Path.hardlink_to", "Path.replace", "sync_folder"]


class PowerCut(BaseException):
    """Stands for the end of the process: nothing after it runs but clean-up that harms nothing."""


class IndexMachine(RuleBasedStateMachine):
    """The index beside its model, and what lies on disk beside what was saved."""

    FORM = "numpy"

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name, "index")
        self.context = contextlib.ExitStack()
        self.context.enter_context(tables_from(6))
        self.context.enter_context(arithmetic(self.FORM))
        self.index = Index()
        self.model: dict[int, bytes] = {}
        self.saved: list[dict[int, bytes]] = []  # what the good files hold, the newest first
        self.next_id = 0
        self.pool = random_rows(6, seed=11)
        self.rng = np.random.default_rng(12)

    def teardown(self) -> None:
        self.context.close()
        self.folder.cleanup()

    @initialize(count=st.sampled_from([0, 1, 31, 32, 33]))
    def build(self, count: int) -> None:
        self.index = Index.build(None, self.draw_rows(count))
        self.model = dict(enumerate(row.tobytes() for row in self.drawn))
        self.next_id = count

    def draw_rows(self, count: int) -> np.ndarray:
        """Rows near a few centres, so that matches and duplicates are common."""
        centres = self.pool[self.rng.integers(0, len(self.pool), count)]
        rows = [
            flip_words(
                one, self.rng.multinomial(self.rng.integers(0, 20), [1 / 16] * 16).tolist(), np.arange(256), self.rng
            )
            for one in centres
        ]
        self.drawn = np.array(rows, np.uint8).reshape(-1, 32)
        return self.drawn

    @rule(count=st.integers(1, 12), backwards=st.booleans())
    def add(self, *, count: int, backwards: bool) -> None:
        ids = list(range(self.next_id, self.next_id + count))
        self.next_id += count
        ids = ids[::-1] if backwards else ids
        rows = self.draw_rows(count)
        self.index.add(ids, rows)
        self.model.update(zip(ids, (row.tobytes() for row in rows), strict=True))

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def remove(self, data: Any) -> None:
        gone = data.draw(st.lists(st.sampled_from(sorted(self.model)), unique=True, max_size=9))
        self.index.remove(gone)
        for one in gone:
            del self.model[one]

    @precondition(lambda self: self.next_id > len(self.model))
    @rule(data=st.data())
    def add_again(self, data: Any) -> None:
        one = data.draw(st.sampled_from(sorted(set(range(self.next_id)) - set(self.model))))
        row = self.draw_rows(1)
        self.index.add([one], row)
        self.model[one] = row[0].tobytes()

    @rule(keep_last=st.booleans())
    def save(self, *, keep_last: bool) -> None:
        self.index.save(self.path, keep_last=keep_last)
        self.saved = [dict(self.model), *(self.saved[:1] if keep_last else [])]

    @precondition(lambda self: self.saved)
    @rule()
    def start_again(self) -> None:
        """A new process knows what was saved, and nothing else."""
        self.index = Index.load(self.path)
        self.model = dict(self.saved[0])

    @rule(step=st.sampled_from(STEPS))
    def crash_while_saving(self, step: str) -> None:
        with cut_power(step), contextlib.suppress(PowerCut):
            self.index.save(self.path)
        if not self.path.exists():
            assert not self.saved
            return
        self.index = Index.load(self.path)
        assert self.index.recovered_from is None
        held = entries_of(self.index)
        assert held in (*self.saved[:1], self.model)
        self.model = dict(held)
        kept = [entries_of(Index.load(last_good(self.path)))] if last_good(self.path).exists() else []
        assert all(one in self.saved for one in kept)
        self.saved = [held, *kept]

    @precondition(lambda self: len(self.saved) == 2)
    @rule(share=st.floats(0, 1, exclude_max=True))
    def tear(self, share: float) -> None:
        """The newest file is cut short: the one before it is used, and that is said."""
        whole = self.path.read_bytes()
        older = last_good(self.path).read_bytes()
        write_anew(self.path, whole[: int(share * len(whole))])
        loaded = Index.load(self.path)
        assert loaded.recovered_from is not None
        assert str(self.path) in loaded.recovered_from
        write_anew(last_good(self.path), older[: len(older) // 2])
        with pytest.raises(IndexFileError, match="cut short"):
            Index.load(self.path)
        last_good(self.path).unlink()
        write_anew(self.path, older)
        self.index, self.model = loaded, entries_of(loaded)
        assert self.model == self.saved[1]
        self.saved = [dict(self.model)]

    @rule()
    def refuse(self) -> None:
        with pytest.raises(HashmatchError):
            self.index.remove([self.next_id])

    @invariant()
    def finds_what_the_model_holds(self) -> None:
        assert len(self.index) == len(self.model)
        wanted = np.concatenate([self.pool[:2], self.draw_rows(2)])
        for max_distance in (0, 15, 16, 31, 32):
            for query, matches in zip(wanted, self.index.query_batch(wanted, max_distance), strict=True):
                expected = brute(self.model, query.tobytes(), max_distance)
                assert as_pairs(matches) == expected
                assert not matches.is_cut
                short = self.index.query(query, max_distance, limit=3)
                assert [distance for _, distance in as_pairs(short)] == [distance for _, distance in expected[:3]]
                assert set(as_pairs(short)) <= set(expected)
                assert short.is_cut == (len(expected) > 3)


def entries_of(index: Index) -> dict[int, bytes]:
    """What an index holds."""
    ids, rows = index.entries()
    return dict(zip(ids.tolist(), (row.tobytes() for row in rows), strict=True))


def write_anew(path: Path, content: bytes) -> None:
    """Put a new file in the place of one that may be mapped."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def cut_power(step: str) -> contextlib.AbstractContextManager[Any]:
    """Let the named step of a save be the last thing that is tried."""

    def end(*_: object, **__: object) -> None:
        raise PowerCut

    places: dict[str, Callable[[], Any]] = {
        "os.fsync": lambda: mock.patch.object(hashmatch.container.os, "fsync", end),
        "Path.hardlink_to": lambda: mock.patch.object(Path, "hardlink_to", end),
        "Path.replace": lambda: mock.patch.object(Path, "replace", end),
        "sync_folder": lambda: mock.patch.object(hashmatch.container, "sync_folder", end),
    }
    manager: contextlib.AbstractContextManager[Any] = places[step]()
    return manager


class OneByOneMachine(IndexMachine):
    FORM = "one by one"


class ByWordMachine(IndexMachine):
    FORM = "by word"


TestNumpyForm = IndexMachine.TestCase
TestOneByOne = OneByOneMachine.TestCase
TestByWord = ByWordMachine.TestCase
TestNumpyForm.settings = TestOneByOne.settings = TestByWord.settings = settings(
    max_examples=20, stateful_step_count=20, deadline=None
)
