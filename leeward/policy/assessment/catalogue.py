"""Writes `model_words.py`, by which the texts of the model reach gettext's catalogues: data files are not searched."""

from collections.abc import Iterator

from leeward.policy.assessment.rules.evidence import QUERIES
from leeward.policy.assessment.rules.features import FEATURES
from leeward.policy.assessment.rules.model import Model

HEAD = '''"""The model's texts, features and live evidence, for gettext. Written by `leeward print-model-words`."""

# ruff: noqa: E501
# fmt: off
from django.utils.translation import gettext_noop

WORDS = (
'''


def write_catalogue(model: Model) -> str:
    """The whole module, each text once, in the order in which it is met."""
    lines = [f"    gettext_noop({_quoted(text)})," for text in dict.fromkeys(_texts(model))]
    return "\n".join([HEAD.rstrip("\n"), *lines, ")", ""])


def _texts(model: Model) -> Iterator[str]:
    yield model.title
    for area in model.areas:
        yield area.title
        for row in area.rows:
            yield row.title
            yield from (item.text for item in row.items)
    yield from (feature.title for feature in FEATURES.values())
    for query in QUERIES.values():
        yield from (query.title, query.definition, query.scope, query.caveat)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
