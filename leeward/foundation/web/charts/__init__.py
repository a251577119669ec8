"""Charts drawn on the server: SVG that everybody can read, each with its table and its sentence.

A drawing has classes, but no style, script or colour. The style sheet `web/charts.css` says how it looks on a
screen, in the dark, in forced colours and on paper.
"""

from leeward.foundation.web.charts.drawing import Drawn, draw, draw_small
from leeward.foundation.web.charts.records import (
    COLUMN,
    NOTHING,
    PAGE,
    PHONE,
    Aside,
    Bar,
    Bars,
    Chart,
    DataTable,
    Frame,
    Levels,
    Mark,
    PeriodName,
    Spark,
    Stack,
    Trend,
    TrendLine,
    Unit,
)

__all__ = [
    "COLUMN",
    "NOTHING",
    "PAGE",
    "PHONE",
    "Aside",
    "Bar",
    "Bars",
    "Chart",
    "DataTable",
    "Drawn",
    "Frame",
    "Levels",
    "Mark",
    "PeriodName",
    "Spark",
    "Stack",
    "Trend",
    "TrendLine",
    "Unit",
    "draw",
    "draw_small",
]
