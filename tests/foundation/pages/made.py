"""A page with an edition in each language, an open draft and a printed sheet, for tests that walk all addresses."""

from leeward.foundation.pages.models import Draft, FileContent, Page, PageEdition, PageFile, PrintRun, Sheet
from leeward.foundation.references import draw_reference
from tests.foundation.accounts.people import NOW


def make_page() -> dict[str, str]:
    """Make it, and return what to fill into its addresses."""
    page = Page.objects.create(code="after-a-breach", title="After a breach", made_at=NOW, review_on=NOW.date())
    for language in ("en", "ar"):
        text = {"page": page, "language": language, "title": "After a breach", "tab": "Help", "body": "One."}
        PageEdition.objects.create(
            **text, number=1, note="New.", sha256="0" * 64, written_by="one", approved_by="two", approved_at=NOW
        )
        Draft.objects.create(**text, writers=["one"], changed_by="one", changed_at=NOW)
    code = draw_reference(length=6)
    kept = {"name": "Line", "media_type": "image/png", "width": 1, "height": 1, "sha256": "0" * 64}
    words = {"en": "A line", "ar": "خط"}
    file = PageFile.objects.create(
        **kept, code=code, alternatives=words, added_by="one", added_at=NOW, approved_by="two", approved_at=NOW
    )
    FileContent.objects.create(file=file, content=b"1")
    sheet = Sheet.objects.create(**text, code=code, number=1, said=[], state="0" * 64, made_at=NOW)
    run = {
        "form": "card",
        "copies": 9,
        "location": "Station",
        "printed_on": NOW.date(),
        "made_by": "one",
        "made_at": NOW,
    }
    printed = PrintRun.objects.create(**run, sheet=sheet)
    return {
        "code": page.code,
        "language": "ar",
        "number": "1",
        "form": "card",
        "typed": code,
        "file": code,
        "run": str(printed.public_id),
    }
