"""A service as a page shows it in a list: whom to call, when, what it costs; all in words, nothing to work out."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leeward.foundation.web.nation import Service as NationLine
from leeward.foundation.web.nation import dial_of
from leeward.foundation.web.words import word
from leeward.society.directory.queries.showing import ServiceView
from leeward.society.directory.rules.freshness import Freshness
from leeward.society.directory.rules.records import Phone, PhoneType, ServiceRecord, ServiceStatus, Way
from leeward.society.directory.rules.texts import first_sentences
from leeward.society.directory.words import (
    LINKS,
    cost_words,
    distance_words,
    hours_words,
    language_names,
    list_words,
)

SCHEMES = {PhoneType.VOICE: "tel:", PhoneType.TEXTPHONE: "tel:", PhoneType.VIDEO: "tel:", PhoneType.TEXT: "sms:"}
# Voice first; a fax is for nobody who looks for help.
PHONE_ORDER = (PhoneType.VOICE, PhoneType.TEXT, PhoneType.TEXTPHONE, PhoneType.VIDEO)
CALLS_IN_LIST = 3
LINKS_IN_LIST = 3


@dataclass(frozen=True, kw_only=True)
class Call:
    """A number that can be pressed. `kind` says what it is where it is not simply for calling."""

    number: str
    href: str
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class WayOn:
    """A page of theirs, or their mail address."""

    text: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """One service in a list. "" is what nobody has told us. `service_id` is None for a line of the nation's own file.

    `lang` and `about_lang` are the languages of the name and the text where they are not the page's own.
    """

    service_id: UUID | None
    name: str
    about: str
    calls: tuple[Call, ...]
    hours: str
    cost: str
    organization: str = ""
    links: tuple[WayOn, ...] = ()
    languages: str = ""
    unchecked_since: date | None = None
    distance: str = ""
    place: str = ""
    alert: str = ""
    lang: str = ""
    about_lang: str = ""
    is_open_now: bool = False
    is_crisis_line: bool = False


def card_of(view: ServiceView) -> Card:
    """A service of the directory as a card."""
    record, language = view.record, view.language
    return Card(
        service_id=record.id,
        name=view.name,
        about=first_sentences(view.description),
        calls=calls_of(record.phones, language=language)[:CALLS_IN_LIST],
        hours=hours_of(view),
        cost=cost_words(record, fees=first_sentences(view.text("fees_description"), sentences=1)),
        organization=organization_name(view),
        links=links_of(record)[:LINKS_IN_LIST] or _only_ways(record),
        languages=language_names(record.languages, language=language),
        unchecked_since=unchecked_since(view),
        distance=distance_words(view.metres) if view.metres is not None else "",
        place=place_words(view),
        alert=first_sentences(view.text("alert")),
        lang=language_of(record, "name", language),
        about_lang=language_of(record, "description", language),
        is_open_now=view.hours.is_open,
        is_crisis_line=record.is_crisis_line,
    )


def card_of_line(line: NationLine) -> Card:
    """A line of the nation's own file as a card."""
    sms = Call(number=line.text, href=f"sms:{dial_of(line.text)}", kind=word(PhoneType.TEXT))
    texting = (sms,) if line.text else ()
    return Card(
        service_id=None,
        name=str(line.name),
        about=str(line.about),
        calls=(Call(number=line.phone, href=f"tel:{line.dial}"), *texting),
        hours=str(line.hours),
        cost=str(line.cost),
        links=(WayOn(text=str(LINKS[Way.CHAT]), href=line.chat),) if line.chat else (),
    )


def calls_of(phones: tuple[Phone, ...], *, language: str) -> tuple[Call, ...]:
    """All numbers that can be pressed, voice first."""
    usable = [phone for phone in phones if phone.type in PHONE_ORDER]
    return tuple(
        _call(phone, language=language) for phone in sorted(usable, key=lambda each: PHONE_ORDER.index(each.type))
    )


def _call(phone: Phone, *, language: str) -> Call:
    href = SCHEMES[phone.type] + dial_of(phone.number)
    notes = [phone.description] if phone.description else []
    if phone.extension is not None:
        href += f";ext={phone.extension}" if phone.type is not PhoneType.TEXT else ""
        notes.insert(0, _("extension %(number)s") % {"number": phone.extension})
    if phone.languages:
        notes.append(language_names(phone.languages, language=language))
    kind = "" if phone.type is PhoneType.VOICE else word(phone.type)
    return Call(number=phone.number, href=href, kind=kind, note=" · ".join(notes))


def links_of(record: ServiceRecord) -> tuple[WayOn, ...]:
    """Pages of theirs where one can write or talk, the chat first; then their web page."""
    ways = [way for way in LINKS if way in record.ways]
    links = [link for link in record.additional_urls if link.way in ways]
    links.sort(key=lambda link: ways.index(link.way) if link.way else 0)
    made = [WayOn(text=link.label or str(LINKS[link.way]), href=link.url) for link in links if link.way]
    own = {Way.CHAT, Way.VIDEO} & set(record.ways) - {link.way for link in links}
    if record.url and own:  # the chat stands on their own page
        made.append(WayOn(text=str(LINKS[Way.CHAT if Way.CHAT in own else Way.VIDEO]), href=record.url))
    return tuple(made)


def _only_ways(record: ServiceRecord) -> tuple[WayOn, ...]:
    """What is left where there is neither a number nor a chat: a mail address, or their own page."""
    if any(phone.type in PHONE_ORDER for phone in record.phones):
        return ()
    if record.email:
        return (WayOn(text=record.email, href=f"mailto:{record.email}"),)
    return (WayOn(text=_("Their own web page"), href=record.url),) if record.url else ()


def hours_of(view: ServiceView) -> str:
    """Whether somebody is there now, and until or from when."""
    if view.record.status is not ServiceStatus.ACTIVE:
        return _("Closed for now") if view.record.status is ServiceStatus.CLOSED_FOR_NOW else _("No longer offered")
    hours = view.hours
    return hours_words(
        is_open=hours.is_open,
        is_always_open=hours.is_always_open,
        opens_at=hours.opens_at,
        closes_at=hours.closes_at,
        now=view.now,
    )


def unchecked_since(view: ServiceView) -> date | None:
    """Since when nobody has checked it, where that is too long ago."""
    return None if view.freshness is Freshness.FRESH else view.record.assured_date


def organization_name(view: ServiceView) -> str:
    """Who gives it, unless it bears the same name."""
    return "" if view.organization_name.casefold() == view.name.casefold() else view.organization_name


def place_words(view: ServiceView) -> str:
    """Where one can go, by the names of towns; that it is not told, where it is not."""
    if hides_place(view):
        return _("The address is not shown, to keep people there safe.")
    towns = tuple(dict.fromkeys(place.address.city for place in view.locations if place.address is not None))
    if len(towns) > 3:
        others = len(towns) - 2
        words = ngettext("%(towns)s and %(count)d more place", "%(towns)s and %(count)d more places", others)
        return words % {"towns": list_words(towns[:2]), "count": others}
    return list_words(towns)


def hides_place(view: ServiceView) -> bool:
    """Whether there is a place that nobody may learn: one meets there, and none is told."""
    return view.record.hides_address or (Way.IN_PERSON in view.record.ways and not view.locations)


def language_of(record: object, name: str, language: str) -> str:
    """The language of a text where it is not the page's own, "" where it is."""
    base = language.partition("-")[0]
    own = settings.LANGUAGE_CODE.partition("-")[0]
    translations = getattr(record, "translations", ())
    has_own_words = base == own or any(
        each.field == name and each.language.partition("-")[0] == base for each in translations
    )
    return "" if has_own_words else settings.LANGUAGE_CODE
