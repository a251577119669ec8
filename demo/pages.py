"""The made-up nation's pages: one with a picture that is drawn here, and copies of another that hang somewhere."""

import io
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import override
from PIL import Image, ImageDraw

from leeward.foundation.accounts.models import User
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.pages.drawing import draw
from leeward.foundation.pages.models import PageFile
from leeward.foundation.pages.operations import add_shipped, approve_draft, save_draft, state_of
from leeward.foundation.pages.operations.pictures import add_picture, approve_picture
from leeward.foundation.pages.operations.printing import make_sheet, note_run
from leeward.foundation.pages.queries import in_force, view_file
from leeward.foundation.pages.rules.papers import Format

CODE, PRINTED = "safe-accounts", "help"
WORDS = {
    "en": "A drawing: a phone with a closed padlock, and beside it three steps that are ticked off",
    "ar": "رسم: هاتف عليه قفل مغلق، وبجانبه ثلاث خطوات أُنجزت",
}
PAPER, INK, BLUE, PALE, GREEN = "#ffffff", "#0b0c0c", "#1d70b8", "#d2e2f1", "#00703c"


def found_pages(*, now: datetime) -> None:
    """Give a page its picture and note where copies of another hang. Safe to repeat."""
    if PageFile.objects.exists():
        return
    writer, other = (
        Actor(kind=ActorKind.STAFF, id=str(User.objects.get(username=name).reference)) for name in ("dana", "petra")
    )
    began = now - timedelta(days=40)
    add_shipped(now=began)
    file = add_picture(name="Phone with a padlock", sent=draw_phone(), alternatives=WORDS, by=writer, now=began)
    approve_picture(code=file, sha256=view_file(file).sha256, by=other, now=began)
    for language, words in WORDS.items():
        text = in_force(CODE, language).text
        # A translation renders what stands in its source now, to which the picture was added.
        renders = in_force(CODE, settings.LANGUAGE_CODE).text.blocks if text.renders else ()
        picture = f"![{words}](file:{file})"
        new = replace(text, body=f"{picture}\n\n{text.body}", renders=tuple(block.digest for block in renders))
        seen = state_of(CODE, language)
        save_draft(code=CODE, text=new, is_ready=True, seen=seen, by=writer, now=began)
        approve_draft(code=CODE, language=language, seal=new.seal, reason="With a picture.", by=other, now=began)
    with override(settings.LANGUAGE_CODE):
        shown = in_force(PRINTED, settings.LANGUAGE_CODE)
        drawn = draw(shown.text, now=began)
    sheet = make_sheet(shown, drawn.found, pictures=drawn.pictures, now=began)
    for form, copies, location in (
        (Format.POSTER, 12, "Northport police station"),
        (Format.CARD, 400, "Harbour Health Centre, Fairhaven"),
    ):
        note_run(
            code=sheet.code,
            form=form,
            copies=copies,
            location=location,
            printed_on=began.date(),
            by=writer,
            now=began,
        )


def draw_phone() -> bytes:
    """A phone with a padlock and three steps beside it, as a PNG file."""
    picture = Image.new("RGB", (720, 420), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((60, 20, 260, 400), radius=28, fill=INK)
    pen.rounded_rectangle((74, 48, 246, 372), radius=10, fill=PALE)
    pen.arc((122, 110, 198, 200), 180, 360, fill=BLUE, width=16)
    pen.rounded_rectangle((104, 156, 216, 262), radius=14, fill=BLUE)
    pen.ellipse((148, 186, 172, 210), fill=PAPER)
    pen.rectangle((155, 205, 165, 236), fill=PAPER)
    for top in (292, 316, 340):
        pen.rounded_rectangle((96, top, 224, top + 10), radius=5, fill=BLUE)
    for number, top in enumerate((60, 180, 300)):
        pen.ellipse((330, top, 400, top + 70), fill=GREEN)
        pen.line((346, top + 36, 361, top + 51, 386, top + 20), fill=PAPER, width=10, joint="curve")
        for line, width in enumerate((250 - 40 * number, 170 + 30 * number)):
            pen.rounded_rectangle((430, top + 12 + 30 * line, 430 + width, top + 26 + 30 * line), radius=7, fill=INK)
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()
