"""How partner (c) keeps in step with the exchange: the `hashmatch` library, used as any platform would use it."""

import json
import sys
import threading
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from hashmatch.bank import Bank
from hashmatch.digests import digest_stream
from hashmatch.entries import Tier
from hashmatch.errors import FeedError
from hashmatch.feed import FeedbackItem, FeedClient, Keys, guess_hash, parse_feedback_value
from hashmatch.hashes import Md5Hash, PdqHash, QualifiedHash
from hashmatch.pdq import decode_stream, hash_pixels
from hashmatch.sync import sync_bank

from demo.partners.desk import Desk, Match, UploadHashes


def hash_upload(stream: BinaryIO) -> UploadHashes:
    """What is looked up for one upload. Raises HashmatchError where the file cannot be read as a picture."""
    digests = digest_stream(stream)
    stream.seek(0)
    qualified = hash_pixels(decode_stream(stream))
    return UploadHashes(pdq=qualified.hash.hex, md5=digests.md5.hex, quality=qualified.quality)


class Follower:
    """Draws the feed into the bank file, looks pictures up in it, and sends answers, kept until they have arrived."""

    def __init__(self, *, url: str, keys: Path, bank: Path, outbox: Path) -> None:
        self._client = FeedClient(url, Keys.from_file(keys), attempts=1)  # the next round is the next attempt
        self._path = bank
        self._bank: Bank | None = None
        self._outbox = outbox
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, str]] = (
            [tuple(pair) for pair in json.loads(outbox.read_text(encoding="utf-8"))] if outbox.exists() else []
        )
        self.script_moderates = True

    def go_round(self, desk: Desk, *, now: datetime) -> None:
        """Draw what is new, look back at what is published, decide what is due, send what waits."""
        try:
            changed = self._draw()
            if changed:
                desk.forget_withdrawn(now=now)
                desk.check_published(now=now)
            if self.script_moderates:
                desk.let_moderator_answer(now=now)
            self._send()
        except FeedError as error:
            print(f"the exchange is away: {error}", file=sys.stderr, flush=True)

    def find(self, hashes: UploadHashes) -> tuple[Match, ...]:
        """Every entry of the bank that this picture matches: near by PDQ where it is fit for that, the same by MD5."""
        bank = self._bank
        if bank is None:
            return ()
        picture = QualifiedHash(PdqHash.from_hex(hashes.pdq), hashes.quality)
        return tuple(
            Match(
                hash=one.entry.hash.hex,
                family=one.entry.family or one.entry.hash.hex,
                distance=one.distance,
                verified=one.entry.tier is Tier.VERIFIED,
            )
            for one in bank.match(Md5Hash.from_hex(hashes.md5), picture)
        )

    def answer(self, hashes: Iterable[str], value: str) -> None:
        """Keep an answer for the next round, in a file, so that it outlives a restart."""
        with self._lock:
            self._waiting += [(entry, value) for entry in hashes]
            self._keep()

    def _draw(self) -> bool:
        changed = sync_bank(self._client, self._path).changed_anything
        if self._bank is None:
            self._bank = Bank.open(self._path)
            return True
        return self._bank.refresh() or changed

    def _send(self) -> None:
        with self._lock:
            sending = list(self._waiting)
        if not sending:
            return
        items = [self._item(entry, value) for entry, value in sending]
        for result in self._client.send_feedback(items):
            if not result.is_accepted:
                print(f"{result.hash}: {result.result} {result.message}", file=sys.stderr, flush=True)
        with self._lock:
            self._waiting = self._waiting[len(sending) :]
            self._keep()

    def _item(self, entry: str, value: str) -> FeedbackItem:
        kind = "pdq" if len(entry) == PdqHash.LENGTH * 2 else "md5"
        return FeedbackItem(hash=guess_hash(entry, kind), value=parse_feedback_value(value))

    def _keep(self) -> None:
        draft = self._outbox.with_suffix(".draft")
        draft.write_text(json.dumps(self._waiting), encoding="utf-8")
        draft.replace(self._outbox)
