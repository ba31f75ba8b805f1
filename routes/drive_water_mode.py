"""`GET /api/nearest-water?mode=drive`: what `hydrants.modes` is told of measuring by road."""

from typing import Final

from django.utils import timezone
from rest_framework.request import Request

from gis_core.kept import one_look
from hydrants.answers import Json
from hydrants.modes import Mode
from routes import tables
from routes.drive_water_answer import render_drive_water
from routes.drive_water_begin import find_water
from routes.drive_water_openapi import DRIVE_WATER_ANSWER, DRIVE_WATER_PARAMETERS
from routes.drive_water_question import DRIVE, DriveWaterQuestion
from routes.drive_water_sources import waters_on
from routes.network.live import live_network
from routes.snapping import CANDIDATES, spots_near


def answer_by_road(request: Request) -> Json:
    """Answer with the nearest usable water by road."""
    # The look comes first: data written meanwhile makes the answer newer than it says, never older.
    with one_look() as look:
        question = DriveWaterQuestion.from_query(request.query_params, now=timezone.localtime())
        sighting = live_network().current()
        network, place = sighting.network, question.place
        placed = waters_on(network)
        spots = spots_near(network, place.lon, place.lat, count=CANDIDATES)
        found = find_water(question, network, placed, spots)
        return render_drive_water(question, found, sighting, placed, spots, look.version(tables.DRIVE_WATER))


BY_ROAD: Final = Mode(DRIVE, answer_by_road, DRIVE_WATER_PARAMETERS, DRIVE_WATER_ANSWER)
