"""All operations of the bank. Each is one transaction, so what was acknowledged is complete.

Locks are taken in one order everywhere, so that no two operations wait for each other: the submission, the feed's
state, entries by id, platforms' draws by id.
"""

from leeward.industry.bank.operations.answers import (
    acknowledge_through_sequence,
    acknowledge_through_stamp,
    record_answers,
    submit_platform_hashes,
)
from leeward.industry.bank.operations.entries import deny_list
from leeward.industry.bank.operations.lists import Share, deny_hashes, finish_import, import_hashes
from leeward.industry.bank.operations.ordered import hold_ordered, renew_ordered, withdraw_ordered
from leeward.industry.bank.operations.practice import admit_platform, verify_hash, withdraw_hash
from leeward.industry.bank.operations.publication import (
    begin_epoch,
    begin_epoch_if_lost,
    disclose_snapshot,
    draw_page,
    note_visit,
    publish_pending,
)
from leeward.industry.bank.operations.submissions import (
    add_pictures,
    erase_submission,
    open_submission,
    renew_submission,
    withdraw_picture,
    withdraw_submission,
)
from leeward.industry.bank.operations.upkeep import (
    expire_submissions,
    forget_disclosures,
    purge_tombstones,
    suspend_stale_platforms,
)

__all__ = [
    "Share",
    "acknowledge_through_sequence",
    "acknowledge_through_stamp",
    "add_pictures",
    "admit_platform",
    "begin_epoch",
    "begin_epoch_if_lost",
    "deny_hashes",
    "deny_list",
    "disclose_snapshot",
    "draw_page",
    "erase_submission",
    "expire_submissions",
    "finish_import",
    "forget_disclosures",
    "hold_ordered",
    "import_hashes",
    "note_visit",
    "open_submission",
    "publish_pending",
    "purge_tombstones",
    "record_answers",
    "renew_ordered",
    "renew_submission",
    "submit_platform_hashes",
    "suspend_stale_platforms",
    "verify_hash",
    "withdraw_hash",
    "withdraw_ordered",
    "withdraw_picture",
    "withdraw_submission",
]
