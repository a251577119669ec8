"""A member's own program: the key by which it says what became of a turn, and the file of a turn, out and in."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, stamp
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import go, show_once, takes_form, typed
from leeward.foundation.web.uploads import takes_file
from leeward.society.directory.queries.names import service_names
from leeward.victim.network.errors import FileMistake
from leeward.victim.network.forms.member import ProgramFileForm
from leeward.victim.network.operations import turns
from leeward.victim.network.operations.machines import draw_key, drop_key
from leeward.victim.network.queries.members import has_accepted
from leeward.victim.network.rules.fhir import MOST_BYTES, Passed, Said, read_bundle, write_bundle
from leeward.victim.network.rules.turns import Act
from leeward.victim.network.views.member.frame import member_page, own_member, page
from leeward.victim.network.views.member.sides import Side, at_work
from leeward.victim.network.views.member.turns import turn_page

TITLE = _("Our program")
MEDIA_TYPE = "application/fhir+json; charset=utf-8"
# What is not with them any more after they said so.
LEAVES = {Act.DECLINED: "declined", Act.FAILED: "failed"}


@member_page(title=TITLE, summary=_("A key with which your own program says what came of what was passed on to you."))
@takes_form
def program(request: UnlockedRequest) -> HttpResponse:
    """Whether a program speaks for this member; a new key is shown once."""
    member, key = own_member(request), ""
    if not has_accepted(member, staff=actor_of(request).id):
        return go("network:protocol")
    if request.method == "POST":
        if "end" in request.POST:
            drop_key(member=member.public_id, **stamp(request))
            return go("network:program")
        key = draw_key(member=member.public_id, **stamp(request))
    context = {
        "title": TITLE,
        "key": key,
        "has_key": bool(key) or member.has_key,
        "address": request.build_absolute_uri("/api/v1/turns/"),
        "form": forms.Form(),
    }
    shown = page(request, "program", context)
    return show_once(shown) if key else shown


def save(_request: HttpRequest, side: Side) -> HttpResponse:
    """The file of a turn, with what its receiver gets but for a name; its person sees that it was opened."""
    found = side.open()
    line = found.view
    passed = Passed(
        turn=line.reference,
        service=line.service,
        service_name=service_names([line.service]).get(line.service, ""),
        sender=f"Helpline, {settings.LEEWARD_NATION}",
        kind=line.kind,
        is_urgent=line.is_urgent,
        state=line.state,
        code=line.code,
        since=line.since,
        offered_at=line.offered_at,
        due_at=line.due_at,
        texts=found.turn.release.texts,
    )
    text = json.dumps(write_bundle(passed, now=side.now), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="referral-{str(line.reference)[:8]}.json"'
    return response


def take(request: HttpRequest, side: Side) -> HttpResponse:
    """The file as it came back: its status is done as if it was pressed, or it is said what is wrong with it."""
    form = ProgramFileForm(typed(request), request.FILES or None)
    if form.is_valid():
        try:
            said = _read(form.cleaned_data["file"], side)
            side.act(turns.say, said=said)
        except FieldRefused as error:
            say(form, error)
        else:
            return side.go(LEAVES[said.act]) if said.act in LEAVES else side.stay()
    return turn_page(request, side, file_form=form)


def _read(file: Any, side: Side) -> Said:
    if file.is_too_large:
        raise FieldRefused("file", FileMistake.LARGE, about=MOST_BYTES // 1024)
    return read_bundle(file.read(), turn=side.turn)


download = at_work(save, methods=require_safe)
upload = takes_file(most_bytes=MOST_BYTES)(at_work(take))
