"""What she and a team write each other, as her pages show it, whichever room's team it is."""

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from leeward.foundation.days import nation_zone, write_day
from leeward.victim.file.forms import TakeOutForm
from leeward.victim.file.operations.holdings import count_hers
from leeward.victim.file.operations.proofs import PROOFS
from leeward.victim.file.operations.threads import ThreadLine, list_threads
from leeward.victim.file.rules.threads import Side
from leeward.victim.file.views.circle import copy_of_circle
from leeward.victim.portal.holders import Holder, Offer
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.rules.visits import Bearer

SEEN_AT_ONCE = 200
UNTIL = "until"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A message as her page shows it."""

    reference: str
    is_hers: bool
    when: str
    words: str
    is_taken_out: bool


@dataclass(frozen=True, kw_only=True)
class WrittenPage:
    """One page of what was written, the newest last. `older` and `newer` lead to the pages beside it; "" for none."""

    messages: list[Written]
    older: str
    newer: str


def page_written(request: HttpRequest, lines: Sequence[ThreadLine]) -> WrittenPage:
    """Return the newest page, or the one up to the message that the address counts. The oldest message is number 1."""
    asked, last = request.GET.get(UNTIL, ""), len(lines)
    end = min(int(asked), last) if re.fullmatch(r"[1-9][0-9]{0,8}", asked) else last
    begin = max(end - SEEN_AT_ONCE, 0)
    after = end + SEEN_AT_ONCE
    return WrittenPage(
        messages=list_written(lines[begin:end]),
        older=f"{request.path}?{UNTIL}={begin}" if begin else "",
        newer="" if end == last else request.path if after >= last else f"{request.path}?{UNTIL}={after}",
    )


def list_written(lines: Sequence[ThreadLine]) -> list[Written]:
    """Return messages as her page shows them, in their order."""
    return [
        Written(
            reference=str(line.reference),
            is_hers=line.side == Side.PERSON,
            when=_when(line),
            words=line.words,
            is_taken_out=line.is_taken_out,
        )
        for line in lines
    ]


def list_records(lines: Sequence[ThreadLine], *, team: str) -> list[dict[str, object]]:
    """The same for a machine to read; `team` is what we are called in it."""
    return [
        {
            "by": "me" if line.side == Side.PERSON else team,
            "at": line.at.isoformat(),
            "day": write_day(line.at),
            "words": line.words,
            "taken_out": line.is_taken_out,
        }
        for line in lines
    ]


def is_repeat(lines: Sequence[ThreadLine], words: str) -> bool:
    """Whether the button was pressed twice: the very same words stand there last, and nobody has answered."""
    return bool(lines) and lines[-1].side == Side.PERSON and lines[-1].words == words


def take_out(
    request: HttpRequest,
    lines: Sequence[ThreadLine],
    *,
    thread: HttpResponseRedirect,
    act: Callable[[uuid.UUID], None],
) -> HttpResponse:
    """Take the words of a message of hers out, once she has said that she is sure. `thread`: where it stands."""
    form = TakeOutForm(request.POST)
    message = form.cleaned_data["message"] if form.is_valid() else None
    if message not in {line.reference for line in lines if line.side == Side.PERSON and not line.is_taken_out}:
        return thread
    if not form.cleaned_data["sure"]:
        return render(request, "file/take_out.jinja", {"message": message, "back_url": thread.url})
    act(message)
    return thread


def part_of_her_page(request: HttpRequest, bearer: Bearer, now: datetime) -> SafeString | str:
    """With whom she writes, in one list: who can read each, and where there is something new; "" for nobody."""
    found = list_threads(bearer, now=now)
    if not found:
        return ""
    return mark_safe(render_to_string("file/threads.jinja", {"threads": found}, request))  # noqa: S308  # our template


def _when(line: ThreadLine) -> str:
    """The day and the time of a message; of her own the hour alone is kept."""
    clock = date_format(line.at.astimezone(nation_zone()), "H:i")
    words = _("%(day)s, after %(time)s") if line.side == Side.PERSON else _("%(day)s, %(time)s")
    return words % {"day": write_day(line.at), "time": clock}


# They are erased with what they hang on.
HOLDER = Holder(
    door=Door.PEOPLE,
    about=lambda: Offer(text=_("Who can read this"), page=reverse("file:circle")),
    show=part_of_her_page,
    erase=lambda _bearer, _now: None,
    copy=copy_of_circle,
    count=count_hers,
    proofs=PROOFS,
)
