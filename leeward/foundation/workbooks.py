"""Opens an .xlsx file that somebody gives us, within bounds, and refuses what no workbook of ours holds.

What takes long is not how much stands in a workbook but how much is marked up in it: a million empty cells are a few
kilobytes in a file and half a minute to read, and so are a million attributes. Our largest workbook, that of a round of
the assessment, has some ten thousand elements.
"""

import codecs
import io
import re
import warnings
import zipfile
import zlib
from enum import StrEnum

from openpyxl import Workbook, load_workbook
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.utils.exceptions import InvalidFileException

FILE_MOST = 2 * 1024 * 1024
PARTS_MOST = 120
INSIDE_MOST = 16 * 1024 * 1024
ELEMENTS_MOST = 120_000
# An element may have a hundred thousand of them. Each has one "=", and texts have few.
ATTRIBUTES_MOST = 240_000
SHEETS_MOST = 60
LOCKED_BY_PASSWORD = b"\xd0\xcf\x11\xe0"
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
# Every program for tables writes UTF-8; in another encoding nothing could be looked for before it is read.
ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
ENCODINGS = (b"utf-8", b"us-ascii", b"ascii")
MARKUP = (b"<", b"\x00<", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SHEET = re.compile(rb"<(?:[\w.-]+:)?sheet[\s/>]")
CONTENT_TYPES = "[Content_Types].xml"
UNREADABLE = (
    InvalidFileException, zipfile.BadZipFile, SyntaxError, zlib.error, EOFError, LookupError, ValueError, TypeError,
    AttributeError, ArithmeticError, NotImplementedError, RecursionError, OSError, TokenizerError,
)  # fmt: skip  # what openpyxl lets through; what is no XML is a SyntaxError of whichever parser it finds


class Why(StrEnum):
    """Why a file is not opened."""

    TOO_LARGE = "too_large"
    PASSWORD = "password"  # noqa: S105  # it is locked by one
    MACROS = "macros"
    TOO_MUCH_INSIDE = "too_much_inside"
    NOT_A_WORKBOOK = "not_a_workbook"


class NotOpened(Exception):
    """A file is not opened. Each room says `why` in its own words."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why.value)


def open_workbook(data: bytes, *, most_bytes: int = FILE_MOST, data_only: bool = False) -> Workbook:
    """The workbook to read; what is wrong further in shows as one of UNREADABLE while it is read. Raises NotOpened.

    Formulas are never worked out: they stand as they are written or, with `data_only`, as the value that was kept.
    """
    if len(data) > most_bytes:
        raise NotOpened(Why.TOO_LARGE)
    if data.startswith(LOCKED_BY_PASSWORD):
        raise NotOpened(Why.PASSWORD)
    try:
        _look_inside(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it speaks of extensions that it leaves out; we need none
            return load_workbook(
                io.BytesIO(data), read_only=True, data_only=data_only, keep_vba=False, keep_links=False
            )
    except UNREADABLE as error:
        raise NotOpened(Why.NOT_A_WORKBOOK) from error


def _look_inside(data: bytes) -> None:
    """Measure what would be unpacked before anything is, and refuse files that define entities of their own."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if CONTENT_TYPES not in archive.namelist():
            raise NotOpened(Why.NOT_A_WORKBOOK)
        if len(parts) > PARTS_MOST or sum(part.file_size for part in parts) > INSIDE_MOST:
            raise NotOpened(Why.TOO_MUCH_INSIDE)
        elements = attributes = sheets = 0
        for part in parts:
            if part.flag_bits & 1:
                raise NotOpened(Why.PASSWORD)
            if "vbaproject" in part.filename.lower():
                raise NotOpened(Why.MACROS)
            content = archive.read(part)
            # By what it is, not by what it is called: a sheet may stand in a part of any name.
            if content.lstrip().startswith(MARKUP):
                _refuse_entities(content)
                elements, attributes = elements + content.count(b"<"), attributes + content.count(b"=")
                sheets += len(SHEET.findall(content))
            if elements > ELEMENTS_MOST or attributes > ATTRIBUTES_MOST or sheets > SHEETS_MOST:
                raise NotOpened(Why.TOO_MUCH_INSIDE)


def _refuse_entities(content: bytes) -> None:
    said = ENCODING.match(content.removeprefix(codecs.BOM_UTF8))
    if b"\x00" in content or (said and said[1].lower() not in ENCODINGS):
        raise NotOpened(Why.NOT_A_WORKBOOK)
    if any(word in content for word in FORBIDDEN):
        raise NotOpened(Why.NOT_A_WORKBOOK)
