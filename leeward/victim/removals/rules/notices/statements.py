"""A platform's statement of reasons in the terms of the EU's transparency database, checked before it goes anywhere.

The field names, codes and lengths are those of the database's own interface (Regulation (EU) 2022/2065, articles 17 and
24(5)). Of its categories and keywords only those are here that intimate image abuse can fall under.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from defusedcsv import csv  # type: ignore[import-untyped]

from leeward.victim.removals.rules.decisions import LONGEST_EXPLANATION, LONGEST_FACTS, LONGEST_GROUND, Ground
from leeward.victim.removals.rules.notices.errors import StatementRefused

LONGEST_OTHER = 500
LONGEST_PUID = 500
PUID = re.compile(r"[a-zA-Z0-9_-]+")
LANGUAGE = re.compile(r"[A-Z]{2}")
EARLIEST_CONTENT, EARLIEST_APPLICATION, LATEST = date(2000, 1, 1), date(2020, 1, 1), date(2038, 1, 1)
# The European Economic Area, in ISO 3166-1.
COUNTRIES = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS"),
        *("IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
LIST_SIGN = "|"
YES, NO = "Yes", "No"


class Category(StrEnum):
    """The database's `category`."""

    CYBER_VIOLENCE = "STATEMENT_CATEGORY_CYBER_VIOLENCE"
    CYBER_VIOLENCE_AGAINST_WOMEN = "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN"
    DATA_PROTECTION = "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
    INTELLECTUAL_PROPERTY = "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS"
    PROTECTION_OF_MINORS = "STATEMENT_CATEGORY_PROTECTION_OF_MINORS"
    SCAMS_AND_FRAUD = "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"
    VIOLENCE = "STATEMENT_CATEGORY_VIOLENCE"
    OTHER_VIOLATION = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"


class Keyword(StrEnum):
    """The database's `category_specification`."""

    IMAGE_SHARING = "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"
    IMAGE_SHARING_AGAINST_WOMEN = "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN"
    DEEPFAKE = "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"
    DEEPFAKE_AGAINST_WOMEN = "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN"
    HARASSMENT = "KEYWORD_CYBER_HARASSMENT"
    HARASSMENT_AGAINST_WOMEN = "KEYWORD_CYBER_HARASSMENT_AGAINST_WOMEN"
    STALKING = "KEYWORD_CYBER_STALKING"
    STALKING_AGAINST_WOMEN = "KEYWORD_CYBER_STALKING_AGAINST_WOMEN"
    IMPERSONATION = "KEYWORD_IMPERSONATION_ACCOUNT_HIJACKING"
    COPYRIGHT = "KEYWORD_COPYRIGHT_INFRINGEMENT"
    ADULT_MATERIAL = "KEYWORD_ADULT_SEXUAL_MATERIAL"
    NUDITY = "KEYWORD_NUDITY"
    OTHER = "KEYWORD_OTHER"


# Under which category the database lists each keyword that says what happened. The others belong to several.
CATEGORY_OF: dict[Keyword, Category] = {
    Keyword.IMAGE_SHARING: Category.CYBER_VIOLENCE,
    Keyword.DEEPFAKE: Category.CYBER_VIOLENCE,
    Keyword.HARASSMENT: Category.CYBER_VIOLENCE,
    Keyword.STALKING: Category.CYBER_VIOLENCE,
    Keyword.IMAGE_SHARING_AGAINST_WOMEN: Category.CYBER_VIOLENCE_AGAINST_WOMEN,
    Keyword.DEEPFAKE_AGAINST_WOMEN: Category.CYBER_VIOLENCE_AGAINST_WOMEN,
    Keyword.HARASSMENT_AGAINST_WOMEN: Category.CYBER_VIOLENCE_AGAINST_WOMEN,
    Keyword.STALKING_AGAINST_WOMEN: Category.CYBER_VIOLENCE_AGAINST_WOMEN,
}


class Visibility(StrEnum):
    """The database's `decision_visibility`."""

    REMOVED = "DECISION_VISIBILITY_CONTENT_REMOVED"
    DISABLED = "DECISION_VISIBILITY_CONTENT_DISABLED"
    DEMOTED = "DECISION_VISIBILITY_CONTENT_DEMOTED"
    AGE_RESTRICTED = "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED"
    INTERACTION_RESTRICTED = "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED"
    LABELLED = "DECISION_VISIBILITY_CONTENT_LABELLED"
    OTHER = "DECISION_VISIBILITY_OTHER"


class Monetary(StrEnum):
    """The database's `decision_monetary`."""

    SUSPENSION = "DECISION_MONETARY_SUSPENSION"
    TERMINATION = "DECISION_MONETARY_TERMINATION"
    OTHER = "DECISION_MONETARY_OTHER"


class Provision(StrEnum):
    """The database's `decision_provision`."""

    PARTIAL_SUSPENSION = "DECISION_PROVISION_PARTIAL_SUSPENSION"
    TOTAL_SUSPENSION = "DECISION_PROVISION_TOTAL_SUSPENSION"
    PARTIAL_TERMINATION = "DECISION_PROVISION_PARTIAL_TERMINATION"
    TOTAL_TERMINATION = "DECISION_PROVISION_TOTAL_TERMINATION"


class AccountAction(StrEnum):
    """The database's `decision_account`."""

    SUSPENDED = "DECISION_ACCOUNT_SUSPENDED"
    TERMINATED = "DECISION_ACCOUNT_TERMINATED"


class ContentType(StrEnum):
    """The database's `content_type`."""

    AUDIO = "CONTENT_TYPE_AUDIO"
    IMAGE = "CONTENT_TYPE_IMAGE"
    SYNTHETIC_MEDIA = "CONTENT_TYPE_SYNTHETIC_MEDIA"
    TEXT = "CONTENT_TYPE_TEXT"
    VIDEO = "CONTENT_TYPE_VIDEO"
    OTHER = "CONTENT_TYPE_OTHER"


class SourceType(StrEnum):
    """The database's `source_type`."""

    ARTICLE_16 = "SOURCE_ARTICLE_16"
    TRUSTED_FLAGGER = "SOURCE_TRUSTED_FLAGGER"
    OTHER_NOTIFICATION = "SOURCE_TYPE_OTHER_NOTIFICATION"
    VOLUNTARY = "SOURCE_VOLUNTARY"


class AutomatedDecision(StrEnum):
    """The database's `automated_decision`."""

    FULLY = "AUTOMATED_DECISION_FULLY"
    PARTIALLY = "AUTOMATED_DECISION_PARTIALLY"
    NOT_AUTOMATED = "AUTOMATED_DECISION_NOT_AUTOMATED"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of reasons. `puid` is the platform's own number for it; sent twice, it counts once."""

    puid: str
    facts: str = field(repr=False)
    category: Category
    content_types: tuple[ContentType, ...]
    content_on: date
    applied_on: date
    source: SourceType
    automated_detection: bool
    automated_decision: AutomatedDecision
    ground: Ground
    ground_named: str  # the law, or the clause of the platform's rules
    explanation: str = field(repr=False)
    is_also_illegal: bool | None = None  # where the ground is the platform's rules
    keywords: tuple[Keyword, ...] = ()
    keyword_other: str = ""
    more_categories: tuple[Category, ...] = ()
    visibility: tuple[Visibility, ...] = ()
    visibility_other: str = ""
    monetary: Monetary | None = None
    monetary_other: str = ""
    provision: Provision | None = None
    account: AccountAction | None = None
    content_type_other: str = ""
    source_identity: str = ""
    countries: tuple[str, ...] = ()
    content_language: str = ""


# In the order of the database's own description; a table has one column for each.
COLUMNS = (
    "puid",
    "decision_visibility",
    "decision_visibility_other",
    "decision_monetary",
    "decision_monetary_other",
    "decision_provision",
    "decision_account",
    "decision_ground",
    "illegal_content_legal_ground",
    "illegal_content_explanation",
    "incompatible_content_ground",
    "incompatible_content_explanation",
    "incompatible_content_illegal",
    "category",
    "category_addition",
    "category_specification",
    "category_specification_other",
    "content_type",
    "content_type_other",
    "content_language",
    "content_date",
    "application_date",
    "territorial_scope",
    "decision_facts",
    "source_type",
    "source_identity",
    "automated_detection",
    "automated_decision",
)


def dsa_statement(statement: Statement) -> dict[str, object]:
    """The statement as the database takes it. Raises StatementRefused, which names every field that is wrong."""
    problems = tuple(_problems(statement))
    if problems:
        raise StatementRefused(problems)
    found = _decision(statement) | _ground(statement) | _content(statement) | _source(statement)
    return {name: found[name] for name in COLUMNS if found.get(name) not in (None, "", [])}


def json_lines(statements: Iterable[Statement]) -> Iterator[str]:
    """One JSON object a line. Raises StatementRefused."""
    return (json.dumps(dsa_statement(each), ensure_ascii=False) + "\n" for each in statements)


def statement_rows(statements: Iterable[Statement]) -> Iterator[list[object]]:
    """The cells of each statement, in the order of COLUMNS. Raises StatementRefused."""
    for found in map(dsa_statement, statements):
        yield [found.get(name, "") for name in COLUMNS]


def table_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV that a spreadsheet may open, line by line: no cell can act as a formula. A list becomes one cell."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    yield written.getvalue()
    for row in rows:
        written.seek(0)
        written.truncate()
        writer.writerow([_cell(value) for value in row])
        yield written.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list | tuple):
        value = LIST_SIGN.join(str(each) for each in value)
    # A spreadsheet skips blanks before it looks for the sign that starts a formula.
    return value.lstrip() if isinstance(value, str) else value


def _decision(each: Statement) -> dict[str, object]:
    return {
        "puid": each.puid,
        "decision_visibility": list(each.visibility),
        "decision_visibility_other": each.visibility_other if Visibility.OTHER in each.visibility else "",
        "decision_monetary": each.monetary,
        "decision_monetary_other": each.monetary_other if each.monetary is Monetary.OTHER else "",
        "decision_provision": each.provision,
        "decision_account": each.account,
        "automated_detection": YES if each.automated_detection else NO,
        "automated_decision": each.automated_decision,
        "decision_facts": each.facts,
    }


def _ground(each: Statement) -> dict[str, object]:
    if each.ground is Ground.ILLEGAL:
        named = {"illegal_content_legal_ground": each.ground_named, "illegal_content_explanation": each.explanation}
        return {"decision_ground": each.ground, **named}
    return {
        "decision_ground": each.ground,
        "incompatible_content_ground": each.ground_named,
        "incompatible_content_explanation": each.explanation,
        "incompatible_content_illegal": None if each.is_also_illegal is None else YES if each.is_also_illegal else NO,
    }


def _content(each: Statement) -> dict[str, object]:
    return {
        "category": each.category,
        "category_addition": list(each.more_categories),
        "category_specification": list(each.keywords),
        "category_specification_other": each.keyword_other if Keyword.OTHER in each.keywords else "",
        "content_type": list(each.content_types),
        "content_type_other": each.content_type_other if ContentType.OTHER in each.content_types else "",
        "content_language": each.content_language,
        "content_date": each.content_on.isoformat(),
        "application_date": each.applied_on.isoformat(),
        "territorial_scope": list(each.countries),
    }


def _source(each: Statement) -> dict[str, object]:
    identity = "" if each.source is SourceType.VOLUNTARY else each.source_identity
    return {"source_type": each.source, "source_identity": identity}


def _problems(each: Statement) -> Iterator[tuple[str, str]]:
    if not PUID.fullmatch(each.puid) or len(each.puid) > LONGEST_PUID:
        yield "puid", f"must be 1 to {LONGEST_PUID} letters, digits, hyphens and underscores."
    if not (each.visibility or each.monetary or each.provision or each.account):
        yield "decision_visibility", "must be given, or another restriction: a statement is about something restricted."
    yield from _required(each)
    yield from _too_long(each)
    yield from _bad_dates(each)
    yield from _bad_lists(each)


def _required(each: Statement) -> Iterator[tuple[str, str]]:
    kind = "illegal_content" if each.ground is Ground.ILLEGAL else "incompatible_content"
    ground = f"{kind}_legal_ground" if each.ground is Ground.ILLEGAL else f"{kind}_ground"
    needed = (
        ("decision_facts", each.facts, True),
        (ground, each.ground_named, True),
        (f"{kind}_explanation", each.explanation, True),
        ("decision_visibility_other", each.visibility_other, Visibility.OTHER in each.visibility),
        ("decision_monetary_other", each.monetary_other, each.monetary is Monetary.OTHER),
        ("content_type_other", each.content_type_other, ContentType.OTHER in each.content_types),
    )
    for name, text, is_needed in needed:
        if is_needed and not text.strip():
            yield name, "must be said in words."


def _too_long(each: Statement) -> Iterator[tuple[str, str]]:
    limits = (
        ("decision_facts", each.facts, LONGEST_FACTS),
        ("ground", each.ground_named, LONGEST_GROUND),
        ("explanation", each.explanation, LONGEST_EXPLANATION),
        ("decision_visibility_other", each.visibility_other, LONGEST_OTHER),
        ("decision_monetary_other", each.monetary_other, LONGEST_OTHER),
        ("content_type_other", each.content_type_other, LONGEST_OTHER),
        ("category_specification_other", each.keyword_other, LONGEST_OTHER),
        ("source_identity", each.source_identity, LONGEST_OTHER),
    )
    for name, text, longest in limits:
        if len(text) > longest:
            yield name, f"must have at most {longest} characters."


def _bad_dates(each: Statement) -> Iterator[tuple[str, str]]:
    if not EARLIEST_CONTENT <= each.content_on <= LATEST:
        yield "content_date", f"must lie between {EARLIEST_CONTENT} and {LATEST}."
    if not EARLIEST_APPLICATION <= each.applied_on <= LATEST:
        yield "application_date", f"must lie between {EARLIEST_APPLICATION} and {LATEST}."


def _bad_lists(each: Statement) -> Iterator[tuple[str, str]]:
    if not each.content_types:
        yield "content_type", "must name at least one kind of content."
    named = {each.category, *each.more_categories}
    if not {CATEGORY_OF[keyword] for keyword in each.keywords if keyword in CATEGORY_OF} <= named:
        yield "category_specification", "must hold keywords of the statement's own categories only."
    if not set(each.countries) <= COUNTRIES:
        yield "territorial_scope", "must hold two-letter codes of countries of the European Economic Area only."
    if each.content_language and not LANGUAGE.fullmatch(each.content_language):
        yield "content_language", "must be a two-letter code in capitals, such as EN."
