"""What the database itself refuses: an edition of one person, and any change to one."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from leeward.foundation.pages.models import Draft, Page, PageEdition, StoodOn, Withdrawal
from tests.foundation.accounts.people import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def edition(**fields: object) -> PageEdition:
    page, _is_new = Page.objects.get_or_create(code="after", defaults={"title": "After", "made_at": NOW})
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
