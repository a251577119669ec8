"""What the audit trail says of training: that something was done, never about whom by name."""

from enum import StrEnum

from leeward.foundation.audit.operations import note

__all__ = ["TrainingVerb", "note"]


class TrainingVerb(StrEnum):
    """What can happen."""

    EMPLOYER_ADDED = "training.employer_added"
    EMPLOYER_CHANGED = "training.employer_changed"
    COUNTS_TOLD = "training.counts_told"
    REQUIREMENT_ADDED = "training.requirement_added"
    REQUIREMENT_ENDED = "training.requirement_ended"
    VERSION_PUBLISHED = "training.version_published"
    FILE_TRIED = "training.file_tried"
    ROSTER_KEPT = "training.roster_kept"
    COMPLETIONS_KEPT = "training.completions_kept"
    COMPLETED = "training.completed"
    VOIDED = "training.voided"
    EXEMPTED = "training.exempted"
    EXEMPTION_AGREED = "training.exemption_agreed"
    EXEMPTION_ENDED = "training.exemption_ended"
    CHANGE_NOTICED = "training.change_noticed"
    CHANGE_ANSWERED = "training.change_answered"
    SERVICE_NAMED = "training.service_named"
    PACKAGE_ADDED = "training.package_added"
    PACKAGE_DROPPED = "training.package_dropped"
    KEY_MADE = "training.key_made"
    KEY_ENDED = "training.key_ended"
    STATEMENTS_TAKEN = "training.statements_taken"
    STATEMENT_ANSWERED = "training.statement_answered"
    REMINDER_ASKED = "training.reminder_asked"
    REMINDED = "training.reminded"
    CERTIFIED = "training.certified"
    FORGOTTEN = "training.forgotten"
    COMPLETIONS_FORGOTTEN = "training.completions_forgotten"
