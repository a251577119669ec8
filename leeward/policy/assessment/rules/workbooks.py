"""How long what a workbook said is kept beside the answers themselves."""

from datetime import datetime, timedelta

# Taken over or not: what was taken over stands in the history by then, and the rest can be given back again.
WORKBOOK_KEPT = timedelta(days=30)


def removed_at(received_at: datetime) -> datetime:
    """From when on what a workbook said is removed."""
    return received_at + WORKBOOK_KEPT
