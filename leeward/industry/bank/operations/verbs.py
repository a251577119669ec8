"""The bank's lines in the audit trail. No verb's facts ever hold a hash."""

from enum import StrEnum


class BankVerb(StrEnum):
    """What can happen in the bank."""

    SUBMISSION_OPENED = "bank.submission_opened"
    PICTURES_ADDED = "bank.pictures_added"
    PICTURE_WITHDRAWN = "bank.picture_withdrawn"
    SUBMISSION_WITHDRAWN = "bank.submission_withdrawn"
    SUBMISSION_RENEWED = "bank.submission_renewed"
    SUBMISSION_ERASED = "bank.submission_erased"
    SUBMISSION_EXPIRED = "bank.submission_expired"
    LIST_IMPORTED = "bank.list_imported"
    ORDERED_HELD = "bank.ordered_held"
    ORDERED_RENEWED = "bank.ordered_renewed"
    ORDERED_WITHDRAWN = "bank.ordered_withdrawn"
    DENY_LIST_EXTENDED = "bank.deny_list_extended"
    HASH_WITHDRAWN = "bank.hash_withdrawn"
    HASH_VERIFIED = "bank.hash_verified"
    CANARIES_PLANTED = "bank.canaries_planted"
    CANARY_ANSWERED = "bank.canary_answered_by_another"
    ANSWER_RECORDED = "bank.answer_recorded"
    ANSWER_AFTER_WITHDRAWAL = "bank.answer_after_withdrawal"
    WITHDRAWALS_ACKNOWLEDGED = "bank.withdrawals_acknowledged"
    PLATFORM_HASHES_SUBMITTED = "bank.platform_hashes_submitted"
    TOMBSTONES_PURGED = "bank.tombstones_purged"
    FEED_BEGUN_AGAIN = "bank.feed_begun_again"
