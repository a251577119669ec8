"""What a pack holds of a person's entries: words and chains as they were sealed, and lists for people and machines.

The texts are the very bytes that were digested and committed to, so a stranger can work each proof out. Files of an
entry are its exhibits, numbered through the whole pack: the server has no content of them, and lists them by what was
sealed with them.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leeward.foundation.checking.rules.bags import Listed
from leeward.foundation.kept import Kept
from leeward.victim.locker.rules.custody import CustodyKind, Event, head_of
from leeward.victim.locker.rules.entries import Written
from leeward.victim.locker.rules.sending import Facts
from leeward.victim.portal.rules.witness import write_utc

# Whoever has more takes them out in two packs.
MOST_EXHIBITS = 300
COLUMNS = ("entry", "event", "kind", "at", "who", "about", "until", "digest", "previous", "head")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One entry that is taken out, as far as it had come: so many versions, so many events, and these of its files."""

    item: UUID
    versions: int
    events: int
    files: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Watched:
    """One address of which what we saw goes along, by its number: so many looks, and so many answers."""

    place: int
    looks: int
    answers: int


@dataclass(frozen=True, kw_only=True)
class Chosen(Kept):
    """What somebody takes out, in their order, when and in which language; `number`: of the record that signs it.

    From it the same pack is made again, byte for byte, whatever happens to the entries meanwhile.
    """

    items: tuple[Taken, ...]
    at: datetime
    language: str
    number: str = ""
    watched: tuple[Watched, ...] = ()

    @property
    def exhibits(self) -> int:
        """How many files go along, which the person's own device has to put in."""
        return sum(len(each.files) for each in self.items)


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One file of an entry as it stands in a pack, the first of the pack being 1.

    `generation`: of its key. `filed`: the text of the event of the entry's chain that says that it was added.
    """

    number: int
    generation: int
    facts: Facts
    filed: str

    @property
    def path(self) -> str:
        """Where it lies below data/."""
        return f"exhibits/{self.number:03}{self.facts.ending and f'.{self.facts.ending}'}"

    @property
    def sha256(self) -> str:
        """Of what is in it, as its person's device said when it was locked."""
        return self.facts.part.sha256

    @property
    def size(self) -> int:
        """Bytes of what is in it."""
        return self.facts.part.size


@dataclass(frozen=True, kw_only=True)
class PackEntry:
    """One entry as it stands in a pack, the first being 1: its versions, the texts of its chain, and its exhibits."""

    number: int
    versions: tuple[Written, ...]
    chain: tuple[str, ...]
    exhibits: tuple[Exhibit, ...] = ()

    @property
    def newest(self) -> Written:
        """What it says now."""
        return self.versions[-1]

    def words_path(self, version: int) -> str:
        """Where one version's text lies below data/."""
        return f"words/{self.number:03}-{version}.json"

    @property
    def chain_path(self) -> str:
        """Where its chain of custody lies below data/."""
        return f"custody/{self.number:03}.jsonl"


def filing_of(chain: Sequence[str], *, generation: int) -> str:
    """The event of a chain that says that a file was added, as text; "" where there is none."""
    for text in chain:
        event = Event.from_text(text)
        if event.kind is CustodyKind.FILED and event.about == f"file:{generation}":
            return text
    return ""


def listed_of(entries: Sequence[PackEntry]) -> Mapping[str, Listed]:
    """What a pack's manifest says of its exhibits, by their paths below data/."""
    exhibits = [exhibit for entry in entries for exhibit in entry.exhibits]
    return {each.path: Listed(size=each.size, sha256=each.sha256) for each in exhibits}


def write_entries(entries: Sequence[PackEntry]) -> dict[str, bytes]:
    """Return the files of a pack's data/ but the index and the exhibits, by their paths there."""
    files = {"items.json": _items(entries), "custody.csv": _custody(entries)}
    for entry in entries:
        for number, written in enumerate(entry.versions, start=1):
            files[entry.words_path(number)] = written.text.encode()
        files[entry.chain_path] = "".join(f"{text}\n" for text in entry.chain).encode()
    return files


def _items(entries: Sequence[PackEntry]) -> bytes:
    listed = [
        {
            "entry": entry.number,
            "custody": entry.chain_path,
            "versions": [
                {
                    "file": entry.words_path(number),
                    "written_at": write_utc(written.at),
                    "written_by": written.writer.value,
                    "says": json.loads(written.text),
                }
                for number, written in enumerate(entry.versions, start=1)
            ],
            "exhibits": [_exhibit(each) for each in entry.exhibits],
        }
        for entry in entries
    ]
    return f"{json.dumps(listed, ensure_ascii=False, indent=1)}\n".encode()


def _exhibit(exhibit: Exhibit) -> dict[str, object]:
    """`event`: the line of the chain that holds its digest."""
    facts, event = exhibit.facts, Event.from_text(exhibit.filed)
    original = {"sha256": facts.original.sha256, "pdq": facts.original.pdq} if facts.original else None
    return {
        "exhibit": exhibit.number,
        "file": exhibit.path,
        "sha256": exhibit.sha256,
        "bytes": exhibit.size,
        "kind": facts.kind.value,
        "added_at": write_utc(event.at),
        "event": event.number,
        "device_clock": write_utc(facts.wrong_clock) if facts.wrong_clock else None,
        "original": original,
    }


def _custody(entries: Sequence[PackEntry]) -> bytes:
    """Every event of every chain. No column holds what a person typed, so no cell can be a formula."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for entry in entries:
        for text in entry.chain:
            event = Event.from_text(text)
            until = event.until.isoformat() if event.until else ""
            told = (event.kind.value, write_utc(event.at), event.who, event.about, until)
            writer.writerow((entry.number, event.number, *told, event.digest, event.previous, head_of(text)))
    return table.getvalue().encode()
