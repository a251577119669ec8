"""The words in which people read what the rules only name."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leeward.foundation.editing.errors import Mistake
from leeward.foundation.labels import Labelled
from leeward.foundation.web.words import word
from leeward.policy.assessment.errors import AssessmentMistake
from leeward.policy.assessment.rules.comparing import Change
from leeward.policy.assessment.rules.evidence import Unit
from leeward.policy.assessment.rules.features import FEATURES
from leeward.policy.assessment.rules.levels import RowView
from leeward.policy.assessment.rules.model import Column
from leeward.policy.assessment.rules.pieces import PieceKind
from leeward.policy.assessment.rules.rounds import DRAFT_VOICE, Sector, Source, Stage, Step
from leeward.policy.assessment.rules.scale import LEVELS, Standing, State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STATES = {
    State.NOT_STARTED: gettext_lazy("Not started"),
    State.PLANNED: gettext_lazy("Planned"),
    State.PARTIAL: gettext_lazy("Partly in place"),
    State.IN_PLACE: gettext_lazy("In place"),
    State.EVIDENCED: gettext_lazy("In place, with evidence"),
    State.NOT_APPLICABLE: gettext_lazy("Does not apply here"),
    State.UNKNOWN: gettext_lazy("Not known"),
}
STATE_HINTS = {
    State.NOT_STARTED: gettext_lazy("Nobody has begun, and nobody has decided to."),
    State.PLANNED: gettext_lazy("Decided, with somebody who answers for it; nothing of it works yet."),
    State.PARTIAL: gettext_lazy("Some of it works, or it works for some."),
    State.IN_PLACE: gettext_lazy("It works, for everybody it is meant for."),
    State.NOT_APPLICABLE: gettext_lazy("It cannot apply in this country. Say why: the reason is published."),
    State.UNKNOWN: gettext_lazy("You cannot tell. That is an answer too: it shows where somebody must look."),
}
STATE_COLOURS = {
    State.NOT_STARTED: "red",
    State.PLANNED: "orange",
    State.PARTIAL: "yellow",
    State.IN_PLACE: "teal",
    State.EVIDENCED: "green",
    State.NOT_APPLICABLE: "grey",
    State.UNKNOWN: "purple",
}
STANDINGS = {
    Standing.ABSENT: gettext_lazy("Absent"),
    Standing.STARTED: gettext_lazy("Started"),
    Standing.ESSENTIAL: gettext_lazy("Essential provision"),
    Standing.BEST_PRACTICE: gettext_lazy("Best practice"),
    Standing.OUTCOME_SHOWN: gettext_lazy("Outcome shown"),
    Standing.UNKNOWN: gettext_lazy("Not known"),
    Standing.NOT_APPLICABLE: gettext_lazy("Does not apply"),
}
STANDING_HINTS = {
    Standing.ABSENT: gettext_lazy("Nothing essential is even partly in place."),
    Standing.STARTED: gettext_lazy("Something essential is at least partly in place."),
    Standing.ESSENTIAL: gettext_lazy("Everything essential is in place."),
    Standing.BEST_PRACTICE: gettext_lazy("Everything essential and all best practice is in place."),
    Standing.OUTCOME_SHOWN: gettext_lazy(
        "Everything essential and all best practice is in place, and every outcome has an indicator with a dated value."
    ),
    Standing.UNKNOWN: gettext_lazy("Too little is known to say whether anything essential is there."),
    Standing.NOT_APPLICABLE: gettext_lazy("Nothing of it applies in this country."),
}
STANDING_COLOURS = {
    Standing.ABSENT: "red",
    Standing.STARTED: "yellow",
    Standing.ESSENTIAL: "teal",
    Standing.BEST_PRACTICE: "blue",
    Standing.OUTCOME_SHOWN: "green",
    Standing.UNKNOWN: "purple",
    Standing.NOT_APPLICABLE: "grey",
}
COLUMNS = {
    Column.ESSENTIAL: gettext_lazy("Essential provision"),
    Column.BEST_PRACTICE: gettext_lazy("Best practice"),
    Column.OUTCOME: gettext_lazy("Outcome"),
}
COLUMN_ORDER = (Column.ESSENTIAL, Column.BEST_PRACTICE, Column.OUTCOME)
STAGES = {
    Stage.DRAFT: gettext_lazy("Draft"),
    Stage.REVIEW: gettext_lazy("In review"),
    Stage.AGREED: gettext_lazy("Agreed"),
    Stage.PUBLISHED: gettext_lazy("Published"),
    Stage.PRIVATE: gettext_lazy("Kept private"),
    Stage.DROPPED: gettext_lazy("Dropped"),
}
STAGE_COLOURS = {
    Stage.DRAFT: "grey",
    Stage.REVIEW: "yellow",
    Stage.AGREED: "blue",
    Stage.PUBLISHED: "green",
    Stage.PRIVATE: "teal",
    Stage.DROPPED: "red",
}
STEPS = {
    Step.MAKE: gettext_lazy("Round made"),
    Step.OPEN_REVIEW: gettext_lazy("Open the review"),
    Step.AGREE: gettext_lazy("Agree on the round"),
    Step.REOPEN: gettext_lazy("Open the review again"),
    Step.PUBLISH: gettext_lazy("Publish"),
    Step.KEEP_PRIVATE: gettext_lazy("Keep private"),
    Step.DROP: gettext_lazy("Drop the round"),
}
STEP_HINTS = {
    Step.OPEN_REVIEW: gettext_lazy(
        "The draft can no longer be changed. Each body that takes part gives its own view, and sees the others’ after "
        "it has finished."
    ),
    Step.AGREE: gettext_lazy(
        "Where nobody differs, what all say becomes what is agreed. Where somebody does, you must have agreed on it by "
        "hand. What nobody knows is agreed as not known."
    ),
    Step.REOPEN: gettext_lazy("Bodies can change their views again. What was agreed stays, and can be agreed anew."),
    Step.PUBLISH: gettext_lazy(
        "Everybody can read what is agreed, what each body said (without its notes), and the evidence. This cannot be "
        "undone: a correction is a new round."
    ),
    Step.KEEP_PRIVATE: gettext_lazy(
        "Only policy officers and the bodies of this round see it. It can be published later."
    ),
    Step.DROP: gettext_lazy("Nobody works on it any more. It stays in the list of dropped rounds, with your reason."),
}
SECTORS = {
    Sector.POLICE: gettext_lazy("Police"),
    Sector.PROSECUTORS: gettext_lazy("Prosecutors"),
    Sector.COURTS: gettext_lazy("Courts"),
    Sector.GOVERNMENT: gettext_lazy("Government"),
    Sector.REGULATOR: gettext_lazy("Regulator"),
    Sector.NGO: gettext_lazy("Non-governmental organisation"),
    Sector.SURVIVORS: gettext_lazy("Survivors’ group"),
    Sector.INDUSTRY: gettext_lazy("Industry"),
    Sector.HEALTH: gettext_lazy("Health"),
    Sector.ACADEMIA: gettext_lazy("Academia"),
    Sector.MEDIA: gettext_lazy("Media"),
}
PIECE_KINDS = {
    PieceKind.LINK: gettext_lazy("Link"),
    PieceKind.FILE: gettext_lazy("File"),
    PieceKind.LIVE: gettext_lazy("Live value"),
}
CHANGES = {
    Change.ROSE: gettext_lazy("Rose"),
    Change.FELL: gettext_lazy("Fell"),
    Change.BECAME_UNKNOWN: gettext_lazy("Is not known any more"),
    Change.BECAME_KNOWN: gettext_lazy("Is known now"),
    Change.LEFT: gettext_lazy("Does not apply any more"),
    Change.RETURNED: gettext_lazy("Applies now"),
    Change.ADDED: gettext_lazy("New in the model"),
    Change.ENDED: gettext_lazy("No longer in the model"),
    Change.SAME: gettext_lazy("As before"),
}
CHANGE_COLOURS = {Change.ROSE: "green", Change.FELL: "red", Change.BECAME_UNKNOWN: "purple"}
VOICES = {DRAFT_VOICE: gettext_lazy("Secretariat’s draft"), Source.AGREED.value: gettext_lazy("Agreed")}

REFUSALS = {
    "stage_over": gettext_lazy("The round is not at the stage for this any more. Look at where it stands now."),
    "no_bodies": gettext_lazy("Choose first which bodies take part."),
    "nothing_answered": gettext_lazy("Answer at least one question before you finish."),
    "nobody_finished": gettext_lazy("No body has finished its view yet."),
    "unsettled": gettext_lazy("Bodies differ on these items. Agree on each first:"),
    "no_workbook": gettext_lazy(
        "This workbook is not here, or not any more: what it said is removed after 30 days. Give it back again."
    ),
    "no_query": gettext_lazy("There is no live query for this item."),
    "no_value": gettext_lazy("The live query finds nothing that could be kept today."),
    "too_many_pieces": gettext_lazy("There are 20 pieces of evidence for this item. Take one back first."),
}


def standing(found: Standing) -> dict[str, Any]:
    """A standing as pages show it; its number is None where there is none."""
    number = LEVELS.index(found) if found in LEVELS else None
    return {
        "code": found.value,
        "number": number,
        "text": STANDINGS[found],
        "hint": STANDING_HINTS[found],
        "colour": STANDING_COLOURS[found],
    }


def state(found: State) -> dict[str, Any]:
    """A state as pages show it."""
    return {"code": found.value, "text": STATES[found], "colour": STATE_COLOURS[found]}


def what_holds_back(view: RowView) -> str:
    """In one sentence, what the next level waits for; "" where nothing does."""
    if not view.holding_back:
        return ""
    items = ", ".join(view.holding_back)
    if view.level is None:
        return _("It waits for %(items)s, of which too little is known.") % {"items": items}
    return _("The next level waits for %(items)s.") % {"items": items}


def what_is_unknown(view: RowView) -> str:
    """In one sentence, what could be if the unknown were in place; "" where all is known or it makes no difference."""
    if view.standing is view.ceiling or not view.unknown:
        return ""
    words = ngettext(
        "%(count)d item is not known; the row could be at “%(ceiling)s”.",
        "%(count)d items are not known; the row could be at “%(ceiling)s”.",
        len(view.unknown),
    )
    return words % {"count": len(view.unknown), "ceiling": STANDINGS[view.ceiling]}


def feature_title(name: str) -> dict[str, Any]:
    """A room of Leeward, by its title; one that a later version has given up, by its name."""
    feature = FEATURES.get(name)
    if feature is None:
        return {"title": name, "is_planned": False}
    return {"title": _(feature.title), "is_planned": feature.is_planned}


def amount(value: Decimal | int, unit: str) -> str:
    """A value with its unit, as the reader's language writes numbers."""
    number = Decimal(value)
    shown = number_format(number.normalize() if number != number.to_integral_value() else number.quantize(Decimal(1)))
    if unit == Unit.PERCENT:
        return _("%(number)s%%") % {"number": shown}
    return f"{shown} {UNITS[Unit(unit)] if unit in set(Unit) else unit}"


def voice(key: str, name: str = "") -> "str | _StrPromise":
    """Whose answer it is."""
    return VOICES.get(key, name or key)


UNITS = {
    Unit.PERCENT: gettext_lazy("percent"),
    Unit.HASHES: gettext_lazy("hashes"),
    Unit.LANGUAGES: gettext_lazy("languages"),
    Unit.NEEDS: gettext_lazy("needs"),
    Unit.PLATFORMS: gettext_lazy("platforms"),
    Unit.REGIMES: gettext_lazy("regimes"),
    Unit.REQUESTS: gettext_lazy("requests"),
    Unit.SERVICES: gettext_lazy("services"),
    Unit.STAFF: gettext_lazy("members of staff"),
}

WORKBOOK_REFUSALS = {
    "nothing": gettext_lazy("Choose a file."),
    "too_large": gettext_lazy("The file is larger than 2 MB. Ours are a tenth of that: take pictures out of it."),
    "password": gettext_lazy("The file is locked by a password. Save it without one."),
    "macros": gettext_lazy("The file holds macros. Save it as .xlsx, which has none."),
    "too_much_inside": gettext_lazy(
        "The file unpacks to more than any workbook of ours. Start again from a fresh one."
    ),
    "not_a_workbook": gettext_lazy("This is no workbook that can be read. Save it as .xlsx (Excel workbook)."),
    "not_ours": gettext_lazy("This workbook was not written by this page. Copy your answers into a fresh one."),
    "other_format": gettext_lazy("This workbook is of another version of Leeward. Copy your answers into a fresh one."),
    "about_changed": gettext_lazy("The table on the sheet About was changed. Copy your answers into a fresh workbook."),
    "other_round": gettext_lazy("This workbook belongs to another round. Give it back on that round’s page."),
    "other_edition": gettext_lazy(
        "This workbook belongs to another edition of the model than the round. Copy your answers into a fresh one."
    ),
    "other_voice": gettext_lazy("This workbook was written for another body. Give it back on that body’s page."),
}


def cell_mistake(code: str, *, about: str) -> str:
    """What is wrong in a cell, by the code that is kept of it."""
    found: Labelled = AssessmentMistake(code) if code in set(AssessmentMistake) else Mistake(code)
    return word(found) % {"about": about}
