"""Reports as files: the scoping report as CSV and as tagged PDF, the coverage as CSV."""

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi

from leeward.foundation.editing.values import direction_of
from leeward.foundation.opendata import table
from leeward.foundation.web.documents import make_document
from leeward.policy.strategy.queries.mapping import ShownScoping
from leeward.policy.strategy.rules.mapping import Coverage
from leeward.policy.strategy.rules.terms import Sector
from leeward.policy.strategy.views import showing

STYLE = """
@page { size: A4; margin: 20mm 18mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt } }
@page wide { size: A4 landscape }
html { font: 10pt/1.45 "Noto Sans", "Noto Sans Arabic", "DejaVu Sans", sans-serif }
h1 { font-size: 18pt; line-height: 1.3; margin: 0 0 3mm }
h2 { font-size: 13pt; margin: 7mm 0 2mm }
h1, h2, th { break-after: avoid }
p, li { margin: 0 0 2mm }
table { border-collapse: collapse; width: 100%; margin: 1mm 0 3mm }
th, td { border: 0.3pt solid #505a5f; padding: 1mm 1.5mm; text-align: start; vertical-align: top; font-weight: normal }
thead th { font-weight: bold }
.wide { page: wide }
.matrix th, .matrix td { font-size: 8pt }
.matrix td { text-align: center }
.none { background: #f4cccc }
.thin { background: #fff2cc }
"""


def scoping_csv(found: ShownScoping) -> HttpResponse:
    """The organisations of an exercise; one that must not be named has no name, whoever asks."""
    head = ("name", "sector", "area", "capabilities", "capacity")
    lines = [
        (
            each.name if each.named else "",
            each.sector.value,
            each.area if each.named else "",
            " ".join(each.rows),
            each.capacity.value,
        )
        for each in found.mapped
    ]
    return table([head, *lines], name="scoping.csv")


def coverage_csv(found: Coverage) -> HttpResponse:
    """How many organisations of each sector work on each capability, the gaps first."""
    head = ("capability", "coverage", "organisations", *(sector.value for sector in Sector))
    lines = ((each.row, each.cover.value, each.total, *each.counts) for each in found.rows)
    return table([head, *lines], name="coverage.csv")


def scoping_pdf(found: ShownScoping) -> HttpResponse:
    """The report as PDF/UA in the reader's language."""
    context = {
        "scoping": found,
        "showing": showing,
        "nation": settings.LEEWARD_NATION,
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "direction_of": direction_of,
    }
    page = render_to_string("strategy/report.jinja", context, using="jinja2")
    response = HttpResponse(make_document(page, style=STYLE), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="scoping.pdf"'
    return response
