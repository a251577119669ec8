"""Two moderators who press at the same time: one has it, the others hear so."""

import threading

import pytest
from django.db import connections
from django.test import Client

from leeward.victim.removals.models import Request
from tests.foundation.accounts.people import at, come_in
from tests.victim.removals.conftest import NOW, Company, Worker
from tests.victim.removals.platform_people import asked_of, colleague, references

pytestmark = pytest.mark.postgresql


def test_of_two_who_take_it_at_once_one_gets_it(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, robin: Worker, chatter: Company
) -> None:
    at(monkeypatch, NOW)
    first = colleague("mona", chatter)
    clients = [come_in("mona")]
    for name in ("nadia", "nora", "nelly"):
        colleague(name, chatter, beside=first)
        clients.append(come_in(name))
    wanted = references(asked_of(robin, "https://chatter.example/p/1", "https://chatter.example/p/2"))
    ticked = [str(reference) for reference in wanted]
    start, said = threading.Barrier(len(clients)), []

    def take(client: Client) -> None:
        start.wait()
        try:
            said.append(
                client.post("/platform/requests/claim", {"request": ticked}).headers["Location"].rpartition("=")[2]
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["claimed", "taken", "taken", "taken"]
    assert len(set(Request.objects.values_list("claimed_by", flat=True))) == 1
