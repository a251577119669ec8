"""The check of words finds what is hard to read and what we do not say, and nothing else."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools import words

PLAIN = ["Do not pay. People who pay are asked for more.", "This is not your fault."]
HARD = ["Notwithstanding organisational responsibilities, administrators subsequently communicate determinations."]


def test_plain_words_are_for_children_and_office_words_are_not() -> None:
    assert words.reading_age(PLAIN) < 9 < words.reading_age(HARD)


def test_the_formula_is_the_published_one() -> None:
    # Ten letters, two words, one sentence: 4.71 * 5 + 0.5 * 2 - 21.43, and five years.
    assert words.reading_age(["Abcde fghij."]) == pytest.approx(4.71 * 5 + 0.5 * 2 - 21.43 + 5)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three? Four", 4),
        ("%(platform)s says no; we ask again.", 1),
        ("ماذا يحدث؟ نحن هنا.", 2),
        ("", 0),
        ("…", 0),
    ],
)
def test_sentences_are_counted_in_both_languages(text: str, count: int) -> None:
    assert len(words.sentences(text)) == count


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page that a victim reads and an Arabic catalogue, both of them good."""
    (tmp_path / "page.jinja").write_text('<h1>{{ _("This is not your fault.") }}</h1>')
    write_catalogue(tmp_path, "This is not your fault.", "هذا ليس ذنبك.")
    monkeypatch.setattr(words, "ROOT", tmp_path)
    monkeypatch.setattr(words, "ARABIC", tmp_path / "django.po")
    return tmp_path


def write_catalogue(folder: Path, text: str, translation: str) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (folder / "django.po").write_text(f'{head}msgid "{text}"\nmsgstr "{translation}"\n')


def rules(**changes: Any) -> dict[str, Any]:
    return {**tomllib.loads(words.RULES.read_text()), "hers": ["*.jinja"], "words_least": 5, "allowed": {}, **changes}


def test_a_good_page_is_passed(house: Path) -> None:
    assert list(words.problems(rules())) == []


@pytest.mark.parametrize(
    ("text", "translation", "said"),
    [
        (HARD[0], "x", "reading age"),
        ("a " * 21 + ".", "x", "21 words in a sentence"),
        ("It is fine.", "كلمة " * 21, "21 words in a sentence"),
        ("Well done.", "x", "everywhere: 'well done'"),
        ("The hash is sent.", "x", "“fingerprint”"),
        ("It is fine.", "فضيحة", "everywhere"),
    ],
)
def test_what_is_wrong_is_named(house: Path, text: str, translation: str, said: str) -> None:
    (house / "page.jinja").write_text(f'<h1>{{{{ _("{text}") }}}}</h1>')
    write_catalogue(house, text, translation)
    found = list(words.problems(rules()))
    assert any(said in each for each in found), found
    assert not any("sentence" in each or "everywhere" in each for each in words.problems(rules(allowed={text: "why"})))


def test_a_pattern_holds_for_whole_words_alone() -> None:
    assert words.banned_in("Ask her.", {"he|her": "they"})
    assert words.banned_in("The others were there.", {"he|her": "they"}) == []


def test_a_folder_without_texts_is_not_passed_over(house: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(words.problems(rules(hers=["gone/*.jinja"])))
