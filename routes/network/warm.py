"""What a server does before the first question: read the network, load the searches, and look at the city from afar."""

import logging
from threading import Thread
from typing import Final

from django.apps import apps
from django.db import connection

from gis_core.garbage import settle

_log: Final = logging.getLogger(__name__)


def warm_in_background() -> None:
    """Begin to warm up in a thread, so that the server answers meanwhile; commands and tests do not."""
    Thread(target=_warm, name="warm", daemon=True).start()


def _warm() -> None:
    apps.ready_event.wait()
    # Only now: these modules know the models.
    from routes.network.live import live_network  # noqa: PLC0415
    from routes.siting.warm import warm_up  # noqa: PLC0415
    from routes.tiles.ahead import make_overview  # noqa: PLC0415

    try:
        network = live_network().current().network
        warm_up()
        make_overview(network)
        settle()
    except Exception:  # noqa: BLE001 - the first question tries again and says what is wrong
        _log.exception("The network could not be read ahead")
    finally:
        connection.close()
