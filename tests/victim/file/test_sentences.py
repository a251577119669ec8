"""Every sentence about state on a person's pages is so by the record, whatever was done before."""

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import ServiceKeys
from leeward.victim.file.models import Thread
from leeward.victim.helpline.errors import HelplineError
from leeward.victim.helpline.models import Case
from leeward.victim.locker.errors import LockerError
from leeward.victim.network.errors import NetworkError
from leeward.victim.removals.errors import RemovalError
from tests.counters import start_afresh
from tests.depth import times
from tests.foundation.accounts.people import at
from tests.victim.file.lives import Lives
from tests.victim.file.people import Teller
from tests.victim.file.proving import book
from tests.victim.file.reading import Block
from tests.victim.helpline.conftest import Worker
from tests.victim.network.conftest import Body
from tests.victim.network.conftest import bodies as bodies
from tests.victim.network.conftest import forwarder as forwarder
from tests.victim.network.conftest import hours as hours
from tests.victim.removals.conftest import Company

pytestmark = pytest.mark.django_db
SEED = 11
REFUSALS = (VaultError, HelplineError, NetworkError, RemovalError, LockerError, Case.DoesNotExist, Thread.DoesNotExist)
SENTENCE = re.compile(r"[^.?!·]*\.(?= |$)")
# What says how something works, whatever the record says: no state makes it true or false.
RULES = {
    "If they cannot help or do not answer in time, their key is taken away.",
    "When one of them cannot help or does not answer in time, their key is taken away and the next one is asked.",
    "You can stop it at any time.",
    "Purpose: A safe place to stay.",
    "You can skip each question.",
    "You do not have to answer anything.",
}


def unasked(block: Block, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Each sentence of a paragraph in which none of the table stands."""
    for found in SENTENCE.finditer(block.text if block.is_told else ""):
        middle = (found.start() + found.end()) / 2
        if not any(begin <= middle <= end for begin, end in spans):
            yield re.sub(r"\d+", "#", found[0].strip())


@pytest.fixture
def lives(
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
    sam: Worker,
    dee: Worker,
    lea: Worker,
    vera: Worker,
    chatter: Company,
    bodies: tuple[Body, ...],
    forwarder: ServiceKeys,
) -> Lives:
    settings.LEEWARD_LOCKER_PIECES = tmp_path
    start_afresh()
    made = Lives(
        random=random.Random(SEED),
        sam=sam,
        dee=dee,
        lea=lea,
        vera=vera,
        chatter=chatter,
        bodies=bodies,
        forwarder=forwarder,
    )
    at(monkeypatch, made.now)
    made.people = [Teller() for _ in range(2)]
    for her in made.people:
        made.begin(her)
    return made


def test_each_sentence_has_its_proof_after_hundreds_of_acts(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    table, done, looks = book(), Counter[str](), Counter[str]()
    # In how many looks at a page a sentence stood that no table has: one that comes and goes tells of a state.
    stood = Counter[tuple[str, str]]()
    for _ in range(times(200, deep=2_000)):
        act, her = lives.random.choice(lives.acts()), lives.random.choice(lives.people)
        try:
            act(her)
        except REFUSALS:
            continue
        done[act.__name__] += 1
        at(monkeypatch, lives.now)
        if her not in lives.people or lives.random.random() < 0.6:
            continue
        pages, seen = lives.pages[her.file], set[tuple[str, str]]()
        bearer = pages.bearer
        for block in pages.read(lives.paths(her), now=lives.now):
            spans = table.ask(block, bearer=bearer, now=lives.now)
            seen |= {(block.path, ""), *((block.path, words) for words in unasked(block, spans))}
        assert table.false == [], f"after {act.__name__}, with the seed {SEED}"
        stood.update(seen)
        looks.update(path for path, words in seen if not words)
    comes_and_goes = {key for key, count in stood.items() if count < looks[key[0]] and key[1] not in RULES}
    assert comes_and_goes == set()
    assert len(done) > 30, done
    assert len(table.met) > 50, [words for words in table.proofs if not table.met[words]]
