"""Who comes to the network: a no to who asks to join, and the list of members as lines of CSV."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day, write_day
from leeward.foundation.editing.forms import LONGEST, LinesForm
from leeward.foundation.editing.pages import Asking, ask, ask_lines, takes_form, typed
from leeward.foundation.web.uploads import takes_file
from leeward.victim.network.operations.joining import refuse_applicant, take_list
from leeward.victim.network.queries.members import known_languages, parts_of_member, read_known, read_member
from leeward.victim.network.rules.listing import COLUMNS, Listed, read_list
from leeward.victim.network.views.secretary.frame import secretary_page

MEMBERS = _("Members of the network")


@secretary_page()
@takes_form
def refuse(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Say no to an organisation that asks to join, after saying what that ends."""
    line = read_member(member)

    def save(by: Actor, now: datetime) -> None:
        refuse_applicant(member=member, by=by, now=now)

    asking = Asking(
        form=forms.Form(typed(request)),
        title=_("Decline the application"),
        back=reverse("network:member", args=[member]),
        back_text=line.name,
        save=save,
        then=reverse("network:members"),
        button=_("Decline the application"),
        kind="warning",
        lead=_("What they wrote is deleted. Tell them yourself, by the contact that the directory has."),
    )
    return ask(request, asking)


@takes_file(most_bytes=LONGEST)
@secretary_page()
@takes_form
def listing(request: HttpRequest) -> HttpResponse:
    """The list of members, tried first and then kept whole."""
    now = timezone.now()
    known = read_known(languages=known_languages())

    def read(text: str) -> tuple[Listed, ...]:
        return read_list(text, known, today=local_day(now))

    form = LinesForm(typed(request), request.FILES or None, columns=COLUMNS, read=read)
    asking = Asking(
        form=form,
        title=_("List of members"),
        back=reverse("network:members"),
        back_text=MEMBERS,
        save=lambda by, at: take_list(form.found, by=by, now=at),
        lead=_(
            "One line for each service that takes part. Services and members that are not named stay as they are. An "
            "organisation that is no member yet waits until you let it sign: no list says what it must pass on by law."
        ),
    )
    return ask_lines(request, asking, tell=lambda found: list(_tell(found)))


def _tell(found: Sequence[Listed]) -> Iterator[str]:
    """What the list would change, member by member."""
    same = 0
    for each in found:
        number = len(each.parts)
        said = {
            "name": each.name,
            "services": ngettext("%(number)d service", "%(number)d services", number) % {"number": number},
            "until": write_day(each.until),
        }
        if each.member is None:
            yield gettext("%(name)s is new and waits to sign: %(services)s, until %(until)s") % said
            continue
        line, parts = read_member(each.member), {part.service: part for part in parts_of_member(each.member)}
        if (line.signed_on, line.until) == (each.signed_on, each.until) and all(
            part.service in parts
            and set(parts[part.service].kinds) == set(part.kinds)
            and set(parts[part.service].languages) == set(part.languages)
            for part in each.parts
        ):
            same += 1
            continue
        yield gettext("%(name)s changes: %(services)s, until %(until)s") % (said | {"name": line.name})
    if same:
        yield ngettext("%(number)d member stays as it is", "%(number)d members stay as they are", same) % {
            "number": same
        }
