"""Lines of CSV on a page: pasted or as a file, tried first, and kept whole or not at all."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import text
from leeward.foundation.editing.lines import Fault, LinesRefused

LONGEST = 200_000  # characters; a file has as many bytes
NOTHING: Any = ()


class LinesForm(forms.Form):
    """Lines as `read` reads them, which raises LinesRefused. After it is valid `found` has what was read.

    Whoever sends them first is shown what they would change; what is sent with `keep` is kept.
    """

    lines = text(_("Lines of CSV"), rows=10, most=LONGEST, dir="ltr", spellcheck="false")
    file = forms.FileField(
        label=_("Or a file of such lines"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"empty": _("This file is empty")},
    )

    def __init__(self, *args: Any, columns: Sequence[str], read: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read, self.found = read, NOTHING
        self.fields["lines"].help_text = gettext("The first line is: %(about)s") % {"about": ",".join(columns)}

    @property
    def is_kept(self) -> bool:
        """Whether it was sent to be kept, and not only to be tried."""
        return "keep" in self.data

    def clean(self) -> None:
        """Each line read, or what is wrong in which; a file takes the place of what was pasted."""
        super().clean()
        given = self.cleaned_data
        if self.errors:
            return
        typed = given.get("lines", "")
        if given.get("file"):
            typed = self._open(given["file"])
            sent: Any = self.data.copy()  # type: ignore[attr-defined]  # what a browser sends is a QueryDict
            sent["lines"] = typed
            self.data = sent
        if not self.errors and not typed.strip():
            self.add_error("lines", gettext("Paste the lines, or choose a file"))
        if not self.errors:
            try:
                self.found = self._read(typed)
            except LinesRefused as error:
                self.add_error("lines", [say_fault(each) for each in error.faults])

    def _open(self, file: Any) -> str:
        try:
            if not file.is_too_large:
                return str(file.read().decode("utf-8"))
            self.add_error("file", gettext("This file is too large: send fewer lines"))
        except UnicodeDecodeError:
            self.add_error("file", gettext("This is not text in UTF-8. Save it as “CSV UTF-8”."))
        return ""


def say_fault(fault: Fault) -> str:
    """Say where a fault is, and what is allowed there."""
    said = {
        "line": fault.line,
        "column": fault.column,
        "allowed": gettext(fault.allowed.label) % {"about": fault.about},
    }
    if fault.column:
        return gettext("Line %(line)d, %(column)s: %(allowed)s") % said
    return gettext("Line %(line)d: %(allowed)s") % said
