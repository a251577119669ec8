"""What somebody types of an order, checked field by field, and the record that its addressee reads."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.kept import Kept
from leeward.justice.courts.errors import CourtsMistake
from leeward.justice.courts.rules.terms import (
    COMPANIES,
    EVERYWHERE,
    FILE_NUMBER_LENGTH,
    ITEMS_MOST,
    REASONS_LENGTH,
    TERRITORIES_MOST,
    Action,
    Addressee,
)
from leeward.justice.courts.rules.types import OrderType, Pair

# As the Council of the European Union laid it down (2011/C 127/01): country, court, year, number.
ECLI = re.compile(r"ECLI:[A-Z]{2}:[A-Z0-9.]{1,7}:[0-9]{4}:[A-Z0-9.]{1,25}")
COUNTRY = re.compile(r"[A-Z]{2}")
ABOUT_LENGTH = 2_000


@dataclass(frozen=True, kw_only=True)
class Answers(Kept):
    """What was typed so far, question by question; nothing of it is lost between two pages.

    `pair` is a `Pair.key`, `company` a platform's public id or "" for each address's own, `follows` the number of the
    order that this one takes the place of.
    """

    court: str = ""
    type_code: str = ""
    file_number: str = field(default="", repr=False)
    ecli: str = ""
    issued_on: date | None = None
    comply_by: date | None = None
    pair: str = ""
    company: str = ""
    addresses: str = field(default="", repr=False)
    about: str = field(default="", repr=False)
    person: str = field(default="", repr=False)
    territory: str = ""
    language: str = ""
    reasons: str = field(default="", repr=False)
    document_sha256: str = ""
    follows: str = ""


@dataclass(frozen=True, kw_only=True)
class NewTarget:
    """One addressee of an order: a company by its key in the database, or no company; and what is asked about."""

    platform_id: int | None
    name: str
    items: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """An order that was checked and can be recorded."""

    kind: OrderType
    file_number: str = field(repr=False)
    ecli: str
    issued_on: date
    comply_by: date | None
    pair: Pair
    targets: tuple[NewTarget, ...]
    about: str = field(repr=False)
    person: str = field(repr=False)
    territory: tuple[str, ...]
    language: str
    reasons: str = field(repr=False)
    document_sha256: str
    follows: str


@dataclass(frozen=True, kw_only=True, repr=False)
class OrderText(Kept):
    """The full text for one addressee, in the words of the regulation's article 9(2). `salt` keeps its digest blind.

    Its SHA-256, over the UTF-8 bytes of `to_text`, stands in the signed order, which holds none of it.
    """

    number: str
    court: str
    jurisdiction: str
    file_number: str
    ecli: str
    type_name: str
    legal_basis: str
    reasons: str
    issued_on: date
    comply_by: date | None
    addressee: Addressee
    addressee_name: str
    action: Action
    items: tuple[str, ...]
    about: str
    territory: tuple[str, ...]
    redress: str
    report_effect_to: str
    language: str
    document_sha256: str
    follows: str
    salt: str


@dataclass(frozen=True, kw_only=True, repr=False)
class DeviceCertificate(Kept):
    """What an officer certifies of a device: what became of it, how, by whom, when; `document_sha256` of the paper."""

    what: str
    serial: str
    how: str
    by: str
    on: date
    document_sha256: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class Inside(Kept):
    """What an order says beside its targets, for the court and the order officers alone."""

    file_number: str
    ecli: str
    reasons: str


def check_answers(answers: Answers, *, kind: OrderType, languages: Collection[str], own: str) -> NewOrder:
    """Check everything that was typed but where it stands, which asks whom the addresses belong to.

    `own`: the nation's own code, which may be made up. Raises FieldRefused for the first field that is wrong.
    """
    for check in CHECKS:
        check(answers, kind)
    pair = next(each for each in kind.pairs if each.key == answers.pair)
    if answers.language not in languages:
        raise FieldRefused("language", CourtsMistake.LANGUAGE)
    if answers.issued_on is None:
        raise FieldRefused("issued_on", Mistake.MISSING)
    return NewOrder(
        kind=kind,
        file_number=" ".join(answers.file_number.split()),
        ecli=answers.ecli.strip().upper(),
        issued_on=answers.issued_on,
        comply_by=answers.comply_by,
        pair=pair,
        targets=(),
        about=answers.about.strip(),
        person=answers.person.strip(),
        territory=read_territory(answers.territory, own=own),
        language=answers.language,
        reasons=answers.reasons.strip(),
        document_sha256=answers.document_sha256,
        follows=answers.follows,
    )


def check_file(answers: Answers, _kind: OrderType) -> None:
    """Raise FieldRefused unless the court's file number is one line, and an ECLI looks like one."""
    values.line("file_number", answers.file_number, most=FILE_NUMBER_LENGTH)
    if answers.ecli and not ECLI.fullmatch(answers.ecli.strip().upper()):
        raise FieldRefused("ecli", CourtsMistake.ECLI)


def check_days(answers: Answers, _kind: OrderType, *, today: date | None = None) -> None:
    """Raise FieldRefused where the order is issued in the future, or to be complied with before it was issued."""
    if answers.issued_on is None:
        raise FieldRefused("issued_on", Mistake.MISSING)
    if today is not None and answers.issued_on > today:
        raise FieldRefused("issued_on", CourtsMistake.FUTURE)
    if answers.comply_by is not None and answers.comply_by < answers.issued_on:
        raise FieldRefused("comply_by", CourtsMistake.COMPLY_BEFORE, about=answers.issued_on.isoformat())


def check_pair(answers: Answers, kind: OrderType) -> None:
    """Raise FieldRefused for an action that the type does not know of this addressee."""
    if answers.pair not in {each.key for each in kind.pairs}:
        known = "; ".join(f"{each.action.label} ({each.addressee.label})" for each in kind.pairs)
        raise FieldRefused("pair", CourtsMistake.PAIR, about=known)


def check_whom(answers: Answers, kind: OrderType) -> None:
    """Raise FieldRefused where who is ordered, or what it is about, is missing."""
    pair = next(each for each in kind.pairs if each.key == answers.pair)
    if pair.addressee in COMPANIES:
        return
    if pair.addressee is Addressee.PERSON and not answers.person.strip():
        raise FieldRefused("person", CourtsMistake.PERSON)
    if not answers.about.strip():
        raise FieldRefused("about", CourtsMistake.DEVICE)
    values.text("about", answers.about, most=ABOUT_LENGTH)


def check_reasons(answers: Answers, _kind: OrderType) -> None:
    """Raise FieldRefused where the reasons are missing: whoever must obey may read them."""
    if not values.text("reasons", answers.reasons, most=REASONS_LENGTH):
        raise FieldRefused("reasons", Mistake.MISSING)


CHECKS = (check_file, check_days, check_pair, check_whom, check_reasons)


def read_territory(typed: str, *, own: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Return the countries where an order counts, as ISO 3166-1 codes in order, or everywhere. Raises FieldRefused."""
    codes = tuple(dict.fromkeys(typed.upper().replace(",", " ").replace(";", " ").split()))
    if not codes or len(codes) > TERRITORIES_MOST:
        raise FieldRefused("territory", Mistake.MISSING)
    if EVERYWHERE in codes:
        return (EVERYWHERE,)
    for code in codes:
        if code != own and not (COUNTRY.fullmatch(code) and (not known or code in known)):
            raise FieldRefused("territory", CourtsMistake.TERRITORY, about=code)
    return tuple(sorted(codes))


def read_addresses(typed: str) -> tuple[str, ...]:
    """Return the addresses of a text, one on a line, each once. Raises FieldRefused."""
    lines = tuple(dict.fromkeys(each.strip() for each in typed.splitlines() if each.strip()))
    if not lines:
        raise FieldRefused("addresses", CourtsMistake.ITEMS)
    if len(lines) > ITEMS_MOST:
        raise FieldRefused("addresses", Mistake.MANY, about=ITEMS_MOST)
    return lines


def fold_file_number(typed: str) -> str:
    """Return a court's file number in one way of writing, so that equal ones are found: capitals, single spaces."""
    return " ".join(typed.upper().split())


def changed(answers: Answers, typed: Mapping[str, object]) -> Answers:
    """Return the answers with what was typed on one page."""
    known: Sequence[str] = [name for name in typed if name in Answers.__dataclass_fields__]
    return replace(answers, **{name: typed[name] for name in known})  # type: ignore[arg-type]  # a form's own values
