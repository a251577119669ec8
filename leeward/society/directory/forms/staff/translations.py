"""What is typed of an entry in another language: one box for each text that can be translated."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import line, text
from leeward.society.directory.forms.staff.fields import LanguageField
from leeward.society.directory.forms.staff.screens import EntryForm, Values
from leeward.society.directory.rules.columns import Kind, columns_of, translated
from leeward.society.directory.rules.limits import NAME_LENGTH
from leeward.society.directory.rules.records import Translation
from leeward.society.directory.words import field_name


class TranslationForm(EntryForm):
    """The texts of an entry in one language. An empty box means that its own words are shown."""

    def __init__(self, record: Any, *, language: str, data: QueryDict | None = None) -> None:
        super().__init__(record, data=data)
        self._language = language
        self.initial = {each.field: each.text for each in record.translations if each.language == language}
        columns = columns_of(type(record))
        for name in translated(type(record)):
            if getattr(record, name) or name in self.initial:
                make = text if columns[name].kind is Kind.LONG else line
                self.fields[name] = make(field_name(name), most=columns[name].most)
        self.own_words = {name: getattr(record, name) for name in self.fields}

    def changes(self) -> Values:
        """The texts of this language as they are now, and those of others as they were."""
        others = [
            each
            for each in self.record.translations
            if each.language != self._language or each.field not in self.fields
        ]
        made = [
            Translation(language=self._language, field=name, text=self.cleaned_data[name])
            for name in self.fields
            if self.cleaned_data[name]
        ]
        return {"translations": (*others, *made)}


class LanguageChoiceForm(forms.Form):
    """Another language to translate into."""

    use_required_attribute = False
    language = LanguageField(
        label=_("Another language"),
        max_length=NAME_LENGTH,
        help_text=_("Its name or its code, such as Arabic or ar."),
        error_messages={"required": _("Enter a language")},
    )
