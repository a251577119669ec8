"""Asks each sentence about state on a person's pages for its proof."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from leeward.victim.portal.holders import all_holders
from leeward.victim.portal.operations.proofs import PROOFS
from leeward.victim.portal.rules.proofs import Proof, Shown
from leeward.victim.portal.rules.visits import Bearer
from tests.victim.file.reading import Block

PLACE = re.compile(r"%\((\w+)\)([sd])")


def pattern(words: str) -> re.Pattern[str]:
    """A sentence of the table as a page shows it, with what stands in its places."""
    made, end, named = "", 0, set[str]()
    for place in PLACE.finditer(words):
        value = r"\d+" if place[2] == "d" else r"[^·]+?"
        value = f"(?P={place[1]})" if place[1] in named else f"(?P<{place[1]}>{value})"
        made += re.escape(words[end : place.start()]) + value
        named.add(place[1])
        end = place.end()
    after = "(?=[ .,]|$)" if words[end:] else "$"
    return re.compile(rf"(?:^|(?<= )){made}{re.escape(words[end:])}{after}")


def longest(words: str) -> str:
    """The longest part of a sentence without a place: no paragraph has the sentence that has not this."""
    return max(PLACE.split(words)[::3], key=len)


@dataclass
class Book:
    """The tables of all rooms, which sentences of them were met, and which of these were not so."""

    proofs: Mapping[str, tuple[str, re.Pattern[str], Sequence[Proof]]]
    met: Counter[str] = field(default_factory=Counter)
    false: list[str] = field(default_factory=list)

    def ask(self, block: Block, *, bearer: Bearer, now: datetime) -> list[tuple[int, int]]:
        """Ask each sentence of a paragraph for its proof; returns where in it each stands."""
        spans = []
        for words, (literal, made, proofs) in self.proofs.items():
            if literal not in block.text:
                continue
            for found in made.finditer(block.text):
                self.met[words] += 1
                spans.append(found.span())
                said = found.groupdict()
                shown = Shown(bearer=bearer, now=now, path=block.path, heading=block.heading, said=said)
                if not any(proof(shown) for proof in proofs):
                    self.false.append(f"{block.path}, under {block.heading!r}: {found[0]!r}")
        return spans


def book() -> Book:
    """Put the tables of all rooms and of the portal together; two may say the same, each of its own."""
    proofs: dict[str, list[Proof]] = defaultdict(list)
    for table in [PROOFS, *(holder.proofs for holder in all_holders())]:
        for words, proof in table.items():
            proofs[words].append(proof)
    return Book(proofs={words: (longest(words), pattern(words), found) for words, found in proofs.items()})
