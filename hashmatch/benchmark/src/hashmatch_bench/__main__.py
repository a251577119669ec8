"""`python -m hashmatch_bench`: measure, print the table of targets, write the page."""

import sys

from hashmatch_bench.command import main

if __name__ == "__main__":
    sys.exit(main())
