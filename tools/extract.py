"""Hands the texts of YAML files to gettext: what stands under the keys that `tools/babel.cfg` names for a file."""

from collections.abc import Iterator, Mapping
from typing import IO

import yaml

FOR_STAFF = "for staff"

type Found = tuple[int, str, str, list[str]]


def extract_yaml(file: IO[bytes], _keywords: object, _tags: object, options: Mapping[str, str]) -> Iterator[Found]:
    """Yield each text in Babel's form: its line, no function, the text, and whether staff alone read it."""
    keys, staffs = frozenset(options["keys"].split()), frozenset(options.get("staff", "").split())
    return _texts(yaml.compose(file, yaml.CSafeLoader), keys, staffs, is_text=False)


def _texts(
    node: yaml.Node | None,
    keys: frozenset[str],
    staffs: frozenset[str],
    *,
    is_text: bool,
    comments: tuple[str, ...] = (),
) -> Iterator[Found]:
    if isinstance(node, yaml.ScalarNode) and is_text:
        yield node.start_mark.line + 1, "", node.value, list(comments)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _texts(each, keys, staffs, is_text=is_text, comments=comments)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            said = (FOR_STAFF,) if key.value in staffs else comments
            yield from _texts(value, keys, staffs, is_text=is_text or key.value in keys, comments=said)
