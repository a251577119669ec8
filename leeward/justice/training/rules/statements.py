"""An xAPI statement (1.0.3 and 2.0.0), read for what training counts: who ended what, how, and when.

https://github.com/adlnet/xAPI-Spec (xAPI-Data.md, xAPI-Communication.md). A batch is taken whole or refused, so the
form of what does not count is checked too.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from leeward.justice.training.errors import StatementRefused
from leeward.justice.training.rules.files import normal_mailbox, normal_number

MOST_BYTES, MOST_STATEMENTS, MOST_DEPTH = 1024 * 1024, 500, 30
IRI_LENGTH, PERSON_LENGTH = 500, 200
ADL = "http://adlnet.gov/expapi/verbs/"
VERSIONS = {"1.0": "1.0.3", "2.0": "2.0.0"}
VERSION = re.compile(r"1\.0(\.\d{1,3})?|2\.0\.\d{1,3}")
YEARS = range(1990, 2200)
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
DURATION = re.compile(r"P(?=.)(\d+([.]\d+)?W|(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+([.]\d+)?S)?)?)")
HASHED = re.compile(r"[0-9a-fA-F]{40}")
TOP = frozenset(
    {"id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "authority", "version", "attachments"}
)
PARENTS = frozenset({"parent", "grouping", "category", "other"})
# What two statements of one id may differ in.
NOT_COMPARED = ("stored", "authority", "version", "attachments")


class Verb(StrEnum):
    """The verbs that count, by their addresses."""

    PASSED = ADL + "passed"
    FAILED = ADL + "failed"
    COMPLETED = ADL + "completed"
    VOIDED = ADL + "voided"
    WAIVED = "https://w3id.org/xapi/adl/verbs/waived"


VERBS = frozenset(each.value for each in Verb)


class Known(StrEnum):
    """By what a statement names somebody."""

    NUMBER = "number"
    MAILBOX = "mailbox"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Named:
    """Whom a statement is about. `home`: the system whose account it is, "" where it is none. `name` is in normal form
    for a number or a mailbox; else it is what the statement says.
    """

    by: Known
    name: str
    home: str = ""

    @property
    def words(self) -> str:
        """As the manager reads it."""
        return f"{self.name} ({self.home})" if self.home else self.name


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a statement says. `verb`: None for one that does not count. `activities`: the object's id first, then those
    of its grouping. `voids`: the statement that it takes back. `registration`: the enrolment in which it was said.
    """

    id: uuid.UUID
    digest: str
    verb: Verb | None
    named: Named | None = None
    activities: tuple[str, ...] = ()
    at: datetime | None = None
    is_success: bool | None = None
    scaled: Decimal | None = None
    voids: uuid.UUID | None = None
    registration: uuid.UUID | None = None


def read_version(header: str | None) -> str:
    """Return the version in which the answer is given. Raises StatementRefused."""
    if not header or not VERSION.fullmatch(header):
        raise StatementRefused("X-Experience-API-Version", "must be 1.0, 1.0.x or 2.0.x")
    return VERSIONS[header[:3]]


def read_batch(body: Any, *, id_: uuid.UUID | None = None) -> tuple[Statement, ...]:
    """Read one statement or several. `id_`: the id that the address gives to a single one. Raises StatementRefused."""
    many = body if isinstance(body, list) else [body]
    if id_ is not None and isinstance(body, list):
        raise StatementRefused("body", "must be one statement, not a list: the address names one id")
    if len(many) > MOST_STATEMENTS:
        raise StatementRefused("body", f"has {len(many)} statements; at most {MOST_STATEMENTS} are taken at once")
    found = tuple(_Reader(f"statement {place}").read(each, id_) for place, each in enumerate(many, 1))
    seen: set[uuid.UUID] = set()
    for place, each in enumerate(found, 1):
        if each.id in seen:
            raise StatementRefused(f"statement {place}.id", "stands twice in this batch")
        seen.add(each.id)
    return found


def activity_mastered(scaled: Decimal | None, mastery: Decimal | None) -> bool:
    """Whether a score is enough; one that is not told is not held against anybody."""
    return scaled is None or mastery is None or scaled >= mastery


class _Reader:
    """One statement; each mistake is named by its place."""

    def __init__(self, where: str) -> None:
        self.where = where

    def fail(self, place: str, what: str) -> StatementRefused:
        return StatementRefused(f"{self.where}.{place}" if place else self.where, what)

    def read(self, said: Any, id_: uuid.UUID | None) -> Statement:
        said = self._object(said, "")
        self._no_nulls(said, "", depth=0)
        for name in said:
            if name not in TOP:
                raise self.fail(name, "is no property of a statement")
        for name in ("actor", "verb", "object"):
            if name not in said:
                raise self.fail(name, "is missing")
        own = self._id(said.get("id"), "id") if "id" in said else None
        if id_ is not None and own not in (None, id_):
            raise self.fail("id", "is another one than the address gives")
        verb, named = self._iri(self._object(said["verb"], "verb").get("id"), "verb.id"), self._actor(said["actor"])
        thing = self._object(said["object"], "object")
        scaled, is_success = self._result(said.get("result"))
        grouping, registration = self._context(said.get("context"))
        at = self._time(said["timestamp"], "timestamp") if "timestamp" in said else None
        voids = self._voids(thing) if verb == Verb.VOIDED else None
        return Statement(
            id=id_ or own or uuid.uuid4(),
            digest=_digest(said, at),
            verb=Verb(verb) if verb in VERBS else None,
            named=named,
            activities=(*self._thing(thing), *grouping),
            at=at,
            is_success=is_success,
            scaled=scaled,
            voids=voids,
            registration=registration,
        )

    def _object(self, value: Any, place: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self.fail(place, "must be a JSON object")
        return value

    def _no_nulls(self, value: Any, place: str, *, depth: int) -> None:
        if depth > MOST_DEPTH:
            raise self.fail(place, f"is nested more than {MOST_DEPTH} deep")
        if isinstance(value, dict):
            for name, each in value.items():
                here = f"{place}.{name}" if place else name
                if each is None and name != "extensions" and ".extensions" not in f".{place}":
                    raise self.fail(here, "is null: leave it out")
                self._no_nulls(each, here, depth=depth + 1)
        elif isinstance(value, list):
            for number, each in enumerate(value, 1):
                self._no_nulls(each, f"{place}.{number}", depth=depth + 1)

    def _id(self, value: Any, place: str) -> uuid.UUID:
        try:
            return uuid.UUID(value) if isinstance(value, str) and len(value) == 36 else _refuse()
        except ValueError as error:
            raise self.fail(place, "must be a UUID of 36 characters") from error

    def _iri(self, value: Any, place: str) -> str:
        if not isinstance(value, str) or len(value) > IRI_LENGTH or not IRI.fullmatch(value):
            raise self.fail(place, f"must be an address with its scheme, of at most {IRI_LENGTH} characters")
        return value

    def _time(self, value: Any, place: str) -> datetime:
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value.upper() else _refuse()
        except ValueError as error:
            raise self.fail(place, "must be a moment, such as 2026-01-31T14:20:00Z") from error
        if found.tzinfo is None:
            raise self.fail(place, "has no time zone")
        if value.endswith("-00:00"):
            raise self.fail(place, "must not have the zone -00:00")
        if found.year not in YEARS:
            raise self.fail(place, f"must lie in the years {YEARS.start} to {YEARS.stop - 1}")
        return found.astimezone(UTC)

    def _actor(self, value: Any) -> Named | None:
        """Whom it is about; None for a group."""
        actor = self._object(value, "actor")
        kind = actor.get("objectType", "Agent")
        if kind == "Group":
            return None
        if kind != "Agent":
            raise self.fail("actor.objectType", "must be Agent or Group")
        given = [name for name in ("mbox", "mbox_sha1sum", "openid", "account") if name in actor]
        if len(given) != 1:
            raise self.fail("actor", "must have exactly one of account, mbox, mbox_sha1sum and openid")
        if given == ["account"]:
            account = self._object(actor["account"], "actor.account")
            name = self._text(account.get("name"), "actor.account.name")
            home = self._iri(account.get("homePage"), "actor.account.homePage")
            return Named(by=Known.NUMBER, name=normal_number(name), home=home)
        text = self._text(actor[given[0]], f"actor.{given[0]}")
        if given == ["mbox"]:
            scheme, _, address = text.partition(":")
            if scheme.lower() != "mailto" or "@" not in address:
                raise self.fail("actor.mbox", "must be a mailbox, such as mailto:name@example.com")
            return Named(by=Known.MAILBOX, name=normal_mailbox(unquote(address)))
        if given == ["mbox_sha1sum"] and not HASHED.fullmatch(text):
            raise self.fail("actor.mbox_sha1sum", "must have 40 hexadecimal digits")
        return Named(by=Known.OTHER, name=self._iri(text, "actor.openid") if given == ["openid"] else text)

    def _text(self, value: Any, place: str) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > PERSON_LENGTH or not value.isprintable():
            raise self.fail(place, f"must be a text of at most {PERSON_LENGTH} characters")
        return value.strip()

    def _thing(self, thing: Mapping[str, Any]) -> Iterator[str]:
        """The id of the activity, where it is one."""
        kind = thing.get("objectType", "Activity")
        if kind not in ("Activity", "Agent", "Group", "StatementRef", "SubStatement"):
            raise self.fail("object.objectType", "is unknown")
        if kind == "StatementRef":
            self._id(thing.get("id"), "object.id")
        if kind == "Activity":
            yield self._iri(thing.get("id"), "object.id")

    def _voids(self, thing: Mapping[str, Any]) -> uuid.UUID:
        if thing.get("objectType") != "StatementRef":
            raise self.fail("object.objectType", "must be StatementRef where a statement is voided")
        return self._id(thing.get("id"), "object.id")

    def _result(self, value: Any) -> tuple[Decimal | None, bool | None]:
        result = {} if value is None else self._object(value, "result")
        for name in ("success", "completion"):
            if name in result and not isinstance(result[name], bool):
                raise self.fail(f"result.{name}", "must be true or false")
        if "duration" in result and not (
            isinstance(result["duration"], str) and DURATION.fullmatch(result["duration"])
        ):
            raise self.fail("result.duration", "must be a duration of ISO 8601, such as PT4M10S")
        score = self._object(result["score"], "result.score") if "score" in result else {}
        numbers = {name: self._number(score[name], f"result.score.{name}") for name in score if name in _SCORES}
        scaled = numbers.get("scaled")
        if scaled is not None and not -1 <= scaled <= 1:
            raise self.fail("result.score.scaled", "must be a number from -1 to 1")
        least, most, raw = (numbers.get(name) for name in ("min", "max", "raw"))
        if least is not None and most is not None and least >= most:
            raise self.fail("result.score.min", "must be less than max")
        if raw is not None and ((least is not None and raw < least) or (most is not None and raw > most)):
            raise self.fail("result.score.raw", "must lie from min to max")
        return scaled, result.get("success")

    def _number(self, value: Any, place: str) -> Decimal:
        try:
            found = Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else _refuse()
        except (InvalidOperation, ValueError) as error:
            raise self.fail(place, "must be a number") from error
        if not found.is_finite():
            raise self.fail(place, "must be a number")
        return found

    def _context(self, value: Any) -> tuple[Sequence[str], uuid.UUID | None]:
        """The ids of the grouping, and the enrolment."""
        context, registration = {} if value is None else self._object(value, "context"), None
        if "registration" in context:
            registration = self._id(context["registration"], "context.registration")
        held = self._object(context.get("contextActivities", {}), "context.contextActivities")
        found: list[str] = []
        for name, each in held.items():
            here = f"context.contextActivities.{name}"
            if name not in PARENTS:
                raise self.fail(here, "is unknown")
            activities = each if isinstance(each, list) else [each]
            ids = [self._iri(self._object(one, here).get("id"), f"{here}.id") for one in activities]
            if name == "grouping":
                found = ids
        return found, registration


_SCORES = frozenset({"scaled", "raw", "min", "max"})


def _refuse() -> Any:
    raise ValueError


def _digest(said: Mapping[str, Any], at: datetime | None) -> str:
    """Return the SHA-256 of what may not differ between two statements of one id."""
    kept = {name: value for name, value in said.items() if name not in (*NOT_COMPARED, "id")}
    kept["timestamp"] = at.isoformat() if at else None
    kept["verb"] = said["verb"]["id"]
    if isinstance(said["object"], dict):
        kept["object"] = {name: value for name, value in said["object"].items() if name != "definition"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
