"""Whom a person may want to talk to, by what she has told us so far."""

from leeward.society.directory.rules.suggesting import Context
from leeward.victim.file.rules.story import Harm
from leeward.victim.removals.rules.reports import Path

BY_HARM = {
    Harm.THREATENED: Context.THREAT,
    Harm.SEXTORTION: Context.THREAT,
    Harm.STOLEN: Context.STOLEN,
    Harm.CREATOR_CONTENT: Context.CREATOR,
    Harm.OUTING: Context.OUTING,
    Harm.DOXXING: Context.THREAT,
}
BY_PATH = {
    Path.THREAT: Context.THREAT,
    Path.FOUND: Context.FOUND,
    Path.ONLINE: Context.ONLINE,
    Path.UNSURE: Context.HELP,
}


def context_of(path: Path, harm: Harm | None = None) -> Context:
    """Return the directory's context for her: by the harm where she named it, else by how she began."""
    if path is Path.FOUND:  # what happens to somebody else
        return BY_PATH[path]
    return BY_HARM[harm] if harm in BY_HARM else BY_PATH[path]
