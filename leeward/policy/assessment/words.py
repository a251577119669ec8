"""The words in which people read what the rules only name."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leeward.foundation.editing.errors import Mistake
from leeward.foundation.editing.fields import Words
from leeward.foundation.labels import Labelled
from leeward.foundation.web.words import word
from leeward.policy.assessment.errors import AssessmentMistake
from leeward.policy.assessment.rules.evidence import Unit
from leeward.policy.assessment.rules.levels import RowView
from leeward.policy.assessment.rules.model import Item
from leeward.policy.assessment.rules.rounds import DRAFT_VOICE, ScoreKind

VOICES = {DRAFT_VOICE: gettext_lazy("Secretariat’s draft"), ScoreKind.AGREED.value: gettext_lazy("Agreed")}

REFUSALS = {
    "stage_over": gettext_lazy("The round is not at the stage for this any more. Look at where it stands now."),
    "no_bodies": gettext_lazy("Choose first which bodies take part."),
    "view_finished": gettext_lazy(
        "This body has finished its view. Only those who answer for it can change its answers now."
    ),
    "body_finishes": gettext_lazy("Somebody answers for this body. They say when its view is complete."),
    "not_confirmed": gettext_lazy("The secretariat entered these answers. Confirm or change each of them first:"),
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


def text_of(item: Item) -> str:
    """What an item says: the model's words in the reader's language, a country's own ones as they are."""
    return item.text if item.is_own else _(item.text)


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
    return words % {"count": len(view.unknown), "ceiling": word(view.ceiling)}


def amount(value: Decimal | float, unit: str) -> str:
    """A value with its unit, as the reader's language writes numbers."""
    number = Decimal(str(value))
    shown = number_format(number.normalize() if number != number.to_integral_value() else number.quantize(Decimal(1)))
    if unit == Unit.PERCENT:
        return _("%(number)s%%") % {"number": shown}
    return f"{shown} {word(Unit(unit)) if unit in set(Unit) else unit}"


def voice(key: str, name: str = "") -> Words:
    """Whose answer it is."""
    return VOICES.get(key, name or key)


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
