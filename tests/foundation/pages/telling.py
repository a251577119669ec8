"""What a page says, as a list of words and of where its links lead: two pages that say the same are alike in it."""

from html.parser import HTMLParser

BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "th", "td", "summary", "div", "caption", "ul", "ol", "details", "noscript"}
HIDDEN = {"script", "style", "svg", "footer"}  # below a page stands how it is printed


class Telling(HTMLParser):
    """The lines of a page's main part: its texts as blocks, with the addresses of links after their words."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._is_inside, self._hidden, self._address, self._line = False, 0, "", ""
        self.feed(markup)
        self._end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "main":
            self._is_inside = True
        if tag in HIDDEN:
            self._hidden += 1
        if tag in BLOCKS:
            self._end()
        if tag == "a" and not self._hidden:
            self._address = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in HIDDEN:
            self._hidden -= 1
        if tag == "a" and self._is_inside and not self._hidden:
            self._line += f" ({self._address})"
        if tag in BLOCKS or tag == "main":
            self._end()
        if tag == "main":
            self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside and not self._hidden:
            self._line += data

    def _end(self) -> None:
        if line := " ".join(self._line.split()):
            self.said.append(line)
        self._line = ""
