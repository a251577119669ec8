"""A verb and a moment for the tests of the trail."""

from datetime import UTC, datetime
from enum import StrEnum

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Verb(StrEnum):
    HAPPENED = "test.happened"
