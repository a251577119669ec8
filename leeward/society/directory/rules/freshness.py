"""How old what we say may be.

The UK's guidance for Open Referral asks that an entry was assured within three months. Here a service is asked before
90 days are over, is shown with "not checked since …" from then on, and is hidden from search from 180 days on.
"""

from datetime import date, timedelta

from leeward.foundation.labels import Labelled, mark

LABELLED_AFTER = timedelta(days=90)
HIDDEN_AFTER = timedelta(days=180)
# Asked two weeks before the label would appear, and again every month until it is checked or gone.
REMINDED_AFTER = timedelta(days=76)
REMINDED_AGAIN_AFTER = timedelta(days=30)
LINK_LIFETIME = timedelta(days=60)

MISTAKE_LENGTH = 1_000  # characters of what anybody may say is wrong
# Of one service, counted apart: what strangers say must not keep its owner out.
OPEN_MISTAKES_MOST = 20
OPEN_CHANGES_MOST = 20


class Freshness(Labelled):
    """How far an entry can be relied on."""

    FRESH = "fresh", mark("Checked"), "green"
    LABELLED = "labelled", mark("Check is due"), "yellow"
    HIDDEN = "hidden", mark("Hidden from search"), "red"


class ProposalKind(Labelled):
    """What somebody outside wishes."""

    CHANGE = "change", mark("Change by its owner"), "blue"  # a service's owner
    ENDED = "ended", mark("Reported as ended by its owner"), "orange"  # a service's owner: it is given no more
    MISTAKE = "mistake", mark("Reported as wrong"), "purple"  # anybody


# What only an owner can wish.
OWNERS = (ProposalKind.CHANGE, ProposalKind.ENDED)


class MistakeKind(Labelled):
    """What somebody says is wrong."""

    PHONE = "phone", mark("The phone number or a link does not work")
    HOURS = "hours", mark("The times are wrong")
    ADDRESS = "address", mark("The address is wrong, or should not be shown")
    CLOSED = "closed", mark("It is closed for good")
    NAME = "name", mark("The name, or what they do, is wrong")
    OTHER = "other", mark("Something else")


class ProposalState(Labelled):
    """What became of it."""

    OPEN = "open", mark("Open")
    ACCEPTED = "accepted", mark("Accepted")
    REJECTED = "rejected", mark("Rejected")


class ProbeTrouble(Labelled):
    """What a probe found wrong. A fixed list: a site's own words are not kept."""

    NONE = "", mark("No problem")
    NO_ANSWER = "no_answer", mark("The site does not answer")
    NOT_FOUND = "not_found", mark("This page does not exist")
    SERVER_ERROR = "server_error", mark("The site has an error")
    REFUSED = "refused", mark("The site does not let us look")
    INSECURE = "insecure", mark("The site is not safe to visit")
    MOVED = "moved", mark("The page has moved")
    PHONE_FORMAT = "phone_format", mark("This cannot be a phone number")


def freshness_of(assured_date: date | None, *, today: date) -> Freshness:
    """How far an entry that was last checked on this day can be relied on today."""
    if assured_date is None or today - assured_date >= HIDDEN_AFTER:
        return Freshness.HIDDEN
    return Freshness.LABELLED if today - assured_date >= LABELLED_AFTER else Freshness.FRESH


def is_reminder_due(*, assured_date: date | None, reminded_on: date | None, today: date) -> bool:
    """Whether an entry's owner is to be asked today whether it is still correct."""
    if assured_date is not None and today - assured_date < REMINDED_AFTER:
        return False
    return reminded_on is None or today - reminded_on >= REMINDED_AGAIN_AFTER
