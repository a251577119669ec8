"""Fails where a language lacks a text of the interface, or a translation lost a placeholder or cannot be compiled."""

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def _texts(message: Message, *, translated: bool) -> list[str]:
    value = message.string if translated else message.id
    return [value] if isinstance(value, str) else list(value or ())


def problems(template: Catalog, language: Catalog, name: str) -> list[str]:
    """What is wrong with one language, a line each: texts without translation, placeholders that differ."""
    found = []
    for message in template:
        if not message.id:
            continue
        shown = _texts(message, translated=False)[0]
        translation = language.get(message.id, message.context)
        if translation is None or not all(_texts(translation, translated=True)) or translation.fuzzy:
            found.append(f"{name}: no translation of {shown!r}")
            continue
        wanted = set(PLACEHOLDER.findall(_texts(message, translated=False)[-1]))
        for text in _texts(translation, translated=True):
            unknown = set(PLACEHOLDER.findall(text)) - wanted
            if unknown or (len(_texts(translation, translated=True)) == 1 and set(PLACEHOLDER.findall(text)) != wanted):
                found.append(f"{name}: placeholders differ in {shown!r}")
        # What the compiler would refuse stops `make setup`.
        found += [f"{name}: {error} in {shown!r}" for error in translation.check(language)]
    return found


def main(template_path: str, folder: str) -> int:
    """Check every language of the folder against the template; the exit code is 1 where something is missing."""
    with Path(template_path).open("rb") as file:
        template = read_po(file)
    found: list[str] = []
    for path in sorted(Path(folder).glob("*/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            found += problems(template, read_po(file), path.parts[-3])
    print("\n".join(found[:40]) + (f"\n… and {len(found) - 40} more" if len(found) > 40 else ""))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
