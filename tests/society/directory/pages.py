"""Reads forms out of pages as a browser would, so that tests send back what people would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = ("checkbox", "radio")


@dataclass
class ReadForm:
    """One form: where it is sent, and what a browser would send."""

    action: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)

    def sent(self, **changed: str | list[str] | None) -> dict[str, str | list[str]]:
        """What is sent, with some answers changed; None takes an answer away."""
        values: dict[str, str | list[str]] = {name: value for name, value in self.values.items() if value}
        values |= {name: value for name, value in changed.items() if value is not None}
        return {name: value for name, value in values.items() if changed.get(name, "") is not None}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[ReadForm] = []
        self.errors: list[str] = []
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(ReadForm(action=given.get("action", "")))
        if tag == "p" and given.get("id", "").endswith("-error"):
            self.errors.append(given["id"].removesuffix("-error").removeprefix("f-"))
        if not self.forms:
            return
        values = self.forms[-1].values
        name = given.get("name", "")
        if tag == "input" and name:
            if given.get("type") not in VOID:
                values.setdefault(name, []).append(given.get("value", ""))
            elif "checked" in given:
                values.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "textarea":
            self._area = name
            values.setdefault(name, [""])
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in values):
            values[self._select] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            text = self.forms[-1].values[self._area][0].removeprefix("\n")  # as browsers read it
            self.forms[-1].values[self._area] = [text.replace("\n", "\r\n")]  # and as they send it
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].values[self._area] = [self.forms[-1].values[self._area][0] + data]


def read_forms(html: str) -> list[ReadForm]:
    """Every form of a page, in its order."""
    reader = _Reader()
    reader.feed(html.replace("\r\n", "\n"))  # as browsers read it
    for form in reader.forms:
        form.values.pop("csrfmiddlewaretoken", None)
    return reader.forms


def read_errors(html: str) -> set[str]:
    """The names of the fields beside which an error stands."""
    reader = _Reader()
    reader.feed(html.replace("\r\n", "\n"))  # as browsers read it
    return set(reader.errors)
