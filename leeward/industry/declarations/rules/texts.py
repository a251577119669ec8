"""A version of the declaration: its wordings, its commitments, and what makes it whole enough to be published."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from pydantic import TypeAdapter

from leeward.industry.declarations.errors import DraftProblem, DraftRefused
from leeward.industry.declarations.rules.standing import Obligation, VersionFacts
from leeward.industry.declarations.rules.terms import BODY_LENGTH, CODE_LENGTH, LINE_LENGTH, TEXT_LENGTH

LEAF_KIND = "declaration-version"  # of the public log
COMMITMENTS_MOST = 20
DAYS_MOST = 730
MONTHS_MOST = 60
CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
LANGUAGE_LENGTH = 12
MARK_LENGTH = 32
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The declaration in one language. `text` is plain: paragraphs with an empty line between."""

    title: str = ""
    lead: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class CommitmentWords:
    """A commitment in one language: its name, what is promised, and what shows that it is kept."""

    title: str = ""
    promise: str = ""
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """One thing that every signatory promises; `every_months` is 0 where it is shown once. The code is for good."""

    code: str
    first_due_days: int
    every_months: int = 0
    words: Mapping[str, CommitmentWords] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What the next version will say. `statement_within_days`: 0 where no public statement is asked for."""

    wordings: Mapping[str, Wording] = field(default_factory=dict)
    commitments: tuple[Commitment, ...] = ()
    statement_within_days: int = 90

    def commitment(self, code: str) -> Commitment | None:
        """The commitment with this code."""
        return next((each for each in self.commitments if each.code == code), None)

    def with_wording(self, language: str, wording: Wording) -> "Draft":
        """The same with another text in one language; an empty one takes the language out."""
        others = {code: each for code, each in self.wordings.items() if code != language}
        return replace(self, wordings=others if wording == Wording() else {**others, language: wording})

    def with_commitment(self, new: Commitment) -> "Draft":
        """The same with a commitment added, or changed where its code is known."""
        known = self.commitment(new.code) is not None
        kept = tuple(new if each.code == new.code else each for each in self.commitments)
        return replace(self, commitments=kept if known else (*kept, new))

    def without_commitment(self, code: str) -> "Draft":
        """The same without a commitment."""
        return replace(self, commitments=tuple(each for each in self.commitments if each.code != code))


@dataclass(frozen=True, kw_only=True)
class Version(Draft):
    """A version as it was published; nothing of it is ever changed."""

    number: int
    published_on: date
    renew_by: date | None = None

    def as_facts(self) -> VersionFacts:
        """The version as the clock sees it."""
        return VersionFacts(
            number=self.number,
            published_on=self.published_on,
            renew_by=self.renew_by,
            statement_within_days=self.statement_within_days,
            obligations=tuple(
                Obligation(code=each.code, first_due_days=each.first_due_days, every_months=each.every_months)
                for each in self.commitments
            ),
        )


_KEPT = TypeAdapter(Draft)


def check_draft(draft: Draft, *, main_language: str) -> Draft:
    """The draft if it is whole: the nation's own language is there, and all commitments in every language.

    Raises DraftRefused with all problems at once.
    """
    problems = [*_wording_problems(draft, main_language), *_commitment_problems(draft)]
    if problems:
        raise DraftRefused(problems)
    return draft


def is_language(code: str) -> bool:
    """Whether this can be the code of a language."""
    return len(code) <= LANGUAGE_LENGTH and LANGUAGE.fullmatch(code) is not None


def words_in[W](words: Mapping[str, W], *, language: str, main_language: str) -> tuple[str, W]:
    """What is written in the reader's language, else in the nation's own, else in any; with the language's code."""
    for code in (language, language.partition("-")[0], main_language, *sorted(words)):
        if code in words:
            return code, words[code]
    raise KeyError(language)


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a plain text, each on one line."""
    return tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()) if part.strip())


def as_record(draft: Draft) -> object:
    """The draft as JSON keeps it."""
    return _KEPT.dump_python(draft, mode="json")


def mark_of(draft: Draft) -> str:
    """By what two states of a draft are told apart."""
    return hashlib.sha256(json.dumps(as_record(draft), sort_keys=True).encode()).hexdigest()[:MARK_LENGTH]


def from_record(record: object) -> Draft:
    """The draft that JSON keeps."""
    return _KEPT.validate_python(record)


def _wording_problems(draft: Draft, main_language: str) -> Iterator[tuple[str, DraftProblem]]:
    if main_language not in draft.wordings:
        yield main_language, DraftProblem.MISSING
    for code, wording in sorted(draft.wordings.items()):
        if not is_language(code):
            yield code, DraftProblem.CODE
        yield from _text_problems(code, {"title": (wording.title, LINE_LENGTH), "text": (wording.text, BODY_LENGTH)})
        if len(wording.lead) > TEXT_LENGTH:
            yield code, DraftProblem.LEAD


def _commitment_problems(draft: Draft) -> Iterator[tuple[str, DraftProblem]]:
    if not draft.commitments:
        yield "commitments", DraftProblem.MISSING
    if len(draft.commitments) > COMMITMENTS_MOST:
        yield "commitments", DraftProblem.TOO_MANY
    if len({each.code for each in draft.commitments}) != len(draft.commitments):
        yield "commitments", DraftProblem.TWICE
    if not 0 <= draft.statement_within_days <= DAYS_MOST:
        yield "statement_within_days", DraftProblem.DAYS
    for each in draft.commitments:
        if len(each.code) > CODE_LENGTH or not CODE.fullmatch(each.code):
            yield each.code, DraftProblem.CODE
        if not 1 <= each.first_due_days <= DAYS_MOST or not 0 <= each.every_months <= MONTHS_MOST:
            yield each.code, DraftProblem.DAYS
        yield from _words_problems(each, draft.wordings)


def _words_problems(commitment: Commitment, languages: Iterable[str]) -> Iterator[tuple[str, DraftProblem]]:
    for language in sorted(languages):
        place = f"{commitment.code}/{language}"
        words = commitment.words.get(language)
        if words is None:
            yield place, DraftProblem.MISSING
            continue
        texts = {
            "title": (words.title, LINE_LENGTH),
            "promise": (words.promise, TEXT_LENGTH),
            "evidence": (words.evidence, TEXT_LENGTH),
        }
        yield from _text_problems(place, texts)


def _text_problems(place: str, texts: Mapping[str, tuple[str, int]]) -> Iterator[tuple[str, DraftProblem]]:
    for name, (text, most) in texts.items():
        if not text.strip() or len(text) > most:
            yield place, DraftProblem(name)
