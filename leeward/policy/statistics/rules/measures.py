"""The counts that are gathered, by name, and how each indicator is made of them.

A cohort is defined by one event: the items *sent*, *gone*, *escalated* or *filed* in a period, and what became of
these within the follow-up. A report is counted only if the person agreed to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from leeward.foundation.protection.errors import CountMalformed
from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.foundation.protection.printed import MOST_OFF
from leeward.policy.statistics.rules.recipes import Breakdown, Protection, Recipe, Shape

FOLLOW_UP_DAYS = 90
# For so long after a quarter, what happened in it is noted late.
LATE_NOTES_DAYS = 30
MEDIAN, P90 = 50, 90
# All other codes of a breakdown: SDMX's code for the rest.
OTHER = "_O"


class Measure(StrEnum):
    """One count of a period. A cohort's counts are parts of it; an event counts if it happens within 90 days."""

    SENT = "sent"  # items whose first notice was sent in the period, by platform
    SENT_GONE = "sent.gone"  # … gone: seen gone, or said to be removed and not seen up again
    SENT_VERIFIED = "sent.verified"  # … gone, and seen to be gone by us
    SENT_HOURS_MEDIAN = "sent.hours.50"  # hours from the notice until it was gone; its count is that of SENT_GONE
    SENT_HOURS_P90 = "sent.hours.90"
    SENT_ANSWERED = "sent.answered"  # … that the platform answered in any way
    SENT_ACCEPTED = "sent.accepted"  # … whose first answer was that it is removed
    LAW = "law"  # items of SENT for which a law's clock ran
    LAW_IN_TIME = "law.in_time"  # … gone before that clock ran out
    GONE = "gone"  # items gone for the first time in the period
    GONE_RETURNED = "gone.returned"  # … up again
    GONE_RESTORED = "gone.restored"  # … put back, because the other side was right
    GONE_FOUND = "gone.found"  # … that a platform found by a hash, before anybody reported them there
    ESCALATED = "escalated"  # items for which somebody besides the platform was first asked in the period, by rung
    ESCALATED_GONE = "escalated.gone"  # … gone afterwards
    FILED = "filed"  # reports handed in
    FILED_ITEMS = "filed.items"  # … the items that they name
    VIEWS = "views"  # how often staff opened evidence
    VIEW_DAYS = "views.days"  # on how many days of how many members of staff, one for each of both
    STAFF_VIEWING = "views.staff"  # by how many members of staff; never published, but with fewer than ten nothing is
    SERVICES = "services"  # a day's state: services at work in the directory
    SERVICES_FRESH = "services.fresh"  # … checked within 180 days
    SIGNATORIES = "signatories"  # a day's state: organisations that have signed the declaration and not left
    SIGNATORIES_GOOD = "signatories.good"  # … in good standing, or due soon
    COMMITMENTS = "commitments"  # commitments that are due or shown
    COMMITMENTS_KEPT = "commitments.kept"
    PLATFORMS = "platforms"  # listed platforms
    PLATFORMS_LEAD = "platforms.lead"
    PLATFORMS_POLICY = "platforms.policy"
    HASHES = "hashes"  # hashes in force
    DRAWING = "drawing"  # platforms that drew the feed within a week
    OPEN_LONG = "requests.open_long"  # requests for removal opened 30 days ago or earlier and open still
    ANSWERS = "helpline.answers"  # first answers that the helpline promised to people who came in the period
    ANSWERS_IN_TIME = "helpline.answers.in_time"  # … given within the promise
    ANSWER_HOURS_MEDIAN = "helpline.hours.50"  # open hours until half of them were given; its count is that of ANSWERS
    HELPS = "helpline.helps"  # things that people asked the helpline for, and that ended in the period
    HELPS_SAID = "helpline.helps.said"  # … of which they said whether they got what they asked for, by kind
    HELPS_MET = "helpline.helps.met"  # … and said yes
    MONTHS_PAID = "helpline.months_paid"  # a day's state: whole months for which the helpline is paid without a gap
    CALLS = "helpline.calls"  # calls that were offered to the helpline in the period
    CALLS_ANSWERED = "helpline.calls.answered"  # … answered
    CALLS_ABANDONED = "helpline.calls.abandoned"  # … given up by the caller before
    PRACTICES = "network.practices"  # a day's state: practices on the network's shelf
    PRACTICES_IN_DATE = "network.practices.in_date"  # … that nobody has to look at again yet
    ASKED = "network.asked"  # times that a service was asked in the period to help somebody
    ASKED_ANSWERED = "network.asked.answered"  # … that said yes or no before it went on to the next
    ASKED_ACCEPTED = "network.asked.accepted"  # … that said yes
    ACCEPTED_ENDED = "network.accepted.ended"  # … of ASKED_ACCEPTED, that said what came of it
    ACCEPTED_SAID = "network.accepted.said"  # … of ASKED_ACCEPTED, whose person said whether they got in touch
    TOLD = "network.told"  # … of ACCEPTED_SAID, whose person said whether it had to be told again
    TOLD_ONCE = "network.told.once"  # … and that it had not
    ALERT_DAYS = "network.alerts.days"  # a day's state: days until half of a year's new alerts went out
    ALERTS_ASKED = "network.alerts.asked"  # alerts of a year of which the government's time to answer is over
    ALERTS_ANSWERED = "network.alerts.answered"  # … that it answered in 14 days
    ORDERS = "courts.orders"  # what orders that began to count in the period ask of one addressee each
    ORDERS_SERVED = "courts.orders.served"  # … served
    ORDERS_SERVED_SOON = "courts.orders.served.soon"  # … of ORDERS_SERVED, within seven days
    SERVE_HOURS_MEDIAN = "courts.orders.served.50"  # hours until it was served; its count is that of ORDERS_SERVED
    ORDERS_DUE = "courts.due"  # what orders asked and was due in the period
    ORDERS_SAID = "courts.due.said"  # … done before, as its addressee says or somebody saw
    ORDERS_SEEN = "courts.due.seen"  # … of ORDERS_SAID, seen done before
    ORDERS_GONE = "courts.gone"  # what was served to companies in the period, and was seen gone
    GONE_HOURS_MEDIAN = "courts.gone.50"  # hours from serving until then; its count is that of ORDERS_GONE
    WHOLE_ORDERS = "courts.whole"  # orders that began to count in the period
    ORDERS_TURNED = "courts.whole.turned"  # … revoked or varied
    CONVICTIONS = "courts.convictions"  # convictions of the weeks that begin in the period, as courts note them
    NOTHING_ASKED = "courts.convictions.nothing"  # … at which no order was asked for
    CHANCES = "courts.chances"  # orders that could be asked for at them, by kind
    CHANCES_ASKED = "courts.chances.asked"  # … asked for
    CHANCES_MADE = "courts.chances.made"  # … of CHANCES_ASKED, made
    RECORDED = "outcomes.recorded"  # a day's state: offences recorded in the newest year that is printed and final
    RECORDED_CHARGED = "outcomes.recorded.charged"  # … that led to a charge
    RECORDED_NO_SUPPORT = "outcomes.recorded.no_support"  # … closed because the victim does not support
    CHARGES = "outcomes.charges"  # a day's state: charges brought in the newest printed year
    TRIED = "outcomes.tried"  # a day's state: persons whose case ended in court in the newest printed year
    TRIED_CONVICTED = "outcomes.tried.convicted"  # … convicted
    AUTHORITIES = "outcomes.authorities"  # a day's state: authorities that are expected in the newest printed year
    AUTHORITIES_REPORTING = "outcomes.authorities.reporting"  # … that are in it
    OUTCOMES_AGE = "outcomes.age"  # a day's state: whole months since the newest printed year ended
    REOFFENDING_AGE = "reoffending.age"  # a day's state: whole months since a figure on re-offending was printed
    COHORT_12 = "reoffending.12"  # … people of the newest cohort whose figure after 12 months is final, as printed
    COHORT_12_AGAIN = "reoffending.12.again"  # … who offended again
    COHORT_24 = "reoffending.24"  # … the same after 24 months
    COHORT_24_AGAIN = "reoffending.24.again"
    TRAINED = "training.people"  # a day's state: people under a course, not exempt; once for each of their courses
    TRAINED_IN_DATE = "training.in_date"  # … in date
    TRAINED_LATELY = "training.lately"  # … of TRAINED, who passed in the last 12 months
    POLICE = "training.police"  # a day's state: the same of police officers, as far as training prints them
    POLICE_LATELY = "training.police.lately"  # … who passed in the last 12 months
    OVERDUE_DAYS = "training.overdue"  # a day's state: days by which half of those who are late are late
    PASSES = "training.passes"  # a day's state: passes of the last 12 months
    PASSES_PRESENT = "training.passes.present"  # … of the version that is the newest today
    CHANGES_OLDEST = "training.changes.oldest"  # a day's state: days for which the oldest change waits for an answer
    CHANGES_DUE = "training.changes"  # a day's state: changes of a year that authors had to answer
    CHANGES_IN_TIME = "training.changes.in_time"  # … answered within 30 days
    TURNS = "training.turns"  # answers given in first calls in the weeks that begin in the period
    TURNS_WRONG = "training.turns.wrong"  # … that hurt
    OFFERED = "change.offered"  # programmes offered in the period to people who did harm
    AGREED = "change.agreed"  # people sent to one in the period: they agreed, or it was ordered
    STARTED = "change.started"  # people who started one in the period
    STARTED_NAMED = "change.started.named"  # … beside whom support is named, where their programme needs it
    COMPLETED = "change.completed"  # people who completed one in the period
    START_DAYS = "change.days"  # days from sending, within which half of STARTED had started
    ENDINGS = "change.endings"  # ways in which the self-check ended in the weeks that begin in the period
    TRIAL_A = "change.trial.a"  # a day's state: how often one text of the last trial that has ended was shown
    TRIAL_A_FOLLOWED = "change.trial.a.followed"  # … followed
    TRIAL_B = "change.trial.b"
    TRIAL_B_FOLLOWED = "change.trial.b.followed"
    SIGNALS = "helpline.signals"  # what programmes told the helpline in the period, whatever it was
    SIGNALS_IN_TIME = "helpline.signals.in_time"  # … looked at within one open hour
    WITHDRAWALS = "withdrawals"  # withdrawals that platforms had to confirm
    WITHDRAWALS_KEPT = "withdrawals.kept"


M = Measure
# By platform: by the public id of a listed platform, all others under OTHER. Measures that are nested in another way
# than as a share have no breakdown, because small counts would follow from their tables together.
BREAKDOWNS: Mapping[Measure, Breakdown] = {
    **dict.fromkeys((M.SENT, M.SENT_GONE, M.SENT_HOURS_MEDIAN, M.SENT_ANSWERED), Breakdown.PLATFORM),
    M.ESCALATED: Breakdown.RUNG,
    M.ESCALATED_GONE: Breakdown.RUNG,
    M.HELPS_SAID: Breakdown.HELP,
    M.HELPS_MET: Breakdown.HELP,
    M.CHANCES: Breakdown.ORDER,
    M.CHANCES_ASKED: Breakdown.ORDER,
    **dict.fromkeys((M.TRAINED, M.TRAINED_IN_DATE, M.TRAINED_LATELY), Breakdown.EMPLOYER),
    **dict.fromkeys((M.TURNS, M.TURNS_WRONG), Breakdown.TURN),
    **dict.fromkeys((M.OFFERED, M.AGREED, M.STARTED, M.COMPLETED), Breakdown.REFERRAL),
    M.ENDINGS: Breakdown.ENDING,
}
# A breakdown is told by quarter, because by month nearly all of it was hidden; that of a state by month, as the state.
BREAKDOWN_STEP = Frequency.QUARTER
# Rungs are told in two groups, for each by itself is too small: those who carry a site, and all others.
CARRIERS, NOT_CARRIERS = "carriers", "others"
_CARRYING = frozenset({"host", "cdn", "registrar"})
QUANTILES: Mapping[Measure, tuple[Measure, int]] = {
    M.SENT_HOURS_MEDIAN: (M.SENT_GONE, MEDIAN),
    M.SENT_HOURS_P90: (M.SENT_GONE, P90),
    M.ANSWER_HOURS_MEDIAN: (M.ANSWERS, MEDIAN),
    M.SERVE_HOURS_MEDIAN: (M.ORDERS_SERVED, MEDIAN),
    M.GONE_HOURS_MEDIAN: (M.ORDERS_GONE, MEDIAN),
}
# The smaller first, the larger second: a small difference between them is a small count. Shares are not repeated here.
NESTED: tuple[tuple[Measure, Measure], ...] = (
    (M.LAW, M.SENT),
    (M.SENT_VERIFIED, M.SENT_GONE),
    (M.LAW_IN_TIME, M.SENT_GONE),
    (M.SENT_ACCEPTED, M.SENT_ANSWERED),
    (M.ASKED_ACCEPTED, M.ASKED_ANSWERED),
    (M.TOLD, M.ACCEPTED_SAID),
    (M.ORDERS_SERVED, M.ORDERS),
    (M.ORDERS_SERVED_SOON, M.ORDERS_SERVED),
    (M.ORDERS_SEEN, M.ORDERS_SAID),
    (M.CHANCES_MADE, M.CHANCES_ASKED),
)
# Where every platform stands under the law, each item does: nothing is left over, and that is no secret.
COINCIDING = frozenset({(M.LAW, M.SENT)})

# Counts of persons to which courts contribute, who know their own.
BY_CONTRIBUTOR = frozenset({M.CONVICTIONS, M.NOTHING_ASKED, M.CHANCES, M.CHANCES_ASKED, M.CHANCES_MADE})

_SHARE, _COUNT, _RATIO, _QUANTILE = Shape.SHARE, Shape.COUNT, Shape.RATIO, Shape.QUANTILE
_PRINTED = Protection.PRINTED


def _state(
    indicator_id: str,
    part: Measure,
    whole: Measure | None,
    *,
    protection: Protection,
    breakdown: Breakdown | None = None,
    off: int | None = None,
) -> Recipe:
    """Return the state of things on a day. `off`: by how much its counts were rounded, where that is not as usual."""
    usual = 0 if protection is Protection.OPEN else MOST_OFF
    return Recipe(
        indicator_id=indicator_id,
        shape=_SHARE if whole else _COUNT,
        part=part,
        whole=whole or "",
        protection=protection,
        breakdown=breakdown,
        is_snapshot=True,
        off=usual if off is None else off,
    )


def _again(indicator_id: str, part: Measure, whole: Measure) -> Recipe:
    """Return the share of a cohort, whose counts its room has rounded: a sample of what could have been."""
    found = _state(indicator_id, part, whole, protection=Protection.OPEN, off=MOST_OFF)
    return replace(found, is_sampled=True)


def _printed(
    indicator_id: str, part: Measure, whole: Measure | None = None, breakdown: Breakdown | None = None
) -> Recipe:
    """What another room prints by the quarter, hidden and rounded there."""
    return Recipe(
        indicator_id=indicator_id,
        shape=_SHARE if whole else _COUNT,
        part=part,
        whole=whole or "",
        follow_up_days=LATE_NOTES_DAYS,
        protection=Protection.PRINTED,
        breakdown=breakdown,
        is_by_quarter=True,
    )


def _cohort(
    indicator_id: str,
    shape: Shape,
    part: Measure,
    whole: Measure,
    breakdown: Breakdown | None = None,
    days: int = FOLLOW_UP_DAYS,
) -> Recipe:
    return Recipe(
        indicator_id=indicator_id,
        shape=shape,
        part=part,
        whole=whole,
        follow_up_days=days,
        breakdown=breakdown,
    )


# In their order of preference where two cannot both be published.
RECIPES: Mapping[str, Recipe] = {
    recipe.indicator_id: recipe
    for recipe in (
        Recipe(indicator_id="reports-filed", shape=_COUNT, part=M.FILED),
        Recipe(indicator_id="items-asked", shape=_COUNT, part=M.SENT, breakdown=Breakdown.PLATFORM),
        _cohort("removal-rate", _SHARE, M.SENT_GONE, M.SENT, Breakdown.PLATFORM),
        _cohort("hours-to-removal-median", _QUANTILE, M.SENT_HOURS_MEDIAN, M.SENT_GONE, Breakdown.PLATFORM),
        _cohort("hours-to-removal-p90", _QUANTILE, M.SENT_HOURS_P90, M.SENT_GONE),
        _cohort("removed-within-law", _SHARE, M.LAW_IN_TIME, M.LAW),
        _cohort("answered", _SHARE, M.SENT_ANSWERED, M.SENT, Breakdown.PLATFORM),
        _cohort("accepted-first-time", _SHARE, M.SENT_ACCEPTED, M.SENT),
        _cohort("removal-verified", _SHARE, M.SENT_VERIFIED, M.SENT_GONE),
        _cohort("reupload-rate", _SHARE, M.GONE_RETURNED, M.GONE),
        Recipe(indicator_id="items-per-report", shape=_RATIO, part=M.FILED_ITEMS, whole=M.FILED, follow_up_days=30),
        _cohort("pre-emptive-share", _SHARE, M.GONE_FOUND, M.GONE),
        _cohort("escalation-success", _SHARE, M.ESCALATED_GONE, M.ESCALATED, Breakdown.RUNG),
        _cohort("reversals", _SHARE, M.GONE_RESTORED, M.GONE),
        Recipe(indicator_id="staff-exposure", shape=_RATIO, part=M.VIEWS, whole=M.VIEW_DAYS),
        _cohort("first-answer-in-time", _SHARE, M.ANSWERS_IN_TIME, M.ANSWERS, days=30),
        _cohort("first-answer-hours", _QUANTILE, M.ANSWER_HOURS_MEDIAN, M.ANSWERS, days=30),
        _cohort("help-met", _SHARE, M.HELPS_MET, M.HELPS_SAID, Breakdown.HELP, days=30),
        _cohort("told-once", _SHARE, M.TOLD_ONCE, M.TOLD),
        _cohort("referral-uptake", _SHARE, M.ASKED_ACCEPTED, M.ASKED),
        _cohort("referral-answered", _SHARE, M.ASKED_ANSWERED, M.ASKED),
        _cohort("referral-ended", _SHARE, M.ACCEPTED_ENDED, M.ASKED_ACCEPTED),
        _cohort("referral-said", _SHARE, M.ACCEPTED_SAID, M.ASKED_ACCEPTED),
        _cohort("help-said", _SHARE, M.HELPS_SAID, M.HELPS, days=30),
        Recipe(indicator_id="calls-offered", shape=_COUNT, part=M.CALLS, follow_up_days=30),
        _cohort("calls-answered", _SHARE, M.CALLS_ANSWERED, M.CALLS, days=30),
        _cohort("calls-abandoned", _SHARE, M.CALLS_ABANDONED, M.CALLS, days=30),
        _cohort("court-orders-asked", _SHARE, M.CHANCES_ASKED, M.CHANCES, Breakdown.ORDER),
        _cohort("court-orders-made", _SHARE, M.CHANCES_MADE, M.CHANCES),
        _cohort("court-nothing-asked", _SHARE, M.NOTHING_ASKED, M.CONVICTIONS),
        _cohort("court-served-soon", _SHARE, M.ORDERS_SERVED_SOON, M.ORDERS),
        _cohort("court-hours-to-serve", _QUANTILE, M.SERVE_HOURS_MEDIAN, M.ORDERS_SERVED),
        _cohort("court-done-said", _SHARE, M.ORDERS_SAID, M.ORDERS_DUE),
        _cohort("court-done-seen", _SHARE, M.ORDERS_SEEN, M.ORDERS_DUE),
        _cohort("court-hours-to-gone", _QUANTILE, M.GONE_HOURS_MEDIAN, M.ORDERS_GONE),
        _cohort("court-orders-turned", _SHARE, M.ORDERS_TURNED, M.WHOLE_ORDERS),
        _cohort("signals-in-time", _SHARE, M.SIGNALS_IN_TIME, M.SIGNALS, days=30),
        _printed("change-offered", M.OFFERED, breakdown=Breakdown.REFERRAL),
        _printed("change-agreed", M.AGREED, breakdown=Breakdown.REFERRAL),
        _printed("change-started", M.STARTED, breakdown=Breakdown.REFERRAL),
        _printed("change-completed", M.COMPLETED, breakdown=Breakdown.REFERRAL),
        replace(_printed("change-days-to-start", M.START_DAYS), off=0),
        _printed("change-support-named", M.STARTED_NAMED, M.STARTED),
        _printed("self-check-endings", M.ENDINGS, breakdown=Breakdown.ENDING),
        _printed("wrong-turns", M.TURNS_WRONG, M.TURNS, Breakdown.TURN),
        _state("directory-freshness", M.SERVICES_FRESH, M.SERVICES, protection=Protection.OPEN),
        _state("signatories-in-good-standing", M.SIGNATORIES_GOOD, M.SIGNATORIES, protection=Protection.OPEN),
        _state("commitments-kept", M.COMMITMENTS_KEPT, M.COMMITMENTS, protection=Protection.OPEN),
        _state("platforms-with-lead", M.PLATFORMS_LEAD, M.PLATFORMS, protection=Protection.OPEN),
        _state("platforms-with-policy", M.PLATFORMS_POLICY, M.PLATFORMS, protection=Protection.OPEN),
        _state("platforms-drawing", M.DRAWING, None, protection=Protection.OPEN),
        _state("helpline-paid", M.MONTHS_PAID, None, protection=Protection.OPEN),
        _state("alert-lead", M.ALERT_DAYS, None, protection=Protection.OPEN),
        _state("alerts-answered", M.ALERTS_ANSWERED, M.ALERTS_ASKED, protection=Protection.OPEN),
        _state("practice-in-date", M.PRACTICES_IN_DATE, M.PRACTICES, protection=Protection.OPEN),
        _state("authorities-reporting", M.AUTHORITIES_REPORTING, M.AUTHORITIES, protection=Protection.OPEN),
        _state("outcomes-age", M.OUTCOMES_AGE, None, protection=Protection.OPEN),
        _state("charge-rate", M.RECORDED_CHARGED, M.RECORDED, protection=Protection.PEOPLE),
        _state("closed-no-support", M.RECORDED_NO_SUPPORT, M.RECORDED, protection=Protection.PEOPLE),
        _state("charges", M.CHARGES, None, protection=Protection.PEOPLE),
        _state("convictions", M.TRIED_CONVICTED, M.TRIED, protection=Protection.PEOPLE),
        _again("reoffending-12", M.COHORT_12_AGAIN, M.COHORT_12),
        _again("reoffending-24", M.COHORT_24_AGAIN, M.COHORT_24),
        _state("reoffending-age", M.REOFFENDING_AGE, None, protection=Protection.OPEN),
        _state("training-in-date", M.TRAINED_IN_DATE, M.TRAINED, protection=_PRINTED, breakdown=Breakdown.EMPLOYER),
        _state("training-lately", M.TRAINED_LATELY, M.TRAINED, protection=_PRINTED, breakdown=Breakdown.EMPLOYER),
        _state("police-training", M.POLICE_LATELY, M.POLICE, protection=_PRINTED),
        _state("training-overdue", M.OVERDUE_DAYS, None, protection=_PRINTED, off=0),
        _state("training-present-version", M.PASSES_PRESENT, M.PASSES, protection=Protection.PEOPLE),
        _state("training-changes-oldest", M.CHANGES_OLDEST, None, protection=Protection.OPEN),
        _state("training-changes-answered", M.CHANGES_IN_TIME, M.CHANGES_DUE, protection=Protection.OPEN),
        _state("trial-text-a", M.TRIAL_A_FOLLOWED, M.TRIAL_A, protection=_PRINTED),
        _state("trial-text-b", M.TRIAL_B_FOLLOWED, M.TRIAL_B, protection=_PRINTED),
        _state("hashes-in-force", M.HASHES, None, protection=Protection.PEOPLE),
        _state("open-over-30-days", M.OPEN_LONG, None, protection=Protection.PEOPLE),
        _state("withdrawals-acknowledged", M.WITHDRAWALS_KEPT, M.WITHDRAWALS, protection=Protection.PEOPLE),
    )
}


# What its room has hidden and rounded: numbers by code need not make up the whole.
PRINTED = frozenset(
    measure for recipe in RECIPES.values() if recipe.protection is _PRINTED for measure in recipe.measures
)
_STATES = frozenset(measure for recipe in RECIPES.values() if recipe.is_snapshot for measure in recipe.measures)


def apart_step(measure: Measure) -> Frequency:
    """Return the step by which a measure is told apart."""
    return Frequency.MONTH if measure in _STATES else BREAKDOWN_STEP


def rung_group(rung: str) -> str:
    """Return the group of rungs under which one is told."""
    return CARRIERS if rung in _CARRYING else NOT_CARRIERS


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One count of one period, of everything or of one code of the measure's breakdown.

    For a quantile `count` is the number of observations and `hours` the value. The count of everything is the sum of
    those by code, where there are any and they are not PRINTED. `is_hidden`: its room hides it and tells no count.
    `left`: what is left of it without the contributor who has most of it; None where none is kept from another.
    """

    measure: Measure
    step: Frequency
    start: date
    count: int
    code: str = ""
    label: str = ""
    hours: int | None = None
    is_hidden: bool = False
    left: int | None = None

    def __post_init__(self) -> None:
        """Raises CountMalformed, which says what is wrong."""
        where = f"{self.measure}, {self.step} of {self.start}"
        if self.start != period_of(self.start, step=self.step).start:
            raise CountMalformed(f"{where}: a week starts on a Monday, others on the first of a month.")
        if self.count < 0 or (self.hours is not None and self.hours < 0):
            raise CountMalformed(f"{where}: no count is below nothing.")
        if (self.hours is not None) is not (self.measure in QUANTILES and self.count > 0):
            raise CountMalformed(f"{where}: hours belong to a quantile of something, and to nothing else.")
        if self.code and (self.measure not in BREAKDOWNS or self.step is not apart_step(self.measure)):
            raise CountMalformed(f"{where}: this is not told apart here.")
        if self.left is not None and (self.measure not in BY_CONTRIBUTOR or not 0 <= self.left <= self.count):
            raise CountMalformed(f"{where}: what is left without a contributor is a part of what contributors count.")
        if self.is_hidden and (self.count or self.measure not in PRINTED):
            raise CountMalformed(
                f"{where}: only what another room prints can come hidden, and then without its number."
            )

    @property
    def period(self) -> Period:
        """Its period."""
        return Period(start=self.start, step=self.step)
