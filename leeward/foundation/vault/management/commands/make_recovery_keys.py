"""Make the offline recovery key's three custodian files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import make_recovery_keys
from leeward.foundation.vault.rules.custody import CUSTODIANS, write_custodian_file


class Command(BaseCommand):
    help = "Make the offline recovery key: three custodian files, of which any two let a team in again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=Path(), metavar="DIR", help="where the three files go (default: here)"
        )

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        paths = [folder / f"custodian-{name}.json" for name in CUSTODIANS]
        there = [str(path) for path in paths if path.exists()]
        if there or not folder.is_dir():
            raise CommandError(
                f"{there[0]} is there already. Choose an empty folder." if there else f"{folder} is not a folder."
            )
        written: list[Path] = []
        try:
            with transaction.atomic():  # a key of which a file could not be written is not made
                files = make_recovery_keys(by=Actor.operator(), now=timezone.now())
                for path, file in zip(paths, files, strict=True):
                    path.touch(mode=0o600, exist_ok=False)
                    written.append(path)
                    path.write_text(write_custodian_file(file), encoding="ascii")
        except (OSError, VaultError) as error:
            for path in written:
                path.unlink(missing_ok=True)
            raise CommandError(str(error)) from error
        for path in paths:
            self.stdout.write(str(path))
        self.stderr.write(
            "Give each file to another custodian, of different agencies, to keep offline, and delete it here. "
            "Any two of them open every team. A team with members gets this key when somebody joins, "
            "or when its own key is renewed."
        )
