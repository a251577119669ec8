"""How she may be reached: the default is not at all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import box
from leeward.foundation.outbox.errors import AddressRefused
from leeward.foundation.outbox.rules.addresses import check_address
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.news import EVERY_DAY, LAST_HOUR, NewsChoice, SafeHours
from leeward.victim.removals.forms.person.answers import CHOOSE, line
from leeward.victim.removals.forms.person.cities import list_cities

NO_EMAIL = _("This is not an e-mail address. Look at it again, or choose that we do not contact you.")
NO_PHONE = _("There is no phone number. Type it, or choose that we do not contact you.")
NO_HOURS = _("Choose from when until when it is safe. The two must not be the same.")
NO_DAYS = _("Choose at least one day.")


def hour_words(hour: int) -> str:
    """A whole hour as a clock shows it."""
    return f"{hour:02d}:00"


def day_words(days: tuple[int, ...]) -> str:
    """Days of the week in a row."""
    return ", ".join(str(WEEKDAYS[day]) for day in days)


def _hour(*, hours: range, **options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=[("", _("Choose")), *((hour, hour_words(hour)) for hour in hours)],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": CHOOSE},
        **options,
    )


class ReachForm(forms.Form):
    """A safe way, if there is one, and whether a machine may tell her that there is news."""

    way = forms.TypedChoiceField(
        label=_("May we contact you?"),
        help_text=_(
            "We ask because a message can be seen by someone else. You can always read everything here with your "
            "code. If the other person can see your phone or mail, choose the first answer."
        ),
        choices=[
            (ContactWay.NONE, _("Do not contact me. I look here with my code")),
            (ContactWay.EMAIL, _("By e-mail")),
            (ContactWay.PHONE, _("By phone")),
        ],
        coerce=ContactWay,
        empty_value=ContactWay.NONE,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOOSE},
    )
    email = line(label=_("E-mail address"), help_text=_("A fresh one that only you know is safest."))
    phone = line(label=_("Phone number"), help_text=_("One that nobody else answers."))
    # Nothing of what follows is chosen for her.
    news = box(_("Yes, send me this message when there is news"))
    news_begin = _hour(label=_("From"), hours=range(LAST_HOUR))
    news_until = _hour(
        label=_("Until"),
        hours=range(1, LAST_HOUR + 1),
        help_text=_("If this is earlier than the first hour, it runs over midnight."),
    )
    news_days = forms.TypedMultipleChoiceField(
        label=_("On which days?"),
        choices=[(day, WEEKDAYS[day]) for day in EVERY_DAY],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOOSE},
    )
    news_zone = forms.ChoiceField(
        label=_("What time is it where you are?"),
        help_text=_("Leave it as it is if you live here. Else choose a city that has the same time."),
        required=False,
        error_messages={"invalid_choice": CHOOSE},
    )
    may_leave_message = box(_("You may leave a message"))
    hours = line(label=_("When is it safe?"), help_text=_("For example: on weekdays from 9 to 12."))
    name = line(label=_("What may we call you?"), help_text=_("Any name. It does not have to be yours."))
    safe_word = line(
        label=_("A word that only you and we know"),
        help_text=_("We say it first, so that you know it is us. You say it, so that we know it is you."),
    )
    may_say_who = box(_("You may say who you are when you call or write"))

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        """`now`: what the clocks of the cities show."""
        super().__init__(*args, **kwargs)
        zones = self.fields["news_zone"]
        zones.choices = list_cities(home=settings.LEEWARD_TIME_ZONE, now=now)  # type: ignore[attr-defined]  # it is a choice field

    @classmethod
    def of(cls, contact: Contact, *, now: datetime) -> "ReachForm":
        """The form with what was answered before."""
        told = {name: getattr(contact, name) for name in cls.base_fields if not name.startswith("news")}
        return cls(initial=told | _initial(contact.news), now=now)

    def clean(self) -> dict[str, object]:
        """A chosen way needs its address. What belongs to another way is not asked, nor kept."""
        given = super().clean() or {}
        way = given.get("way")
        email, phone = str(given.get("email") or ""), str(given.get("phone") or "")
        name, _at, host = email.rpartition("@")
        is_email = bool(name) and "." in host and not any(sign.isspace() for sign in email)
        if way is ContactWay.EMAIL and not is_email and "email" not in self.errors:
            self.add_error("email", NO_EMAIL)
        has_digits = sum(sign.isdigit() for sign in phone) >= 3
        if way is ContactWay.PHONE and not has_digits and "phone" not in self.errors:
            self.add_error("phone", NO_PHONE)
        if way is ContactWay.EMAIL and given.get("news"):
            self._check_news(email, given)
        return given

    def _check_news(self, email: str, given: Mapping[str, object]) -> None:
        """A message needs hours, days, and an address that a machine can write to."""
        begin, until = given.get("news_begin"), given.get("news_until")
        if begin is None or until is None or begin == until:
            self.add_error("news_begin" if begin is None else "news_until", NO_HOURS)
        if not given.get("news_days"):
            self.add_error("news_days", NO_DAYS)
        try:
            check_address(email)
        except AddressRefused:
            if "email" not in self.errors:
                self.add_error("email", NO_EMAIL)

    @property
    def contact(self) -> Contact:
        """What was told. What she typed for a way that she did not choose is not kept."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("news")}
        if given["way"] is ContactWay.NONE:
            return Contact(name=given["name"], safe_word=given["safe_word"])
        unused = "phone" if given["way"] is ContactWay.EMAIL else "email"
        return Contact(**(given | {unused: ""}), news=self._news)

    @property
    def _news(self) -> NewsChoice | None:
        """Her yes, in the language in which she has just read the message."""
        given = self.cleaned_data
        if given["way"] is not ContactWay.EMAIL or not given["news"]:
            return None
        hours = SafeHours(
            begin=given["news_begin"],
            until=given["news_until"],
            days=tuple(sorted(given["news_days"])),
            zone=given["news_zone"] or settings.LEEWARD_TIME_ZONE,
        )
        return NewsChoice(hours=hours, language=get_language() or settings.LANGUAGE_CODE)


def _initial(news: NewsChoice | None) -> dict[str, object]:
    """The fields of a choice; where there is none, the clock of home and nothing else."""
    if news is None:
        return {"news_zone": settings.LEEWARD_TIME_ZONE}
    hours = news.hours
    return {
        "news": True,
        "news_begin": hours.begin,
        "news_until": hours.until,
        "news_days": list(hours.days),
        "news_zone": hours.zone,
    }
