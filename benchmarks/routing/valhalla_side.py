"""Valhalla's half, run by the Python that has it: ``python valhalla_side.py FILE.osm.pbf FOLDER`` with pairs on stdin.

Reads ``[[lon, lat, lon, lat], …]``, builds tiles in FOLDER and writes ``{"build_s": …, "route_ms": […]}``.
"""

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import valhalla

TRUCK = {"width": 2.7, "height": 3.6, "weight": 19.0, "length": 8.5}


def build(osm: Path, folder: Path) -> Path:
    (folder / "tiles").mkdir(parents=True, exist_ok=True)
    config = valhalla.get_config(tile_extract="", tile_dir=str(folder / "tiles"), verbose=False)
    config["mjolnir"].update(concurrency=2, admin="", timezone="", landmarks="")
    config["service_limits"]["truck"]["max_distance"] = 5e6
    written = folder / "valhalla.json"
    written.write_text(json.dumps(config))
    command = valhalla.PYVALHALLA_DIR / "bin" / "valhalla_build_tiles"
    subprocess.run([command, "-c", written, osm], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return written


def main(osm: Path, folder: Path) -> None:
    started = perf_counter()
    actor = valhalla.Actor(str(build(osm, folder)))
    build_s = perf_counter() - started
    taken_ms, failed = [], 0
    for west, south, east, north in json.load(sys.stdin):
        question = {
            "locations": [{"lon": west, "lat": south}, {"lon": east, "lat": north}],
            "costing": "truck",
            "costing_options": {"truck": TRUCK},
            "directions_type": "none",
        }
        started = perf_counter()
        try:
            actor.route(question)
        except RuntimeError:
            failed += 1
            continue
        taken_ms.append((perf_counter() - started) * 1000)
    json.dump({"build_s": build_s, "route_ms": taken_ms, "failed": failed}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
