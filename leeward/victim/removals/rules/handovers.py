"""What another hotline hands over as JSON: taken whole, or refused by the name of what is wrong."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from leeward.victim.file.rules.story import LONGEST_STORY, Harm
from leeward.victim.removals.errors import ReportRefused
from leeward.victim.removals.rules.reports import LONGEST_LINE, MOST_ITEMS

STRICT = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
# Where the words of the check would not help who wrote the file.
WRONG = {
    "extra_forbidden": "This key is not known here.",
    "missing": "This is missing.",
    "model_type": "The file must hold one JSON object.",
    "string_type": "This must be a text.",
    "string_too_long": "This is too long. Shorten it.",
    "string_too_short": "An address must be a text.",
    "too_short": "Give a list of at least one address.",
    "too_long": f"At most {MOST_ITEMS} addresses fit in one report. Split it.",
}
CONSENT_MISSING = "The person's consent is missing. Ask them, then write true."


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("There is a sign in it that no text holds (NUL). Take it out.")
    return text


def _mailbox(text: str) -> str:
    if text and ("@" not in text or any(sign.isspace() for sign in text)):
        raise ValueError("This is no e-mail address.")
    return text


def _phone(text: str) -> str:
    if text and not any(sign.isdigit() for sign in text):
        raise ValueError("There is no digit in this phone number.")
    return text


type Line = Annotated[str, Field(max_length=LONGEST_LINE), AfterValidator(_without_nul)]


class HandoverContact(BaseModel):
    """How she could be reached; not that we may: that stays to be asked."""

    model_config = STRICT
    name: Line = ""
    email: Annotated[Line, AfterValidator(_mailbox)] = ""
    phone: Annotated[Line, AfterValidator(_phone)] = ""


class Handover(BaseModel):
    """A report from another hotline, as its file says it."""

    model_config = STRICT
    urls: Annotated[
        list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]],
        Field(min_length=1, max_length=MOST_ITEMS),
    ]
    harm: Harm
    story: Annotated[str, Field(max_length=LONGEST_STORY), AfterValidator(_without_nul)] = ""
    contact: HandoverContact = HandoverContact()
    language: str = ""
    consent: Literal[True]


def read_handover(found: object, *, languages: Sequence[str]) -> Handover:
    """Check another hotline's record. Raises ReportRefused, naming the key."""
    try:
        read = Handover.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise ReportRefused(_place_of(first), _what_of(first)) from error
    if (read.language or languages[0]) not in languages:
        raise ReportRefused("language", f"Use one of {', '.join(languages)}.")
    return read.model_copy(update={"language": read.language or languages[0]})


def _place_of(error: ErrorDetails) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).removeprefix(".")


def _what_of(error: ErrorDetails) -> str:
    if error["loc"] == ("consent",):
        return CONSENT_MISSING
    return WRONG.get(error["type"], error["msg"].removeprefix("Value error, "))
