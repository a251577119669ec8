"""The operators' one command: `leeward NAME …` runs a management command of ours, and `--help` lists them all."""

import difflib
import gc
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.checks import Tags
from django.core.checks.registry import registry
from django.core.management import CommandError, get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.db import OperationalError, ProgrammingError, connection, connections

from leeward.config.environment import MADE_UP_NATION, EnvironmentIncomplete, make_secrets
from leeward.config.files import OTHERS, make_private_folder
from leeward.config.history import check_history

BORROWED = {
    "migrate": "Bring the database's tables up to date.",
    "collectstatic": "Gather the files that a web server hands out.",
    "check": "Look for mistakes in the settings.",
}
# Explaining a command needs its options, not an installation: these settings lead to nothing on the disk.
EXPLAINING = {
    "LEEWARD_ENV": "production",
    "LEEWARD_DATA": os.devnull,
    "DATABASE_URL": "sqlite://:memory:",
    "LEEWARD_HOSTS": "localhost",
    "LEEWARD_NATION_FILE": str(MADE_UP_NATION),
    "LEEWARD_PROXIES": "1",
}
HELP = ("--help", "-h")
# What is run where there is no installation: by authors, data offices, and whoever checks what one has published.
OF_STRANGERS = (
    "check-lesson", "check_lesson", "check-pack", "check_pack",
    "pseudonymise", "verify-credential", "verify_credential", "verify-log", "verify_log",
)  # fmt: skip
MAKE_SECRETS = "Print fresh values for the secrets that production needs."
NO_DEMONSTRATION = (
    "The made-up nation is not in this installation: it comes with the repository, not with the package.\n"
    "Clone the repository and type `make demo` there."
)
USAGE_ERROR = 2
# What an operator runs first with a database: only there is its history read, which takes a moment.
AT_THE_START = ("check", "found", "migrate", "serve")
NOT_READY = ("no such table", "does not exist")


def main() -> None:
    """Run one command and exit with its code; mistakes in the call exit with 2 and say how to mend them."""
    gc.disable()  # what is read now stays to the end: to look through it for what could go takes a seventh of a start
    code = run(sys.argv[1:])
    if (
        settings.configured
    ):  # nothing closes them by itself at the end: SQLite would leave the last writes beside its file
        connections.close_all()
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the command that `arguments` name (as typed after `leeward`) and return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leeward.config.settings")
    os.umask(OTHERS)  # whatever a command writes is for its owner alone
    explains = not arguments or arguments[0] == "help" or any(word in HELP for word in arguments)
    if arguments[:1] == ["make-secrets"]:  # needed before there are any settings
        values = "\n".join(f"{name}={value}" for name, value in make_secrets().items())
        print(f"leeward make-secrets: {MAKE_SECRETS}" if explains else values)
        return 0
    if explains or arguments[0] in OF_STRANGERS:
        _forget_installation()
    elif arguments[0] == "demo":
        os.environ.setdefault("LEEWARD_ENV", "demo")
    try:
        django.setup()
    except EnvironmentIncomplete as error:
        return _refuse(str(error))
    if not arguments or arguments[0] in (*HELP, "help"):
        print(_overview())
        return 0
    name, *rest = arguments
    apps = _our_commands()
    key = name.replace("-", "_")
    if key == "demo" and key not in apps:
        return _refuse(NO_DEMONSTRATION)
    if key not in apps:
        near = difflib.get_close_matches(name, [_shown(known) for known in apps], n=1)
        return _refuse(
            f"There is no command {name!r}."
            + (f" Did you mean {near[0]!r}?" if near else "")
            + " `leeward --help` lists them all."
        )
    return _execute(load_command_class(apps[key], key), name=name, rest=rest)


def _execute(command: BaseCommand, *, name: str, rest: list[str]) -> int:
    parser = command.create_parser("leeward", name)
    options = vars(parser.parse_args(rest))
    positional = options.pop("args", ())
    if "interactive" in options:
        options["interactive"] = False  # nobody may be there to answer
    if name == "migrate":
        _make_folders()
    if name != "check":
        _leave_pages_unread()
    elif not options["databases"]:
        options["databases"] = list(connections)  # what is missing there is what an operator asks about
    gc.freeze()
    gc.enable()
    try:
        if name in AT_THE_START:
            check_history()
            connections.close_all()  # `serve` becomes another program
        output = command.execute(*positional, **options)
    except CommandError as error:
        return _refuse(str(error), code=error.returncode)
    except (OperationalError, ProgrammingError) as error:
        if any(sign in str(error) for sign in NOT_READY):
            return _refuse("The database has no tables yet. Run `leeward migrate` first.")
        return _refuse(f"The database could not be used: {str(error).splitlines()[0]}", code=1)
    except KeyboardInterrupt:
        return 130
    del output  # a command prints for itself
    return 0


def _leave_pages_unread() -> None:
    """Skip the checks of addresses, which load every page: without them a command starts in half the time."""
    registry.registered_checks = {each for each in registry.registered_checks if Tags.urls not in each.tags}


def _forget_installation() -> None:
    """Explain commands with settings that lead nowhere: whatever is set, or is not, help is given and nothing made."""
    for name in [name for name in os.environ if name.startswith("LEEWARD_") or name == "PORT"]:
        del os.environ[name]
    os.environ.update({**make_secrets(), **EXPLAINING})


def _make_folders() -> None:
    """The first command of a new installation makes the folders that it needs."""
    make_private_folder(settings.ENVIRONMENT.data)
    if connection.vendor == "sqlite":
        make_private_folder(Path(connection.settings_dict["NAME"]).parent)


def _refuse(message: str, *, code: int = USAGE_ERROR) -> int:
    print(message, file=sys.stderr)
    return code


def _our_commands() -> dict[str, str]:
    """Every command an operator may run: name to the app that holds it."""
    ours = ("leeward.", *settings.DEMONSTRATION)
    return {name: app for name, app in get_commands().items() if name in BORROWED or app.startswith(ours)}


def _shown(name: str) -> str:
    return name.replace("_", "-")


def _overview() -> str:
    apps = _our_commands()
    sentences = {_shown(name): BORROWED.get(name) or load_command_class(app, name).help for name, app in apps.items()}
    sentences["make-secrets"] = MAKE_SECRETS
    width = max(map(len, sentences))
    lines = [f"  {name:<{width}}  {' '.join(sentences[name].split())}" for name in sorted(sentences)]
    return "\n".join(
        [
            "leeward NAME [OPTIONS]: run and look after an installation.",
            "",
            *lines,
            "",
            "`leeward NAME --help` explains one. LEEWARD_DATA names the folder where data live.",
            "Commands are for production; with LEEWARD_ENV=demo they are for the demonstration.",
        ]
    )
