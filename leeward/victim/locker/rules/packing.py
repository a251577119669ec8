"""What a pack holds of a person's entries: words and chains as they were sealed, and lists for people and machines.

The texts are the very bytes that were digested and committed to, so a stranger can work each proof out.
"""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from leeward.foundation.kept import Kept
from leeward.victim.locker.rules.custody import Event, head_of
from leeward.victim.locker.rules.entries import Written

COLUMNS = ("entry", "event", "kind", "at", "who", "about", "until", "digest", "previous", "head")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One entry that is taken out, as far as it had come: so many versions, so many events."""

    item: UUID
    versions: int
    events: int


@dataclass(frozen=True, kw_only=True)
class Chosen(Kept):
    """What somebody takes out, in their order, when and in which language; `number`: of the record that signs it.

    From it the same pack is made again, byte for byte, whatever happens to the entries meanwhile.
    """

    items: tuple[Taken, ...]
    at: datetime
    language: str
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One entry as it stands in a pack, the first being 1: its versions, and the texts of its chain."""

    number: int
    versions: tuple[Written, ...]
    chain: tuple[str, ...]

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


def write_entries(exhibits: Sequence[Exhibit]) -> dict[str, bytes]:
    """Return the files of a pack's data/ but the index, by their paths there."""
    files = {"items.json": _items(exhibits), "custody.csv": _custody(exhibits)}
    for exhibit in exhibits:
        for number, written in enumerate(exhibit.versions, start=1):
            files[exhibit.words_path(number)] = written.text.encode()
        files[exhibit.chain_path] = "".join(f"{text}\n" for text in exhibit.chain).encode()
    return files


def _items(exhibits: Sequence[Exhibit]) -> bytes:
    listed = [
        {
            "entry": exhibit.number,
            "custody": exhibit.chain_path,
            "versions": [
                {
                    "file": exhibit.words_path(number),
                    "written_at": _moment(written.at),
                    "written_by": written.writer.value,
                    "says": json.loads(written.text),
                }
                for number, written in enumerate(exhibit.versions, start=1)
            ],
        }
        for exhibit in exhibits
    ]
    return f"{json.dumps(listed, ensure_ascii=False, indent=1)}\n".encode()


def _custody(exhibits: Sequence[Exhibit]) -> bytes:
    """Every event of every chain. No column holds what a person typed, so no cell can be a formula."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for exhibit in exhibits:
        for text in exhibit.chain:
            event = Event.from_text(text)
            until = event.until.isoformat() if event.until else ""
            told = (event.kind.value, _moment(event.at), event.who, event.about, until)
            writer.writerow((exhibit.number, event.number, *told, event.digest, event.previous, head_of(text)))
    return table.getvalue().encode()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
