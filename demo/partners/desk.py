"""What partner (c) decides: publish, hold for a person, block, and what it tells the exchange. No web in here.

Posts are kept as one JSON file and one picture file each; a blocked post's picture is deleted at once.
"""

import dataclasses
import json
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

MODERATOR_SECONDS = 5


class State(StrEnum):
    """Where a post stands."""

    PUBLISHED = "published"
    HELD = "held"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True)
class UploadHashes:
    """What is looked up for one upload: PDQ and MD5 in hex, and how much the picture has to recognise (0 to 100)."""

    pdq: str
    md5: str
    quality: int


@dataclass(frozen=True, kw_only=True)
class Match:
    """One entry of the bank that a picture matched. `family` ties the variants of one picture together."""

    hash: str
    family: str
    distance: int
    verified: bool


@dataclass(frozen=True, kw_only=True)
class Post:
    """One upload. `hashes` are its own, `matched` the entries that held it back, `families` the pictures of those."""

    id: str
    state: State
    suffix: str
    hashes: UploadHashes
    since: str
    matched: tuple[str, ...] = ()
    families: tuple[str, ...] = ()


class Exchange(Protocol):
    """What the desk needs of the exchange: look up a picture, and answer."""

    def find(self, hashes: UploadHashes) -> tuple[Match, ...]:
        """Every entry of the bank that this picture matches."""

    def answer(self, hashes: Iterable[str], value: str) -> None:
        """Tell the exchange what we decided about these entries."""


class Desk:
    """The posts of the site and the decisions about them. Safe for threads."""

    def __init__(self, folder: Path, exchange: Exchange) -> None:
        self._folder = folder
        self._exchange = exchange
        self._lock = threading.RLock()
        folder.mkdir(parents=True, exist_ok=True)
        self._posts = {post.id: post for post in map(_read, sorted(folder.glob("*.json")))}

    def posts(self, state: State) -> list[Post]:
        """Posts in one state, newest first."""
        with self._lock:
            return sorted(
                (post for post in self._posts.values() if post.state is state),
                key=lambda post: post.since,
                reverse=True,
            )

    def picture(self, post_id: str) -> Path | None:
        """The file of a published post; a held or blocked one is shown to nobody."""
        with self._lock:
            post = self._posts.get(post_id)
        return self._file(post) if post and post.state is State.PUBLISHED else None

    def take_upload(self, *, content: bytes, suffix: str, hashes: UploadHashes, now: datetime) -> Post:
        """Check an upload before anybody sees it, and publish, hold or block it."""
        post = Post(id=secrets.token_hex(8), state=State.PUBLISHED, suffix=suffix, hashes=hashes, since=now.isoformat())
        with self._lock:
            self._file(post).write_bytes(content)
            self._keep(post)
            return self._check(post, now=now)

    def check_published(self, *, now: datetime) -> None:
        """Look at every published post again: the bank may know more than when it was uploaded."""
        for post in self.posts(State.PUBLISHED):
            with self._lock:
                self._check(post, now=now)

    def let_moderator_answer(self, *, now: datetime) -> None:
        """The demonstration's moderator is a script: it blocks what has been held for some seconds."""
        for post in self.posts(State.HELD):
            if now - datetime.fromisoformat(post.since) >= timedelta(seconds=MODERATOR_SECONDS):
                self.block(post.id, now=now)

    def block(self, post_id: str, *, now: datetime) -> None:
        """A person looked: it is what the bank says. The picture goes, the answer is Blocked."""
        with self._lock:
            post = self._held(post_id)
            if post:
                self._exchange.answer(post.matched, "Blocked")
                self._keep(dataclasses.replace(post, state=State.BLOCKED, since=now.isoformat()))
                self._file(post).unlink(missing_ok=True)

    def keep_up(self, post_id: str, *, now: datetime) -> None:
        """A person looked: it is something else. The picture stays, the answer is NotBlocked."""
        with self._lock:
            post = self._held(post_id)
            if post:
                self._exchange.answer(post.matched, "NotBlocked")
                self._keep(dataclasses.replace(post, state=State.PUBLISHED, since=now.isoformat()))

    def forget_withdrawn(self, *, now: datetime) -> None:
        """A hash was taken back: what was only held because of it is published again, and blocks made for it end."""
        for post in [*self.posts(State.HELD), *self.posts(State.BLOCKED)]:
            with self._lock:
                if self._exchange.find(post.hashes):
                    continue
                if post.state is State.HELD:
                    self._keep(
                        dataclasses.replace(post, state=State.PUBLISHED, matched=(), families=(), since=now.isoformat())
                    )
                else:
                    self._posts.pop(post.id)
                    self._record(post).unlink(missing_ok=True)

    def _check(self, post: Post, *, now: datetime) -> Post:
        cleared = set(post.matched)  # a person of ours has looked at these already
        matches = [match for match in self._exchange.find(post.hashes) if match.hash not in cleared]
        if not matches:
            return post
        hashes = tuple(match.hash for match in matches)
        families = tuple(sorted({match.family for match in matches}))
        held = dataclasses.replace(post, state=State.HELD, matched=hashes, families=families, since=now.isoformat())
        self._keep(held)
        if any(match.verified for match in matches) or self._blocked_before(families):
            self.block(held.id, now=now)  # confirmed cases, and what our own people blocked before, need no second look
            return self._posts[held.id]
        self._exchange.answer(hashes, "PendingReview")
        return held

    def _blocked_before(self, families: tuple[str, ...]) -> bool:
        """Whether our people blocked the same picture already, in whatever turn or crop."""
        return any(set(post.families) & set(families) for post in self._posts.values() if post.state is State.BLOCKED)

    def _held(self, post_id: str) -> Post | None:
        post = self._posts.get(post_id)
        return post if post and post.state is State.HELD else None

    def _keep(self, post: Post) -> None:
        draft = self._record(post).with_suffix(".draft")
        draft.write_text(json.dumps(dataclasses.asdict(post)), encoding="utf-8")
        draft.replace(self._record(post))
        self._posts[post.id] = post

    def _record(self, post: Post) -> Path:
        return self._folder / f"{post.id}.json"

    def _file(self, post: Post) -> Path:
        return self._folder / f"{post.id}{post.suffix}"


def _read(path: Path) -> Post:
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Post(
        **{
            **kept,
            "state": State(kept["state"]),
            "matched": tuple(kept["matched"]),
            "families": tuple(kept["families"]),
            "hashes": UploadHashes(**kept["hashes"]),
        }
    )


def utc_now() -> datetime:
    """The time that the site goes by."""
    return datetime.now(UTC)
