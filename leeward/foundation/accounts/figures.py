"""Counts of staff accounts that may be published: how many, never who."""

from collections.abc import Mapping

from django.db.models import Count

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role


def active_accounts() -> Mapping[Role, int]:
    """How many accounts of each role are active; every role is there."""
    rows = User.objects.filter(is_active=True).order_by().values_list("role").annotate(number=Count("pk"))
    counts = dict(rows)
    return {role: counts.get(role.value, 0) for role in Role}
