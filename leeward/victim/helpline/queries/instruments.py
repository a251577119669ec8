"""The lists of questions about danger of this installation: those that ship, and what the nation adds."""

import functools
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.conf import settings

from leeward.victim.helpline.errors import InstrumentEnded, InstrumentUnknown
from leeward.victim.helpline.rules.instruments import Instrument, in_use, read_instruments

SHIPPED = Path(__file__).parents[1] / "data" / "instruments"


def all_instruments() -> Sequence[Instrument]:
    """Every version of every one, those that have ended too."""
    return (*_shipped(), *settings.LEEWARD_INSTRUMENTS)


def used_instruments(*, today: date) -> Sequence[Instrument]:
    """Those that are used on a day."""
    return in_use(all_instruments(), today=today)


def find_instrument(code: str, *, today: date, version: int | None = None) -> Instrument:
    """The one that is used on a day. Raises InstrumentUnknown, and InstrumentEnded where `version` is not the one."""
    found = next((each for each in used_instruments(today=today) if each.code == code), None)
    if found is None and not any(each.code == code for each in all_instruments()):
        raise InstrumentUnknown
    if found is None or version not in (None, found.version):
        raise InstrumentEnded
    return found


def find_version(code: str, version: int) -> Instrument | None:
    """One version, also of long ago; None where its file is gone."""
    return next((each for each in all_instruments() if (each.code, each.version) == (code, version)), None)


@functools.cache
def _shipped() -> Sequence[Instrument]:
    return read_instruments({path.name: path.read_text(encoding="utf-8") for path in SHIPPED.glob("*.yaml")})
