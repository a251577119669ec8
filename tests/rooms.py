"""The rooms whose pages are walked, and who may enter them."""

ROOMS = (
    "checking", "directory", "declarations", "assessment", "statistics", "statistics-data", "strategy", "editions",
    "surveys", "lessons",
)  # fmt: skip
