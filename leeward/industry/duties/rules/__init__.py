"""What each law asks of a platform, and how its clock is computed. Other apps import the names from here."""

from leeward.industry.duties.rules.clocks import (
    Clock,
    ClockEvent,
    ClockEventKind,
    LocalDue,
    clock_under,
    compute_clock,
    instant,
    local_due,
    standing_events,
)
from leeward.industry.duties.rules.previews import OpenClock, Preview, PreviewRow, preview_change
from leeward.industry.duties.rules.records import as_record, from_record
from leeward.industry.duties.rules.regimes import (
    Redress,
    Regime,
    RegimeDraft,
    RegimeState,
    SeedRegime,
    check_draft,
    regime_state,
)
from leeward.industry.duties.rules.terms import (
    Commencement,
    CopyScope,
    Element,
    Origin,
    PauseReason,
    RedressBody,
    StartEvent,
)

__all__ = [
    "Clock",
    "ClockEvent",
    "ClockEventKind",
    "Commencement",
    "CopyScope",
    "Element",
    "LocalDue",
    "OpenClock",
    "Origin",
    "PauseReason",
    "Preview",
    "PreviewRow",
    "Redress",
    "RedressBody",
    "Regime",
    "RegimeDraft",
    "RegimeState",
    "SeedRegime",
    "StartEvent",
    "as_record",
    "check_draft",
    "clock_under",
    "compute_clock",
    "from_record",
    "instant",
    "local_due",
    "preview_change",
    "regime_state",
    "standing_events",
]
