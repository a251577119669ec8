"""Prints the headings, buttons, links, tags, columns, filters and field labels of the interface, to be read aloud.

Takes them from templates and modules as they are written: what stands in an element or in the first words of a call
of the kit, wherever gettext is given it. Grouped by room and kind, each with where it stands. See docs/writing.md.
"""

import argparse
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import words

GETTEXT = re.compile(
    r'\b(?:_|_now|_lazy|gettext|gettext_lazy|gettext_noop|mark|pgettext)\(\s*("(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*)'
)
TRANS = re.compile(r"\{%-? trans\b[^%]*%\}(.*?)\{%-? (?:pluralize|endtrans)", re.DOTALL)
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
FIELDS = "line|lines|select|day|days|choice|text|long|box|several|one_of|many|money|moment|clock|whole_number|check"

# What opens a phrase of a kind, the first that fits: an element, or a call or key whose first value is the phrase.
KINDS = {
    "heading": r"<h[1-6]\b[^>]*>|<caption\b[^>]*>|\b(?:part|panel|details|stacked_table)\(|\b\w*(?:title|TITLE)\s*=\s*",
    "button": r"<button\b[^>]*>|\b(?:button|press|button_form)\(|\b(?:press|button)=",
    "link": r"<a\b[^>]*>|\b(?:link_button|back_link)\(|\bcrumb\((?:[^()]|\([^()]*\))*?,\s*|\bback_text="
    r"|\bRoomPage\(name=[^,]*,\s*text=",
    "tag": r'\b(?:tag|Tag|Late)\(|^\s+[A-Z][A-Z_0-9]* = "[^"]*",\s*(?=(?:_|mark|gettext_lazy)\("[^"]*"\),\s*")',
    "column": r'<th\b[^>]*>|\b(?:Column|column)\((?:\s*"[^"]*",\s*)?|\bheading=',
    "filter": r'\bFilter\(\s*(?:key=)?"[^"]*",\s*(?:field=)?[\w.]+\((?:label=)?|^\s+[A-Z]\w+\.[A-Z_]+: ',
    "field": rf"<(?:label|legend|dt)\b[^>]*>|\b(?:{FIELDS}|pair)\((?:label=)?|\blabel\s*=\s*",
    "choice": r'^\s+[A-Z][A-Z_0-9]* = "[^"]*",\s*',
}
ELEMENT = re.compile(r"<(\w+)")


@dataclass(frozen=True, order=True)
class Phrase:
    """One label of the interface and where it is written."""

    room: str
    kind: str
    text: str
    path: Path
    line: int


def phrases(root: Path = words.ROOT) -> Iterator[Phrase]:
    """Yield every phrase of every room once for each place."""
    for path in sorted((root / "leeward").rglob("*")):
        if path.suffix in {".py", ".jinja"} and "migrations" not in path.parts:
            yield from of_file(path, root)


def of_file(path: Path, root: Path) -> Iterator[Phrase]:
    """Yield the phrases of one template or module, in the order of `KINDS`."""
    source, found = path.read_text(encoding="utf-8"), set[int]()
    parts = path.relative_to(root / "leeward").parts
    room = parts[1] if len(parts) > 2 else parts[0]
    for kind, opener in KINDS.items():
        for opened in re.finditer(opener, source, re.MULTILINE):
            for start, text in _texts(source, opened.end(), _end(source, opened)):
                if start not in found:
                    found.add(start)
                    line = source.count("\n", 0, start) + 1
                    yield Phrase(room, kind, " ".join(text.split()), path.relative_to(root), line)


def _end(source: str, opened: re.Match[str]) -> int:
    """Return where the phrase that was opened ends: the element's close, or the end of the call's first value."""
    if element := ELEMENT.match(opened[0]):
        closed = source.find(f"</{element[1]}", opened.end())
        return closed if closed >= 0 else opened.end()
    depth, place = 0, opened.end()
    while place < len(source):
        if said := STRING.match(source, place):
            place = said.end()
            continue
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(source[place], 0)
        if depth < 0 or (depth == 0 and source[place] in ",\n" and source[opened.end() : place].strip()):
            return place
        place += 1
    return place


def _texts(source: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Yield the texts between two places of a source, each with where it begins."""
    for call in GETTEXT.finditer(source, start, end):
        yield call.start(), "".join(STRING.findall(call[1])).replace('\\"', '"')
    for block in TRANS.finditer(source, start, end):
        yield block.start(), block[1]


def main(arguments: list[str] | None = None) -> int:
    """Print the phrases that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tools.phrases", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--room", help="one room, such as helpline")
    parser.add_argument("--kind", choices=KINDS)
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--her", action="store_true", help="only what victims read")
    whose.add_argument("--staff", action="store_true", help="only what everybody else reads")
    asked = parser.parse_args(arguments)
    hers = {path.relative_to(words.ROOT) for path in words.hers(tomllib.loads(words.RULES.read_text(encoding="utf-8")))}
    groups: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for each in phrases():
        fits = asked.room in {None, each.room} and asked.kind in {None, each.kind}
        if fits and (not asked.her or each.path in hers) and (not asked.staff or each.path not in hers):
            groups[each.room, each.kind][each.text].append(f"{each.path}:{each.line}")
    for (room, kind), texts in sorted(groups.items()):
        print(f"\n{room}: {kind}")
        for text, places in sorted(texts.items()):
            print(f"  {text}\t{' '.join(places)}")
    return 0 if groups else 1


if __name__ == "__main__":
    sys.exit(main())
