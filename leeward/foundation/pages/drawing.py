"""Draws a page's text as HTML: our classes, parts that stand out, and what its references say now."""

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, gettext
from markdown_it.token import Token

from leeward.foundation.pages.kinds import KINDS, Found, Said, look_up
from leeward.foundation.pages.queries import InForce, in_force, in_force_in, pictures_to_show
from leeward.foundation.pages.rules.dialect import Reference, parse, parser, picture_code
from leeward.foundation.pages.rules.texts import Text
from leeward.foundation.web.easy import is_easy
from leeward.foundation.web.markdown import CLASSES, raw, shape
from leeward.foundation.web.words import spoken

SLOT, PAGE, WHOLE = "slot", "page", "text"
EASY_PAGE = "-easy"  # how the code of a page ends that says in easier words what another one says
NO_SLOTS: Mapping[str, SafeString] = {}
# What stands before and after a part that stands out; %s is its words.
PARTS = {
    "warning": (
        (
            '<div class="govuk-warning-text"> <span class="govuk-warning-text__icon" aria-hidden="true">!</span> '
            '<strong class="govuk-warning-text__text"><span class="govuk-visually-hidden">%s</span>\n'
        ),
        "</strong></div>\n",
    ),
    "inset": ('<div class="govuk-inset-text">\n', "</div>\n"),
    "details": (
        (
            '<details class="govuk-details"><summary class="govuk-details__summary">'
            '<span class="govuk-details__summary-text">%s</span></summary><div class="govuk-details__text">\n'
        ),
        "</div></details>\n",
    ),
    "without-script": ("<noscript>\n", "</noscript>\n"),
}
CAPTION = '<caption class="govuk-table__caption govuk-table__caption--m">%s</caption>\n'
CALL = '<a class="govuk-link govuk-link--no-visited-state" href="%s"><bdi dir="ltr">%s</bdi></a>'
START = (
    '<svg class="govuk-button__start-icon" xmlns="http://www.w3.org/2000/svg" width="17.5" height="19" '
    'viewBox="0 0 33 40" aria-hidden="true" focusable="false">'
    '<path fill="currentColor" d="M0 0h13l20 20-20 20H0l20-20z"/></svg>'
)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A text as a page shows it. `names_people`: it says whom to call, so that no page says it beside it once more.

    `pictures` are the codes of those that it shows.
    """

    html: SafeString
    found: Found
    names_people: bool
    pictures: tuple[str, ...]


def show_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show a page: with the way out where people who are watched read it. Raises EntryUnknown."""
    shown = _in_their_words(code)
    after = render_to_string(settings.LEEWARD_PAGE_END, {"code": shown.place or shown.code}, request)
    drawn = draw(shown.text, request, slots={"more": mark_safe(after)})  # noqa: S308  # our own template
    context = {
        "frame": "web/victim.jinja" if shown.is_watched else "web/base.jinja",
        "shown": shown,
        "drawn": drawn,
        "direction": direction_of(shown.text.language),
        **({"people_named": True} if drawn.names_people else {}),
    }
    return render(request, "pages/page.jinja", context)


@dataclass(frozen=True, kw_only=True)
class Within:
    """A text for a page of another room: the text, its title, and the rest as HTML, drawn where it is asked for."""

    shown: InForce
    request: HttpRequest
    slots: Mapping[str, SafeString]

    @property
    def title(self) -> str:
        """What it is called."""
        return self.shown.text.title

    @cached_property
    def html(self) -> SafeString:
        """All below its title."""
        return draw(self.shown.text, self.request, slots=self.slots).html


def page_texts(request: HttpRequest) -> dict[str, Callable[..., Within]]:
    """Let every template show a text by its code: `page_text("safe-accounts").html`; what is named fills its slots."""

    def page_text(code: str, **slots: SafeString) -> Within:
        return Within(shown=_in_their_words(code), request=request, slots=slots)

    return {"page_text": page_text}


def _in_their_words(code: str) -> InForce:
    """A page in the reader's language; where they chose easier words, the page for that, if their language has one.

    Raises EntryUnknown.
    """
    easy = in_force_in(f"{code}{EASY_PAGE}", spoken()) if is_easy() else None
    return replace(easy, place=code) if easy else in_force(code, spoken())


def direction_of(language: str) -> str:
    """Which way a language is written."""
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def picture_address(code: str) -> str:
    """Where a picture is had."""
    return reverse("pages:picture", args=[code])


def draw(
    text: Text,
    request: HttpRequest | None = None,
    *,
    now: datetime | None = None,
    slots: Mapping[str, SafeString] = NO_SLOTS,
    is_within: bool = False,
    place: Callable[[str], str] = picture_address,
) -> Drawn:
    """A text as HTML. Without a request, as for paper, what would be a part of a page is told in words.

    `slots` are parts that the page around it fills. A text that is shown within another one shows none within it.
    `place` says under which address a picture is had by its code.
    """
    at = now or timezone.now()
    tokens = parse(text.body)
    artist = _Artist(
        text=text,
        found=look_up(text.references, language=text.language, now=at),
        request=request,
        now=at,
        slots=slots,
        is_within=is_within,
        place=place,
        pictures=pictures_to_show(text.pictures),
    )
    shaped = shape(artist.arrange(tokens), links=artist.sentence, table_name=gettext("%(heading)s, table %(number)s"))
    made: str = parser().renderer.render(shaped, parser().options, {})
    names = any(KINDS[each.kind].names_people for each in artist.drawn)
    return Drawn(
        html=mark_safe(made),  # noqa: S308  # all HTML is escaped
        found=artist.found,
        names_people=names,
        pictures=tuple(dict.fromkeys(artist.shown)),
    )


@dataclass(kw_only=True)
class _Artist:
    """Makes of a text's tokens those that are shown."""

    text: Text
    found: Found
    request: HttpRequest | None
    now: datetime
    slots: Mapping[str, SafeString]
    is_within: bool
    place: Callable[[str], str]
    pictures: Mapping[str, tuple[int, int]]

    def __post_init__(self) -> None:
        self.drawn: list[Reference] = []
        self.shown: list[str] = []

    def arrange(self, tokens: Sequence[Token]) -> list[Token]:
        """The same with parts that stand out, captions, headings of rows, and what other rooms draw."""
        arranged: list[Token] = []
        inside, caption, place = [""], "", 0
        while place < len(tokens):
            token = tokens[place]
            place += 1
            if token.type == "paragraph_open" and (whole := self._whole(tokens[place])) is not None:
                arranged.append(raw(whole))
                place += 2
            elif token.type == "part_open":
                inside.append(token.meta["name"])
                caption = token.info if inside[-1] == "table" else ""
                arranged.append(_opening(inside[-1], token.info))
            elif token.type == "part_close":
                arranged.append(raw(PARTS.get(inside.pop(), ("", ""))[1]))
            else:
                _stand_out(token, inside[-1])
                arranged.append(token)
            if token.type == "table_open" and caption:
                arranged.append(raw(CAPTION % html.escape(caption)))
        _head_rows(tokens)
        return arranged

    def _whole(self, inside: Token) -> str | None:
        """What stands for a paragraph that is one reference alone; None where it is words."""
        children = inside.children or []
        if len(children) != 1 or children[0].type != "reference":
            return None
        reference: Reference = children[0].meta["reference"]
        if reference.kind == SLOT:
            return self.slots.get(reference.key, "")
        if reference.kind == PAGE and reference.part == WHOLE:
            return self._within(reference)
        kind = KINDS.get(reference.kind)
        if kind is None or kind.draw is None or self.request is None:
            return None
        self.drawn.append(reference)
        return str(kind.draw(self.request, reference.key, reference.part, self.now))

    def _within(self, reference: Reference) -> str | None:
        if self.is_within or self.found.of(reference) is None:
            return None
        other = in_force(reference.key, self.text.language)
        drawn = draw(other.text, self.request, now=self.now, is_within=True, place=self.place)
        self.shown += drawn.pictures
        return str(drawn.html)

    def sentence(self, children: Sequence[Token]) -> list[Token]:
        """A sentence with its links, and with what its references say."""
        kept: list[Token] = []
        for token in children:
            if token.type == "reference":
                kept.append(raw(self._said(token.meta["reference"]), inline=True))
            elif token.type == "image":
                kept.append(self._picture(token))
            else:
                if token.type == "link_open":
                    _lead(token)
                elif token.type == "link_close" and token.meta.get("is_button"):
                    kept.append(raw(START, inline=True))
                kept.append(token)
        return kept

    def _picture(self, token: Token) -> Token:
        """A picture that can be shown; its words where it cannot."""
        code = picture_code(token)
        if code not in self.pictures:
            return Token("text", "", 0, content=token.content)
        self.shown.append(code)
        width, height = self.pictures[code]
        source, words = html.escape(self.place(code)), html.escape(token.content)
        shown = f'<img class="leeward-picture" src="{source}" alt="{words}" width="{width}" height="{height}">'
        return raw(shown, inline=True)

    def _said(self, reference: Reference) -> str:
        said = self.found.of(reference)
        if said is None:
            return f"<em>{html.escape(gettext('(this is no longer there)'))}</em>"
        return linked(said)


def linked(said: Said) -> str:
    """What a reference says, as HTML: a number to call can be pressed, and names keep their own direction."""
    words = html.escape(said.words)
    if said.address.startswith(("tel:", "sms:")):
        return CALL % (html.escape(said.address), words.replace(" ", "\u00a0"))
    if said.address:
        outside = ' rel="noreferrer noopener external"' if urlsplit(said.address).scheme else ""
        return f'<a class="govuk-link" href="{html.escape(said.address)}"{outside}><bdi>{words}</bdi></a>'
    return f"<bdi>{words}</bdi>"


def _opening(name: str, words: str) -> Token:
    opening = PARTS.get(name, ("", ""))[0]
    said = gettext("Important") if name == "warning" else words
    return raw(opening % html.escape(said) if "%s" in opening else opening)


def _stand_out(token: Token, part: str) -> None:
    """Give what stands in a part its look: larger words, words without a paragraph of their own, or a button."""
    if part == "lead" and token.type == "paragraph_open":
        token.attrSet("class", "govuk-body-l")
    elif part == "warning" and token.type in ("paragraph_open", "paragraph_close"):
        token.hidden = True
    elif part == "button" and token.type == "inline":
        for child in token.children or []:
            child.meta["is_button"] = child.type in ("link_open", "link_close")


def _head_rows(tokens: Sequence[Token]) -> None:
    """Let the first cell of each row be its heading, so that a screen reader says it with the others."""
    is_first = False
    for token in tokens:
        if token.type == "tr_open":
            is_first = True
        elif token.type == "th_open":
            token.attrs["scope"] = "col"
        elif token.type in ("td_open", "td_close") and is_first:
            token.tag = "th"
            if token.type == "td_open":
                token.attrs |= {"scope": "row", "class": "govuk-table__header"}
            is_first = token.type == "td_open"


def _lead(token: Token) -> None:
    if token.meta.get("is_button"):
        token.attrs |= {"class": "govuk-button govuk-button--start", "role": "button", "draggable": "false"}
    else:
        token.attrs["class"] = CLASSES["link_open a"]
    if urlsplit(str(token.attrs["href"])).scheme in ("http", "https"):
        token.attrs["rel"] = "noreferrer noopener external"
