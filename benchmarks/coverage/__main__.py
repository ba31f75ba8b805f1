"""Coverage of inner Hanoi (real roads, made-up houses and sources): pairs, a whole run, and one edit.

    DATABASE_URL=… python benchmarks/coverage [--houses 300000] [--sources 10000] [--edits 200] [--workers 2] [--large]

Works in a database of its own, which it drops at the end. Times are CPU seconds of this process unless said otherwise;
PostgreSQL's own are in the wall-clock ones. `--workers` is how many processes
compute it in parts (0: none); `--large` also weighs ten times as many houses, without a database.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

import django

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")

if __name__ == "__main__":
    django.setup()
    # By its name, since models can be imported only now.
    import_module("measure").main(__doc__)
