"""The named errors of the audit trail."""


class AuditError(Exception):
    """Anything that the audit trail refuses; catch this one to catch them all."""


class FactRefused(AuditError, ValueError):
    """A fact is of a kind that may not stand in the trail, such as a hash value, a nested list or a very long text."""


class ChainBroken(AuditError):
    """A line of the trail is missing or is not as it was written; the message names the first such line."""
