"""Files of code lists and methods, as they ship and as a nation writes its own."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from leeward.justice.outcomes.errors import ListsMalformed
from leeward.justice.outcomes.rules.terms import (
    CODE_LENGTH,
    NAME_LENGTH,
    SOURCE_LENGTH,
    Basis,
    CodeKind,
    CountUnit,
    MethodKind,
    Stage,
)

FILE_MOST = 200_000
Line = Annotated[str, Field(min_length=1, max_length=SOURCE_LENGTH)]


class NewCode(BaseModel):
    """One code. An offence has no stage; everything else has exactly one."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: Annotated[str, Field(min_length=1, max_length=CODE_LENGTH, coerce_numbers_to_str=True)]
    name: Line
    stage: Stage | None = None
    iccs: Annotated[str, Field(max_length=CODE_LENGTH)] = ""


class NewCodeList(BaseModel):
    """A jurisdiction's codes for one thing."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    jurisdiction: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH)]
    kind: CodeKind
    source: Line
    source_url: Annotated[str, Field(max_length=SOURCE_LENGTH)] = ""
    checked_on: date | None = None
    codes: Annotated[tuple[NewCode, ...], Field(min_length=1, max_length=2_000)]


class NewMethod(BaseModel):
    """One version of a method."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=CODE_LENGTH)]
    version: Annotated[int, Field(ge=1, le=1_000)] = 1
    kind: MethodKind
    basis: Basis | None = None
    unit: CountUnit
    follow_up_days: Annotated[int, Field(ge=0, le=3_660)] = 0
    waiting_days: Annotated[int, Field(ge=0, le=3_660)] = 0
    what: dict[str, str]
    changed: dict[str, str] = Field(default_factory=dict)
    source: Line


class Shipped(BaseModel):
    """A whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    lists: tuple[NewCodeList, ...] = ()
    methods: tuple[NewMethod, ...] = ()


def read_shipped(text: str) -> Shipped:
    """Read a file. Raises ListsMalformed, which names each place that is wrong."""
    if len(text) > FILE_MOST:
        raise ListsMalformed((("file", "is too long."),))
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ListsMalformed((("file", f"is no YAML: {str(error).splitlines()[0]}"),)) from error
    try:
        shipped = Shipped.model_validate(found)
    except ValidationError as error:
        problems = [
            (".".join(map(str, each["loc"])) or "file", f"{each['msg']}.")
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise ListsMalformed(tuple(problems)) from error
    if wrong := tuple(_wrong_codes(shipped)):
        raise ListsMalformed(wrong)
    return shipped


def _wrong_codes(shipped: Shipped) -> Iterator[tuple[str, str]]:
    """Each code stands once; an offence has no stage, everything else exactly one."""
    for number, each in enumerate(shipped.lists):
        named = [code.code for code in each.codes]
        if twice := sorted({code for code in named if named.count(code) > 1}):
            yield f"lists.{number}", f"Each code stands once: {', '.join(twice)}."
        is_offence = each.kind is CodeKind.OFFENCE
        if wrong := [code.code for code in each.codes if is_offence is not (code.stage is None)]:
            said = "An offence has no stage" if is_offence else "Each code leads to exactly one stage"
            yield f"lists.{number}", f"{said}: {', '.join(wrong)}."
