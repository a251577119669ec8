"""A page's blocks as XLIFF 2.0 for a translator's program, and back (OASIS, http://docs.oasis-open.org/xliff/).

One `unit` is one block; its `name` is the digest of the source. References and pictures' codes are kept out
of reach as placeholders (`ph`), whose words stand in the unit's `originalData`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape, quoteattr

from leeward.foundation.pages.errors import XliffMistake, XliffRefused
from leeward.foundation.pages.rules.dialect import HELD
from leeward.foundation.pages.rules.texts import Pair

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
VERSION = "2.0"
FILE_BYTES_MOST = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A block that came back: the digest of its source, its translation, and in which line it begins."""

    digest: str
    translated: str
    line: int


def write_xliff(code: str, pairs: Sequence[Pair], *, source: str, target: str) -> str:
    """A page's blocks for a translator, each with its translation so far; `state` is initial for what is behind."""
    units = "".join(_unit(number, pair) for number, pair in enumerate(pairs))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<xliff xmlns="{NAMESPACE}" version="{VERSION}" srcLang={quoteattr(source)} trgLang={quoteattr(target)}>\n'
        f"<file id={quoteattr(code)}>\n{units}</file>\n</xliff>\n"
    )


def _unit(number: int, pair: Pair) -> str:
    held: dict[str, str] = {}
    source, translated = _held(pair.source.text, held), _held(pair.translated, held)
    data = "".join(f'<data id="{name}">{escape(words)}</data>' for words, name in held.items())
    original = f"<originalData>{data}</originalData>" if held else ""
    state = "initial" if pair.is_behind else "translated"
    target = f'<target xml:space="preserve">{translated}</target>' if pair.translated else ""
    return (
        f'<unit id="b{number}" name="{pair.source.digest}">{original}<segment state="{state}">'
        f'<source xml:space="preserve">{source}</source>{target}</segment></unit>\n'
    )


def _held(text: str, held: dict[str, str]) -> str:
    """A text with its references as placeholders, which `held` names: one name in both languages."""
    parts, last, seen = [], 0, dict[str, int]()
    for found in HELD.finditer(text):
        name = held.setdefault(found[0], f"d{len(held)}")
        times = seen[name] = seen.get(name, 0) + 1
        parts += [escape(text[last : found.start()]), f'<ph id="p{name}-{times}" dataRef="{name}"/>']
        last = found.end()
    return "".join([*parts, escape(text[last:])])


def read_xliff(content: bytes, *, code: str, source: str, target: str) -> tuple[Unit, ...]:
    """What a translator's program made of it: units that have a translation. Raises XliffRefused with the line."""
    if len(content) > FILE_BYTES_MOST:
        raise XliffRefused(XliffMistake.LARGE, line=1, about="1 MiB")
    reader = _Reader(code=code, source=source, target=target)
    parser = reader.parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reader.text, reader.doctype
    try:
        parser.Parse(content, True)  # noqa: FBT003  # the library's own interface
    except ExpatError as error:
        raise XliffRefused(XliffMistake.BROKEN, line=error.lineno, about=str(error).partition(":")[0]) from error
    except XliffRefused:
        raise
    except (LookupError, ValueError) as error:  # of what the first line says of the encoding
        raise XliffRefused(XliffMistake.BROKEN, line=1, about=str(error).partition(":")[0]) from error
    return tuple(reader.units)


@dataclass(kw_only=True)
class _Reader:
    """Takes what the parser finds, and refuses at the first thing that is not ours."""

    code: str
    source: str
    target: str
    units: list[Unit] = field(default_factory=list)
    parser: object = None
    is_begun: bool = False
    inside: str = ""
    digest: str = ""
    line: int = 0
    data: dict[str, str] = field(default_factory=dict)
    data_id: str = ""
    said: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _space, tag = name.rpartition(" ")
        if not self.is_begun:
            if (namespace, tag) != (NAMESPACE, "xliff"):
                self._refuse(XliffMistake.NOT_XLIFF, tag)
            self.is_begun = True
            for asked, wanted in (("srcLang", self.source), ("trgLang", self.target)):
                if attributes.get(asked) != wanted:
                    self._refuse(XliffMistake.LANGUAGE, f"{asked} {attributes.get(asked, '–')}")
        elif namespace == NAMESPACE:
            self._begin(tag, attributes)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "file" and attributes.get("id") != self.code:
            self._refuse(XliffMistake.PAGE, attributes.get("id", "–"))
        elif tag == "unit":
            self.digest, self.line = attributes.get("name", ""), self._here()
            self.data, self.said = {}, {"source": "", "target": ""}
        elif tag == "data":
            self.inside, self.data_id = "data", attributes.get("id", "")
            self.data[self.data_id] = ""
        elif tag in ("source", "target"):
            self.inside = tag
        elif tag == "ph" and self.inside in self.said:
            self.said[self.inside] += self.data.get(attributes.get("dataRef", ""), "")

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag in ("data", "source", "target"):
            self.inside = ""
        elif tag == "unit" and self.said.get("target", "").strip():
            source, target = ({each[0] for each in HELD.finditer(self.said[side])} for side in ("source", "target"))
            for wanted in sorted(source - target):
                self._refuse(XliffMistake.REFERENCE, wanted, line=self.line)
            self.units.append(Unit(digest=self.digest, translated=self.said["target"].strip(), line=self.line))

    def text(self, words: str) -> None:
        if self.inside == "data":
            self.data[self.data_id] += words
        elif self.inside:
            self.said[self.inside] += words

    def doctype(self, *_declared: object) -> None:
        self._refuse(XliffMistake.DOCTYPE)

    def _here(self) -> int:
        return int(self.parser.CurrentLineNumber)  # type: ignore[attr-defined]  # expat's type has no name

    def _refuse(self, code: XliffMistake, about: str = "", *, line: int = 0) -> None:
        raise XliffRefused(code, line=line or self._here(), about=about)
