"""The console command ``heard``: Django's commands and ours behind one name."""

import os
import sys


def main() -> None:
    """Run one command, e.g. ``heard serve`` or ``heard migrate``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["heard", *sys.argv[1:]])
