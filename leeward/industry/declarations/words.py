"""The words in which people read what the rules only name."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from leeward.foundation.days import write_day
from leeward.industry.declarations.rules.standing import Duty, DutyKind
from leeward.industry.declarations.rules.texts import Commitment


def duty_in_words(duty: Duty | None) -> dict[str, str]:
    """How one duty stands: a tag with its colour, and the day that matters."""
    if duty is None:
        return {"text": _("Not owed any more"), "colour": "grey", "when": ""}
    if duty.overdue_since is not None:
        return {
            "text": _("Overdue"),
            "colour": "red",
            "when": _("since %(day)s") % {"day": write_day(duty.overdue_since)},
        }
    if duty.due_on is None:
        return {"text": _("Shown"), "colour": "green", "when": ""}
    when = {"day": write_day(duty.due_on)}
    if duty.kind is DutyKind.RENEWAL:
        return {"text": _("To be signed"), "colour": "yellow", "when": _("by %(day)s") % when}
    if not duty.is_shown:
        return {"text": _("Not shown yet"), "colour": "grey", "when": _("due by %(day)s") % when}
    return {"text": _("Shown"), "colour": "green", "when": _("next due by %(day)s") % when}


def rhythm_in_words(of: Commitment) -> str:
    """When a commitment's evidence is due."""
    if not of.every_months:
        return _("Shown once, within %(days)s days of signing") % {"days": of.first_due_days}
    return _("Shown within %(days)s days of signing, then every %(months)s months") % {
        "days": of.first_due_days,
        "months": of.every_months,
    }


def too_many() -> str:
    """What is said where more waits than may be handed in, or more was sent than one network may send."""
    return _("Too much waits for us at the moment. Please try again later.")


def number(value: Decimal) -> str:
    """A number as the reader's language writes it, with decimals only where it has some."""
    return number_format(value, decimal_pos=0 if value == value.to_integral_value() else 2, force_grouping=True)
