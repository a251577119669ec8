"""What the database itself refuses: an edition of one person, and any change to one."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from leeward.foundation.pages.models import Draft, Page, PageEdition, PrintRun, Sheet, StoodOn, Withdrawal
from tests.foundation.accounts.people import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def edition(**fields: object) -> PageEdition:
    page, _is_new = Page.objects.get_or_create(
        code="after", defaults={"title": "After", "made_at": NOW, "review_on": NOW.date()}
    )
    known = {
        "page": page, "language": "en", "number": 1, "title": "After", "tab": "Help", "body": "One.", "note": "First.",
        "sha256": "0" * 64, "written_by": "one", "approved_by": "two", "approved_at": NOW,
    }  # fmt: skip
    return PageEdition.objects.create(**known | fields)


def test_an_edition_and_all_that_hangs_on_it_stays_as_it_is() -> None:
    made = edition()
    StoodOn.objects.create(edition=made, kind="law", key="act")
    Withdrawal.objects.create(edition=made, reason="Wrong.", made_by="two", made_at=NOW)
    for table in (PageEdition, StoodOn, Withdrawal):
        column = {"kind": "page"} if table is StoodOn else {"title": "T"} if table is PageEdition else {"reason": "R"}
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.update(**column)
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.all()._raw_delete(table.objects.db)


def test_nobody_is_both_people_of_an_edition() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        edition(written_by="one", approved_by="one")


def test_a_number_is_given_once_and_a_language_has_one_draft() -> None:
    made = edition()
    with pytest.raises(IntegrityError), transaction.atomic():
        edition()
    fields = {"page": made.page, "language": "en", "title": "T", "tab": "T", "body": "B", "changed_at": NOW}
    Draft.objects.create(**fields, changed_by="one")
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.create(**fields, changed_by="two")


def test_a_text_does_not_end_before_it_begins_and_a_run_has_copies() -> None:
    made = edition()
    fields = {"language": "en", "title": "T", "tab": "T", "body": "B"}
    days = {"from_on": "2026-12-07", "until_on": "2026-12-01", "changed_at": NOW, "changed_by": "one"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.create(page=made.page, **fields, **days)
    sheet = Sheet.objects.create(page=made.page, **fields, code="K7Q2M4", number=1, state="0" * 64, made_at=NOW)
    run = {"sheet": sheet, "form": "card", "copies": 1, "location": "Here", "printed_on": "2026-11-24"}
    for wrong in ({"copies": 0}, {"form": "banner"}, {"replaced_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PrintRun.objects.create(**run | wrong, made_by="one", made_at=NOW)
