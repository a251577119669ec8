"""The template environment, and what every page knows without its view saying so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, get_language_info, ngettext, npgettext, pgettext
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader

from leeward.foundation.days import write_day, write_last_day, write_moment, write_weekday
from leeward.foundation.references import write_reference
from leeward.foundation.web import components
from leeward.foundation.web.access import kept_query, languages_at
from leeward.foundation.web.charts.numbers import say_share
from leeward.foundation.web.easy import gettext, is_easy
from leeward.foundation.web.lines import lines
from leeward.foundation.web.nation import Desk, Service
from leeward.foundation.web.rules import LANGUAGE_ENTRY, WORDS_ENTRY
from leeward.foundation.web.words import hint_of, told, told_in, word
from leeward.foundation.web.work import new_sum

STYLESHEETS = {"ltr": "web/built/leeward.css", "rtl": "web/built/leeward.rtl.css"}


@dataclass(frozen=True, kw_only=True)
class LanguageChoice:
    """One entry of the language switch, named in its own script."""

    code: str
    name: str
    direction: str
    url: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Site:
    """The data of every page: the nation, the language and the ways out. Only `lines` may ask the database."""

    nation: str
    language: str
    direction: str
    stylesheet: str
    exit_url: str
    desk: Desk | None
    languages: tuple[LanguageChoice, ...]
    is_easy: bool  # whether this page is in easier words, and where it stands in the others
    other_words_url: str

    @property
    def lines(self) -> Mapping[str, Service]:
        """Whom people can call today, by the names of the nation's file."""
        return lines()


def environment(**options: Any) -> Environment:
    """Build the environment for Django's Jinja2 backend: ours first, then the macros of govuk-frontend-jinja."""
    options["loader"] = ChoiceLoader(
        [options["loader"], PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})]
    )
    made = Environment(**{**options, "autoescape": True}, trim_blocks=True, lstrip_blocks=True)  # noqa: S701  # it is on
    made.add_extension("jinja2.ext.i18n")
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.globals.update(
        static=static,
        url=url,
        describe_field=components.describe_field,
        describe_errors=components.describe_errors,
        new_sum=new_sum,
        is_easy=is_easy,
        onward=str,  # `foundation.work.way` keeps a list in it, where a page was reached from one
    )
    made.filters.update(
        day=write_day,
        last_day=write_last_day,
        moment=write_moment,
        weekday=write_weekday,
        reference=write_reference,
        word=word,
        hint=hint_of,
        share=say_share,
        told=told,
        told_in=told_in,
        gettext=gettext,
    )
    return made


def page_context(request: HttpRequest) -> Mapping[str, Any]:
    """Give every page `site`. The one name is all that a view must not use for its own."""
    return {"site": _describe_site(kept=kept_query(request), languages=languages_at(request))}


def _describe_site(*, kept: str, languages: Iterable[str]) -> Site:
    """Describe the installation in the language that is being spoken."""
    direction = "rtl" if get_language_bidi() else "ltr"
    return Site(
        nation=settings.LEEWARD_NATION,
        language=get_language() or settings.LANGUAGE_CODE,
        direction=direction,
        stylesheet=STYLESHEETS[direction],
        exit_url=reverse("web:leave"),
        desk=settings.LEEWARD_DESK,
        languages=tuple(_language_choice(code, kept=kept) for code in languages),
        is_easy=is_easy(),
        other_words_url=_here(kept, {WORDS_ENTRY: "usual" if is_easy() else "easy"}),
    )


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page."""
    return reverse(name, args=args, kwargs=kwargs)


def _language_choice(code: str, *, kept: str) -> LanguageChoice:
    info = get_language_info(code)
    return LanguageChoice(
        code=code,
        name=info["name_local"],
        direction="rtl" if info["bidi"] else "ltr",
        url=_here(kept, {LANGUAGE_ENTRY: code}),
        current=code == get_language(),
    )


def _here(kept: str, entry: Mapping[str, str]) -> str:
    """The same page again, and no address written into another one: a path can be a secret, and logs keep queries."""
    return f"?{kept}{'&' if kept else ''}{urlencode(entry)}"
