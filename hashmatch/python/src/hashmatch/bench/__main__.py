"""`python -m hashmatch.bench`: measure, print the table of targets, write the page."""

import sys

from hashmatch.bench.command import main

if __name__ == "__main__":
    sys.exit(main())
