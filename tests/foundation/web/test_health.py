"""`/healthz` says well only where something can be kept, and nobody fills the disk by asking."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from leeward.foundation.web import operations, views
from leeward.foundation.web.models import Trial
from leeward.foundation.web.operations import FREE_LEAST_BYTES, Health
from leeward.foundation.web.rules import TRIAL_SECONDS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "HEALTH", Health())


@pytest.fixture
def full_database() -> Iterator[None]:
    """The database's file may not grow: what a full disk does to it."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite alone can be told so")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # so that no free page is left inside
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.usefixtures("full_database")
def test_a_full_database_is_not_well(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"database cannot be written\n")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert client.get("/healthz").content == b"ok\n"  # it goes on by itself, at once


def test_a_database_that_only_reads_is_not_well(client: Client) -> None:
    switch, back = {
        "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(switch)
    response = client.get("/healthz")
    with connection.cursor() as cursor:
        cursor.execute(back)
    assert (response.status_code, response.content) == (503, b"database cannot be written\n")


def test_a_disk_that_is_nearly_full_is_not_well(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    for free, status in ((FREE_LEAST_BYTES - 1, 503), (FREE_LEAST_BYTES, 200)):
        monkeypatch.setattr(operations.shutil, "disk_usage", lambda _place, free=free: usage._replace(free=free))
        assert client.get("/healthz").status_code == status


def test_nothing_stays_of_a_trial_and_not_every_question_makes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Any] = []
    monkeypatch.setattr(operations, "try_to_write", lambda: tried.append(operations.Trial.objects.count()))
    health = Health()
    moments = [0.0, 1.0, TRIAL_SECONDS - 0.1, TRIAL_SECONDS, TRIAL_SECONDS + 1.0, 2 * TRIAL_SECONDS]
    assert [health.find_trouble(now=now) for now in moments] == [""] * len(moments)
    assert len(tried) == 3
    monkeypatch.undo()
    operations.try_to_write()
    assert Trial.objects.count() == 0
