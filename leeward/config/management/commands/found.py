"""`leeward found`: what production needs before the first notice can go out."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.notary.errors import NotaryError
from leeward.foundation.notary.operations import found_log, open_keys
from leeward.foundation.notary.queries import log_keys
from leeward.foundation.signing.errors import SignerKeyMissing
from leeward.foundation.signing.operations.keys import found_signer, open_signer
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import found_services, open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.industry.exchange.errors import SnapshotKeyMissing
from leeward.industry.exchange.snapshots import found_snapshots, open_present_key
from leeward.victim.locker.errors import StoreMismatch
from leeward.victim.locker.operations.store import hold_store

NEXT = """
Next:
  On the web's account:
    leeward create-staff NAME --role administrator
    leeward create-staff NAME --role practitioner
    leeward create-staff NAME --role helpline_lead
    leeward create-staff NAME --role desk_practitioner
  Each prints a link that works once, for a day. Put {url} before it.
  A team takes in what is new once somebody there has signed in. What is missing: {url}{setup}
    leeward serve --workers 2
  On this account, each kept running:
    leeward work
    leeward courier
    leeward monitor
    leeward notifier
    leeward notary
    leeward signer
    leeward teller
    leeward forwarder
    leeward snapshots
  People begin at {url}/
  Staff sign in at {url}{sign_in}
  A load balancer asks {url}{health}"""


class Command(BaseCommand):
    help = "Make what is needed before the first notice: workers' keys, duties, words of the directory. Safe to repeat."

    def handle(self, **_options: object) -> None:
        self._check_migrations()
        self._found_services()
        self.stdout.write("Duties of platforms:")
        call_command("load_duties", stdout=self.stdout)
        self.stdout.write("Types of court orders:")
        call_command("load_orders", stdout=self.stdout)
        self.stdout.write("Words of the directory:")
        call_command("found_directory", stdout=self.stdout)
        self._hold_store()
        places = {
            "sign_in": reverse("accounts:sign-in"),
            "health": reverse("web:health"),
            "setup": reverse("people:setup"),
        }
        self.stdout.write(NEXT.format(url=settings.LEEWARD_URL, **places))

    def _check_migrations(self) -> None:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            raise CommandError(
                f"The database's tables are not up to date ({len(waiting)} steps wait). Run `leeward migrate` first."
            )

    def _hold_store(self) -> None:
        """Name the folder in which sealed files are kept, the first time; look that it is this one, each time."""
        folder = settings.LEEWARD_LOCKER_PIECES
        try:
            hold_store()
        except StoreMismatch as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"The locker's store cannot be kept in {folder} ({error.strerror}). Make the folder, for this account "
                "and the web's, and run this again: docs/operating, The locker's store."
            ) from error
        self.stdout.write(f"Store of the locker's files: {folder}. Web, workers and back-up share it.")

    def _found_services(self) -> None:
        """Make the workers' keys, and open each: the account that runs this must be that of the workers."""
        folder = settings.LEEWARD_SERVICE_KEYS
        try:
            made = found_services(by=Actor.operator(), now=timezone.now())
            for service in Service:
                open_service(service)
            found_log(by=Actor.operator(), now=timezone.now())
            open_keys()
            signer = found_signer(by=Actor.operator(), now=timezone.now())
            open_signer()
            found_snapshots(by=Actor.operator(), now=timezone.now())
            open_present_key()
        except OSError as error:
            raise CommandError(
                f"The workers' keys cannot be kept in {folder} ({error.strerror}). Run this on the workers' account."
            ) from error
        except (VaultError, NotaryError, SignerKeyMissing, SnapshotKeyMissing) as error:
            raise CommandError(str(error)) from error
        names = ", ".join([*(service.value for service in made), *(["signer"] if signer else [])])
        self.stdout.write(f"Keys of the workers: made for {names}." if names else "Keys of the workers: as they were.")
        self.stdout.write(f"Key of the public log, which you make known: {log_keys()[0].text}")
        self.stdout.write(f"They lie in {folder}. No other account may read them; the web server does without.")
