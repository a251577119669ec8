"""For callers in Python: asks a matcher service for single hashes, for files and for large batches."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import requests

from hashmatch.entries import Entry
from hashmatch.errors import InvalidEntryError, InvalidHashError, MatcherError, MatcherRefusedError
from hashmatch.hashes import HashValue
from hashmatch.older import Self
from hashmatch.repeats import Seen
from hashmatch.serve import batch_form
from hashmatch.serve.batch_form import BatchAnswer, BatchQuestion

TIMEOUT_SECONDS = 60.0
JSON = "application/json"
ANY_FILE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Found:
    """One entry of the bank that matched."""

    entry: Entry
    distance: int
    needs_person: bool
    seen: Seen | None = None  # how often it was seen lately, if the service counts


@dataclass(frozen=True, slots=True)
class Answer:
    """What matched one hash or one file, nearest first."""

    matches: tuple[Found, ...]
    is_cut: bool


class MatcherClient:
    """Talks to one service over a connection that is kept open. Use one for each thread, and close it at the end."""

    def __init__(
        self,
        address: str,
        *,
        token: str | None = None,
        timeout: float = TIMEOUT_SECONDS,
        session: requests.Session | None = None,
    ) -> None:
        self._address = address.rstrip("/")
        self._timeout = timeout
        self._session = session or requests.Session()
        # Neither a proxy nor a password of the surroundings has anything to do with this service.
        self._session.trust_env = False
        if token is not None:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def match(
        self, hashes: Sequence[HashValue], *, distance: int | None = None, limit: int | None = None
    ) -> list[Answer]:
        """For each hash what matches it; None leaves the distance or the limit to the service."""
        body: dict[str, Any] = {"hashes": [{"hash": one.hex, "hash_type": one.TYPE_NAME} for one in hashes]}
        body |= {name: value for name, value in (("distance", distance), ("limit", limit)) if value is not None}
        answer = read_object(self._post(json.dumps(body).encode(), JSON))
        results = answer.get("results")
        if not isinstance(results, list) or len(results) != len(hashes):
            raise MatcherError("The matcher did not answer with a result for each hash.")
        return [read_answer(one) for one in results]

    def match_file(
        self, content: bytes, *, media_type: str = ANY_FILE, distance: int | None = None, limit: int | None = None
    ) -> Answer:
        """What matches a file, given by its bytes."""
        asked = {"distance": distance, "limit": limit}
        parameters = {name: str(value) for name, value in asked.items() if value is not None}
        return read_answer(read_object(self._post(content, media_type, parameters)))

    def match_batch(
        self,
        hashes: npt.NDArray[np.uint8],
        *,
        quality: npt.NDArray[np.uint8] | None = None,
        distance: int | None = None,
        limit: int | None = None,
        with_repeats: bool = False,
    ) -> BatchAnswer:
        """What matches each of many PDQ hashes (uint8, 32 bytes a row), as columns.

        `with_repeats` also counts each match and says how often it was seen lately, if the service does that.
        """
        if hashes.dtype != np.uint8 or hashes.ndim != 2 or hashes.shape[1] != batch_form.HASH_BYTES:
            raise InvalidHashError(f"Hashes must be uint8, 32 a row, not {hashes.dtype} of shape {hashes.shape}.")
        if quality is not None and (quality.dtype != np.uint8 or quality.shape != (len(hashes),)):
            raise InvalidHashError("The quality must be uint8, one for each hash.")
        question = BatchQuestion(hashes, quality, distance, limit, with_repeats)
        answer = batch_form.read_answer(self._post(batch_form.write_question(question), batch_form.MEDIA_TYPE))
        if len(answer) != len(hashes):
            raise MatcherError("The matcher did not answer for each hash.")
        return answer

    def health(self) -> dict[str, Any]:
        """What the service says of itself, ready or not."""
        try:
            answer = self._session.get(f"{self._address}/health", timeout=self._timeout, allow_redirects=False)
        except requests.RequestException as error:
            raise self._unreachable(error) from error
        return read_object(answer.content)

    def _post(self, body: bytes, media_type: str, parameters: Mapping[str, str] | None = None) -> bytes:
        try:
            answer = self._session.post(
                f"{self._address}/match",
                data=body,
                params=parameters,
                headers={"Content-Type": media_type},
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._unreachable(error) from error
        if answer.status_code == requests.codes.ok:
            return answer.content
        raise read_refusal(answer)

    def _unreachable(self, error: requests.RequestException) -> MatcherError:
        kind = type(error).__name__
        return MatcherError(f"The matcher at {self._address} cannot be reached ({kind}). Is it running?")


def read_object(content: bytes) -> dict[str, Any]:
    """A JSON object."""
    try:
        values = json.loads(content)
    except ValueError as error:
        raise MatcherError("The matcher's answer is not JSON.") from error
    if not isinstance(values, dict):
        raise MatcherError("The matcher's answer is not a JSON object.")
    return values


def read_answer(values: Mapping[str, Any]) -> Answer:
    """One result."""
    try:
        matches = tuple(
            Found(Entry.from_wire(one), int(one["distance"]), bool(one["needs_person"]), read_seen(one))
            for one in values["matches"]
        )
        return Answer(matches, bool(values["truncated"]))
    except (KeyError, TypeError, ValueError, InvalidEntryError) as error:
        raise MatcherError("The matcher's answer is not as it should be.") from error


def read_seen(values: Mapping[str, Any]) -> Seen | None:
    """How often a match was seen, where the service counts."""
    return Seen(int(values["seen"]), int(values["entry_seen"])) if "seen" in values else None


def read_refusal(answer: requests.Response) -> MatcherError:
    """The error that the service told of."""
    try:
        told = json.loads(answer.content)["error"]
        message, code = f"{told['message']} {told['how']}", str(told["code"])
    except (ValueError, KeyError, TypeError):
        message, code = "It does not say why.", ""
    return MatcherRefusedError(
        f"The matcher refused ({answer.status_code}): {message}", status=answer.status_code, code=code
    )
