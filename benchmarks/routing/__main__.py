"""The road engine inside the server, beside pgRouting and Valhalla, on a made-up city and on inner Hanoi.

    DATABASE_URL=… python benchmarks/routing [--quick] [--write]

Works in a database of its own, which it drops at the end. "Server" times are whole answers, from the request to the
bytes, in one process and thread; "search" times the engine alone. Trust ratios more than milliseconds.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

import django
from django.test import override_settings

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")

if __name__ == "__main__":
    django.setup()
    with override_settings(ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False):
        # By its name, since models can be imported only now.
        import_module("measure").main(__doc__)
