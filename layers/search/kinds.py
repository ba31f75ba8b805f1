"""What kinds of things there are to find: a code for programs, a word for people, and the layers called by a word."""

import re
from functools import cache
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from gis_core.findable import NAMINGS
from gis_core.registry import layer_registry
from layers.search.texts import key

LANE, ROAD, COORDINATES, PLUS_CODE = "lane", "road", "coordinates", "plus_code"
_LABELS: Final[dict[str, Promise]] = {
    LANE: _("lane"),
    ROAD: _("road"),
    COORDINATES: _("coordinates"),
    PLUS_CODE: _("plus code"),
}


@cache
def kind_of(layer_id: str) -> str:
    """Give the code of what a layer holds: ``fire_station`` of fire-stations."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", layer_registry.get(layer_id).model.__name__).lower()


def kind_label(kind: str, layer_id: str) -> str:
    """Give the word for it, in the language in force."""
    return str(_LABELS[kind] if kind in _LABELS else layer_registry.get(layer_id).model._meta.verbose_name)


def all_kinds() -> list[str]:
    """Every code there is."""
    return sorted({*_LABELS, *(kind_of(layer.id) for layer in layer_registry if layer.id in NAMINGS)})


def layers_called(words: tuple[str, ...]) -> list[str]:
    """Give the layers of numbered things that may be called so, in any language; all for no words.

    "trụ 12" is a hydrant, "bể 3" a tank: each word begins one of the layer's own.
    """
    layers = [layer.id for layer in layer_registry if layer.id in NAMINGS and NAMINGS[layer.id].refs]
    return [each for each in layers if all(any(own.startswith(word) for own in _words(each)) for word in words)]


@cache
def _words(layer_id: str) -> frozenset[str]:
    layer = layer_registry.get(layer_id)
    words: set[str] = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            words.update(key(f"{layer.title} {layer.model._meta.verbose_name} {layer.id}").split())
    # What the pumps were called before the words of the law.
    return frozenset(words | {"cuu", "hoa"} if {"chua", "chay"} <= words else words)
