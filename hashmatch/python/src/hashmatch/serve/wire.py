"""What may come in as JSON, read strictly, and what goes out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hashmatch.bank import BankMatch
from hashmatch.errors import InvalidHashError, RequestRefusedError
from hashmatch.hashes import HASH_TYPES, HashValue, PdqHash
from hashmatch.serve.settings import Settings
from hashmatch.variants import DISTINCTIVE_QUALITY, MINIMUM_QUALITY, explain_quality

EXAMPLE = '{"hashes": [{"hash": "64 hexadecimal digits", "hash_type": "pdq"}], "distance": 31, "limit": 100}'
HOW = f"A request looks like {EXAMPLE}."
FIELDS = frozenset({"hashes", "hash_type", "distance", "limit"})
ITEM_FIELDS = frozenset({"hash", "hash_type", "quality"})
LARGEST_QUALITY = 100


@dataclass(frozen=True, slots=True)
class Query:
    """One hash that is asked about, and its quality where the caller knows it."""

    hash: HashValue
    quality: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a JSON request asks; None stands for the service's own distance and limit."""

    queries: tuple[Query, ...]
    distance: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What the bank has for one query, nearest first."""

    matches: tuple[BankMatch, ...]
    is_cut: bool


def read_json(body: bytes | bytearray) -> Any:
    """Any JSON value."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        place = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise refuse(f"The body is not JSON{place}.", code="bad_json") from error


def read_question(body: bytes | bytearray, settings: Settings) -> Question:
    """The question of a JSON request; RequestRefusedError names what is wrong with it."""
    values = read_json(body)
    if not isinstance(values, dict):
        raise refuse("The body is JSON, but not an object.")
    refuse_unknown(values, FIELDS, "The request")
    hash_type = read_hash_type(values.get("hash_type"), "The request")
    if "hashes" not in values:
        raise refuse("The request has no `hashes`.")
    listed = values["hashes"] if isinstance(values["hashes"], list) else [values["hashes"]]
    if len(listed) > settings.json_hashes:
        raise RequestRefusedError(
            f"The request has {len(listed)} hashes; the most is {settings.json_hashes}.",
            status=413,
            code="too_many",
            how="Send several requests, or the binary form for large batches of PDQ hashes.",
        )
    queries = tuple(read_query(item, number, hash_type) for number, item in enumerate(listed))
    return Question(queries, read_number(values, "distance"), read_number(values, "limit"))


def read_query(item: object, number: int, hash_type: str | None) -> Query:
    """One hash, as text or as an object."""
    where = f"Hash {number} of the request"
    quality = None
    if isinstance(item, dict):
        refuse_unknown(item, ITEM_FIELDS, where)
        hash_type = read_hash_type(item.get("hash_type"), where) or hash_type
        quality = item.get("quality")
        if quality is not None and not (type(quality) is int and 0 <= quality <= LARGEST_QUALITY):
            raise refuse(f"{where} has a quality that is not a whole number from 0 to 100.", code="bad_quality")
        item = item.get("hash")
    if not isinstance(item, str):
        raise refuse(f"{where} is neither text nor an object with a `hash` that is text.")
    if hash_type is None and len(item) != PdqHash.LENGTH * 2:
        raise refuse(
            f"{where} is no PDQ hash of 64 digits and has no `hash_type`, so it could be anything.", code="bad_hash"
        )
    try:
        return Query(HASH_TYPES[hash_type or PdqHash.TYPE_NAME].from_hex(item), quality)
    except InvalidHashError as error:
        raise refuse(f"{where} is wrong: {error}", code="bad_hash") from error


def read_hash_type(value: object, whose: str) -> str | None:
    """The name of a hash type, or None where it is left out."""
    if value is None or (isinstance(value, str) and value in HASH_TYPES):
        return value
    raise refuse(f"{whose} has a `hash_type` that is none of {', '.join(HASH_TYPES)}.", code="bad_hash_type")


def read_number(values: Mapping[str, Any], name: str) -> int | None:
    """A whole number, or None where it is left out."""
    value = values.get(name)
    if value is None or type(value) is int:
        return value
    raise refuse(f"The `{name}` is not a whole number.", code=f"bad_{name}")


def read_parameter(values: Mapping[str, str], name: str) -> int | None:
    """A whole number of the address, or None where it is left out."""
    text = values.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise refuse(f"The `{name}` in the address is not a whole number.", code=f"bad_{name}")
    return int(text)


def refuse_unknown(values: Mapping[str, Any], known: frozenset[str], whose: str) -> None:
    """A field that is misspelt must not be passed over in silence."""
    if not values.keys() <= known:
        raise refuse(f"{whose} has a field that is none of {', '.join(sorted(known))}.", code="unknown_field")


def refuse(message: str, *, code: str = "bad_request") -> RequestRefusedError:
    """The error for a request that cannot be understood."""
    return RequestRefusedError(message, status=400, code=code, how=HOW)


def describe_query(query: Query) -> dict[str, Any]:
    """Whether a hash was compared, and why not."""
    if query.quality is None or query.quality >= MINIMUM_QUALITY or not isinstance(query.hash, PdqHash):
        return {"compared": True}
    return {"compared": False, "reason": explain_quality(query.quality)}


def describe_query_match(match: BankMatch, query: Query) -> dict[str, Any]:
    """One match in the words of `hashmatch match`."""
    record = match.entry.to_wire()
    is_plain = query.quality is not None and query.quality < DISTINCTIVE_QUALITY and isinstance(query.hash, PdqHash)
    return {
        "hash": record.pop("hash"),
        "distance": match.distance,
        "needs_person": match.needs_person or is_plain,
        **record,
    }


def describe_error(error: RequestRefusedError) -> dict[str, Any]:
    """The body of an error, in the form that the exchange uses too."""
    return {"error": {"code": error.code, "message": str(error), "how": error.how}}


def write_json(values: object) -> bytes:
    """Compact JSON."""
    return json.dumps(values, separators=(",", ":")).encode()
