"""The tool that keeps languages in step: what a language must have, and how much of it there is, room by room."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from leeward.foundation.languages import Language, Offered, read_languages, read_rooms
from tools import languages

HERS, STAFFS = "leeward/victim/portal/words.py", "leeward/policy/statistics/words.py"


@pytest.fixture
def template() -> Catalog:
    made = Catalog()
    made.add("Hello", locations=[(HERS, 1), (STAFFS, 7)])
    made.add("Table", locations=[(STAFFS, 1)])
    made.add(("%(n)s day", "%(n)s days"), locations=[(HERS, 2)], flags=["python-format"])
    return made


@pytest.fixture
def spanish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A language for her pages, with a folder and nothing in it."""
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    (tmp_path / "es" / "LC_MESSAGES").mkdir(parents=True)
    head = 'name = "Spanish"\nnative = "español"\ndirection = "ltr"\noffered = "her pages"\n'
    told = '[reading]\nmeasure = "sentences"\n[search]\n"context:danger" = ["suicidio"]\n'
    (tmp_path / "es" / "language.toml").write_text(head + told)
    found = read_languages(tmp_path)
    monkeypatch.setattr(languages, "read_languages", lambda: found)
    monkeypatch.setattr(languages, "pages", lambda _code: (0, 0))
    return tmp_path


def fill(path: Path, pairs: dict[str, str]) -> None:
    text = path.read_text()
    for english, words in pairs.items():
        assert f'msgid "{english}"\nmsgstr ""' in text
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{words}"')
    path.write_text(text)


def test_her_language_gets_her_texts_alone(template: Catalog, spanish: Path) -> None:
    languages.extract(template)
    kept = languages.read(languages.path_of("es"), "es")
    assert [languages.key_of(each)[1] for each in kept if each.id] == ["%(n)s day", "Hello"]
    assert list(languages.missing(template, "es")) == ["Hello", "%(n)s day"]


def test_rooms_are_counted_and_what_lacks_fails_by_its_room(template: Catalog, spanish: Path) -> None:
    languages.extract(template)
    fill(languages.path_of("es"), {"Hello": "Hola"})
    rooms = {each.name: each for each in languages.count(template)}
    assert (rooms["portal"].texts, rooms["portal"].translated["es"]) == (2, 1)
    assert (rooms["leeward/policy/statistics"].texts, rooms["leeward/policy/statistics"].translated["es"]) == (2, 1)
    found = languages.check(template)
    assert "es: no translation of '%(n)s day'" in found
    assert "es: not offered on her pages, portal lacks 1" in found


def test_what_is_whole_passes_and_what_was_translated_stays(template: Catalog, spanish: Path) -> None:
    languages.extract(template)
    path = languages.path_of("es")
    fill(path, {"Hello": "Hola"})
    text = path.read_text().replace('msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "%(n)s día"\nmsgstr[1] "%(n)s días"')
    path.write_text(text)
    assert languages.check(template) == []
    languages.extract(template)
    assert 'msgstr "Hola"' in path.read_text()


def test_a_language_for_everything_gets_everything(template: Catalog) -> None:
    every = Language(code="xx", name="X", native="X", direction="ltr", offered=Offered.EVERYWHERE)  # type: ignore[arg-type]
    assert len(languages.wanted_of(every, template)) == 3


def test_every_pattern_of_a_room_finds_files() -> None:
    root = Path(__file__).parents[2]
    for room, patterns in read_rooms().hers.items():
        for pattern in patterns:
            assert any(each.is_file() for each in root.glob(pattern)), f"{room}: {pattern}"
