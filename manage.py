"""Django's own entry point, for developers; operators use the `leeward` command."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leeward.config.settings")
    execute_from_command_line(sys.argv)
