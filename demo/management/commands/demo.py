"""`leeward demo`: the product, a made-up nation, and its partner platforms, until Ctrl-C."""

import os
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from demo.cast import MadeByAnotherVersion, found_nation
from demo.stamping import MadeUpAuthority
from demo.troupe import ROOT, DemonstrationFailed, choose_ports, is_free, parts, wait_until_answers
from demo.witnessing import made_up_witnesses, write_policy
from leeward.foundation.audit.rules import Actor
from leeward.foundation.clock.operations import confirm_clock
from leeward.foundation.processes import Processes, VitalEnded
from leeward.foundation.rounds import stops_when_told

WATCH_SECONDS = 1.0
# Forty-eight hours of the made-up law pass in six minutes; pages that show clocks say so.
CLOCK_PACE = "480"


class Command(BaseCommand):
    help = "Run the product with a made-up nation and its partner platforms, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--brief", action="store_true", help="live through a tenth of the desk's past")

    def handle(self, *, brief: bool, **_options: object) -> None:
        if settings.LEEWARD_PRODUCTION:
            raise CommandError("The demonstration makes up a nation. It does not run with LEEWARD_ENV=production.")
        stopped = threading.Event()
        stops_when_told(stopped)
        try:
            self._run(stopped, brief=brief)
        except (DemonstrationFailed, MadeByAnotherVersion) as error:
            raise CommandError(str(error)) from error
        except VitalEnded as error:
            log = settings.ENVIRONMENT.data / "logs" / f"{error.word}.log"
            raise CommandError(f"{error} See {log}.") from error

    def _run(self, stopped: threading.Event, *, brief: bool) -> None:
        data, port = settings.ENVIRONMENT.data, settings.LEEWARD_PORT
        if not is_free(port):
            raise CommandError(
                f"Port {port} is in use. Stop what uses it, or choose another: make demo PORT={port + 1}"
            )
        ports = choose_ports(port)
        site_url, walls_url = f"http://127.0.0.1:{ports.site}/", f"http://127.0.0.1:{ports.walls}/"
        self.stderr.write("→ Founding the made-up nation")
        facts = found_nation(data, site_url=site_url, walls_url=walls_url)
        # It may have rested for weeks, and what it would lose is made up.
        confirm_clock(day=timezone.now().date(), by=Actor.operator(), now=timezone.now())
        certificates = data / "stamping.pem"
        certificates.write_text(MadeUpAuthority(secret=settings.SECRET_KEY).pem, encoding="ascii")
        witnesses = data / "witnesses.txt"
        made_up = made_up_witnesses(secret=settings.SECRET_KEY, folder=data / "witnesses")
        policy = write_policy(made_up, url=f"http://127.0.0.1:{port}/demo/witness")
        witnesses.write_text(policy, encoding="utf-8")
        environment = {
            "LEEWARD_CLOCK_PACE": CLOCK_PACE,
            **os.environ,
            "LEEWARD_DATA": str(data),
            "PORT": str(port),
            "LEEWARD_DEMO_SITE_URL": site_url,
            "LEEWARD_STAMPS_URL": f"http://127.0.0.1:{port}/demo/stamping",
            "LEEWARD_STAMPS_CERTIFICATES": str(certificates),
            "LEEWARD_WITNESSES": str(witnesses),
            "LEEWARD_SMTP_URL": f"smtp://127.0.0.1:{ports.mail}",
        }
        troupe = Processes(environment=environment, folder=ROOT, logs=data / "logs")
        address = f"http://127.0.0.1:{port}"
        try:
            web, *others = parts(data, ports, brief=brief)
            troupe.start(web)
            wait_until_answers(f"{address}/healthz", troupe, stopped=stopped)
            for part in others:
                troupe.start(part)
            for url in (site_url, walls_url + "lantern/"):
                wait_until_answers(url, troupe, stopped=stopped)
            if not stopped.is_set():
                self.stdout.write(
                    f"\nLeeward is at {address}/ — begin with {address}/demo\n"
                    f"Partner sites are at {facts.site_url} and {facts.walls_url}lantern/\n"
                    f"Its data and logs are in {data}\nCtrl-C ends everything.\n"
                )
                self.stdout.flush()
            while not stopped.wait(WATCH_SECONDS):
                troupe.mend()
        finally:
            troupe.stop()
