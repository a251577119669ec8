"""Errors of the protection.

ProtectionError
├── TableTooLarge        a table with more cells than can be protected
├── TableMalformed       counts that do not fit their table
└── CountMalformed       a count that contradicts its period, its measure or another count
"""


class ProtectionError(Exception):
    """Counts cannot be protected as they are."""


class TableTooLarge(ProtectionError):
    """A table has more cells than can be protected in reasonable time."""


class TableMalformed(ProtectionError):
    """Counts do not fit the table that they are said to fill."""


class CountMalformed(ProtectionError):
    """A count cannot be what it says; the message says why."""
