"""Every sentence about state on a person's pages is so by the record, whatever was done before."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import ServiceKeys
from leeward.industry.bank.errors import BankError
from leeward.industry.bank.operations import admit_platform
from leeward.industry.bank.rules import AnswerState
from leeward.justice.courts.errors import CourtsError
from leeward.justice.courts.operations.proofs import PROOFS as OF_ORDERS
from leeward.victim.file.models import Thread
from leeward.victim.helpline.errors import HelplineError
from leeward.victim.helpline.models import Case
from leeward.victim.locker.errors import LockerError
from leeward.victim.network.errors import NetworkError
from leeward.victim.portal.operations.proofs import PROOFS as OF_PICTURES
from leeward.victim.removals.errors import RemovalError
from tests.counters import start_afresh
from tests.depth import times
from tests.foundation.accounts.people import at
from tests.justice.courts.conftest import Hall
from tests.justice.courts.conftest import hall as hall
from tests.victim.file.lives import Lives
from tests.victim.file.people import Teller
from tests.victim.file.proving import Book, book
from tests.victim.file.reading import Block
from tests.victim.helpline.conftest import OPERATOR, Worker
from tests.victim.network.conftest import Body
from tests.victim.network.conftest import bodies as bodies
from tests.victim.network.conftest import forwarder as forwarder
from tests.victim.network.conftest import hours as hours
from tests.victim.removals.conftest import Company
from tests.victim.removals.conftest import lantern as lantern

pytestmark = pytest.mark.django_db
SEED = 11
REFUSALS = (
    *(VaultError, HelplineError, NetworkError, RemovalError, LockerError, BankError, CourtsError),
    *(Case.DoesNotExist, Thread.DoesNotExist),
)
SENTENCE = re.compile(r"[^.?!·]*\.(?= |$)")
# The pages that tell of pictures and orders.
OUTSIDE = [
    "/status/pictures",
    "/status/part/pictures",
    "/status/part/links",
    "/status/who",
    "/status/erase",
    "/status/take-back",
    "/protect/receipt",
]
# What chance does not lead to; these are asked for their proofs where each is brought about (portal/test_status.py).
ASKED_APART = {
    "No platform fetches our list yet.",
    "No platform that takes part has its fingerprint from you. There is nothing to forget.",
    "Nothing is kept under this code now.",
    AnswerState.DROPPED.hint,
}
# What says how something works, whatever the record says: no state makes it true or false.
RULES = {
    "If they cannot help or do not answer in time, their key is taken away.",
    "When one of them cannot help or does not answer in time, their key is taken away and the next one is asked.",
    "You can stop it at any time.",
    "Purpose: A safe place to stay.",
    "You can skip each question.",
    "You do not have to answer anything.",
    # Of itself, what somebody to talk to says who is named at that hour.
    "You can stay anonymous.",
    "For when you think about ending your life, or cannot go on.",
    # What comes after pictures are protected.
    "Platforms fetch the fingerprints, some within minutes, others within a day.",
    "They look for copies that are there already, and watch for new ones.",
    "You see on your pages what each of them did.",
    "Come back with your code whenever you like.",
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
    lantern: Company,
    hall: Hall,
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
        sites=(chatter, lantern),
        hall=hall,
    )
    for site in made.sites:
        admit_platform(partner=site.partner, by=OPERATOR, now=made.now)
    at(monkeypatch, made.now)
    made.people = [Teller() for _ in range(2)]
    for her in made.people:
        made.begin(her)
    return made


@dataclass
class Walk:
    """What was done at random, and what the pages said of it, each sentence asked for its proof."""

    lives: Lives
    clock: pytest.MonkeyPatch
    table: Book = field(default_factory=book)
    done: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    # In how many looks at a page a sentence stood that no table has: one that comes and goes tells of a state.
    stood: Counter[tuple[str, str]] = field(default_factory=Counter)

    def go(self, acts: Sequence[Callable[[Teller], None]], paths: Callable[[Teller], list[str]], *, count: int) -> None:
        """Do so many of these acts, and look at these pages after some of them."""
        lives = self.lives
        for _ in range(count):
            act, her = lives.random.choice(acts), lives.random.choice(lives.people)
            try:
                act(her)
            except REFUSALS:
                continue
            self.done[act.__name__] += 1
            at(self.clock, lives.now)
            if her in lives.people and lives.random.random() >= 0.6:
                self._look(her, paths(her))
            assert self.table.false == [], f"after {act.__name__}, with the seed {SEED}"

    def _look(self, her: Teller, paths: list[str]) -> None:
        pages, seen = self.lives.pages[her.file], set[tuple[str, str]]()
        bearer = pages.bearer
        for block in pages.read(paths, now=self.lives.now):
            spans = self.table.ask(block, bearer=bearer, now=self.lives.now)
            seen |= {(block.path, ""), *((block.path, words) for words in unasked(block, spans))}
        self.stood.update(seen)
        self.looks.update(path for path, words in seen if not words)

    @property
    def comes_and_goes(self) -> set[tuple[str, str]]:
        return {key for key, count in self.stood.items() if count < self.looks[key[0]] and key[1] not in RULES}


def test_each_sentence_has_its_proof_after_hundreds_of_acts(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = Walk(lives, monkeypatch)
    walk.go(lives.acts(), lives.paths, count=times(200, deep=2_000))
    assert walk.comes_and_goes == set()
    assert len(walk.done) > 30, walk.done
    assert len(walk.table.met) > 50, [words for words in walk.table.proofs if not walk.table.met[words]]


def test_each_sentence_about_pictures_and_orders_has_its_proof(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = Walk(lives, monkeypatch)
    walk.go(lives.acts_outside(), lambda _her: OUTSIDE, count=times(140, deep=2_000))
    assert walk.comes_and_goes == set()
    assert {words for words in (*OF_PICTURES, *OF_ORDERS) if not walk.table.met[words]} <= ASKED_APART
