"""Probes: numbers by the nation's plan, addresses over a network that misbehaves, a command that can be stopped."""

import io
import ssl
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from leeward.society.directory.errors import EntryUnknown
from leeward.society.directory.management.commands import probe_services
from leeward.society.directory.models import Probe, Service
from leeward.society.directory.operations.probing import due_services, probe_service
from leeward.society.directory.operations.saving import withdraw_service
from leeward.society.directory.rules.freshness import ProbeTrouble
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.limits import NAME_LENGTH
from leeward.society.directory.rules.phones import phone_trouble
from leeward.society.directory.rules.probing import Finding, answer_trouble, has_moved, web_addresses, worst_of
from leeward.society.directory.rules.records import Link, Phone, ServiceRecord, ServiceStatus
from tests.counters import start_afresh
from tests.foundation.reach.conftest import Names, Server, answer, certificate, names, redirect, server  # noqa: F401
from tests.society.directory.factories import BY, NOW, make_service

pytestmark = pytest.mark.postgresql

WEEK = timedelta(days=7)
SITE = "http://site.example"


class TestNumbers:
    @pytest.mark.parametrize(
        ("number", "region"),
        [
            ("21 000 0000", "PT"),
            ("+351 21 000 0000", "PT"),
            ("+44 20 7946 0958", "PT"),  # another country's, written in full
            ("144", "PT"),
            ("116 006", "PT"),
            ("0800 1111", "GB"),
            ("116 123", "GB"),
            ("988", "US"),
            ("0555 0100", "XX"),
            ("999", "XX"),
            ("+999 (0) 12-34/56", "XX"),
            ("123456789012345", "XX"),
        ],
    )
    def test_numbers_that_can_be_dialled(self, number: str, region: str) -> None:
        assert phone_trouble(number, region=region) == ""

    @pytest.mark.parametrize(
        ("number", "region"),
        [
            ("21 000 000", "PT"),  # a digit is missing
            ("0555 0100", "GB"),
            ("12345", "PT"),
            ("+999 123456", "PT"),
            ("ask at the door", "XX"),
            ("12", "XX"),
            ("1234567890123456", "XX"),
            ("12+34567", "XX"),
            ("", "XX"),
        ],
    )
    def test_numbers_that_cannot(self, number: str, region: str) -> None:
        assert phone_trouble(number, region=region) != ""


class TestRules:
    @pytest.mark.parametrize(
        ("asked", "final", "moved"),
        [
            ("https://a.example/x", "https://a.example/y", False),
            ("http://a.example", "https://www.a.example/", False),
            ("https://www.a.example", "https://pt.a.example/", False),
            ("https://a.example", "https://b.example/", True),
            ("https://a.example", "https://evil-a.example/", True),
        ],
    )
    def test_another_site_is_one_of_another_name(self, asked: str, final: str, *, moved: bool) -> None:
        assert has_moved(asked, final) is moved

    @pytest.mark.parametrize(
        ("status", "trouble"),
        [
            (200, ProbeTrouble.NONE),
            (404, ProbeTrouble.NOT_FOUND),
            (410, ProbeTrouble.NOT_FOUND),
            (403, ProbeTrouble.REFUSED),
            (429, ProbeTrouble.REFUSED),
            (500, ProbeTrouble.SERVER_ERROR),
        ],
    )
    def test_what_an_answer_says(self, status: int, trouble: ProbeTrouble) -> None:
        assert answer_trouble(asked=SITE, final=SITE, status=status) is trouble

    def test_every_trouble_has_its_place_and_the_worst_is_told(self) -> None:
        for trouble in ProbeTrouble:
            assert worst_of([Finding(trouble=trouble, about="x")]).trouble is trouble
        found = worst_of([Finding(trouble=each, about=each.value * 99) for each in ProbeTrouble])
        assert (found.trouble, len(found.about)) == (ProbeTrouble.PHONE_FORMAT, NAME_LENGTH)
        assert worst_of([]).trouble is ProbeTrouble.NONE

    def test_each_address_once_and_ten_at_most(self) -> None:
        links = tuple(Link(url=f"{SITE}/{number % 15}") for number in range(30))
        record = ServiceRecord(
            id=uuid.uuid4(), organization_id=uuid.uuid4(), name="x", url=f"{SITE}/1", additional_urls=links
        )
        assert web_addresses(record) == (f"{SITE}/1", f"{SITE}/0", *(f"{SITE}/{number}" for number in range(2, 10)))


@pytest.mark.django_db
class TestLooking:
    @pytest.fixture(autouse=True)
    def _fresh_turns(self) -> None:
        start_afresh()

    def look(self, service: ServiceRecord, names: Names, *, now: Any = NOW) -> ProbeTrouble:  # noqa: F811
        waited: list[float] = []
        trouble = probe_service(
            service_id=service.id,
            now=now,
            network=names.network,
            wait=lambda seconds: waited.append(seconds) or start_afresh(),  # type: ignore[func-returns-value]
        )
        self.waited = waited
        return trouble

    def test_one_that_answers_is_well_and_nothing_of_its_page_is_read(self, server: Server, names: Names) -> None:  # noqa: F811
        server.answers["/"] = answer(b"x" * 3_000_000, headers=("Content-Type: text/html",))
        service = make_service(url=f"{SITE}/")
        assert self.look(service, names) is ProbeTrouble.NONE
        assert (Probe.objects.get().trouble, server.paths) == (ProbeTrouble.NONE.value, ["/"])

    @pytest.mark.parametrize(
        ("path", "trouble"),
        [
            ("/gone", ProbeTrouble.NOT_FOUND),
            ("/broken", ProbeTrouble.SERVER_ERROR),
            ("/shut", ProbeTrouble.REFUSED),
            ("/away", ProbeTrouble.MOVED),
            ("/nonsense", ProbeTrouble.NO_ANSWER),
            ("/inside", ProbeTrouble.REFUSED),
        ],
    )
    def test_each_way_of_being_wrong_has_its_word(
        self,
        server: Server,  # noqa: F811
        names: Names,  # noqa: F811
        path: str,
        trouble: ProbeTrouble,
    ) -> None:
        names.known["other.example"] = names.known["site.example"]
        server.answers |= {
            "/broken": answer(status="503 Busy"),
            "/shut": answer(status="403 Forbidden"),
            "/away": redirect("http://other.example/there"),
            "/there": answer(b"here"),
            "/nonsense": lambda connection, _request: connection.sendall(b"what?\r\n\r\n"),
            "/inside": redirect("http://10.0.0.1/"),
        }
        service = make_service(url=f"{SITE}{path}")
        assert self.look(service, names) is trouble
        row = Probe.objects.get(service__public_id=service.id)
        assert (row.trouble, row.about, row.failures, row.probed_at) == (trouble.value, f"{SITE}{path}", 1, NOW)

    def test_a_name_that_nobody_knows_and_a_certificate_that_proves_nothing(
        self,
        names: Names,  # noqa: F811
        tmp_path: Path,
    ) -> None:
        assert self.look(make_service(url="http://unknown.example/"), names) is ProbeTrouble.NO_ANSWER
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(tmp_path, "site.example"))
        secured = Server(tls=context)
        try:
            names.port = secured.port
            assert self.look(make_service(url="https://site.example/"), names) is ProbeTrouble.INSECURE
        finally:
            secured.stop()

    def test_failures_are_counted_until_it_is_well_again(self, server: Server, names: Names) -> None:  # noqa: F811
        service = make_service(url=f"{SITE}/x")
        for count in (1, 2, 3):
            self.look(service, names, now=NOW + count * WEEK)
            assert Probe.objects.get().failures == count
        server.answers["/x"] = answer()
        self.look(service, names)
        row = Probe.objects.get()
        assert (row.trouble, row.failures, row.about) == (ProbeTrouble.NONE.value, 0, "")

    def test_two_pages_of_one_host_wait_for_each_other(self, server: Server, names: Names) -> None:  # noqa: F811
        server.answers |= {"/a": answer(), "/b": answer()}
        service = make_service(url=f"{SITE}/a", additional_urls=(Link(url=f"{SITE}/b"),))
        assert self.look(service, names) is ProbeTrouble.NONE
        assert (server.paths, len(self.waited)) == (["/a", "/b"], 1)

    def test_numbers_are_looked_at_by_the_nations_plan(self, names: Names, settings: Any) -> None:  # noqa: F811
        service = make_service(phones=(Phone(number="144"), Phone(number="0555 0100")))
        assert self.look(service, names) is ProbeTrouble.NONE
        settings.LEEWARD_JURISDICTION = "PT"
        assert self.look(service, names) is ProbeTrouble.PHONE_FORMAT
        assert Probe.objects.get().about == "0555 0100"

    def test_an_entry_is_never_changed_by_it(self, names: Names) -> None:  # noqa: F811
        service = make_service(url=f"{SITE}/gone")
        before = Service.objects.values().get()
        self.look(service, names)
        assert Service.objects.values().get() == before
        with pytest.raises(EntryUnknown):
            probe_service(service_id=uuid.uuid4(), now=NOW, network=names.network)
        assert Probe.objects.count() == 1


@pytest.mark.django_db
class TestTheCommand:
    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(probe_services.timezone, "now", lambda: NOW)

    def run(self, **options: Any) -> str:
        out = io.StringIO()
        call_command("probe_services", stdout=out, stderr=out, **options)
        return out.getvalue()

    def test_it_goes_on_where_it_was_stopped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        services = [make_service(name=f"Service {number}") for number in range(5)]
        really, seen = probe_services.probe_service, []

        def stop_at_the_third(**values: Any) -> ProbeTrouble:
            if len(seen) == 2:
                raise KeyboardInterrupt
            seen.append(values["service_id"])
            return really(**values)

        with monkeypatch.context() as patched:
            patched.setattr(probe_services, "probe_service", stop_at_the_third)
            out = io.StringIO()
            with pytest.raises(KeyboardInterrupt):
                call_command("probe_services", stdout=out)
            assert "Run it again" in out.getvalue()
            assert "2 services looked at, 0 with trouble." in out.getvalue()
        assert due_services(now=NOW, older_than=WEEK, limit=10) == tuple(each.id for each in services[2:])
        assert "3 services looked at" in self.run()
        assert "0 services looked at" in self.run()
        assert "5 services looked at" in self.run(older_than=timedelta(0))
        assert "2 services looked at" in self.run(older_than=timedelta(0), limit=2)

    def test_the_longest_wait_is_first_and_what_is_gone_is_left_alone(self) -> None:
        first, second, gone = (make_service() for _ in range(3))
        make_service(status=ServiceStatus.DEFUNCT)
        withdraw_service(gone.id, source=Source.EDITOR, by=BY, now=NOW)
        for service, days in ((first, 8), (second, 9)):
            Probe.objects.create(
                service=Service.objects.get(public_id=service.id), probed_at=NOW - timedelta(days=days)
            )
        never = make_service()
        assert due_services(now=NOW, older_than=WEEK, limit=10) == (never.id, second.id, first.id)
        assert due_services(now=NOW, older_than=timedelta(days=9), limit=10) == (never.id, second.id)

    def test_it_counts_what_it_found_and_wonders_where_nobody_answers(self, settings: Any) -> None:
        settings.LEEWARD_JURISDICTION = "PT"
        make_service(phones=(Phone(number="0555 0100"),))
        assert "1 services looked at, 1 with trouble.\n  phone_format: 1" in self.run()

    def test_silence_everywhere_is_more_likely_ours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for _ in range(5):
            make_service()
        monkeypatch.setattr(probe_services, "probe_service", lambda **_: ProbeTrouble.NO_ANSWER)
        assert "Can this machine reach the internet?" in self.run()

    @pytest.mark.parametrize("wrong", [["--limit", "0"], ["--limit", "many"], ["--older-than", "-1"]])
    def test_what_cannot_be_meant_is_refused(self, wrong: list[str]) -> None:
        with pytest.raises(CommandError, match="give a whole number"):
            call_command("probe_services", *wrong)
