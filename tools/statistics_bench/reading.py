"""What people and programs read of the statistics, each as one call that fails where there is no answer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus

from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.editions.operations import sign_edition
from leeward.foundation.editions.queries import find_draft
from leeward.policy.statistics.published import draft
from leeward.policy.statistics.queries.releases import FIGURES
from leeward.policy.statistics.queries.series import all_series, series
from leeward.policy.statistics.queries.tables import release_tables
from leeward.policy.statistics.records import Breakdown, Frequency

PASSPHRASE = "lantern orbit pepper quilt"  # noqa: S105  # of a database that is thrown away
RATE, ITEMS = "removal-rate", "items"
ADA, BO = (Actor(kind=ActorKind.STAFF, id=name) for name in ("ada", "bo"))


def all_readings(*, now: datetime) -> Mapping[str, Callable[[], object]]:
    """Everything that is timed, by its name; a release is published for it, and somebody of the staff signs in."""
    edition = draft(title="Figures", by=ADA, now=now)
    sign_edition(shelf=FIGURES, name=edition, sha256=find_draft(FIGURES, edition).sha256, by=BO, now=now)
    everybody, staff = _client(), _sign_in(now=now)

    def reads(name: str, *arguments: str, client: Client = everybody, query: str = "") -> Callable[[], object]:
        address = reverse(name, args=arguments) + query
        return lambda: _read(client, address)

    return {
        "read: every series of everything by month": lambda: all_series(Frequency.MONTH),
        "read: the removal rate by platform": lambda: series(RATE, Frequency.QUARTER, Breakdown.PLATFORM),
        "read: the tables of a release": lambda: release_tables(today=now.date()),
        "page: how the country is doing": reads("statistics:nation"),
        "page: one chart by week": reads("statistics:chart", ITEMS, query="?by=week"),
        "page: platforms": reads("statistics:question-platforms"),
        "page: what is counted": reads("statistics:numbers"),
        "page: releases": reads("statistics-data:releases"),
        "page: one release": reads("statistics-data:release", edition),
        "page: releases, for the staff": reads("statistics-data:staff", client=staff),
        "file: a chart's table": reads("statistics:chart-csv", ITEMS),
        "file: a release's observations": reads("statistics-data:release-file", edition, "observations.csv"),
        "API: every series by week": reads("statistics-data:api-all-series", query="?step=week"),
        "API: the removal rate by platform": reads("statistics-data:api-series", RATE, query="?breakdown=platform"),
        "API: the same as a table": reads("statistics-data:api-series-csv", RATE, query="?breakdown=platform"),
    }


def _sign_in(*, now: datetime) -> Client:
    name = "bench-statistics"
    link = create_staff(
        username=name, display_name="Robin Vale", role=Role.POLICY_OFFICER, by=Actor.operator(), now=now
    )
    choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)
    client = _client()
    answer = client.post(reverse("accounts:sign-in"), {"username": name, "passphrase": PASSPHRASE})
    if answer.status_code != HTTPStatus.SEE_OTHER:
        raise RuntimeError("Nobody can sign in.")
    return client


def _client() -> Client:
    return Client(headers={"host": "127.0.0.1"})


def _read(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{address} cannot be read: {answer.status_code}.")
