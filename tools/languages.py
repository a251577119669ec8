"""Keeps each language's texts in step with the code, and counts how whole each is, room by room.

`extract` writes each language's file anew, `check` fails where a text is missing or broken, `build` compiles the files
and counts, `lacks CODE` prints what her pages still lack in a language. The argument behind is the template that
`tools/translations.sh` gathered, with the place of each text.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from leeward.foundation.languages import (
    COUNTS,
    FOLDER,
    ROOT,
    Language,
    Offered,
    Room,
    lacks,
    read_languages,
    read_rooms,
)
from tools.check_translations import problems
from tools.extract import FOR_STAFF

type Key = tuple[str | None, str]
WIDTH = 120


def key_of(message: Message) -> Key:
    """Return what tells a text from others: its context and its English."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def rooms_of(message: Message) -> set[str]:
    """Return the rooms that say this text: those of her pages by name, others by their folder."""
    is_staffs = FOR_STAFF in message.auto_comments
    return {
        (not (is_staffs and file.endswith(".yaml")) and read_rooms().room_of(file)) or "/".join(file.split("/")[:3])
        for file, _line in message.locations
    }


def by_room(template: Catalog) -> dict[str, list[Message]]:
    """Return every text of the template by its rooms."""
    found: dict[str, list[Message]] = defaultdict(list)
    for message in template:
        if message.id:
            for room in rooms_of(message):
                found[room].append(message)
    return found


def her_template(template: Catalog) -> Catalog:
    """Return the texts of her pages alone."""
    hers = read_rooms().hers
    return _only(template, lambda message: bool(rooms_of(message) & set(hers)))


def _only(template: Catalog, wanted: Callable[[Message], bool]) -> Catalog:
    made = Catalog(project=template.project, version=template.version, copyright_holder=template.copyright_holder)
    for message in template:
        if message.id and wanted(message):
            made[message.id] = message
    return made


def wanted_of(language: Language, template: Catalog) -> Catalog:
    """Return the texts that a language must have."""
    return template if language.offered is Offered.EVERYWHERE else her_template(template)


def path_of(code: str) -> Path:
    """Return where a language's texts are."""
    return FOLDER / code / "LC_MESSAGES" / "django.po"


def read(path: Path, code: str | None = None) -> Catalog:
    """Return the texts of one file; none where there is none yet."""
    if not path.exists():
        return Catalog(locale=code)
    with path.open("rb") as file:
        return read_po(file, locale=code)


def translated() -> Iterator[Language]:
    """Yield each language but that of the code."""
    yield from (each for each in read_languages().values() if each.code != "en")


def has(catalog: Catalog, message: Message) -> bool:
    """Return whether a language has this text, in all its forms."""
    found = catalog.get(message.id, message.context)
    if found is None or found.fuzzy:
        return False
    return all([found.string] if isinstance(found.string, str) else found.string or ("",))


def pages(code: str) -> tuple[int, int]:
    """Return how many pages ship, and how many of them in this language."""
    folder = ROOT / read_rooms().pages
    all_of_them = [each.name.partition(".")[0] for each in folder.glob("*.en.md")]
    return len(all_of_them), sum((folder / f"{each}.{code}.md").exists() for each in all_of_them)


def count(template: Catalog) -> list[Room]:
    """Return every room with its texts, and how many each language has."""
    catalogs = {each.code: read(path_of(each.code), each.code) for each in translated()}
    hers = read_rooms().hers
    rooms = [
        Room(
            name=name,
            is_hers=name in hers,
            texts=len(messages),
            translated={
                "en": len(messages),
                **{code: sum(has(catalog, each) for each in messages) for code, catalog in catalogs.items()},
            },
        )
        for name, messages in by_room(template).items()
    ]
    codes = ["en", *catalogs]
    shipped = Room(
        name="pages", is_hers=True, texts=pages("en")[0], translated={code: pages(code)[1] for code in codes}
    )
    return sorted([shipped, *rooms], key=lambda each: (not each.is_hers, each.name))


def extract(template: Catalog) -> None:
    """Write each language's file with the texts that it must have; what is translated stays."""
    for language in translated():
        catalog = read(path_of(language.code), language.code)
        catalog.update(wanted_of(language, template), no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        for message in catalog:
            message.auto_comments.clear()
        with path_of(language.code).open("wb") as file:
            write_po(file, catalog, width=WIDTH, no_location=True, sort_output=True, ignore_obsolete=True)


def check(template: Catalog) -> list[str]:
    """Return what is wrong, a line each."""
    found = [
        line
        for each in translated()
        if each.offered is not Offered.NOWHERE
        for line in problems(wanted_of(each, template), read(path_of(each.code), each.code), each.code)
    ]
    rooms = tuple(count(template))
    return found + [
        f"{each.code}: not offered on her pages, {what} lacks {number}"
        for each in translated()
        if each.offered is not Offered.NOWHERE
        for what, number in lacks(each, rooms).items()
    ]


def build(template: Catalog) -> None:
    """Compile each language and write the counts beside them."""
    for language in translated():
        path = path_of(language.code)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path, language.code))
    COUNTS.parent.mkdir(exist_ok=True)
    COUNTS.write_text(json.dumps([asdict(each) for each in count(template)], indent=1) + "\n", encoding="utf-8")


def missing(template: Catalog, code: str) -> Iterable[str]:
    """Yield each text of her pages that a language lacks."""
    catalog = read(path_of(code), code)
    yield from (str(key_of(each)[1]) for each in her_template(template) if each.id and not has(catalog, each))


def main(command: str, template_path: str, *rest: str) -> int:
    """Do what was asked; the exit code is 1 where something is wrong."""
    template = read(Path(template_path))
    if command == "extract":
        extract(template)
    elif command == "build":
        build(template)
    elif command == "lacks":
        print("\n".join(missing(template, rest[0])))
    else:
        found = check(template)
        print("\n".join(found[:40]) + (f"\n… and {len(found) - 40} more" if len(found) > 40 else ""))
        return 1 if found else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
