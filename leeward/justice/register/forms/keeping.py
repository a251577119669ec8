"""Legal bases, agencies, entries, and what is noted of them."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import (
    Choices,
    OnceForm,
    choice,
    choose_from,
    day,
    line,
    lines_of,
    select,
    several,
    text,
    whole_number,
)
from leeward.foundation.web.words import choices_of, word
from leeward.justice.register.models import LINE_LENGTH, NAME_LENGTH, SHAPE_LENGTH
from leeward.justice.register.queries.bases import BasisView
from leeward.justice.register.rules.basis import BasisEntry
from leeward.justice.register.rules.ends import MONTHS_MOST
from leeward.justice.register.rules.persons import Judgment, NewEntry, Person, Sought
from leeward.justice.register.rules.terms import (
    ASKERS,
    CLOCK_DAYS,
    AgencyKind,
    Duty,
    EndRule,
    LetterKind,
    LookFor,
    NumberCheck,
    Purpose,
)

NAMES_LENGTH, CLOCK_MOST = 700, 365


class AgencyForm(OnceForm):
    """An agency."""

    name = line(_("Name"), missing=_("Enter a name"), most=NAME_LENGTH)
    kind = choice(_("What does it do with the register?"), choices_of(AgencyKind))
    mailbox = line(
        _("Its mailbox"),
        help_text=_("For agencies that ask. They are told there that a request has an answer, and never which."),
        type="email",
        dir="ltr",
    )


class BasisForm(OnceForm):
    """A legal basis."""

    statute = line(_("Statute and provision"), missing=_("Enter the statute and the provision"), most=LINE_LENGTH)
    source = line(_("Where everybody can read it"), missing=_("Enter its web address"), dir="ltr")
    offences = text(
        _("Codes of the offences that may be entered, one on each line"),
        missing=_("Enter at least one code of an offence, one on each line"),
    )
    duties = several(_("What must come on top of a final conviction?"), choices_of(Duty))
    askers = several(_("Who may ask?"), [(each.value, word(each)) for each in ASKERS])
    purposes = several(_("For which purposes?"), choices_of(Purpose))
    end_rule = choice(_("When does an entry end?"), choices_of(EndRule))
    months = whole_number(
        _("After how many months at the latest?"),
        least=1,
        most=MONTHS_MOST,
        missing=_("Enter how many months"),
        wrong=_("Enter a number from 1 to 1,200"),
    )
    review_months = whole_number(
        _("After how many months is an entry reviewed?"),
        least=1,
        most=MONTHS_MOST,
        missing=_("Enter how many months"),
        wrong=_("Enter a number from 1 to 1,200"),
    )
    clock_days = whole_number(
        _("Within how many days is a check decided?"),
        least=1,
        most=CLOCK_MOST,
        missing=_("Enter how many days"),
        wrong=_("Enter a number from 1 to 365"),
        help_text=_("28 unless the law says otherwise."),
    )
    number_shape = line(
        _("The shape of official numbers"),
        most=SHAPE_LENGTH,
        help_text=_("A 9 for each number and an A for each letter, such as 999999-9999. Empty where there are none."),
        dir="ltr",
    )
    number_check = choice(_("How is an official number checked?"), choices_of(NumberCheck))
    assessment = line(
        _("The impact assessment"),
        missing=_("Enter its title and who made it"),
        most=LINE_LENGTH,
        help_text=_("Its title and who made it."),
    )
    assessed_on = day(_("It was made on"), required=True)
    from_on = day(_("In force from"), required=True)
    until_on = day(_("Until"), required=False, help_text=_("Empty where the law names no end."))

    @staticmethod
    def fresh() -> dict[str, Any]:
        """Return what an empty form begins with."""
        return {**OnceForm.fresh(), "clock_days": CLOCK_DAYS, "number_check": NumberCheck.NONE.value}

    @property
    def entry(self) -> BasisEntry:
        """What was typed."""
        said = self.cleaned_data
        return BasisEntry(
            statute=said["statute"],
            source=said["source"],
            offences=tuple(dict.fromkeys(lines_of(said["offences"]))),
            duties=tuple(Duty(each) for each in said["duties"]),
            askers=tuple(AgencyKind(each) for each in said["askers"]),
            purposes=tuple(Purpose(each) for each in said["purposes"]),
            end_rule=EndRule(said["end_rule"]),
            months=said["months"],
            review_months=said["review_months"],
            clock_days=said["clock_days"],
            assessment=said["assessment"],
            assessed_on=said["assessed_on"],
            from_on=said["from_on"],
            until_on=said["until_on"],
            number_shape=said["number_shape"],
            number_check=NumberCheck(said["number_check"]),
        )


def basis_choices(bases: tuple[BasisView, ...]) -> Choices:
    """The legal bases in force, by their statutes."""
    return [(str(each.public_id), each.entry.statute) for each in bases]


class PersonForm(forms.Form):
    """Who somebody is."""

    use_required_attribute = False
    names = text(
        _("Names"),
        rows=3,
        missing=_("Enter the name as it stands in the judgment"),
        most=NAMES_LENGTH,
        help_text=_("The name of the judgment first, then known aliases, one on each line."),
    )
    born = day(_("Birth date"), required=True, missing=_("Enter the birth date, such as 1990-11-24"))
    number = line(_("Official number"), help_text=_("If it is known."), dir="ltr")

    @property
    def person(self) -> Person:
        """What was typed."""
        said = self.cleaned_data
        return Person(names=lines_of(said["names"]), born=said["born"], number=said["number"])

    @staticmethod
    def known(person: Person) -> dict[str, Any]:
        """Return what the form begins with where somebody is entered already."""
        return {"names": "\n".join(person.names), "born": person.born, "number": person.number}


class EntryForm(PersonForm, OnceForm):
    """A new entry."""

    basis = select(_("Legal basis"), missing=_("Choose the legal basis"))
    court = line(_("Court"), missing=_("Enter the court"))
    file_number = line(_("File number of the court"), missing=_("Enter the court’s file number"), dir="ltr")
    offences = several(_("Offences"))
    offence_on = day(_("Day of the offence"), required=True, help_text=_("Of several, the first one that is entered."))
    convicted_on = day(_("Day of the judgment"), required=True)
    final_on = day(
        _("Day on which it became final"),
        required=False,
        help_text=_("No appeal is possible from this day on. Without it nothing is entered."),
    )
    duty = choice(_("What puts them on the register?"), choices_of(Duty))
    starts_on = day(_("It starts on"), required=True)
    duty_ends_on = day(_("The order or duty ends on"), required=False)

    def __init__(self, *args: Any, bases: tuple[BasisView, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "basis", basis_choices(bases))
        codes = dict.fromkeys(code for each in bases for code in each.entry.offences)
        cast("forms.MultipleChoiceField", self.fields["offences"]).choices = [(code, code) for code in codes]
        self.order_fields(["basis", "names", "born", "number"])

    @property
    def new(self) -> NewEntry:
        """What was typed."""
        said = self.cleaned_data
        return NewEntry(
            person=self.person,
            judgment=Judgment(
                court=said["court"],
                file_number=said["file_number"],
                offence_on=said["offence_on"],
                convicted_on=said["convicted_on"],
                final_on=said["final_on"],
                duty_ends_on=said["duty_ends_on"],
            ),
            offences=tuple(said["offences"]),
            duty=Duty(said["duty"]),
            starts_on=said["starts_on"],
        )

    @property
    def law(self) -> UUID:
        """The legal basis that was chosen."""
        return UUID(self.cleaned_data["basis"])


class SoughtForm(forms.Form):
    """Whom somebody looks for: by all that names them, never by a part."""

    use_required_attribute = False
    name = line(
        _("Name"), help_text=_("The whole name. Exact matches only; accents, capitals and order do not matter.")
    )
    born = day(_("Birth date"), required=False)
    number = line(_("Or the official number alone"), help_text=_("Instead of name and birth date."), dir="ltr")

    @property
    def sought(self) -> Sought:
        """What was typed."""
        said = self.cleaned_data
        return Sought(name=said["name"], born=said["born"], number=said["number"])


class LookForm(SoughtForm):
    """Why a registrar opens an entry, and which."""

    why = choice(_("Why do you open an entry?"), choices_of(LookFor))
    letter = select(_("What does the letter ask?"), [("", _("There is no letter")), *choices_of(LetterKind)])
    received_on = day(_("The letter came on"), required=False)
    entry = line(
        _("Number of the entry"),
        help_text=_("As it stands in the court’s file. Without it, enter the name and the birth date."),
        dir="ltr",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["why", "letter", "received_on", "entry"])

    def clean(self) -> dict[str, Any]:
        """A letter is one where it is said what it asks and when it came."""
        said = cast("dict[str, Any]", super().clean())
        is_letter = said.get("why") == LookFor.LETTER.value
        if is_letter and not said.get("letter"):
            self.add_error("letter", _("Choose what the letter asks"))
        if is_letter and not said.get("received_on") and "received_on" not in self.errors:
            self.add_error("received_on", _("Enter the day on which the letter came"))
        return said

    @property
    def asked(self) -> dict[str, Any]:
        """What was typed, as the operation takes it."""
        said, why = self.cleaned_data, LookFor(self.cleaned_data["why"])
        letter = (LetterKind(said["letter"]), said["received_on"]) if why is LookFor.LETTER else None
        return {"why": why, "letter": letter, "number": said["entry"], "sought": self.sought}


class StepForm(forms.Form):
    """The day of a step."""

    use_required_attribute = False
    on = day(_("Day"), required=True)
