"""The ids by which other systems call our courses: of a course, of one version, and of what only a version changed."""

ACTIVITIES = "/training#"


def activity_id(site: str, course: str, version: int | None = None, *, is_delta: bool = False) -> str:
    """Return the id, which leads to the page of all courses. Without a version: of whichever is the newest."""
    number = "" if version is None else f"/{version}"
    return f"{site}{ACTIVITIES}{course}{number}{'/changes' if is_delta else ''}"
