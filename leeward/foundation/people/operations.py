"""Make and change accounts as an administrator does on a page: what is refused is said beside its field."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from leeward.foundation.accounts.errors import (
    AffiliationWrong,
    LastAdministrator,
    LastInTeam,
    NameTaken,
    NameUnsuitable,
)
from leeward.foundation.accounts.operations import EnrolmentLink, change_staff, create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.people.errors import PeopleMistake


def make_account(
    *, username: str, display_name: str, role: str, affiliation: str, by: Actor, now: datetime
) -> EnrolmentLink:
    """Make an account. Raises FieldRefused."""
    with _said_beside_fields(affiliation=affiliation):
        return create_staff(
            username=username, display_name=display_name, role=Role(role), affiliation=affiliation, by=by, now=now
        )


def change_account(*, username: str, display_name: str, role: str, affiliation: str, by: Actor, now: datetime) -> None:
    """Change an account. Raises FieldRefused or NoSuchStaff."""
    with _said_beside_fields(affiliation=affiliation):
        change_staff(
            username=username, display_name=display_name, role=Role(role), affiliation=affiliation, by=by, now=now
        )


@contextmanager
def _said_beside_fields(*, affiliation: str) -> Iterator[None]:
    try:
        yield
    except NameUnsuitable as error:
        raise FieldRefused("username", PeopleMistake.NAME) from error
    except NameTaken as error:
        raise FieldRefused("username", PeopleMistake.TAKEN) from error
    except AffiliationWrong as error:
        wrong = PeopleMistake.PLATFORM_REFUSED if affiliation else PeopleMistake.PLATFORM_NEEDED
        raise FieldRefused("affiliation", wrong) from error
    except LastAdministrator as error:
        raise FieldRefused("role", PeopleMistake.LAST_ADMINISTRATOR) from error
    except LastInTeam as error:
        raise FieldRefused("role", PeopleMistake.LAST_HOLDER) from error
