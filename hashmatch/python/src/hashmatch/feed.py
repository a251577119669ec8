"""The client of an exchange's modern endpoint: signed pages of hashes, acknowledgements, feedback, own hashes."""

import base64
import binascii
import datetime
import email.utils
import hashlib
import json
import logging
import os
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hashmatch import __version__
from hashmatch.entries import Entry, FeedbackValue, Tombstone
from hashmatch.errors import (
    FeedAnswerError,
    FeedbackValueError,
    FeedRefusedError,
    FeedSignatureError,
    FeedUnreachableError,
    InvalidEntryError,
    KeysFileError,
    SigningKeyError,
    SnapshotError,
)
from hashmatch.hashes import HASH_TYPES, HashValue, PdqHash
from hashmatch.older import Self
from hashmatch.snapshot import PREAMBLE, USABLE_FOR, Header, etag_of, head_length, open_header
from hashmatch.variants import Level

logger = logging.getLogger(__name__)

CLIENT_NAME = f"hashmatch/{__version__}"
HONOURS_WITHDRAWALS = f"{CLIENT_NAME}; honours-withdrawals"
PAGE_SIZE = 1000
FEEDBACK_BATCH = 1000
LARGEST_ANSWER = 64 * 1024 * 1024
READ_CHUNK = 1 << 16
SNAPSHOT_CHUNK = 1 << 17
CONNECT_TIMEOUT, READ_TIMEOUT = 10, 60
ATTEMPTS = 6
LONGEST_WAIT = 300.0
BUSY_STATUSES = frozenset({429, 500, 502, 503, 504})
SIGNATURE_PATTERN = re.compile(r"\s*keyid=([^,\s]+)\s*,\s*ed25519=([A-Za-z0-9+/=_-]+)\s*")

SigningKeys: TypeAlias = Mapping[str, str]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Keys:
    """A platform's keys, as `leeward create-platform` prints them."""

    fetch_key: str | None = None
    feedback_key: str | None = None
    submit_key: str | None = None
    subscription_key: str | None = None
    signing_key: tuple[str, str] | None = None  # id and base64 of the raw Ed25519 key
    snapshot_key: tuple[str, str] | None = None

    @classmethod
    def from_file(cls, path: Path | str) -> Self:
        """Read a keys file."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise KeysFileError(f"The keys file {path} cannot be read: {error}.") from error
        try:
            values = json.loads(text)
        except ValueError as error:
            raise KeysFileError(f"The keys file {path} is not JSON: {error}.") from error
        if not isinstance(values, dict):
            raise KeysFileError(
                f"The keys file {path} must hold one JSON object, as `leeward create-platform` prints it."
            )
        return cls.from_json(values, path=path)

    @classmethod
    def from_json(cls, values: Mapping[str, Any], *, path: Path | str) -> Self:
        """The keys of a JSON object."""
        names = ("fetch_key", "feedback_key", "submit_key", "subscription_key")
        for name in names:
            if not isinstance(values.get(name, ""), str | None):
                raise KeysFileError(f"The {name} in {path} is not text.")
        return cls(
            **{name: values.get(name) or None for name in names},
            signing_key=read_public_key(values, "signing_key", path=path),
            snapshot_key=read_public_key(values, "snapshot_key", path=path),
        )

    def require(self, name: str) -> str:
        """One of the keys, or an error that names it."""
        value: str | None = getattr(self, name)
        if not value:
            raise KeysFileError(f"The keys file has no {name}; this needs it. Ask the exchange's operator for it.")
        return value


def read_public_key(values: Mapping[str, Any], name: str, *, path: Path | str) -> tuple[str, str] | None:
    """Id and base64 of a public key in a keys file, if it has one of this name."""
    given = values.get(name)
    if given is None:
        return None
    try:
        key = (str(given["id"]), str(given["ed25519"]))
    except (TypeError, KeyError) as error:
        raise KeysFileError(f"The {name} in {path} needs an id and an ed25519 key.") from error
    load_signing_key(key[1])
    return key


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the feed whose signature was good."""

    entries: tuple[Entry, ...]
    tombstones: tuple[Tombstone, ...]
    cursor: str
    has_more: bool
    skipped: int = 0  # entries of a kind that this client does not know


@dataclass(frozen=True, slots=True)
class FeedbackItem:
    """What a platform says about one hash."""

    hash: HashValue
    value: FeedbackValue
    tags: tuple[str, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """The item as it stands in a request."""
        record: dict[str, Any] = {"hash": self.hash.hex, "hash_type": self.hash.TYPE_NAME, "value": self.value.value}
        return record | {"tags": list(self.tags)} if self.tags else record


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What the exchange did with one item that was sent."""

    hash: str
    result: str
    message: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether the item now stands as it was sent."""
        return self.result in ("recorded", "unchanged")


def parse_feedback_value(text: str) -> FeedbackValue:
    """A feedback value by its name."""
    try:
        return FeedbackValue(text)
    except ValueError as error:
        names = ", ".join(FeedbackValue)
        raise FeedbackValueError(f"There is no feedback value {text!r}; the values are {names}.") from error


def guess_hash(text: str, hash_type: str | None = None) -> HashValue:
    """A hash from hexadecimal text: of the named type, else PDQ for 64 digits and the MD5 of a video for 32."""
    kind = HASH_TYPES["video_md5"] if len(text) == 32 else PdqHash
    if hash_type is not None:
        if hash_type not in HASH_TYPES:
            raise FeedbackValueError(f"There is no hash type {hash_type!r}; the types are {', '.join(HASH_TYPES)}.")
        kind = HASH_TYPES[hash_type]
    return kind.from_hex(text)


def load_signing_key(text: str) -> Ed25519PublicKey:
    """An Ed25519 key from base64."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error) as error:
        raise SigningKeyError("The signing key is not the base64 of a raw Ed25519 key (32 bytes).") from error


def read_head(path: Path) -> bytes:
    """Preamble and header of a snapshot's file, or what there is of them. Raises SnapshotError."""
    with path.open("rb") as stream:
        start = stream.read(PREAMBLE.size)
        length = head_length(start)
        return start if length is None else start + stream.read(length - len(start))


def find_damage(path: Path, header: Header, *, level: Level) -> tuple[int, int] | None:
    """Number and place of the first block that does not fit its digest; None where all do and nothing follows them."""
    place = len(read_head(path))
    with path.open("rb") as stream:
        stream.seek(place)
        for number, block in enumerate(header.up_to(level.value)):
            content = stream.read(block.length)
            if len(content) < block.length or hashlib.sha256(content).hexdigest() != block.sha256:
                return number, place
            place += block.length
        return None if not stream.read(1) else (len(header.up_to(level.value)), place)


class FeedClient:
    """Talks to one exchange. Waits and tries again when it is busy or away; refuses whatever is not properly signed."""

    def __init__(
        self,
        site: str,
        keys: Keys,
        *,
        signing_keys: SigningKeys | None = None,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
        attempts: int = ATTEMPTS,
    ) -> None:
        self.base = endpoint_base(site)
        self.keys = keys
        self.signing_keys: dict[str, str] = dict([keys.signing_key] if keys.signing_key else signing_keys or {})
        self.snapshot_keys: dict[str, str] = dict([keys.snapshot_key] if keys.snapshot_key else {})
        self._session = session or requests.Session()
        self._sleep = sleep
        self._attempts = attempts
        self._etags: dict[str, str] = {}

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fetch_page(
        self, cursor: str, *, level: Level = Level.FRAMES, limit: int = PAGE_SIZE, if_changed: bool = False
    ) -> Page | None:
        """The page behind a cursor ("" for the beginning).

        With `if_changed`, None if nothing changed since this client last asked for the same page.
        """
        parameters = {"limit": str(limit), "variants": level.value} | ({"cursor": cursor} if cursor else {})
        address = json.dumps(parameters)
        headers = {"If-None-Match": self._etags[address]} if if_changed and address in self._etags else {}
        answer = self._request("GET", "hashes", key="fetch_key", params=parameters, headers=headers)
        if answer.status == 304:
            return None
        self._verify(answer)
        page = parse_page(answer.json())
        # Only the end of the feed is asked for again and again, so only its mark is worth keeping.
        self._etags = {address: answer.headers["ETag"]} if "ETag" in answer.headers and not page.has_more else {}
        return page

    def pin_signing_keys(self) -> None:
        """Trust the keys that the exchange shows at first contact, if none were given."""
        if self.signing_keys:
            return
        keys = self._list_keys("keys")
        if not keys:
            raise FeedAnswerError(f"{self.base} lists no signing key, so its pages cannot be checked.")
        self.signing_keys = keys

    def _list_keys(self, name: str) -> dict[str, str]:
        """The public keys that the exchange shows under this name, id to base64."""
        listed = self._request("GET", "signing-keys").json()
        try:
            keys = {str(one["id"]): str(one["ed25519"]) for one in listed.get(name, [])}
        except (TypeError, KeyError, AttributeError) as error:
            raise FeedAnswerError(f"{self.base} does not list its signing keys as it should.") from error
        for text in keys.values():
            load_signing_key(text)
        return keys

    def fetch_snapshot(self, path: Path, *, level: Level) -> Header | None:
        """Have the newest snapshot of the feed at `path`, checked; None where the exchange has none.

        What is there already is gone on with, if it is of the same snapshot: a download may end anywhere. Raises
        SnapshotError or FeedSignatureError for one that may not be used; a file that is in the way is then deleted.
        """
        if not self.snapshot_keys:
            self.snapshot_keys = self._list_keys("snapshot_keys")
        if not self.snapshot_keys:
            return None
        self._drop_unusable(path)
        try:
            return self._fetch_whole(path, level=level)
        except (SnapshotError, FeedSignatureError):
            path.unlink(missing_ok=True)
            raise

    def _fetch_whole(self, path: Path, *, level: Level) -> Header | None:
        """Draw until every block fits its digest; what does not is drawn once more."""
        header = self._complete_snapshot(path, level=level)
        damage = header and find_damage(path, header, level=level)
        if damage:
            os.truncate(path, damage[1])  # what stands before it is good
            header = self._complete_snapshot(path, level=level)
            damage = header and find_damage(path, header, level=level)
        if damage:
            raise SnapshotError(
                f"Block {damage[0]} of the snapshot of {self.base} does not fit its digest: it was altered or cut "
                "short. Nothing of the snapshot was used."
            )
        return header

    def _drop_unusable(self, path: Path) -> None:
        """Delete what an earlier run left, if nothing can be gone on with."""
        try:
            if path.exists():
                open_header(read_head(path), self.snapshot_keys)
        except (SnapshotError, FeedSignatureError) as error:
            logger.info("What was drawn of a snapshot before is left: %s", error)
            path.unlink()

    def _complete_snapshot(self, path: Path, *, level: Level) -> Header | None:
        """Draw what is missing; the header, unless there is no snapshot."""
        return self._open_snapshot(path) if self._draw_snapshot(path, level=level) else None

    def _open_snapshot(self, path: Path) -> Header:
        header = open_header(read_head(path), self.snapshot_keys)
        if datetime.datetime.now(datetime.timezone.utc) - header.made_at > USABLE_FOR:
            raise SnapshotError(
                f"The snapshot of {self.base} was made on {header.made_at:%Y-%m-%d} and is too old to be used."
            )
        return header

    def _draw_snapshot(self, path: Path, *, level: Level) -> bool:
        """Draw what is still missing; False where there is no snapshot."""
        problem = ""
        for attempt in range(self._attempts):
            have = path.stat().st_size if path.exists() else 0
            head = read_head(path) if have else b""
            headers = {}
            if head and have > len(head):
                headers = {"Range": f"bytes={have}-", "If-Range": etag_of(head), "If-None-Match": etag_of(head)}
                headers.pop("If-None-Match" if have < self._length(head, level) else "Range")
            try:
                return self._append_snapshot(path, level=level, headers=headers, have=have)
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
                problem = f"it cannot be reached ({type(error).__name__})"
            except requests.RequestException as error:
                raise FeedAnswerError(f"{self.base} cannot be used: {error}.") from error
            self._sleep(min(2.0**attempt, LONGEST_WAIT))
        raise FeedUnreachableError(f"{self.base} did not give its snapshot to the end: {problem}. Try later.")

    def _length(self, head: bytes, level: Level) -> int:
        """How long a file is that begins so."""
        header = open_header(head, self.snapshot_keys)
        return len(head) + sum(one.length for one in header.up_to(level.value))

    def _append_snapshot(self, path: Path, *, level: Level, headers: Mapping[str, str], have: int) -> bool:
        sent = {
            "User-Agent": CLIENT_NAME,
            "Leeward-Client": HONOURS_WITHDRAWALS,
            "Accept-Encoding": "identity",
            "Authorization": f"Bearer {self.keys.require('fetch_key')}",
            **headers,
        }
        address, parameters = f"{self.base}/snapshot", {"variants": level.value}
        with self._session.get(
            address,
            params=parameters,
            headers=sent,
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code == 304:
                return True
            if response.status_code in BUSY_STATUSES:
                raise requests.ConnectionError(f"status {response.status_code}")
            if response.status_code == 404:
                return False
            if response.status_code not in (200, 206):
                Answer(response.status_code, response.headers, response.content[:LARGEST_ANSWER]).checked(self.base)
            with path.open("r+b" if path.exists() else "w+b") as stream:
                path.chmod(0o600)
                stream.truncate(have if response.status_code == 206 else 0)
                stream.seek(0, os.SEEK_END)
                for chunk in response.iter_content(SNAPSHOT_CHUNK):
                    stream.write(chunk)
        return True

    def fetch_blind_terms(self) -> Any:
        """What holds for blind checks at present, as its JSON says; its signature was good."""
        return self._verified(self._request("GET", "blind", key="fetch_key"))

    def send_blind(self, body: Mapping[str, Any]) -> Any:
        """The answer to a blind check, as its JSON says; its signature was good."""
        return self._verified(self._request("POST", "blind", key="fetch_key", body=body))

    def _verified(self, answer: "Answer") -> Any:
        self._verify(answer)
        return answer.json()

    def acknowledge(self, cursor: str) -> int:
        """Say that every withdrawal up to this cursor has been carried out; how many are still open."""
        answer = self._request("POST", "acknowledgements", key="fetch_key", body={"cursor": cursor}).json()
        still_open = answer.get("open") if isinstance(answer, dict) else None
        if type(still_open) is not int:
            raise FeedAnswerError(f"{self.base} did not say how many withdrawals are open.")
        return still_open

    def send_feedback(self, items: Iterable[FeedbackItem]) -> Iterator[ItemResult]:
        """Send what the platform says about hashes, in batches; safe to repeat."""
        for batch in batches(list(items), FEEDBACK_BATCH):
            body = {"feedback": [item.to_wire() for item in batch]}
            yield from self._results(self._request("POST", "feedback", key="feedback_key", body=body), len(batch))

    def submit_hashes(self, hashes: Iterable[tuple[HashValue, int | None]]) -> Iterator[ItemResult]:
        """Send hashes of the platform's own with their quality, in batches; safe to repeat."""
        for batch in batches(list(hashes), FEEDBACK_BATCH):
            records = [
                {"hash_type": one.TYPE_NAME, "hash": one.hex} | ({} if quality is None else {"quality": quality})
                for one, quality in batch
            ]
            answer = self._request("POST", "hashes", key="submit_key", body={"hashes": records})
            yield from self._results(answer, len(batch))

    def fetch_status(self) -> dict[str, Any]:
        """What the exchange knows of this platform: last fetch, open withdrawals, whether it is suspended."""
        answer = self._request("GET", "status", key="fetch_key").json()
        if not isinstance(answer, dict):
            raise FeedAnswerError(f"{self.base} answered the question for its status with something else.")
        return answer

    def _results(self, answer: "Answer", expected: int) -> Iterator[ItemResult]:
        try:
            results = [
                ItemResult(one["hash"], one["result"], one.get("message") or "") for one in answer.json()["results"]
            ]
        except (TypeError, KeyError, AttributeError) as error:
            raise FeedAnswerError(f"{self.base} did not answer with a list of results.") from error
        if len(results) != expected:
            raise FeedAnswerError(f"{self.base} answered {len(results)} results for {expected} items.")
        yield from results

    def _verify(self, answer: "Answer") -> None:
        """Refuse a page that is not signed with a pinned key."""
        self.pin_signing_keys()
        given = SIGNATURE_PATTERN.fullmatch(answer.headers.get("Leeward-Signature", ""))
        if given is None:
            raise FeedSignatureError(f"A page of {self.base} has no signature that can be read; it was not used.")
        key_id, signature = given.groups()
        if key_id not in self.signing_keys:
            raise SigningKeyError(
                f"{self.base} signs with the key {key_id!r}, but pinned are: {', '.join(self.signing_keys)}. "
                "If its operator has announced a new key, put it into the keys file as signing_key; if not, tell them."
            )
        try:
            load_signing_key(self.signing_keys[key_id]).verify(base64.b64decode(signature), answer.body)
        except (InvalidSignature, binascii.Error) as error:
            raise FeedSignatureError(
                f"A page of {self.base} has a wrong signature: it was changed on its way or made by someone else. "
                "Nothing of it was used."
            ) from error

    def _request(
        self,
        method: str,
        path: str,
        *,
        key: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> "Answer":
        """One request, tried again while the exchange is busy or away."""
        sent = {"User-Agent": CLIENT_NAME, "Leeward-Client": HONOURS_WITHDRAWALS, **(headers or {})}
        if key is not None:
            sent["Authorization"] = f"Bearer {self.keys.require(key)}"
        problem = ""
        for attempt in range(self._attempts):
            wait = min(2.0**attempt, LONGEST_WAIT) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, hides nothing
            try:
                answer = self._send_once(method, f"{self.base}/{path}", params=params, headers=sent, body=body)
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
                problem = f"it cannot be reached ({type(error).__name__})"
            except requests.RequestException as error:
                raise FeedAnswerError(f"{self.base} cannot be used: {error}.") from error
            else:
                if answer.status not in BUSY_STATUSES:
                    return answer.checked(self.base)
                problem = f"it answers with status {answer.status}"
                asked = retry_after(answer.headers.get("Retry-After"))
                wait = min(asked, LONGEST_WAIT) if asked is not None else wait
            if attempt + 1 < self._attempts:
                logger.info("%s: %s; trying again in %.1f s", self.base, problem, wait)
                self._sleep(wait)
        raise FeedUnreachableError(
            f"{self.base} is not available: {problem}, after {self._attempts} attempts. Try later."
        )

    def _send_once(
        self,
        method: str,
        address: str,
        *,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        body: Mapping[str, Any] | None,
    ) -> "Answer":
        with self._session.request(
            method,
            address,
            params=params,
            headers=headers,
            json=body,
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            allow_redirects=False,  # a key is only ever sent to the address that was given
            stream=True,
        ) as response:
            content = bytearray()
            for chunk in response.iter_content(READ_CHUNK):
                content += chunk
                if len(content) > LARGEST_ANSWER:
                    raise FeedAnswerError(
                        f"{address} answers with more than {LARGEST_ANSWER >> 20} MB; it was cut off."
                    )
            return Answer(response.status_code, response.headers, bytes(content))


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def checked(self, base: str) -> Self:
        """This answer, or the error that it tells of."""
        if self.status in (200, 304):
            return self
        if 300 <= self.status < 400:
            place = self.headers.get("Location", "another address")
            raise FeedAnswerError(f"{base} sends on to {place}. Give that site's address instead.")
        code, message = "", self.body[:200].decode(errors="replace").strip()
        try:
            told = json.loads(self.body)["error"]
            code, message = str(told["code"]), " ".join(filter(None, (told["message"], told.get("how"))))
        except (ValueError, KeyError, TypeError, AttributeError):
            logger.debug("The error's body is not as the contract says.")
        raise FeedRefusedError(f"{base} refused ({self.status}): {message}", status=self.status, code=code)

    def json(self) -> Any:
        """The body as JSON."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise FeedAnswerError(
                "The exchange's answer is not JSON or is cut short; nothing of it was used."
            ) from error


def endpoint_base(site: str) -> str:
    """The modern endpoint's address from a site's, given with or without it."""
    parts = urlsplit(site)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FeedAnswerError(f"{site!r} is not a site's address. Give one like https://exchange.example.")
    trimmed = site.rstrip("/")
    return trimmed if trimmed.endswith("/api/v1") else trimmed + "/api/v1"


def retry_after(header: str | None) -> float | None:
    """Seconds to wait, from a Retry-After header in either of its forms."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)
    return max((aware - datetime.datetime.now(datetime.timezone.utc)).total_seconds(), 0.0)


def parse_page(values: Any) -> Page:
    """A page from its JSON. An entry that this client cannot use is left out; a withdrawal must never be."""
    if not isinstance(values, dict):
        raise FeedAnswerError("A page of the feed is not an object.")
    listed, withdrawn = values.get("entries"), values.get("tombstones")
    cursor, has_more = values.get("cursor"), values.get("has_more")
    if not isinstance(listed, list) or not isinstance(withdrawn, list):
        raise FeedAnswerError("A page of the feed lacks its list of entries or of tombstones.")
    if not isinstance(cursor, str) or not isinstance(has_more, bool):
        raise FeedAnswerError("A page of the feed lacks its cursor or does not say whether more follows.")
    entries, skipped = [], 0
    for record in listed:
        try:
            entries.append(Entry.from_wire(record))
        except InvalidEntryError as error:
            logger.warning("An entry was left out: %s", error)
            skipped += 1
    return Page(tuple(entries), parse_tombstones(withdrawn), cursor, has_more, skipped)


def parse_tombstones(records: Iterable[Any]) -> tuple[Tombstone, ...]:
    """The withdrawals of a page; those of hash types that this client never stores are nothing to it."""
    tombstones = []
    for record in records:
        if isinstance(record, dict) and record.get("hash_type") not in HASH_TYPES:
            continue
        try:
            tombstones.append(Tombstone.from_wire(record))
        except InvalidEntryError as error:
            raise FeedAnswerError(
                f"A withdrawal of the feed cannot be read, so the page was not used: {error}"
            ) from error
    return tuple(tombstones)


def batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Parts of a list, each at most `size` long."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
