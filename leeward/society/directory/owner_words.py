"""What an owner is written: words that tell a bystander of a directory of services, and nothing of what is in it."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from leeward.foundation.days import write_day
from leeward.society.directory.rules.columns import columns_of
from leeward.society.directory.rules.records import ServiceRecord

# What an owner has changed, by the names that proposals use.
FIELDS: dict[str, str | Promise] = {
    **{each.name: gettext_lazy(each.owner.called) for each in columns_of(ServiceRecord).values() if each.owner},
    "address": gettext_lazy("the address"),
    "terms": gettext_lazy("who it is for"),
    "ages": gettext_lazy("ages"),
    "words": gettext_lazy("your message to our editors"),
    "ended": gettext_lazy("that the service has ended"),
}


@dataclass(frozen=True, kw_only=True)
class ReminderWords:
    """A whole mail."""

    subject: str
    text: str


def reminder_words(*, address: str, until: date, language: str) -> ReminderWords:
    """The mail that asks an owner to look at an entry, in one language. The entry is not named: the link shows it."""
    with override(language):
        greeting = _("Hello,")
        why = _(
            "You look after an entry in the services directory of %(nation)s. People rely on what it says, "
            "so we ask every few months whether it is still correct."
        ) % {"nation": settings.LEEWARD_NATION}
        what = _(
            "Please look at it here. If all is correct, one press says so. If not, you can change it. "
            "You need no account."
        )
        how_long = _(
            "The link works until %(until)s. Whoever has it can speak for your entry, so please keep it to yourself."
        ) % {"until": write_day(until)}
        end = _("You do not need to answer this mail.")
        paragraphs = (greeting, why, what, address, how_long, end)
        return ReminderWords(
            subject=_("Please check your entry in the services directory"), text="\n\n".join(paragraphs) + "\n"
        )


def language_of(languages: tuple[str, ...]) -> str:
    """In which language an owner is written: the nation's own where the service speaks it, else one that it speaks."""
    shipped = {code for code, _name in settings.LANGUAGES}
    spoken = [code.partition("-")[0] for code in languages]
    if settings.LANGUAGE_CODE in spoken:
        return settings.LANGUAGE_CODE
    return next((code for code in spoken if code in shipped), settings.LANGUAGE_CODE)
