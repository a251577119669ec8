"""Whom a person may want to talk to, by what she has told us so far."""

from leeward.society.directory.rules.suggesting import Context
from leeward.victim.file.rules.paths import Law, paths_of
from leeward.victim.file.rules.story import Harm, Story
from leeward.victim.removals.rules.reports import Path

BY_HARM = {Harm.THREATENED: Context.THREAT, Harm.STOLEN: Context.STOLEN}
# The page of advice that is for every threat.
FIRST_HELP = "first-help"
BY_PATH = {
    Path.THREAT: Context.THREAT,
    Path.FOUND: Context.FOUND,
    Path.ONLINE: Context.ONLINE,
    Path.UNSURE: Context.HELP,
}


def context_of(path: Path, story: Story | None = None, *, law: Law | None = None) -> Context:
    """Return the directory's context for her: by her path or harm where she named one, else by how she began."""
    if story is None or path is Path.FOUND:  # what happens to somebody else
        return BY_PATH[path]
    rows = paths_of(story, law=law)
    return Context(rows[0].support) if rows else BY_HARM.get(story.harm, BY_PATH[path])


def page_of(story: Story, *, law: Law | None = None) -> str:
    """Return the page of advice for what she ticked; "" where there is none of its own."""
    rows = paths_of(story, law=law)
    if rows:
        return rows[0].page
    return FIRST_HELP if story.harm is Harm.THREATENED else ""
