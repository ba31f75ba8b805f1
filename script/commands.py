"""Run several management commands in one process, divided by `--`: starting Django costs a second or two each time."""

# ruff: noqa: INP001  # a script beside shell scripts, not a package

import os
import sys
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")

import django  # only now can it find the settings
from django.core.management import ManagementUtility

if __name__ == "__main__":
    django.setup()
    for is_divider, words in groupby(sys.argv[1:], key=lambda word: word == "--"):
        if not is_divider:
            ManagementUtility([sys.argv[0], *words]).execute()
