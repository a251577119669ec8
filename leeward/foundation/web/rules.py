"""Plain decisions about requests: what counts as a passing fault of the machine, and who wants a machine's answer."""

import errno

MACHINE_PATHS = ("/api/", "/exchange/", "/directory/api/")
# Files that people take along and programs fetch, of which the language is asked for in their own address.
DATA_FILES = (".json", ".csv")
# By this entry in a page's own address its reader chooses a language.
LANGUAGE_ENTRY = "lang"
# And by this one, whether they read its usual words or easier ones.
WORDS_ENTRY = "words"

# Anybody may ask how we are: no more than one write in this time comes of it. A failed one is repeated at once.
TRIAL_SECONDS = 10.0

# What databases say when it is the machine that fails, not our code. SQLite has no codes, only these words.
TROUBLE_WORDS = (
    "database or disk is full",
    "database is locked",
    "database table is locked",
    "disk i/o error",
    "unable to open database file",
    "attempt to write a readonly database",
)
# PostgreSQL's classes: connection lost, transaction rolled back, out of resources, operator intervention; lock not got.
TROUBLE_STATES = ("08", "40", "53", "57", "55P03")
TROUBLE_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def is_machine_path(path: str) -> bool:
    """Whether a program, not a person, reads the answer at this path."""
    return path.startswith(MACHINE_PATHS)


def is_data_file(path: str) -> bool:
    """Whether a file for programs stands at this path, which keeps no choice of language from one to the next."""
    return path.endswith(DATA_FILES)


def is_storage_trouble(*, words: str, state: str | None) -> bool:
    """Whether a database error means 'not now' (a full disk, a lock, a lost connection) rather than a mistake of ours.

    `words` is the error's message; `state` is PostgreSQL's SQLSTATE, None where the database gave none (SQLite, or a
    server that could not be reached at all).
    """
    if state is not None:
        return state.startswith(TROUBLE_STATES)
    lowered = words.lower()
    unreachable = lowered.startswith(("connection", "could not connect"))
    return unreachable or any(trouble in lowered for trouble in TROUBLE_WORDS)


def is_storage_errno(number: int | None) -> bool:
    """Whether a file could not be written because the disk is full or read-only."""
    return number in TROUBLE_ERRNOS


def is_trial_due(*, wrote_at: float | None, now: float) -> bool:
    """Whether to try again that the database can be written; seconds of one steady clock, None: it last failed."""
    return wrote_at is None or now - wrote_at >= TRIAL_SECONDS
