"""Columns whose names look as if they told who somebody is: no file of counts and no file of a cohort may have one."""

import itertools
import re
from collections.abc import Collection, Sequence
from enum import StrEnum

from leeward.foundation.editing.lines import BEGINNING

_PARTS = re.compile(r"[^a-z0-9\u0600-\u06ff]+")
_NAMES = """
    name names fullname firstname lastname forename forenames surname familyname givenname alias patronymic
    اسم الاسم اللقب
"""
_BIRTH = "dob birth birthdate birthday dateofbirth born bornon yob age ميلاد الميلاد الولادة العمر"
_IDS = """
    id ids nin ssn nationalid idnumber idno identity pnc pncid cro passport licence license personid address email
    phone mobile postcode هوية الهوية جواز العنوان الهاتف
"""
# Also within a longer word.
_INSIDE = re.compile(r"(?P<birth>birth|born)|(?P<name>name)|(?P<raw_id>national|passport|address|mail|phone)")


class Telltale(StrEnum):
    """What a column's name looks like."""

    BIRTH = "birth"
    NAME = "name"
    RAW_ID = "raw_id"


def telltale(column: str, own: Collection[str]) -> Telltale | None:
    """Return what a column's name looks like; None where it looks like nothing of the kind, or is one of our `own`."""
    typed = column.strip().casefold()
    if typed in own:
        return None
    parts = [part for part in _PARTS.split(typed) if part]
    words = {*parts, "".join(parts), *map("".join, itertools.pairwise(parts))}
    # Birth first: "date of birth of the person named" is about a day.
    for telling, found in ((_BIRTH, Telltale.BIRTH), (_NAMES, Telltale.NAME), (_IDS, Telltale.RAW_ID)):
        if words.intersection(telling.split()):
            return found
    inside = _INSIDE.search(typed)
    return Telltale(str(inside.lastgroup)) if inside else None


def columns_of(text: str) -> Sequence[str]:
    """Return the columns that the first line of a file names, whatever stands between them, before it is read."""
    head = text.lstrip(f"{BEGINNING} \r\n").partition("\n")[0]
    return [column.strip() for column in re.split(r"[,;\t|]", head.replace('"', "")) if column.strip()]
