"""The parameters of the open API: the standard's, in the standard's spelling. Each is bounded."""

import re
from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, field_validator
from pydantic.json_schema import SkipJsonSchema

from leeward.society.directory.rules.hours import read_day
from leeward.society.directory.rules.records import Weekday

PER_PAGE = 50
PER_PAGE_MOST = 100
PAGES_MOST = 1_000_000
WORDS_LENGTH = 200
METRES_MOST = 1_000_000
AGE_ASKED_MOST = 1_000
# A "+" in an address that nobody has escaped arrives as a space.
ZONE_WITH_SPACE = re.compile(r" (\d\d:?\d\d)$")
INVISIBLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def _without_default(schema: dict[str, Any]) -> None:
    """A parameter that may be left out has no default of its own."""
    for described in schema.get("properties", {}).values():
        if described.get("default", "") is None or described.get("default") == "":
            described.pop("default")


def _seen(value: Any) -> Any:
    """A text without signs that nobody sees; databases refuse some of them."""
    return INVISIBLE.sub(" ", value) if isinstance(value, str) else value


def _written_moment(value: Any) -> Any:
    if isinstance(value, str):
        if value.replace(".", "").replace("-", "", 1).isdigit():
            raise ValueError("this is a number and no time such as 2026-11-25T09:30:00Z")
        return ZONE_WITH_SPACE.sub(r"+\1", value)
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this is outside of all years") from error


def _on_our_clock(value: time) -> time:
    return value.replace(tzinfo=None)


def _written_time(value: Any) -> Any:
    if isinstance(value, str) and ":" not in value:
        raise ValueError("this is no time such as 09:30")
    return value


Words = Annotated[str, BeforeValidator(_seen), Field(max_length=WORDS_LENGTH)]
Moment = Annotated[datetime, BeforeValidator(_written_moment), AfterValidator(_in_utc)]
OnClock = Annotated[time, BeforeValidator(_written_time), AfterValidator(_on_our_clock)]
Metres = Annotated[float, Field(gt=0, le=METRES_MOST, allow_inf_nan=False)]
Age = Annotated[float, Field(ge=0, le=AGE_ASKED_MOST, allow_inf_nan=False)]


class Question(Schema):
    """What every question can say."""

    model_config = ConfigDict(json_schema_extra=_without_default)

    lang: str = Field(
        "",
        pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$",
        max_length=35,
        description="A language (BCP 47) for texts that have a translation; it counts more than Accept-Language.",
    )


class ListQuestion(Question):
    """What every question for a list can say."""

    search: Words = Field("", description="Words: all of them are looked for.")
    page: int = Field(1, ge=1, le=PAGES_MOST, description="The number of the page; the first is 1.")
    per_page: int = Field(PER_PAGE, ge=1, le=PER_PAGE_MOST, description="How many on a page.")
    format: Literal["json", "ndjson"] = Field(
        "json", description="ndjson: everything that was found, one object a line, without pages."
    )


class ServiceFilters(ListQuestion):
    """What narrows services down. All of it must be met."""

    taxonomy_term_id: UUID | SkipJsonSchema[None] = Field(default=None, description="Bears this term.")
    taxonomy_id: UUID | SkipJsonSchema[None] = Field(default=None, description="Bears a term of this taxonomy.")
    organization_id: UUID | SkipJsonSchema[None] = Field(default=None, description="Is given by this organisation.")
    modified_after: Moment | SkipJsonSchema[None] = Field(
        default=None, description="Changed at that time or later (ISO 8601; without a zone it is UTC)."
    )
    minimum_age: Age | SkipJsonSchema[None] = Field(default=None, description="Its minimum age is this or more.")
    maximum_age: Age | SkipJsonSchema[None] = Field(default=None, description="Its maximum age is this or less.")
    start_time: OnClock | SkipJsonSchema[None] = Field(
        default=None, description="Opens at this time of the nation's clock or later (09:30)."
    )
    end_time: OnClock | SkipJsonSchema[None] = Field(default=None, description="Closes at this time or before.")
    day: Weekday | SkipJsonSchema[None] = Field(
        default=None, description="Has opening times on this day: MO, or Monday."
    )
    postcode: Words = Field(
        "", description="A postcode or town: what is there for the people of its area. With `proximity`: what is near."
    )
    proximity: Metres | SkipJsonSchema[None] = Field(
        default=None,
        description="Metres from the middle of the postcode; the nearest come first.",
    )
    full: bool = Field(default=False, description="Everything that belongs to each of them.")

    @field_validator("day", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        return read_day(value) or value if isinstance(value, str) else value


class ServicesQuestion(ServiceFilters):
    """What `/services` can be asked."""

    minimal: bool = Field(default=False, description="Ids and times of the last change alone, up to 10,000 on a page.")


class OrganizationQuestion(Question):
    """What `/organizations/{id}` can be asked."""

    full_service: bool = Field(default=False, description="Its services whole, not by name alone.")


class OrganizationsQuestion(ListQuestion):
    """What `/organizations` can be asked."""

    taxonomy_term_id: UUID | SkipJsonSchema[None] = Field(
        default=None, description="Gives a service that bears this term."
    )
    taxonomy_id: UUID | SkipJsonSchema[None] = Field(
        default=None, description="Gives a service that bears a term of this taxonomy."
    )
    modified_after: Moment | SkipJsonSchema[None] = Field(
        default=None, description="Changed at that time or later (ISO 8601)."
    )
    full: bool = Field(default=False, description="With places, and services by name.")
    full_service: bool = Field(default=False, description="With places and whole services; at most 10 on a page.")


class TermsQuestion(ListQuestion):
    """What `/taxonomy_terms` can be asked."""

    taxonomy_id: UUID | SkipJsonSchema[None] = Field(default=None, description="Of this taxonomy.")
    parent_id: UUID | SkipJsonSchema[None] = Field(default=None, description="Stands right under this term.")
    top_only: bool = Field(default=False, description="Stands under no other.")
