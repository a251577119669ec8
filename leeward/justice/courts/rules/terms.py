"""The words and limits of orders: who is addressed, what is asked, how it is served, and where a target stands."""

from leeward.foundation.labels import Labelled, mark

CODE_LENGTH, FILE_NUMBER_LENGTH, COURT_LENGTH, LEGAL_LENGTH, REASONS_LENGTH = 40, 80, 120, 300, 5_000
ITEMS_MOST, TARGETS_MOST, TERRITORIES_MOST = 200, 40, 60
DOCUMENT_MOST = 10 * 1024 * 1024
EVERYWHERE = "*"


class Action(Labelled):
    """What an order asks for."""

    REMOVE = "remove", mark("Remove the content")
    DISABLE = "disable", mark("Disable access to it")
    DEINDEX = "deindex", mark("Take it out of search results")
    BLOCK = "block", mark("Block access to the site")
    SUSPEND = "suspend", mark("Suspend the account")
    PRESERVE = "preserve", mark("Preserve evidence")
    DELETE_COPIES = "delete_copies", mark("Delete all copies")
    SURRENDER = "surrender", mark("Hand the device over")
    DESTROY = "destroy", mark("Destroy the device")
    STAY_AWAY = "stay_away", mark("Stay away")


# What the removal desk can ask of a site for an order.
AT_SITES = frozenset({Action.REMOVE, Action.DISABLE, Action.DEINDEX})


class Addressee(Labelled):
    """Of whom an order asks it."""

    PLATFORM = "platform", mark("Platform")
    SEARCH = "search", mark("Search engine")
    HOST = "host", mark("Host")
    ACCESS_PROVIDER = "access_provider", mark("Internet access provider")
    PERSON = "person", mark("The person ordered")
    POLICE = "police", mark("Police")


# Companies: they have a name that may be told, an address on the web and a key of their own.
COMPANIES = frozenset({Addressee.PLATFORM, Addressee.SEARCH, Addressee.HOST})


class Way(Labelled):
    """How an order reaches whom it addresses."""

    DOOR = "door", mark("At the company’s own door here")
    EMAIL = "email", mark("E-mail")
    POST = "post", mark("Post")
    HAND = "hand", mark("By hand")


class Opening(Labelled):
    """Why an order officer opens who is ordered; it stands in the trail."""

    SERVE = "serve", mark("To serve it")
    BREACH = "breach", mark("It was not obeyed")
    COURT = "court", mark("The court asked")


class Recorder(Labelled):
    """Who vouches for what was recorded."""

    COURT = "court", mark("The court itself")
    CENTRE = "centre", mark("The Centre, from paper")


class Effect(Labelled):
    """What an addressee says that it did."""

    FULL = "full", mark("Done")
    PARTLY = "partly", mark("Done in part")
    NONE = "none", mark("Not done")


class Happening(Labelled):
    """One thing that happened to a target. A mistake is one more event that voids."""

    SERVED = "served", mark("Served")
    TRIED = "tried", mark("Attempted service that does not count")
    RECEIVED = "received", mark("Receipt confirmed")
    EFFECT = "effect", mark("Addressee answered")
    SEEN_DONE = "seen_done", mark("Confirmed done")
    SEEN_UP = "seen_up", mark("Confirmed not done")
    STAYED = "stayed", mark("Stayed")
    RESUMED = "resumed", mark("The stay ended")
    VARIED = "varied", mark("Varied: another order took its place")
    RETURNED = "returned", mark("Returned to the court")
    REVOKED = "revoked", mark("Revoked")
    ENDED = "ended", mark("Ended")
    RESTORED = "restored", mark("Removed content was restored")
    VOIDED = "voided", mark("Earlier entry corrected")


class TargetState(Labelled):
    """Where one target stands; the first ones need attention first."""

    CONTRADICTED = "contradicted", mark("Not done, contrary to their answer"), "red"
    PARTLY = "partly", mark("Done in part"), "orange"
    RETURNED = "returned", mark("Returned to the court"), "purple"
    ISSUED = "issued", mark("Not served"), "yellow"
    SERVED = "served", mark("Served"), "blue"
    RECEIVED = "received", mark("Receipt confirmed"), "blue"
    STAYED = "stayed", mark("Stayed"), "yellow"
    GIVEN_EFFECT = "given_effect", mark("Reported done"), "teal"
    SEEN_DONE = "seen_done", mark("Confirmed done"), "green"
    VARIED = "varied", mark("Varied"), "grey"
    REVOKED = "revoked", mark("Revoked"), "grey"
    ENDED = "ended", mark("Ended"), "grey"


class OwnState(Labelled):
    """How those states read to the addressee itself that speak of it."""

    CONTRADICTED = "contradicted", mark("Not done, contrary to your answer"), "red"
    RECEIVED = "received", mark("Receipt confirmed by you"), "blue"
    GIVEN_EFFECT = "given_effect", mark("Done, reported by you"), "teal"


def to_addressee(state: TargetState) -> TargetState | OwnState:
    """Return a state as its addressee reads it."""
    return OwnState(state.value) if state.value in {each.value for each in OwnState} else state


class PlaceState(Labelled):
    """Where one place of an order stands, as the person shown reads it."""

    PREPARED = "prepared", mark("In preparation"), "grey"
    ASKED = "asked", mark("Asked"), "blue"
    SAID_DONE = "said_done", mark("Reported done"), "teal"
    PARTLY = "partly", mark("Done in part"), "orange"
    ANSWERED = "answered", mark("Answered"), "yellow"
    STILL_UP = "still_up", mark("Still there"), "orange"
    GONE = "gone", mark("Gone"), "green"
    ENDED = "ended", mark("Ended"), "grey"


class OrderState(Labelled):
    """What anybody may be told of a whole order: never how far it was obeyed."""

    UNCONFIRMED = (
        "unconfirmed",
        mark("Not confirmed yet"),
        "yellow",
        mark("It was copied from paper. The court has not confirmed it yet, so do not act on it."),
    )
    STANDS = "stands", mark("In force"), "green", mark("The order stands.")
    STAYED = "stayed", mark("Stayed"), "yellow", mark("The order is stayed: it need not be obeyed for now.")
    VARIED = "varied", mark("Varied"), "orange", mark("Another order has taken its place.")
    REVOKED = "revoked", mark("Revoked"), "red", mark("The order was revoked. It need not be obeyed any more.")
    ENDED = "ended", mark("Ended"), "grey", mark("The order has ended.")


class OrderKind(Labelled):
    """What a type of order is about, as figures tell types apart."""

    ONLINE = "online", mark("About content online")
    DEVICES = "devices", mark("About devices and copies")
    BOTH = "both", mark("About content, devices and copies")
    STAY_AWAY = "stay_away", mark("To stay away")


class LineState(Labelled):
    """What became of one order that could be asked for at a conviction."""

    MADE = "made", mark("The order was made"), "green"
    REFUSED = "refused", mark("Asked for and refused"), "orange"
    ASKED = "asked", mark("Asked for, not decided yet"), "blue"
    NOT_ASKED = "not_asked", mark("Not asked for"), "grey"


# What a court made of its own accord counts as asked for.
WAS_ASKED = (LineState.MADE, LineState.REFUSED, LineState.ASKED)


class Refusal(Labelled):
    """Why a court refused an order, by a code."""

    NO_POWER = "no_power", mark("The law gives no power to make it here")
    NOT_NEEDED = "not_needed", mark("It was not needed")
    NOT_PROPORTIONATE = "not_proportionate", mark("It was not proportionate")
    NOT_SHOWN = "not_shown", mark("Its grounds were not shown")
    LATE = "late", mark("It was asked for too late")
    OTHER = "other", mark("For another reason")


class Impact(Labelled):
    """Whether the court heard what it did to the person shown, in their own statement."""

    MADE = "made", mark("A statement was made")
    OFFERED = "offered", mark("It was offered but not made")
    NONE = "none", mark("It was not offered")


class Told(Labelled):
    """Whether the person shown was told how it ended."""

    TOLD = "told", mark("The person was told")
    NO = "no", mark("Not told")


class Sought(Labelled):
    """Whether something beside orders was asked for and ordered."""

    ORDERED = "ordered", mark("Ordered")
    ASKED = "asked", mark("Asked for but not ordered")
    NONE = "none", mark("Not asked for")
