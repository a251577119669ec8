"""What the pages of the directory say: fields, languages, opening times, distances, in plain words."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leeward.society.directory.rules.finding import is_free
from leeward.society.directory.rules.records import LABELS, CostOption, ServiceRecord, Way, Weekday

DAYS: Mapping[Weekday, str | Promise] = {day: WEEKDAYS[number] for number, day in enumerate(Weekday)}
LINKS: Mapping[Way, Promise] = {
    Way.TEXT: gettext_lazy("Send a message"),
    Way.CHAT: gettext_lazy("Chat on their page"),
    Way.VIDEO: gettext_lazy("Video call on their page"),
    Way.EMAIL: gettext_lazy("Write on their page"),
    Way.IN_PERSON: gettext_lazy("Book a time on their page"),
    Way.PHONE: gettext_lazy("Ask for a call on their page"),
}
# Signed languages have codes of their own, which no list of names that we have knows in every language.
SIGNED = "ase asf bfi csc csl dse fsl gsg ils ins ise isg jsl lsp mfs nzs pso psr sgn ssp swl vgt"
DAYS_A_WEEK = 7
# Many write the whole day as one that ends a minute early, and one day a year has only 23 hours.
WHOLE_DAY = timedelta(hours=22, minutes=59)
METRES_A_KILOMETRE = 1000


def field_name(name: str) -> str:
    """A field of an entry as people read it; its own name where nobody has given it words."""
    return _(LABELS[name]) if name in LABELS else name


def language_name(code: str, *, language: str) -> str:
    """A language's name in the reader's language; its code where nobody has named it."""
    base = code.partition("-")[0].lower()
    if base in SIGNED.split():
        return _("Sign language")
    try:
        name = Locale.parse(language, sep="-").languages.get(base)
    except (UnknownLocaleError, ValueError):
        name = None
    return str(name) if name else code


def language_names(codes: tuple[str, ...], *, language: str) -> str:
    """Languages in one line, each once."""
    return list_words(tuple(dict.fromkeys(language_name(code, language=language) for code in codes)))


def list_words(words: tuple[str, ...]) -> str:
    """Words in one line, as the reader's language lists them."""
    return _(", ").join(words)


def clock_words(value: datetime | time) -> str:
    """A time of the day."""
    return f"{value.hour}:{value.minute:02d}" if value.hour or value.minute else _("midnight")


def day_words(day: date) -> str:
    """A day of the year, without the year."""
    return date_format(day, "j F", use_l10n=False)


def hours_words(
    *, is_open: bool, is_always_open: bool, opens_at: datetime | None, closes_at: datetime | None, now: datetime
) -> str:
    """Whether somebody is there now, and until or from when; "" where nobody knows. Times are in the nation's zone."""
    if is_open and (is_always_open or closes_at is None):
        return _("Open now, day and night")
    if is_open and closes_at is not None:
        # Midnight is the end of the day before.
        last_day = (closes_at - timedelta(minutes=1)).date()
        words = {"time": clock_words(closes_at), "day": weekday_words(last_day)}
        if closes_at - now < timedelta(days=1):
            return _("Open now, until %(time)s") % words
        return _("Open now, until %(day)s %(time)s") % words
    if opens_at is None:
        return ""
    words = {"time": clock_words(opens_at), "day": weekday_words(opens_at.date()), "date": day_words(opens_at.date())}
    days = (opens_at.date() - now.astimezone(opens_at.tzinfo).date()).days
    if days == 0:
        return _("Closed. Opens today at %(time)s") % words
    if days == 1:
        return _("Closed. Opens tomorrow at %(time)s") % words
    if days < DAYS_A_WEEK:
        return _("Closed. Opens on %(day)s at %(time)s") % words
    return _("Closed. Opens on %(date)s at %(time)s") % words


def distance_words(metres: float) -> str:
    """How far away something is, no more exactly than anybody needs."""
    kilometres = round(metres / METRES_A_KILOMETRE)
    if kilometres < 1:
        return _("Less than 1 km away")
    return ngettext("About %(count)d km away", "About %(count)d km away", kilometres) % {"count": kilometres}


def cost_words(record: ServiceRecord, *, fees: str) -> str:
    """What it costs in a few words; `fees` is the service's own text in the reader's language. "" where nobody says."""
    if is_free(record) and all(cost.amount in (0, None) for cost in record.cost_options):
        return _("Free")
    amounts = tuple(price_words(cost) for cost in record.cost_options if cost.amount is not None)
    return list_words(amounts) or fees


def price_words(cost: CostOption) -> str:
    """One price with what it is for."""
    price = cost.amount_description
    if cost.amount is not None:
        price = _("free") if cost.amount == 0 else f"{_amount(cost.amount)} {cost.currency}".strip()
    return f"{cost.option}: {price}" if cost.option and price else cost.option or price


def _amount(amount: Decimal) -> str:
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}"


def spell_words(opens_at: datetime, closes_at: datetime) -> str:
    """From when to when, within one day."""
    if closes_at - opens_at >= WHOLE_DAY:
        return _("Day and night")
    return f"{clock_words(opens_at)}–{clock_words(closes_at)}"


def weekday_words(day: date) -> str:
    """The name of a day of the week."""
    return str(WEEKDAYS[day.weekday()])
