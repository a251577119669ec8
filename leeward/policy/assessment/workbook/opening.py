"""Opens a file that somebody gives us, within bounds, and refuses what no workbook of ours holds."""

import io
import warnings
import zipfile
import zlib
from xml.etree.ElementTree import ParseError  # only the error: parsing is openpyxl's, after our own look

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from leeward.policy.assessment.errors import WorkbookRefused

FILE_MOST = 2 * 1024 * 1024
PARTS_MOST = 120
INSIDE_MOST = 16 * 1024 * 1024
LOCKED_BY_PASSWORD = b"\xd0\xcf\x11\xe0"
FORBIDDEN = ("<!DOCTYPE", "<!ENTITY")
CONTENT_TYPES = "[Content_Types].xml"
UNREADABLE = (
    InvalidFileException, zipfile.BadZipFile, ParseError, zlib.error, EOFError, LookupError, ValueError, TypeError,
    AttributeError, ArithmeticError, NotImplementedError, RecursionError,
)  # fmt: skip  # what openpyxl lets through, depending on which part of a file is broken


def open_workbook(data: bytes) -> Workbook:
    """The workbook, formulas left as they are written and never worked out. Raises WorkbookRefused."""
    if len(data) > FILE_MOST:
        raise WorkbookRefused("too_large")
    if data.startswith(LOCKED_BY_PASSWORD):
        raise WorkbookRefused("password")
    try:
        _look_inside(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it speaks of extensions that it leaves out; we need none
            return load_workbook(io.BytesIO(data), read_only=True, keep_vba=False, keep_links=False)
    except UNREADABLE as error:
        raise WorkbookRefused("not_a_workbook") from error


def _look_inside(data: bytes) -> None:
    """Measure what would be unpacked before anything is, and refuse files that define entities of their own."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if CONTENT_TYPES not in archive.namelist():
            raise WorkbookRefused("not_a_workbook")
        if len(parts) > PARTS_MOST or sum(part.file_size for part in parts) > INSIDE_MOST:
            raise WorkbookRefused("too_much_inside")
        for part in parts:
            if part.flag_bits & 1:
                raise WorkbookRefused("password")
            if "vbaproject" in part.filename.lower():
                raise WorkbookRefused("macros")
            if part.filename.endswith((".xml", ".rels")):
                _refuse_entities(archive.read(part))


def _refuse_entities(content: bytes) -> None:
    for word in FORBIDDEN:
        if any(word.encode(encoding) in content for encoding in ("ascii", "utf-16-le", "utf-16-be")):
            raise WorkbookRefused("not_a_workbook")
