"""Which tactic did the person meet who was passed on to a member? By account and by link."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.pages import takes_form
from leeward.victim.network.operations.sightings import note_from_turn
from leeward.victim.network.views.member.lists import name_turn
from leeward.victim.network.views.member.sides import Side, at_work
from leeward.victim.network.views.sightings import ask


def show_tactic(request: HttpRequest, side: Side) -> HttpResponse:
    """The page, from the side of whoever can open the turn."""
    found = side.open()
    return ask(
        request,
        lambda tactic, said: side.act(note_from_turn, tactic=tactic, said=said),
        is_agreed=found.may_count,
        name=name_turn(side.turn),
        back=side.address(""),
        back_text=_("Back to the referral"),
        frame=side.frame,
    )


tactic = at_work(show_tactic, methods=takes_form)
