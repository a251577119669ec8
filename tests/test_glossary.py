"""The glossary: each term stands once, in order, and is used in the code."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TERM = re.compile(r"\*\*(.+?)\*\*")
KINDS = {".py", ".jinja", ".js", ".mjs", ".ts", ".yaml"}


def rows() -> list[list[str]]:
    """Return the terms of each row of the table."""
    lines = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    first_cells = (line.split("|")[1] for line in lines if line.startswith("| **"))
    return [TERM.findall(cell) for cell in first_cells]


@pytest.fixture(scope="module")
def code() -> str:
    """Everything that the product is written in, words for people included, in small letters."""
    folders = (ROOT / "leeward", ROOT / "hashmatch" / "python" / "src", ROOT / "hashmatch" / "browser")
    files = (path for folder in folders for path in folder.rglob("*") if path.suffix in KINDS)
    return "\n".join(path.read_text(encoding="utf-8") for path in files if "node_modules" not in path.parts).casefold()


def stands_in(term: str, code: str) -> bool:
    """Whether a term is there as words or in an identifier of either case, not within another word, with any ending."""
    words = (re.escape(word) for word in re.split(r"[\s-]+", term.casefold()))
    # Looked for by its first letters: to ask first what stands before each letter takes ten times as long.
    places = (found.start() for found in re.finditer(r"[\s_-]*".join(words), code))
    return any(not "a" <= code[place - 1] <= "z" for place in places)


def test_each_term_stands_once_and_in_the_order_of_the_alphabet() -> None:
    found = rows()
    terms = [term.casefold() for terms in found for term in terms]
    assert len(terms) > 80
    assert sorted(set(terms)) == sorted(terms)
    firsts = [terms[0].casefold() for terms in found]
    assert firsts == sorted(firsts)


def test_each_term_is_used_in_the_code(code: str) -> None:
    unused = [term for terms in rows() for term in terms if not stands_in(term, code)]
    assert unused == []
