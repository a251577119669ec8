"""What pages may refer to without another room: other pages, the nation, and the lines of its file."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from leeward.foundation.pages.drawing import PAGE, SLOT, WHOLE
from leeward.foundation.pages.kinds import Kind, Living, Said, register
from leeward.foundation.pages.queries import all_in_force, in_force, is_page
from leeward.foundation.retention import About, retentions_about
from leeward.foundation.web.lines import lines
from leeward.foundation.web.nation import Service
from leeward.foundation.web.words import word

DANGER = ("emergency", "crisis")
SLOTS = ("onward", "more")


def register_own() -> None:
    """Let pages refer to what this floor knows."""
    register(
        Kind(
            name=PAGE,
            label=_("Page"),
            hint=_("Its title as a link. With “text”, alone in a paragraph: all that it says."),
            tell=_tell_pages,
            keys=_pages,
        )
    )
    register(
        Kind(
            name="nation",
            label=_("The nation"),
            hint=_("Its name."),
            tell=lambda keys, _language, _now: {key: _nation() for key in keys if key == "name"},
            keys=lambda _language: [("name", settings.LEEWARD_NATION)],
        )
    )
    register(
        Kind(
            name="line",
            label=_("A line of the nation’s file"),
            hint=_("Its name and number. “danger”, alone in a paragraph: who comes at once, and the crisis line."),
            tell=_tell_lines,
            keys=_lines,
            draw=_draw_line,
            names_people=True,
        )
    )
    register(
        Kind(
            name="kept",
            label=_("What is kept"),
            hint=_("Alone in a paragraph: the table of what every room keeps, why, and how long."),
            tell=_tell_kept,
            keys=lambda _language: [(whom.value, word(whom)) for whom in About],
            draw=_draw_kept,
        )
    )
    register(
        Kind(
            name=SLOT,
            label=_("A place for a button"),
            hint=_("Filled where the text stands within other pages; empty elsewhere. Leave it where it is."),
            tell=_tell_slots,
            keys=lambda _language: [(key, key) for key in SLOTS],
        )
    )


def _tell_kept(keys: Collection[str], language: str, _now: datetime) -> dict[str, Living]:
    """What is kept as one sentence each, for whoever reads a page without its tables."""
    with override(language):
        return {
            key: Living(
                title=word(About(key)),
                said={"": Said("; ".join(f"{gettext(each.what)} ({gettext(each.how_long)})" for each in found))},
            )
            for key in keys
            if key in set(About) and (found := retentions_about(About(key)))
        }


def _draw_kept(request: HttpRequest, key: str, _part: str, _now: datetime) -> SafeString:
    context = {"title": word(About(key)), "lines": retentions_about(About(key))}
    return mark_safe(render_to_string("pages/kept.jinja", context, request))  # noqa: S308  # a template escapes


def _tell_slots(keys: Collection[str], _language: str, _now: datetime) -> dict[str, Living]:
    return {key: Living(title=key, said={"": Said("")}) for key in keys if key in SLOTS}


def _tell_pages(keys: Collection[str], language: str, _now: datetime) -> dict[str, Living]:
    found = {}
    for key in filter(is_page, keys):
        shown = in_force(key, language)
        title = Said(shown.text.title, shown.address)
        found[key] = Living(title=shown.text.title, said={"": title, WHOLE: title})
    return found


def _pages(language: str) -> Iterable[tuple[str, str]]:
    return ((each.code, each.text.title) for each in all_in_force(language))


def _nation() -> Living:
    return Living(title=gettext("The nation"), said={"": Said(settings.LEEWARD_NATION)})


def _lines(language: str) -> Iterable[tuple[str, str]]:
    with override(language):
        return [
            *((name, str(line.name)) for name, line in lines().items()),
            ("danger", gettext("In danger now?")),
        ]


def _tell_lines(keys: Collection[str], language: str, _now: datetime) -> dict[str, Living]:
    with override(language):
        today = lines()
        found = {key: line_as_living(today[key]) for key in keys if key in today}
        if "danger" in keys:
            both = [today[name] for name in DANGER]
            told = gettext(", ").join(f"{line.name}: {line.phone}" for line in both)
            found["danger"] = Living(title=gettext("In danger now?"), said={"": Said(told)})
    return found


def line_as_living(line: Service) -> Living:
    """A line of the nation's file as pages show it, in the language that is being spoken."""
    call = f"tel:{line.dial}"
    said = {
        "": Said(f"{line.name}: {line.phone}", call),
        "name": Said(str(line.name)),
        "phone": Said(line.phone, call),
        "hours": Said(str(line.hours)),
        "cost": Said(str(line.cost)),
    }
    return Living(title=str(line.name), said=said)


def _draw_line(request: HttpRequest, key: str, _part: str, _now: datetime) -> SafeString:
    context = {"key": key, "line": lines().get(key)}
    return mark_safe(render_to_string("pages/line.jinja", context, request))  # noqa: S308  # a template escapes
