"""What the network's secretary enters about members, and what an organisation says that asks to join."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import (
    Choices,
    choice,
    choose_from,
    day,
    line,
    select,
    several,
    text,
    whole_number,
)
from leeward.foundation.editing.values import MAIL_LENGTH, URL_LENGTH
from leeward.foundation.web.words import choices_of, language
from leeward.victim.network.models import NAME_LENGTH
from leeward.victim.network.operations.members import Protocol
from leeward.victim.network.queries.members import known_languages
from leeward.victim.network.rules.clocks import MOST, Terms
from leeward.victim.network.rules.members import Kind, Part, PassedTo, Sector, Way

LONGEST_WORDS = 2_000
MOST_VERSIONS = 10_000


class OrganizationForm(forms.Form):
    """Which organisation of the directory signs."""

    organization = select(
        _("Organisation"),
        required=True,
        help_text=_("From the directory. One that is missing there is entered there first, by its editors."),
    )

    def __init__(self, *args: Any, organizations: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "organization", [("", _("Choose")), *organizations])


class JoinForm(OrganizationForm):
    """Which organisation of the directory asks to join, and what it says of itself."""

    organization = select(
        _("Your organisation"),
        required=True,
        help_text=_("From the directory of support services. If it is not there, ask for its entry first."),
    )
    sector = select(_("Sector"), [("", _("Choose")), *choices_of(Sector)], required=True)
    words = text(
        _("What would you help with?"),
        rows=4,
        most=LONGEST_WORDS,
        missing=_("Say it in a sentence or two"),
        help_text=_("Write nothing about anybody you help. We answer through your contact in the directory."),
    )


class PracticeForm(forms.Form):
    """A practice: a page, and what was measured of what it tells. `pages`: those that everybody can read now."""

    page = select(_("Page"), required=True, help_text=_("What to do is written on a page. Write that page first."))
    measured = text(_("What was measured?"), rows=2, missing=_("Say what was measured"), most=LONGEST_WORDS)
    result = text(_("What was the outcome?"), rows=3, missing=_("Record the outcome"), most=LONGEST_WORDS)
    measured_by = line(_("Who measured it?"), missing=_("Say who measured it"), most=NAME_LENGTH)
    source = line(_("Where it can be read"), most=URL_LENGTH, dir="ltr", spellcheck="false")
    review_on = day(_("Review on"), required=True, missing=_("Enter the day"))

    def __init__(self, *args: Any, pages: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "page", [("", _("Choose")), *pages])


def _term(label: Any, most: int) -> forms.IntegerField:
    wrong = gettext("Enter a whole number from 1 to %(most)d") % {"most": most}
    return whole_number(label, least=1, most=most, missing=wrong, wrong=wrong)


def mailbox_line(hint: Any) -> forms.CharField:
    """Where a member is written that something waits for it."""
    return line(
        _("Mailbox"), most=MAIL_LENGTH, help_text=hint, type="email", autocomplete="off", spellcheck="false", dir="ltr"
    )


class MailboxForm(forms.Form):
    """Where a member is written that something waits for it; empty for nowhere."""

    mailbox = mailbox_line(
        _("One short mail when something is passed on, and one when half of the time is over. It names nobody.")
    )


class ProtocolForm(forms.Form):
    """What a member signs. `services`: those of its organisation that may take part, by their ids, with their names."""

    name = line(_("Name, as it signs"), missing=_("Enter the name"), most=NAME_LENGTH)
    sector = select(_("Sector"), [("", _("Choose")), *choices_of(Sector)], required=True)
    version = whole_number(
        _("Version of the protocol"),
        least=1,
        most=MOST_VERSIONS,
        missing=_("Enter the number of the version"),
        wrong=_("Enter the number of the version"),
        help_text=_("With a new number everybody who works there reads the protocol again before anything else."),
    )
    way = choice(
        _("How do they open what is passed on to them?"),
        choices_of(Way),
        help_text=_("A member without accounts gets a mail with a link each time, and needs a mailbox."),
    )
    mailbox = mailbox_line(
        _("Their mailbox is kept sealed, and no page shows it. Leave it empty to keep what there is.")
    )
    until = day(_("Signed until"), required=True, missing=_("Enter the last day on which it counts"))
    passes_to = several(_("Who must they pass something on to by law?"), choices_of(PassedTo))
    passes_on = text(
        _("What must they pass on, in one or two sentences?"),
        rows=3,
        most=LONGEST_WORDS,
        help_text=_("People read this word for word before they say yes."),
    )

    def __init__(self, *args: Any, services: Mapping[uuid.UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.services = services
        self.fields["accept_days"] = _term(gettext("Open days to answer"), MOST.accept_days)
        self.fields["accept_hours"] = _term(gettext("Open hours to answer, where it is urgent"), MOST.accept_hours)
        self.fields["act_days"] = _term(gettext("Open days to begin"), MOST.act_days)
        self.fields["act_days_urgent"] = _term(gettext("Open days to begin, where it is urgent"), MOST.act_days_urgent)
        spoken = list(known_languages().items())
        for number, (service, name) in enumerate(services.items()):
            about = {"name": name}
            self.fields[f"kinds-{number}"] = several(
                gettext("%(name)s: what they help with") % about,
                choices_of(Kind),
                help_text=_("Tick nothing for a service that does not take part."),
            )
            self.fields[f"languages-{number}"] = several(
                gettext("%(name)s: in which languages") % about, _with_others(spoken, self.initial, number)
            )
            del service

    def clean(self) -> None:
        """Some service takes part, and each that does speaks something; who must pass something on says what."""
        super().clean()
        given = self.cleaned_data
        if given.get("until") and given["until"] < local_day(timezone.now()):
            self.add_error("until", gettext("Choose today or a day to come"))
        if given.get("passes_to") and not (given.get("passes_on") or "").strip():
            self.add_error("passes_on", gettext("Say what they must pass on"))
        taking = [number for number in range(len(self.services)) if given.get(f"kinds-{number}")]
        if self.services and not taking:
            self.add_error("kinds-0", gettext("Tick what at least one service helps with"))
        for number in taking:
            if not given.get(f"languages-{number}"):
                self.add_error(f"languages-{number}", gettext("Tick at least one language"))

    def protocol(self, organization: uuid.UUID) -> Protocol:
        """What is signed."""
        given = self.cleaned_data
        parts = [
            Part(
                service=service,
                kinds=frozenset(map(Kind, given[f"kinds-{number}"])),
                languages=frozenset(given[f"languages-{number}"]),
            )
            for number, service in enumerate(self.services)
            if given[f"kinds-{number}"]
        ]
        return Protocol(
            name=given["name"],
            organization=organization,
            sector=Sector(given["sector"]),
            version=given["version"],
            until=given["until"],
            parts=parts,
            terms=Terms(**{name: given[name] for name in TERMS}),
            passes_to=frozenset(map(PassedTo, given["passes_to"])),
            passes_on=given["passes_on"].strip(),
            way=Way(given["way"]),
            mailbox=given["mailbox"],
        )


TERMS = ("accept_days", "accept_hours", "act_days", "act_days_urgent")


def _with_others(spoken: list[tuple[str, str]], initial: Mapping[str, Any], number: int) -> Choices:
    """What is spoken in the nation, and what the member speaks besides."""
    known = {code for code, _name in spoken}
    more = [code for code in initial.get(f"languages-{number}", ()) if code not in known]
    return [*spoken, *((code, language(code)) for code in more)]
