"""The editors' lists are read from indexes in their own orders: a large directory is as quick as a small one."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from leeward.foundation.work.keyset import page_rows
from leeward.foundation.work.lists import Listing
from leeward.society.directory.views.staff.home import services_list
from leeward.society.directory.views.staff.lists import synonyms_list
from leeward.society.directory.views.staff.organizations import organizations_list
from leeward.society.directory.views.staff.proposals import proposals_list
from tests.plans import plan_of
from tests.society.directory.factories import NOW, TODAY, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

LISTS: Mapping[str, tuple[Callable[[], Listing[Any]], str]] = {
    "directory_service_name": (lambda: services_list(on=TODAY), "name"),
    "directory_service_checked": (lambda: services_list(on=TODAY), "checked"),
    "directory_organization_name": (organizations_list, "name"),
    "directory_proposal_open": (lambda: proposals_list(now=NOW), "made"),
    "directory_synonym_word": (synonyms_list, "word"),
}


@pytest.mark.parametrize("index", list(LISTS))
def test_each_order_has_its_index(index: str, django_assert_num_queries: Any) -> None:
    for _ in range(4):
        make_service()
    made, sort = LISTS[index]
    listing = made()
    order = next(column.order for column in listing.columns if column.key == sort)
    assert order is not None
    with django_assert_num_queries(1) as captured:
        page_rows(listing.rows, order, limit=2)
    plan = plan_of(captured)
    assert index in plan, plan
    assert "Sort Key" not in plan
    assert "TEMP B-TREE" not in plan
