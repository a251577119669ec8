"""What is sealed of an entry and of a check, and what of it cannot be: refused with its field."""

from dataclasses import dataclass
from datetime import date

from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.editing.values import line, lines
from leeward.foundation.kept import Kept
from leeward.justice.register.errors import RegisterMistake
from leeward.justice.register.rules.basis import BasisEntry, check_covered
from leeward.justice.register.rules.ends import ends_on, was_child
from leeward.justice.register.rules.names import fits, name_term, normal_name, number_term
from leeward.justice.register.rules.terms import ALIASES_MOST, Duty, EndRule, Four

NAME_LENGTH, WHY_LENGTH, WORDS_LENGTH = 120, 300, 1_000


@dataclass(frozen=True, kw_only=True)
class Person(Kept):
    """Who is entered: the name of the judgment first, then known aliases."""

    names: tuple[str, ...]
    born: date
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class Judgment(Kept):
    """The final conviction on which an entry stands."""

    court: str
    file_number: str
    offence_on: date
    convicted_on: date
    final_on: date | None
    duty_ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """What a registrar enters."""

    person: Person
    judgment: Judgment
    offences: tuple[str, ...]
    duty: Duty
    starts_on: date


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is looked for: a whole name with the birth date, or an official number alone."""

    name: str = ""
    born: date | None = None
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class Question(Kept):
    """What an authority asks, and who of it may read the answer. `link`: to whose key the answer is sealed."""

    name: str
    born: date | None
    number: str
    asker: str
    file_number: str
    link: str


@dataclass(frozen=True, kw_only=True)
class Finding(Kept):
    """What a check found: the vault's reference of one entry, or "" for none."""

    entry: str


@dataclass(frozen=True, kw_only=True)
class Proposal(Kept):
    """What the registrar proposes to tell, "" for nothing, and says to the second person."""

    told: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Weighed(Kept):
    """One test, whether it was passed, and why."""

    test: Four
    is_passed: bool
    why: str


@dataclass(frozen=True, kw_only=True)
class Reasons(Kept):
    """The four tests."""

    tests: tuple[Weighed, ...]

    @property
    def all_passed(self) -> bool:
        """Whether every one was passed."""
        return {each.test for each in self.tests if each.is_passed} == set(Four)


@dataclass(frozen=True, kw_only=True)
class Told(Kept):
    """What is told, to whom by name, and until when it can be read."""

    to: str
    words: str
    until: date


def check_person(person: Person, basis: BasisEntry, *, today: date) -> Person:
    """Return who is entered, each name once. Raises FieldRefused."""
    names = lines("names", person.names, most=ALIASES_MOST + 1)
    for name in names or ("",):
        if not normal_name(name):
            raise FieldRefused("names", RegisterMistake.NO_NAME)
        line("names", name, most=NAME_LENGTH)
    if person.born >= today:
        raise FieldRefused("born", Mistake.FUTURE)
    _check_number(person.number, basis)
    return Person(names=names, born=person.born, number=person.number)


def check_entry(new: NewEntry, basis: BasisEntry, *, today: date) -> date:
    """Return the day on which an entry ends. Raises FieldRefused for what may not be entered, saying why."""
    judgment, final_on = new.judgment, _check_judgment(new.judgment, born=new.person.born, today=today)
    if not new.offences:
        raise FieldRefused("offences", RegisterMistake.NONE_CHOSEN)
    check_covered(field="offences", said=new.offences, covered=basis.offences)
    if new.duty not in basis.duties:
        raise FieldRefused("duty", RegisterMistake.NOT_COVERED, about=new.duty.label)
    if new.starts_on < final_on:
        raise FieldRefused("starts_on", RegisterMistake.STARTS_FIRST)
    if basis.end_rule is EndRule.WITH_DUTY and judgment.duty_ends_on is None:
        raise FieldRefused("duty_ends_on", RegisterMistake.NEEDS_END)
    if judgment.duty_ends_on is not None and judgment.duty_ends_on < new.starts_on:
        raise FieldRefused("duty_ends_on", RegisterMistake.ENDS_FIRST)
    ends = ends_on(
        rule=basis.end_rule, months=basis.months, starts_on=new.starts_on, duty_ends_on=judgment.duty_ends_on
    )
    if ends < today:
        raise FieldRefused("starts_on", RegisterMistake.OVER, about=ends.isoformat())
    return ends


def _check_judgment(judgment: Judgment, *, born: date, today: date) -> date:
    """Return the day on which it became final."""
    line("court", judgment.court)
    line("file_number", judgment.file_number)
    if judgment.final_on is None or judgment.final_on > today:
        raise FieldRefused("final_on", RegisterMistake.NOT_FINAL)
    if judgment.convicted_on > judgment.final_on:
        raise FieldRefused("final_on", RegisterMistake.FINAL_FIRST)
    if judgment.offence_on > judgment.convicted_on:
        raise FieldRefused("convicted_on", RegisterMistake.ORDER_OF_DAYS)
    if was_child(born=born, on=judgment.offence_on):
        raise FieldRefused("born", RegisterMistake.UNDER_AGE)
    return judgment.final_on


def term_of(sought: Sought, basis: BasisEntry, *, today: date) -> str:
    """Return the one whole term that is looked for. Raises FieldRefused: parts are not searched for."""
    if bool(sought.number) == bool(sought.name or sought.born):
        raise FieldRefused("number" if sought.number else "name", RegisterMistake.ONE_WAY)
    if sought.number:
        _check_number(sought.number, basis)
        return number_term(sought.number)
    if not normal_name(sought.name):
        raise FieldRefused("name", RegisterMistake.NO_NAME)
    if sought.born is None:
        raise FieldRefused("born", RegisterMistake.ONE_WAY)
    if sought.born >= today:
        raise FieldRefused("born", Mistake.FUTURE)
    return name_term(sought.name, sought.born)


def terms_of(person: Person) -> tuple[str, ...]:
    """Everything by which somebody is found: each of their names with the birth date, and the official number."""
    terms = [name_term(name, person.born) for name in person.names]
    return tuple(dict.fromkeys([*terms, *([number_term(person.number)] if person.number else [])]))


def is_oneself(sought: Sought, *others: str) -> bool:
    """Whether somebody asks about a name that is their own."""
    return bool(sought.name) and normal_name(sought.name) in {normal_name(each) for each in others}


def _check_number(number: str, basis: BasisEntry) -> None:
    if not number:
        return
    if not basis.number_shape:
        raise FieldRefused("number", RegisterMistake.NO_NUMBERS)
    if not fits(number, shape=basis.number_shape, check=basis.number_check):
        raise FieldRefused("number", RegisterMistake.NUMBER, about=basis.number_shape)
