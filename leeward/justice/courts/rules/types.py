"""A type of order: what a jurisdiction's courts may ask of whom, as dated, sourced data. It is not legal advice.

Files are YAML: a list `types`, each with the fields of `OrderType` below. A type whose law nobody has read has the
commencement `not_verified`, and is never in use.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import yaml
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError

from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark
from leeward.industry.duties.rules import Commencement
from leeward.justice.courts.errors import TypesMalformed
from leeward.justice.courts.rules.terms import (
    CODE_LENGTH,
    COURT_LENGTH,
    LEGAL_LENGTH,
    Action,
    Addressee,
    OrderKind,
    Way,
)

CODE = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
HOURS_MOST = 24 * 366
FILE_MOST = 256 * 1024
ANY = "Any"  # the jurisdiction of types that courts everywhere may make
ABOUT_DEVICES = frozenset({Action.DELETE_COPIES, Action.SURRENDER, Action.DESTROY})
ONLINE = frozenset({Action.REMOVE, Action.DISABLE, Action.DEINDEX, Action.BLOCK, Action.SUSPEND, Action.PRESERVE})


def _shown(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("one line that can be printed, without spaces around it")
    return text


type Line = Annotated[str, Field(min_length=1, max_length=LEGAL_LENGTH), AfterValidator(_shown)]


@dataclass(frozen=True, kw_only=True)
class Pair(Kept):
    """Of whom a type can ask what."""

    addressee: Addressee
    action: Action

    @property
    def key(self) -> str:
        """Its name on a form."""
        return f"{self.addressee}/{self.action}"


@dataclass(frozen=True, kw_only=True)
class OrderType(Kept):
    """What somebody wrote down of a type of order on the day of `checked_on`.

    `hours` after it was served it is due where the order names no day; None where the law sets no time. `regime` is
    the code of the duties' law under which its notices go out, "" for what goes to no company. `ways` are those of
    serving that count. `unverified` is what nobody has checked.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", hide_input_in_errors=True)

    code: Annotated[str, Field(pattern=f"^{CODE}$", max_length=CODE_LENGTH)]
    name: Annotated[str, Field(min_length=1, max_length=COURT_LENGTH), AfterValidator(_shown)]
    jurisdiction: Annotated[str, Field(min_length=1, max_length=COURT_LENGTH), AfterValidator(_shown)]
    pairs: Annotated[tuple[Pair, ...], Field(min_length=1)]
    ways: Annotated[tuple[Way, ...], Field(min_length=1)]
    hours: Annotated[int, Field(ge=1, le=HOURS_MOST)] | None = None
    regime: Annotated[str, Field(max_length=CODE_LENGTH)] = ""
    redress: Annotated[str, Field(max_length=LEGAL_LENGTH)] = ""
    legal_basis: Line
    source_name: Line
    source_url: Annotated[str, Field(pattern=r"^(https://\S+)?$", max_length=LEGAL_LENGTH)] = ""
    commencement: Commencement
    in_force_on: date | None = None
    checked_on: date
    is_switched_on: bool = False
    notes: tuple[Line, ...] = ()
    unverified: tuple[Line, ...] = ()

    def __post_init__(self) -> None:
        if (self.commencement is Commencement.NOT_YET) and self.in_force_on is None:
            raise ValueError("in_force_on is missing: a law that is not yet in force begins on a known day")
        if self.commencement is Commencement.NOT_VERIFIED and (self.is_switched_on or self.in_force_on):
            raise ValueError("nobody has verified that it is in force: leave is_switched_on and in_force_on out")

    def has_begun(self, on: date) -> bool:
        """Whether the law behind it is known to be in force on this day."""
        is_known = self.commencement is not Commencement.NOT_VERIFIED
        return is_known and (self.in_force_on is None or self.in_force_on <= on)

    @property
    def kind(self) -> OrderKind:
        """What it is about, as figures tell types apart."""
        actions = {each.action for each in self.pairs}
        is_online, is_about_devices = bool(actions & ONLINE), bool(actions & ABOUT_DEVICES)
        if is_online and is_about_devices:
            return OrderKind.BOTH
        if is_online:
            return OrderKind.ONLINE
        return OrderKind.DEVICES if is_about_devices else OrderKind.STAY_AWAY

    @property
    def names_copies(self) -> bool:
        """Whether it names copies, so that hashes of what was found on devices may hang on an order of it."""
        return any(each.action is Action.DELETE_COPIES for each in self.pairs)

    def counts_in(self, jurisdiction: str) -> bool:
        """Whether courts of this jurisdiction may make it."""
        return self.jurisdiction.casefold() in (ANY.casefold(), jurisdiction.casefold())

    def knows(self, addressee: Addressee, action: Action) -> bool:
        """Whether it can ask this of them."""
        return Pair(addressee=addressee, action=action) in self.pairs


class TypeState(Labelled):
    """Whether orders of a type can be recorded."""

    IN_USE = "in_use", mark("In use"), "green"
    OFF = "off", mark("Switched off"), "grey"
    NOT_YET = "not_yet", mark("Its law is not in force yet"), "yellow"
    UNREAD = "unread", mark("Law not reviewed"), "yellow"


def state_of(kind: OrderType, *, is_switched_on: bool, on: date) -> TypeState:
    """Return whether orders of this type can be recorded on this day."""
    if kind.commencement is Commencement.NOT_VERIFIED:
        return TypeState.UNREAD
    if not kind.has_begun(on):
        return TypeState.NOT_YET
    return TypeState.IN_USE if is_switched_on else TypeState.OFF


def read_types(text: str) -> tuple[OrderType, ...]:
    """Read a file of order types. Raises TypesMalformed, which names each place that is wrong."""
    if len(text) > FILE_MOST:
        raise TypesMalformed((("file", "is too long."),))
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise TypesMalformed((("file", f"is no YAML: {str(error).splitlines()[0]}"),)) from error
    entries = found.get("types") if isinstance(found, dict) else None
    if not isinstance(entries, list):
        raise TypesMalformed((("types", "must be a list."),))
    types, problems = [], []
    for place, entry in enumerate(entries):
        try:
            types.append(_ADAPTER.validate_python(entry))
        except ValidationError as error:
            problems += [
                (f"types[{place}]." + ".".join(map(str, each["loc"])), f"{each['msg']}.")
                for each in error.errors(include_input=False, include_url=False)
            ]
    codes = [each.code for each in types]
    problems += [("types", f"names {code} twice.") for code in sorted(set(codes)) if codes.count(code) > 1]
    if problems:
        raise TypesMalformed(tuple(problems))
    return tuple(types)


_ADAPTER = TypeAdapter(OrderType)
