"""Everything that becomes due, in the order in which it is done; each sweep is limited and safe to repeat.

What deletes, ends or prints for good does nothing while the clock cannot be believed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import Error, connection

from leeward.foundation.accounts.operations.carrying import sweep_sessions
from leeward.foundation.audit.mixing import mix_rows
from leeward.foundation.audit.operations import seal_events
from leeward.foundation.clock.operations import note_round, note_sweeps
from leeward.foundation.clock.queries import read_clock
from leeward.foundation.counters.operations import sweep_counters
from leeward.foundation.editing.operations import sweep_sent_forms
from leeward.foundation.holds.operations import forget_holds, seal_reasons
from leeward.foundation.pages.operations.pictures import look_again
from leeward.foundation.stamps.operations import ask_authority, ask_witnesses, stamp_checkpoint, stamp_hour
from leeward.foundation.vault.operations import sweep_codes, sweep_grants, sweep_holdings
from leeward.foundation.web.records import describe_exception
from leeward.foundation.work.batches import forget_batches
from leeward.industry.bank.operations import (
    expire_submissions,
    forget_disclosures,
    publish_pending,
    purge_tombstones,
    suspend_stale_platforms,
)
from leeward.industry.declarations.operations.forgetting import forget_nominees
from leeward.industry.declarations.operations.links import remind_signatories
from leeward.industry.declarations.operations.looking import look_at_statements
from leeward.industry.exchange.snapshots import forget_snapshots
from leeward.industry.platforms.operations import drop_retired_keys
from leeward.justice.courts.operations.drafting import forget_order_drafts
from leeward.justice.courts.operations.hashes import renew_hashes
from leeward.justice.courts.operations.linking import forget_order_links
from leeward.justice.courts.operations.retention import end_orders, forget_ordered, forget_orders
from leeward.justice.courts.operations.serving import follow_requests
from leeward.justice.courts.operations.sheets import forget_sheets
from leeward.justice.outcomes.operations.cohorts import destroy_waiting
from leeward.justice.perpetrators.operations.referring import forget_referrals as forget_programme_files
from leeward.justice.perpetrators.operations.referring import hand_on_signals
from leeward.justice.register.operations.closing import close_checks, end_bases, end_entries, forget_checks
from leeward.justice.training.operations.coverage import count_coverage
from leeward.justice.training.operations.links import forget_links
from leeward.justice.training.operations.machines import forget_statements, match_statements
from leeward.justice.training.operations.people import forget_completions, forget_identities
from leeward.justice.training.operations.reckoning import reckon_stale
from leeward.justice.training.operations.telling import tell_network
from leeward.justice.training.operations.triggers import notice_changes
from leeward.justice.training.operations.uploads import forget_uploads
from leeward.policy.assessment.operations.workbooks import forget_workbooks
from leeward.policy.statistics.operations.gathering import gather
from leeward.policy.statistics.operations.publishing import publish_figures
from leeward.policy.strategy.operations.registers import remind_keepers
from leeward.society.directory.operations.freshness import remind_owners
from leeward.society.directory.operations.indexing import refresh_openings
from leeward.victim.file.operations.news import collect_news
from leeward.victim.helpline.operations.allocation import forget_profiles
from leeward.victim.helpline.operations.calls import forget_calls
from leeward.victim.helpline.operations.care import forget_care
from leeward.victim.helpline.operations.cases import forget_cases
from leeward.victim.helpline.operations.complaints import forget_complaints
from leeward.victim.helpline.operations.overrides import forget_overrides
from leeward.victim.helpline.operations.signals import forget_signals
from leeward.victim.helpline.operations.volunteers import forget_clearances, forget_lent
from leeward.victim.locker.operations.lockers import forget_lockers, forget_unfinished
from leeward.victim.locker.operations.store import delete_pending
from leeward.victim.network.operations.forwarding import end_late_turns, end_with_protocols
from leeward.victim.network.operations.referrals import forget_referrals
from leeward.victim.network.operations.tactics import forget_sightings
from leeward.victim.portal.operations import sweep_late, sweep_visits
from leeward.victim.removals.operations.notices import collect_deliveries
from leeward.victim.removals.operations.reports import forget_drafts
from leeward.victim.removals.operations.returns import collect_rings

log = logging.getLogger("leeward.sweeps")

# How much one round deletes or ends at most. Rounds follow each other every few seconds, so none of it has to hurry;
# but whoever sees that something is wrong can stop the worker before all is gone.
SUBMISSIONS_AT_ONCE = 100
# One employer at least is always reckoned whole.
LEARNERS_AT_ONCE = 20_000
EMPLOYERS_AT_ONCE = 20
TOMBSTONES_AT_ONCE = 5_000
DISCLOSURES_AT_ONCE = 5_000
CODES_AT_ONCE = 500
COUNTERS_AT_ONCE = 5_000
NOTICES_AT_ONCE = 200
# More than may wait for a server that asks for patience: those behind them are not to wait too.
MESSAGES_AT_ONCE = 2_000
REPORTS_AT_ONCE = 50
SERVICES_AT_ONCE = 500
# A round's worth of mail to owners: a directory that was just taken in must not fill the outbox at once.
OWNERS_AT_ONCE = 50
SIGNATORIES_AT_ONCE = 50
AGREEMENTS_AT_ONCE = 50
WORKBOOKS_AT_ONCE = 50
# Each look may wait for a slow site, and what stands behind it in the round waits too.
STATEMENTS_AT_ONCE = 3
# Periods of a source; a night's are some eighty.
FIGURES_AT_ONCE = 100

# What these do cannot be taken back, and all of it hangs on the clock alone: they rest while that has jumped.
FOR_GOOD = frozenset(
    {
        "expired",
        "codes forgotten",
        "sessions forgotten",
        "purged",
        "disclosures forgotten",
        "suspended",
        "reports forgotten",
        "drafts of orders forgotten",
        "sheets forgotten",
        "orders ended",
        "who was ordered forgotten",
        "orders forgotten",
        "links of orders forgotten",
        "cases forgotten",
        "calls forgotten",
        "referrals forgotten",
        "sightings forgotten",
        "lockers forgotten",
        "unfinished files forgotten",
        "complaints forgotten",
        "signals forgotten",
        "pauses and debriefs forgotten",
        "learners forgotten",
        "files of programmes forgotten",
        "legal bases ended",
        "checks closed",
        "entries ended",
        "checks forgotten",
        "completions forgotten",
        "files of training forgotten",
        "statements of learning systems forgotten",
        "rows of cohorts destroyed",
        "links of learners forgotten",
        "turns ended",
        "protocols ended",
        "grants ended",
        "holdings forgotten",
        "keys retired",
        "nominees forgotten",
        "workbooks forgotten",
        "batches forgotten",
        "holds forgotten",
        "figures gathered",
        "periods printed",
        "hours stamped",
    }
)


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one round did, by the word that the operator is told; `trouble` says why some of it was left.

    `broken`: the kind of error of each sweep that failed.
    """

    done: dict[str, int]
    trouble: str
    broken: dict[str, str]


def do_round(now: datetime) -> Round:
    """Do what is due; what cannot be taken back only by a clock that may be believed."""
    reading = read_clock(now=now)
    due = sweeps(now)
    if not reading.may_delete:
        due = {word: sweep for word, sweep in due.items() if word not in FOR_GOOD}
    done, broken = {}, {}
    for word, sweep in due.items():
        try:
            done[word] = sweep()
        except Exception as error:  # whatever breaks one, forgetting and sealing stand behind it
            if isinstance(error, Error) and not connection.is_usable():
                raise  # the database is away, for all of them
            broken[word] = type(error).__name__
            log.warning("a sweep failed: %s: %s", word, describe_exception(error))
    note_sweeps(broken=broken, done=done, now=now)
    note_round(reading)
    return Round(done=done, trouble=reading.trouble, broken=broken)


def sweeps(now: datetime) -> dict[str, Callable[[], int]]:
    """What is done now, by the word that the operator is told; each call returns how many rows it took."""
    return {
        "expired": partial(expire_submissions, now=now, limit=SUBMISSIONS_AT_ONCE),
        "counters forgotten": partial(sweep_counters, now=now, limit=COUNTERS_AT_ONCE),
        "sent forms forgotten": partial(sweep_sent_forms, now=now, limit=COUNTERS_AT_ONCE),
        "codes forgotten": partial(sweep_codes, now=now, limit=CODES_AT_ONCE),
        "late words forgotten": partial(sweep_late, now=now, limit=CODES_AT_ONCE),
        "visits forgotten": partial(sweep_visits, now=now, limit=CODES_AT_ONCE),
        "sessions forgotten": partial(sweep_sessions, now=now, limit=CODES_AT_ONCE),
        "published": partial(publish_pending, now=now),
        # After the publisher, which gives a new hash its place.
        "pictures withdrawn": partial(look_again, now=now),
        "purged": partial(purge_tombstones, now=now, limit=TOMBSTONES_AT_ONCE),
        "snapshots forgotten": partial(forget_snapshots, now=now),
        "disclosures forgotten": partial(forget_disclosures, now=now, limit=DISCLOSURES_AT_ONCE),
        "suspended": partial(suspend_stale_platforms, now=now),
        "notices arrived or failed": partial(collect_deliveries, now=now, limit=NOTICES_AT_ONCE),
        "rings heard or failed": partial(collect_rings, now=now, limit=NOTICES_AT_ONCE),
        "messages arrived or failed": partial(collect_news, now=now, limit=MESSAGES_AT_ONCE),
        "orders followed": partial(follow_requests, now=now, limit=NOTICES_AT_ONCE),
        "drafts of orders forgotten": partial(forget_order_drafts, now=now, limit=REPORTS_AT_ONCE),
        "orders ended": partial(end_orders, now=now, limit=REPORTS_AT_ONCE),
        "hashes of orders renewed": partial(renew_hashes, now=now, limit=REPORTS_AT_ONCE),
        "who was ordered forgotten": partial(forget_ordered, now=now, limit=REPORTS_AT_ONCE),
        "orders forgotten": partial(forget_orders, now=now, limit=REPORTS_AT_ONCE),
        "links of orders forgotten": partial(forget_order_links, now=now, limit=CODES_AT_ONCE),
        "sheets forgotten": partial(forget_sheets, now=now, limit=CODES_AT_ONCE),
        "reports forgotten": partial(forget_drafts, now=now, limit=REPORTS_AT_ONCE),
        "cases forgotten": partial(forget_cases, now=now, limit=REPORTS_AT_ONCE),
        "complaints forgotten": partial(forget_complaints, now=now, limit=REPORTS_AT_ONCE),
        "overrides forgotten": partial(forget_overrides, now=now, limit=REPORTS_AT_ONCE),
        "calls forgotten": partial(forget_calls, now=now, limit=REPORTS_AT_ONCE),
        "shifts ended": partial(forget_lent, now=now, limit=REPORTS_AT_ONCE),
        "clearances forgotten": partial(forget_clearances, now=now, limit=REPORTS_AT_ONCE),
        "signals forgotten": partial(forget_signals, now=now, limit=REPORTS_AT_ONCE),
        "pauses and debriefs forgotten": partial(forget_care, now=now, limit=REPORTS_AT_ONCE),
        "profiles forgotten": partial(forget_profiles, now=now, limit=REPORTS_AT_ONCE),
        "turns ended": partial(end_late_turns, now=now, limit=REPORTS_AT_ONCE),
        "protocols ended": partial(end_with_protocols, now=now, limit=REPORTS_AT_ONCE),
        "referrals forgotten": partial(forget_referrals, now=now, limit=REPORTS_AT_ONCE),
        "sightings forgotten": partial(forget_sightings, now=now, limit=CODES_AT_ONCE),
        "lockers forgotten": partial(forget_lockers, now=now, limit=REPORTS_AT_ONCE),
        "unfinished files forgotten": partial(forget_unfinished, now=now, limit=REPORTS_AT_ONCE),
        "erased files deleted": partial(delete_pending, limit=CODES_AT_ONCE),
        "due days reckoned": partial(reckon_stale, limit=LEARNERS_AT_ONCE),
        "coverage counted": partial(count_coverage, now=now),
        "trained people told": partial(tell_network, now=now, limit=EMPLOYERS_AT_ONCE),
        "links of learners forgotten": partial(forget_links, now=now, limit=CODES_AT_ONCE),
        "learners forgotten": partial(forget_identities, now=now, limit=CODES_AT_ONCE),
        "completions forgotten": partial(forget_completions, now=now, limit=CODES_AT_ONCE),
        "files of training forgotten": partial(forget_uploads, now=now, limit=REPORTS_AT_ONCE),
        "statements of learning systems matched": partial(match_statements, now=now, limit=LEARNERS_AT_ONCE),
        "statements of learning systems forgotten": partial(forget_statements, now=now, limit=CODES_AT_ONCE),
        "changes for courses noticed": partial(notice_changes, now=now, limit=CODES_AT_ONCE),
        "signals of programmes handed on": partial(hand_on_signals, now=now, limit=CODES_AT_ONCE),
        "files of programmes forgotten": partial(forget_programme_files, now=now, limit=REPORTS_AT_ONCE),
        "legal bases ended": partial(end_bases, now=now, limit=REPORTS_AT_ONCE),
        "checks closed": partial(close_checks, now=now, limit=REPORTS_AT_ONCE),
        "entries ended": partial(end_entries, now=now, limit=REPORTS_AT_ONCE),
        "checks forgotten": partial(forget_checks, now=now, limit=REPORTS_AT_ONCE),
        "rows of cohorts destroyed": partial(destroy_waiting, now=now, limit=REPORTS_AT_ONCE),
        "grants ended": partial(sweep_grants, now=now, limit=CODES_AT_ONCE),
        "holdings forgotten": partial(sweep_holdings, now=now, limit=CODES_AT_ONCE),
        "keys retired": partial(drop_retired_keys, now=now, limit=CODES_AT_ONCE),
        "opening times moved on": partial(refresh_openings, now=now, limit=SERVICES_AT_ONCE),
        "reasons of holds sealed": partial(seal_reasons, now=now, limit=CODES_AT_ONCE),
        "holds forgotten": partial(forget_holds, now=now, limit=CODES_AT_ONCE),
        "batches forgotten": partial(forget_batches, now=now, limit=CODES_AT_ONCE),
        "owners asked": partial(remind_owners, now=now, limit=OWNERS_AT_ONCE),
        "signatories reminded": partial(remind_signatories, now=now, limit=SIGNATORIES_AT_ONCE),
        "nominees forgotten": partial(forget_nominees, now=now, limit=SIGNATORIES_AT_ONCE),
        "keepers of agreements reminded": partial(remind_keepers, now=now, limit=AGREEMENTS_AT_ONCE),
        "workbooks forgotten": partial(forget_workbooks, now=now, limit=WORKBOOKS_AT_ONCE),
        "statements looked at": partial(look_at_statements, now=now, limit=STATEMENTS_AT_ONCE),
        "figures gathered": partial(gather, now=now, limit=FIGURES_AT_ONCE),
        "periods printed": partial(publish_figures, now=now),
        "hours stamped": partial(stamp_hour, now=now),
        "tokens of the stamping authority": partial(ask_authority, now=now),
        "checkpoints of the public log stamped": partial(stamp_checkpoint, now=now),
        "cosignatures of witnesses": partial(ask_witnesses, now=now),
        "sealed": partial(seal_events, now=now),
        # Last: what the others wrote is mixed too.
        "mixed": partial(mix_rows, now=now),
    }
