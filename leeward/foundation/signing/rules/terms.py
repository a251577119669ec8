"""Limits and words of signed records."""

from datetime import timedelta

from leeward.foundation.labels import Labelled, mark

KIND_LENGTH, ABOUT_LENGTH, TITLE_LENGTH, WORDS_LENGTH = 40, 300, 200, 300
ALGORITHM = "RS256"
KEY_BITS = 3072
# Records of a kind that a standard knows bear its context too. Open Badges 3.0: https://www.imsglobal.org/spec/ob/v3p0/
OPEN_BADGE = "open_badge"
CONTEXTS = {OPEN_BADGE: ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",)}
# The standard's least, so that one bit hides among many: https://www.w3.org/TR/vc-bitstring-status-list/
LIST_BITS = 131_072
# A list that is half full is left for the next: places are drawn, and finding a free one must stay quick.
LIST_RECORDS = LIST_BITS // 2
LIST_LASTS = timedelta(days=7)
LIST_EVERY = timedelta(days=1)
TOKEN_MOST = 64 * 1024


class Reason(Labelled):
    """Why a record was revoked. The list of revocations tells the code, the check page these words too."""

    MISTAKE = "mistake", mark("It was issued by mistake")
    DECEIT = "deceit", mark("It was obtained by deceit")
    ENDED = "ended", mark("What it says is no longer true")
    REPLACED = "replaced", mark("Another record has taken its place")


class State(Labelled):
    """What can be said of a record. Only the first is an answer on which somebody may rely."""

    VALID = (
        "valid",
        mark("Genuine, and still right"),
        "green",
        mark("It was signed by us, nothing in it was changed, and it has not been taken back."),
    )
    WAITING = (
        "waiting",
        mark("Not signed yet"),
        "yellow",
        mark("It was asked for, and our signing machine has not signed it yet. Look again in two minutes."),
    )
    NOT_YET = (
        "not yet",
        mark("Genuine, but not valid yet"),
        "yellow",
        mark("It was signed by us. It is not valid yet."),
    )
    EXPIRED = (
        "expired",
        mark("Genuine, but expired"),
        "orange",
        mark("It was signed by us, and it was right in its time. It says nothing about today."),
    )
    REVOKED = (
        "revoked",
        mark("Withdrawn"),
        "red",
        mark("It was signed by us, and we have taken it back. Do not rely on it."),
    )
    UNCHECKED = (
        "status could not be checked",
        mark("Signed, but not checked to the end"),
        "yellow",
        mark("It was signed by us. Whether it was taken back since could not be checked. Do not rely on it yet."),
    )
    UNKNOWN_KEY = (
        "unknown key",
        mark("Not signed by us"),
        "red",
        mark("It is signed with a key that is not ours. We know nothing about it."),
    )
    TAMPERED = (
        "tampered",
        mark("Changed after it was signed"),
        "red",
        mark("It names our key, and what it says is not what we signed. Do not rely on it."),
    )
    UNREADABLE = (
        "no signed record",
        mark("Not a signed record"),
        "grey",
        mark("What came here is not a signed record of ours. A part of it may be missing: copy the whole of it."),
    )
    UNKNOWN = (
        "unknown",
        mark("We have no such record"),
        "grey",
        mark("We issued nothing under this number. If somebody showed it to you as ours, do not rely on it."),
    )
