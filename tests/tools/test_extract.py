"""The texts of data files reach gettext: those under the keys that are named for a file, and no others."""

import io
import re
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po

from leeward.policy.assessment.rules.evidence import QUERIES
from leeward.policy.assessment.rules.features import FEATURES
from leeward.policy.assessment.rules.loading import shipped_model
from leeward.policy.statistics.catalogue import HEADLINES, INDICATORS, PLANS, WORDS
from tools.extract import extract_yaml

ROOT = Path(__file__).resolve().parents[2]


def found_in(text: str, keys: str) -> list[str]:
    return [each[2] for each in extract_yaml(io.BytesIO(text.encode()), (), (), {"keys": keys})]


def texts_of(name: str) -> set[str]:
    config = ConfigParser()
    config.read(ROOT / "tools" / "babel.cfg")
    text = (ROOT / "leeward" / name).read_text("utf-8")
    return set(found_in(text, config[f"yaml: {name}"]["keys"]))


def test_texts_under_the_named_keys_are_found_and_no_others() -> None:
    said = "- {id: one, title: A, more: {text: B, id: two}}\n- lines: {first: C, second: D}\n"
    assert found_in(said, "title lines text") == ["A", "B", "C", "D"]
    assert found_in("[]", "title") == []


def test_the_line_is_told() -> None:
    assert [each[0] for each in extract_yaml(io.BytesIO(b"a: 1\nb: 2\n"), (), (), {"keys": "b"})] == [2]


def test_every_text_of_the_model_is_found() -> None:
    model = shipped_model()
    assert texts_of("policy/assessment/data/model.yaml") == {
        model.title,
        *(each.title for each in (*model.areas, *model.rows)),
        *(item.text for item in model.items),
    }
    assert texts_of("policy/assessment/data/features.yaml") == {each.title for each in FEATURES.values()}
    assert texts_of("policy/assessment/data/evidence.yaml") == {
        text for each in QUERIES.values() for text in (each.title, each.definition, each.scope, each.caveat)
    }


def test_every_text_of_the_statistics_is_found() -> None:
    words = {str(getattr(each, name)) for each in INDICATORS.values() for name in WORDS} - {""}
    words |= {str(text) for each in INDICATORS.values() for base in each.baselines for text in (base.where, base.words)}
    assert texts_of("policy/statistics/data/indicators.yaml") == words
    lines = {str(name) for plan in PLANS.values() for _code, name in plan.lines}
    titles = {str(plan.title) for plan in PLANS.values()}
    assert texts_of("policy/statistics/data/charts.yaml") == {*lines, *titles, *map(str, HEADLINES.values())}


@pytest.mark.parametrize("path", sorted((ROOT / "leeward").rglob("data/*.yaml")))
def test_every_data_file_is_searched(path: Path) -> None:
    config = ConfigParser()
    config.read(ROOT / "tools" / "babel.cfg")
    assert f"yaml: {path.relative_to(ROOT / 'leeward')}" in config
    assert yaml.safe_load(path.read_text("utf-8"))


PLURALS = re.compile(r"\{%-?\s*trans\s+(?:trimmed\s+)?(\w+)(?:(?!endtrans).)*?\{%-?\s*pluralize\s*(\w*)\s*-?%\}", re.S)


def test_a_plural_is_chosen_by_a_number() -> None:
    """Jinja takes the first variable of a text unless another is named. By a day there is no page in Arabic."""
    chosen = {
        (path.name, named or first)
        for path in [*ROOT.glob("leeward/*/*/jinja2/**/*.jinja"), *ROOT.glob("demo/jinja2/**/*.jinja")]
        for first, named in PLURALS.findall(path.read_text("utf-8"))
    }
    assert len(chosen) > 10
    assert {name for _path, name in chosen} <= {"count", "num", "number", "hours"}


# After Arabic letters a day is drawn from its end, unless a mark says that it reads from left to right.
DAY = re.compile("(?<![\u200e\u2066\u2068\\w/=.-])20\\d\\d-(?:\\d\\d-\\d\\d|W\\d\\d)")


def test_a_day_reads_in_arabic_as_it_is_typed() -> None:
    with (ROOT / "leeward/locale/ar/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file)
    texts = [str(each.string) for each in catalogue if each.id]
    assert any("\u200e2026-11-24" in text for text in texts)
    assert not [text for text in texts if DAY.search(text)]
