"""Draws a pack's index: what is in it, entry by entry, with the digests of its files and exhibits, as tagged PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from leeward.foundation.checking.rules.bags import digests_of
from leeward.foundation.days import write_day, write_moment
from leeward.foundation.web.components import Text
from leeward.foundation.web.documents import make_document
from leeward.victim.locker.rules.entries import Entry
from leeward.victim.locker.rules.packing import Exhibit, PackEntry, listed_of
from leeward.victim.locker.rules.witness import MONITOR

STYLE = """
@page { size: A4; margin: 20mm 16mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt } }
html { font: 10.5pt/1.45 "Noto Sans", "Noto Sans Arabic", "DejaVu Sans", sans-serif }
h1 { font-size: 16pt; line-height: 1.3; margin: 0 0 5mm }
h2 { font-size: 12.5pt; margin: 7mm 0 2mm }
h1, h2, th, dt { break-after: avoid }
p, ul { margin: 0 0 2.5mm }
.typed { white-space: pre-line; overflow-wrap: anywhere }
dt { font-weight: bold }
dd { margin: 0 0 2mm }
table { border-collapse: collapse; width: 100%; margin: 2mm 0 4mm; table-layout: fixed; font-size: 9pt }
th, td { border: 0.3pt solid #505a5f; padding: 1mm 1.5mm; text-align: start; vertical-align: top }
th, td { overflow-wrap: anywhere }
.number { width: 7% }
.day { width: 14% }
.digest { width: 34%; font-size: 7.5pt }
"""


@dataclass(frozen=True, kw_only=True)
class IndexLine:
    """One entry in the index: its files with their digests, its exhibits, what it says by the names of its fields."""

    number: int
    when: str
    entry: Entry
    files: tuple[tuple[str, str], ...]
    exhibits: tuple[Exhibit, ...]
    said: tuple[tuple[Text, str], ...]


def make_index(entries: Sequence[PackEntry], files: Mapping[str, bytes], *, at: datetime) -> bytes:
    """Return the index as PDF/UA, in the language that is active; the same entries give the same bytes."""
    digests = digests_of(files) | {path: each.sha256 for path, each in listed_of(entries).items()}
    page = render_to_string(
        "locker/index_pdf.jinja",
        {
            "lines": [_line(each, digests) for each in entries],
            "monitor": (MONITOR, digests[MONITOR]) if MONITOR in files else None,
            "at": at,
            "language": get_language(),
            "direction": "rtl" if get_language_bidi() else "ltr",
            "nation": settings.LEEWARD_NATION,
            "site_url": settings.LEEWARD_URL,
            "clock_words": clock_words,
            "size_of": filesizeformat,
        },
        using="jinja2",
    )
    return make_document(page, style=STYLE)


def _line(packed: PackEntry, digests: Mapping[str, str]) -> IndexLine:
    entry = packed.newest.entry
    own = [each.path for each in packed.exhibits]
    own += [packed.words_path(number) for number in range(1, len(packed.versions) + 1)] + [packed.chain_path]
    said = (
        (_("What happened?"), entry.words),
        (_("Site or app"), entry.platform),
        (_("Name of the account"), entry.handle),
        (_("Link"), entry.address),
        (_("Who do you think it was?"), entry.suspects),
        (_("Who else saw it?"), entry.witnesses),
        (_("Who did you tell, and when?"), entry.told),
        (_("What did it do to you?"), entry.effect),
        (_("When did you take it?"), entry.captured),
        (_("On what device?"), entry.device),
    )
    return IndexLine(
        number=packed.number,
        when=when_of(entry),
        entry=entry,
        files=tuple((path, digests[path]) for path in own),
        exhibits=packed.exhibits,
        said=tuple((name, words) for name, words in said if words),
    )


def clock_words(shown: datetime) -> str:
    """That the clock of a device was wrong when it added a file, and what it showed."""
    return _("The clock of the device was wrong when this was added. It showed %(moment)s.") % {
        "moment": write_moment(shown)
    }


def when_of(entry: Entry) -> str:
    """When it happened, as far as that is known."""
    day = write_day(entry.on) if entry.on else ""
    return ", ".join(filter(None, (day, entry.at, entry.about))) or _("Day not known")
