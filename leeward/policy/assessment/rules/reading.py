"""Small helpers that read values out of a parsed file, noting every mistake with its place and its cure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import yaml

from leeward.policy.assessment.errors import ModelMalformed

FILE_LIMIT = 1024 * 1024
TEXT_LENGTH = 1_000
TITLE_LENGTH = 200
LIST_MOST = 500
QUERY_NAME = re.compile(r"[a-z_]+\.[a-z0-9_]+")


class _Loader(yaml.SafeLoader):
    """Plain values only: no aliases, by which a small file could become a huge one, and no key twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse aliases. Raises YAMLError."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]  # so say the stubs
            raise yaml.MarkedYAMLError(problem="holds an alias (*); write the value out", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Refuse a key that stands twice. Raises YAMLError."""
        seen: set[str] = set()
        for key, _value in node.value:
            if key.value in seen:
                problem = f"has {key.value!r} twice; remove one"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read_yaml(text: str) -> object:
    """The plain values of a YAML text. Raises ModelMalformed with the line."""
    if len(text.encode()) > FILE_LIMIT:
        raise ModelMalformed([("the file", "is larger than 1 MB; the whole model is a tenth of that.")])
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader that refuses more
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else "the file"
        raise ModelMalformed([(line, f"{error.problem or error}.")]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ModelMalformed([("the file", "is not YAML that can be read.")]) from error


class Reader:
    """Takes values from mappings and lists; a mistake is noted under its place, and an empty value goes on."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, str]] = []

    def note(self, place: str, text: str) -> None:
        """Note a mistake."""
        self.problems.append((place, text))

    def finish(self) -> None:
        """Raise ModelMalformed where anything was noted."""
        if self.problems:
            raise ModelMalformed(self.problems)

    def mapping(self, value: object, place: str, *, known: Iterable[str]) -> Mapping[str, object]:
        """A mapping whose keys are all known."""
        if not isinstance(value, dict):
            self.note(place, "must be a mapping (name: value).")
            return {}
        allowed = tuple(known)
        for name in value:
            if name not in allowed:
                self.note(place, f"has {name!r}, which nothing reads; use {', '.join(allowed)}.")
        return {str(name): each for name, each in value.items()}

    def entries(self, value: object, place: str) -> Iterator[tuple[str, object]]:
        """The members of a list, each with its place."""
        if not isinstance(value, list) or len(value) > LIST_MOST:
            self.note(place, f"must be a list of at most {LIST_MOST} entries.")
            return
        for number, each in enumerate(value):
            name = each.get("id") if isinstance(each, dict) else None
            yield (name if isinstance(name, str) and name else f"{place}[{number}]"), each

    def text(self, values: Mapping[str, object], name: str, place: str, *, most: int = TEXT_LENGTH) -> str:
        """One line of text that is not empty."""
        value = values.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > most or not value.isprintable():
            self.note(f"{place}, {name}", f"must be one line of 1 to {most} characters that can be printed.")
            return ""
        return value.strip()

    def matching(self, values: Mapping[str, object], name: str, place: str, *, pattern: re.Pattern[str]) -> str:
        """A text of one form."""
        value = values.get(name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            self.note(f"{place}, {name}", f"is {value!r}; it must have the form {pattern.pattern}.")
            return ""
        return value

    def number(self, values: Mapping[str, object], name: str, place: str) -> int:
        """A whole number from 1."""
        value = values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.note(f"{place}, {name}", "must be a whole number from 1.")
            return 1
        return value

    def flag(self, values: Mapping[str, object], name: str, place: str) -> bool:
        """True or false; false where it is left out."""
        value = values.get(name, False)
        if not isinstance(value, bool):
            self.note(f"{place}, {name}", "must be true or false.")
            return False
        return value

    def choice[E: StrEnum](self, values: Mapping[str, object], name: str, place: str, *, among: type[E]) -> E:
        """One of a fixed list."""
        value = values.get(name)
        for each in among:
            if each.value == value:
                return each
        self.note(f"{place}, {name}", f"is {value!r}; use one of {', '.join(each.value for each in among)}.")
        return next(iter(among))

    def names(self, values: Mapping[str, object], name: str, place: str, *, among: Iterable[str]) -> tuple[str, ...]:
        """A list of known names, each once; empty where it is left out."""
        value, known = values.get(name, []), set(among)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.note(f"{place}, {name}", "must be a list of names.")
            return ()
        for each in value:
            if each not in known:
                self.note(f"{place}, {name}", f"names {each!r}, which is not there; correct it or take it out.")
        if len(set(value)) != len(value):
            self.note(f"{place}, {name}", "names something twice; take one out.")
        return tuple(value)
