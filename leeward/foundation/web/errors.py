"""What can be wrong with a page's making.

WebError
├── UnknownWidget      a form field whose control has no component of ours
└── DocumentRefused    a document that would reach for something outside itself
"""


class WebError(Exception):
    """Something about a page is wrong in a way that its author can mend."""


class UnknownWidget(WebError):
    """A form field uses a control for which there is no component."""

    def __init__(self, *, field: str, widget: str) -> None:
        super().__init__(
            f"The field {field!r} uses the widget {widget}, for which leeward.foundation.web has no component. "
            "Use a text, number, e-mail, password, textarea, select, radio, checkbox or hidden widget."
        )


class DocumentRefused(WebError):
    """A document refers to a file or an address; it must be whole in itself."""
