"""The made-up nation's directory of support services."""

from demo.directory.founding import found_support
from demo.directory.making import MadeDirectory, line_ids, make_directory

__all__ = ["MadeDirectory", "found_support", "line_ids", "make_directory"]
