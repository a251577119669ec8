"""A member says in one press whether it has room."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import UnlockedRequest, stamp
from leeward.foundation.days import when
from leeward.foundation.editing.pages import go, status_of, takes_form, typed
from leeward.society.directory.queries.names import service_names
from leeward.victim.network.errors import CapacityRefused
from leeward.victim.network.forms.member import RoomForm
from leeward.victim.network.operations.members import say_capacity
from leeward.victim.network.queries.members import BoardLine, read_board
from leeward.victim.network.rules.members import Kind, Said
from leeward.victim.network.views.member.frame import member_page, own_member, page

TITLE = _("Our room")


@member_page(title=TITLE, summary=_("Say whether you have room, in one press. Members and the helpline see it."))
@takes_form
def room(request: UnlockedRequest) -> HttpResponse:
    """What each of this member's services said of its room, and the press to say it anew."""
    member, now = own_member(request), timezone.now()
    lines = read_board(now=now, member=member.public_id)
    form, sent = RoomForm(typed(request)), _which(request, lines)
    if form.is_bound and sent is None:
        raise CapacityRefused
    if sent and form.is_bound and form.is_valid():
        said = form.cleaned_data
        say_capacity(
            member=member.public_id,
            service=sent.service,
            kind=sent.kind,
            said=Said(said["said"]),
            places=said["places"],
            wait_days=said["wait_days"],
            **stamp(request),
        )
        return go("network:room")
    names = service_names({line.service for line in lines})
    context: dict[str, Any] = {
        "title": TITLE,
        "member": member,
        "lines": [
            (line, names.get(line.service, ""), _form_of(line, form if line is sent else None)) for line in lines
        ],
        "words": Said,
        "when": lambda at: when(at, now=now),
        "form": form,
    }
    return page(request, "room", context, status=status_of(form))


def _which(request: UnlockedRequest, lines: tuple[BoardLine, ...]) -> BoardLine | None:
    """Of which service and kind of help somebody says something."""
    service, kind = request.POST.get("service", ""), request.POST.get("kind", "")
    return next((line for line in lines if (str(line.service), line.kind) == (service, kind)), None)


def _form_of(line: BoardLine, sent: RoomForm | None) -> RoomForm:
    """The form with numbers of one line; the one that was sent is shown again with what is wrong about it."""
    said = next((each.value for each in Said if each.value == line.room.value), "")
    initial = {"said": said, "places": line.places, "wait_days": line.wait_days}
    made = f"room_{str(line.service)[:8]}_{Kind(line.kind).value}_%s"
    return sent or RoomForm(initial=initial, auto_id=made)
