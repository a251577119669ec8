"""What clerks, order officers, companies, anybody and a person type of orders."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import nation_zone
from leeward.foundation.editing.fields import Choices, choice, choose_from, day, line, select, text, whole_number
from leeward.foundation.editing.forms import LinesForm
from leeward.foundation.signing.rules.terms import WORDS_LENGTH
from leeward.foundation.web.uploads import TakenFile
from leeward.foundation.web.words import choices_of, word
from leeward.industry.platforms.queries import listed_platforms
from leeward.justice.courts.queries.courts import TypeLine, court_names
from leeward.justice.courts.rules.hashes import Ages, Asked
from leeward.justice.courts.rules.orders import ABOUT_LENGTH
from leeward.justice.courts.rules.sheets import OFFENCE_LENGTH, TOLD_DAYS_MOST, Conviction, SheetEntry, week_of
from leeward.justice.courts.rules.terms import (
    COMPANIES,
    COURT_LENGTH,
    FILE_NUMBER_LENGTH,
    LEGAL_LENGTH,
    REASONS_LENGTH,
    Effect,
    Happening,
    Impact,
    LineState,
    Opening,
    Refusal,
    Sought,
    Told,
    Way,
)
from leeward.justice.courts.rules.types import OrderType
from leeward.victim.removals.rules.notices.words import LANGUAGES

PDF_BEGINS = b"%PDF-"
ECLI_LENGTH = 60
TERRITORY_LENGTH = 300
ADDRESSES_LENGTH = 60_000
NOBODY = ("", "–")


class QuestionForm(forms.Form):
    """One question of an order: `kind` is its type once that is chosen, `types` those that are in use."""

    def __init__(
        self, *args: Any, kind: OrderType | None, types: Sequence[TypeLine], of_court: bool, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.prepare(kind=kind, types=types, of_court=of_court)

    def prepare(self, *, kind: OrderType | None, types: Sequence[TypeLine], of_court: bool) -> None:
        """Fill in what is known only now."""


class TypeForm(QuestionForm):
    """Which type; from paper, of which court."""

    court = select(_("Which court issued it?"))
    type_code = choice(_("Which type of order is it?"), [])

    def prepare(self, *, kind: OrderType | None, types: Sequence[TypeLine], of_court: bool) -> None:
        """A clerk's court is their own."""
        del kind
        choose_from(self, "type_code", [(each.kind.code, each.kind.name) for each in types])
        if of_court:
            del self.fields["court"]
        else:
            choose_from(self, "court", [NOBODY, *court_names().items()])


class FileForm(QuestionForm):
    """The court's own numbers."""

    file_number = line(
        _("The court’s file number"), missing=_("Enter the file number"), most=FILE_NUMBER_LENGTH, autocomplete="off"
    )
    ecli = line(_("ECLI, if it has one"), most=ECLI_LENGTH, help_text=_("Such as ECLI:NL:HR:2024:123."), dir="ltr")


class DaysForm(QuestionForm):
    """When it was issued, and by when it is to be obeyed."""

    issued_on = day(_("On which day was it issued?"), required=True)
    comply_by = day(
        _("By which day must they comply?"),
        required=False,
        help_text=_("The last day that is still in time. Leave it empty where the order names none."),
    )


class WhomForm(QuestionForm):
    """What is asked of whom."""

    pair = choice(_("What does it ask, and who must do it?"), [])

    def prepare(self, *, kind: OrderType | None, types: Sequence[TypeLine], of_court: bool) -> None:
        """Only what the type knows."""
        del types, of_court
        pairs: Choices = [
            (each.key, f"{word(each.action)} ({word(each.addressee)})") for each in (kind.pairs if kind else ())
        ]
        choose_from(self, "pair", pairs)


class WhereForm(QuestionForm):
    """At a company: which addresses; else who is ordered, and what it is about."""

    company = select(
        _("Which company?"),
        help_text=_("If you leave this empty, each address goes to the company that it belongs to."),
    )
    addresses = text(
        _("Which addresses?"),
        help_text=_(
            "One on each line, with https://. They are sealed: this court, the Centre and the company can read them."
        ),
        most=ADDRESSES_LENGTH,
        rows=6,
        dir="ltr",
        spellcheck="false",
        autocomplete="off",
    )

    def prepare(self, *, kind: OrderType | None, types: Sequence[TypeLine], of_court: bool) -> None:
        """The companies that are known here."""
        del kind, types, of_court
        known = [(str(each.public_id), each.name) for each in listed_platforms()]
        choose_from(self, "company", [NOBODY, *known])


class AboutForm(QuestionForm):
    """Who is ordered, and what it is about."""

    person = line(
        _("Who is the order against?"),
        help_text=_("Sealed. This court and order officers can read it."),
        autocomplete="off",
    )
    about = text(
        _("What is it about?"),
        most=ABOUT_LENGTH,
        help_text=_("The device, the account or the copies, so that nobody can mistake them. Sealed."),
    )


class ReachForm(QuestionForm):
    """Where it counts, and in which language it is written to whom it addresses."""

    territory = line(
        _("Where does it apply?"),
        missing=_("Enter at least one country, or *"),
        most=TERRITORY_LENGTH,
        help_text=_("Countries by their two letters (ISO 3166-1), such as GB IE. * is everywhere."),
        dir="ltr",
        autocapitalize="characters",
    )
    language = select(
        _("Which language do they read?"),
        [(code, get_language_info(code)["name_local"]) for code in LANGUAGES],
        required=True,
    )


class ReasonsForm(QuestionForm):
    """Why: whoever must obey may read the reasons."""

    reasons = text(
        _("Why was it ordered?"),
        missing=_("Enter the reasons"),
        most=REASONS_LENGTH,
        rows=8,
        help_text=_("As the order says it. Do not name the person shown."),
    )


class DocumentForm(QuestionForm):
    """The order as a PDF: its digest is kept, and nothing of the file."""

    document = forms.FileField(
        label=_("The order as a PDF file"),
        required=False,
        help_text=_("At most 10 MB. We calculate its SHA-256 digest and do not keep the file. You can leave it out."),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"empty": _("The file is empty"), "invalid": _("Choose a file")},
    )

    def clean_document(self) -> TakenFile | None:
        """The file, if it is a PDF."""
        return pdf_of(self.cleaned_data["document"])


def pdf_of(file: TakenFile | None) -> TakenFile | None:
    """A file that was sent, if it is a PDF of at most 10 MB. Raises ValidationError."""
    if file is not None and file.is_too_large:
        raise forms.ValidationError(_("The file is larger than 10 MB. Print it smaller, or leave it out"))
    if file is not None and file.read(len(PDF_BEGINS)) != PDF_BEGINS:
        raise forms.ValidationError(_("Choose a PDF file: this is not one"))
    return file


# In the order in which they are asked.
QUESTIONS: dict[str, type[QuestionForm]] = {
    "type": TypeForm,
    "file": FileForm,
    "days": DaysForm,
    "whom": WhomForm,
    "where": WhereForm,
    "reach": ReachForm,
    "why": ReasonsForm,
    "document": DocumentForm,
}
TITLES = {
    "type": _("Which order is it?"),
    "file": _("Which case file is it from?"),
    "days": _("When?"),
    "whom": _("What must each addressee do?"),
    "where": _("Where, or what is it about?"),
    "reach": _("Where and in which language does it apply?"),
    "why": _("Why?"),
    "document": _("The paper"),
}


def form_of(question: str, pair: str) -> type[QuestionForm]:
    """The form of a question: what is asked about a company is another thing than what is asked about a person."""
    is_of_company = pair.partition("/")[0] in {each.value for each in COMPANIES}
    return AboutForm if question == "where" and pair and not is_of_company else QUESTIONS[question]


class OpeningForm(forms.Form):
    """Why an order officer opens who is ordered."""

    why = choice(_("Why are you opening it?"), choices_of(Opening))


class WordsForm(forms.Form):
    """Why an order is revoked, in a sentence that anybody may read."""

    words = line(
        _("Why, in one sentence?"),
        missing=_("Say in one sentence why"),
        most=WORDS_LENGTH,
        help_text=_("Anybody who checks the order can read this. Do not name anybody."),
    )


class ServeForm(forms.Form):
    """How and when it was served."""

    way = choice(_("How?"), choices_of(Way))
    at = day(_("On which day?"), required=True)


class NoteForm(forms.Form):
    """What is known of a target."""

    kind = choice(_("What happened?"), [])
    at = day(_("On which day?"), required=True)

    def __init__(self, *args: Any, kinds: Collection[Happening], **more: Any) -> None:
        super().__init__(*args, **more)
        choose_from(self, "kind", [(each.value, word(each)) for each in Happening if each in kinds])


def moment_of(typed: date, *, now: datetime) -> datetime:
    """The moment of a day that was typed: now where it is today, else noon here."""
    noon = datetime.combine(typed, time(12), nation_zone())
    return now if typed == now.astimezone(nation_zone()).date() else noon


class CertificateForm(forms.Form):
    """What an officer certifies of a device."""

    what = line(_("Which device or which copies?"), missing=_("Say which"), most=LEGAL_LENGTH)
    serial = line(_("Serial number"), most=COURT_LENGTH, dir="ltr", autocomplete="off")
    how = line(_("How was it done?"), missing=_("Say how"), most=LEGAL_LENGTH)
    by = line(_("Who did it?"), missing=_("Say who"), most=COURT_LENGTH, help_text=_("Their service and number."))
    on = day(_("On which day?"), required=True)
    document = forms.FileField(
        label=_("The certificate as a PDF file"),
        required=False,
        help_text=_("At most 10 MB. We calculate its SHA-256 digest and do not keep the file. You can leave it out."),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"empty": _("The file is empty"), "invalid": _("Choose a file")},
    )

    def clean_document(self) -> TakenFile | None:
        """The file, if it is a PDF."""
        return pdf_of(self.cleaned_data["document"])


class HashesForm(LinesForm):
    """A list of hashes from seized devices, and first of all how old everybody shown is."""

    ages = choice(_("How old is everybody shown?"), choices_of(Ages))
    field_order = ("ages", "lines", "file")


class AskedForm(forms.Form):
    """What a second officer knows of the person shown."""

    answer = choice(_("What do you know of the person shown?"), choices_of(Asked))


class SwitchForm(forms.Form):
    """Why a type is switched."""

    reason = line(_("Why?"), missing=_("Say why"), most=LEGAL_LENGTH, help_text=_("Who has read the law, and when."))


class CourtForm(forms.Form):
    """A court."""

    name = line(_("Name of the court"), missing=_("Enter the name"), most=COURT_LENGTH)
    jurisdiction = line(_("Jurisdiction"), missing=_("Enter its jurisdiction"), most=COURT_LENGTH)
    contact = line(
        _("How the Centre reaches it"),
        missing=_("Enter a telephone number or address"),
        most=LEGAL_LENGTH,
        help_text=_(
            "Take it from a public register, never from an order. It is used to confirm orders that come on paper."
        ),
    )


class EffectForm(forms.Form):
    """What a company did for an order."""

    effect = choice(_("Did you do what it orders?"), choices_of(Effect))
    at = day(_("From which day?"), required=True)
    territory = line(
        _("Where?"),
        missing=_("Enter at least one country, or *"),
        most=TERRITORY_LENGTH,
        help_text=_(
            "Countries by their two letters, or * for everywhere. If it covers less than the order does, it counts as "
            "done in part."
        ),
        dir="ltr",
    )
    reason = text(_("Is there anything the court should know?"), most=ABOUT_LENGTH, rows=3)


class CheckForm(forms.Form):
    """An order's number, or the file."""

    number = line(
        _("Number of the order"),
        help_text=_("14 letters and digits, such as K7M2-4QXD-9ABC-7Z."),
        autocomplete="off",
        spellcheck="false",
        autocapitalize="characters",
    )
    file = forms.FileField(
        label=_("Or the order as a PDF file"),
        required=False,
        help_text=_("At most 10 MB. We compare its SHA-256 digest and do not keep the file."),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"empty": _("The file is empty"), "invalid": _("Choose a file")},
    )

    def clean_file(self) -> TakenFile | None:
        """The file, if it is small enough to be one."""
        file: TakenFile | None = self.cleaned_data["file"]
        if file is not None and file.is_too_large:
            raise forms.ValidationError(_("The file is larger than 10 MB. Enter the number instead"))
        return file

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        typed = super().clean() or {}
        if not self.errors and not (typed.get("number") or typed.get("file")):
            self.add_error("number", _("Enter a number or choose a file"))
        return typed


class SlipForm(forms.Form):
    """The number on a person's own slip."""

    slip = line(
        _("Number on your slip"),
        missing=_("Enter the number on your slip"),
        autocomplete="off",
        spellcheck="false",
        autocapitalize="characters",
    )


UNKNOWN = ("", _("Not known"))
TYPE_FIELD = "type-"


class SheetsForm(LinesForm):
    """A file of convictions, and what becomes of what earlier files told of its weeks."""

    earlier = select(
        _("If earlier files cover these weeks"),
        [
            ("", _("Choose, if there are any")),
            ("replace", _("This file replaces them")),
            ("add", _("This file adds to them")),
        ],
    )


class SheetForm(forms.Form):
    """One conviction: what was asked for and given."""

    on = day(
        _("On which day was the person convicted?"),
        required=True,
        help_text=_("Only its week is kept. Year, month and day, such as 2026-11-24."),
    )
    offence = line(
        _("Code of the offence"),
        missing=_("Enter the code of the offence"),
        most=OFFENCE_LENGTH,
        help_text=_("The code alone, with a digit in it: never a name."),
        dir="ltr",
        autocomplete="off",
    )
    impact = select(_("A statement about the impact on the person shown"), [UNKNOWN, *choices_of(Impact)])
    told = select(_("Was the person shown told the outcome?"), [UNKNOWN, *choices_of(Told)])
    told_days = whole_number(
        _("After how many days?"),
        least=0,
        most=TOLD_DAYS_MOST,
        wrong=_("Enter a whole number of days"),
        help_text=_("Only if the person was told."),
    )
    rehabilitation = select(
        _("Work with the person convicted, so that it does not happen again"), [UNKNOWN, *choices_of(Sought)]
    )
    notification = select(_("A duty to notify the police"), [UNKNOWN, *choices_of(Sought)])

    def __init__(self, *args: Any, types: Sequence[TypeLine], **more: Any) -> None:
        super().__init__(*args, **more)
        answers: Choices = [
            *((each.value, word(each)) for each in LineState if each is not LineState.REFUSED),
            *((f"{LineState.REFUSED}:{why}", f"{word(LineState.REFUSED)}: {word(why)}") for why in Refusal),
        ]
        for each in types:
            field = select(each.kind.name, [("", _("It could not be asked for here")), *answers])
            field.help_text = each.kind.legal_basis
            self.fields[f"{TYPE_FIELD}{each.kind.code}"] = field

    def as_conviction(self) -> Conviction:
        """What was typed."""
        given = self.cleaned_data
        told = {name.removeprefix(TYPE_FIELD): given[name] for name in self.fields if name.startswith(TYPE_FIELD)}
        parts = {code: each.partition(":") for code, each in told.items() if each}
        entries = [
            SheetEntry(type_code=code, state=LineState(state), refusal=_member(Refusal, why))
            for code, (state, _colon, why) in parts.items()
        ]
        return Conviction(
            week=week_of(given["on"]),
            offence=given["offence"].upper(),
            impact=_member(Impact, given["impact"]),
            told=_member(Told, given["told"]),
            told_days=given["told_days"],
            rehabilitation=_member(Sought, given["rehabilitation"]),
            notification=_member(Sought, given["notification"]),
            entries=tuple(entries),
        )


def _member[E: StrEnum](kind: type[E], typed: str) -> E | None:
    return kind(typed) if typed else None
