"""Hands the texts of YAML files to gettext: what stands under the keys that `tools/babel.cfg` names for a file."""

from collections.abc import Iterator, Mapping
from typing import IO

import yaml

type Found = tuple[int, str, str, list[str]]


def extract_yaml(file: IO[bytes], _keywords: object, _tags: object, options: Mapping[str, str]) -> Iterator[Found]:
    """Yield each text in Babel's form: its line, no function, the text, no comments."""
    keys = frozenset(options["keys"].split())
    return _texts(yaml.compose(file, yaml.CSafeLoader), keys, is_text=False)


def _texts(node: yaml.Node | None, keys: frozenset[str], *, is_text: bool) -> Iterator[Found]:
    if isinstance(node, yaml.ScalarNode) and is_text:
        yield node.start_mark.line + 1, "", node.value, []
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _texts(each, keys, is_text=is_text)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _texts(value, keys, is_text=is_text or key.value in keys)
