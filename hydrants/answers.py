"""Sources of water as GeoJSON features, whoever asked for them and however they were found."""

from typing import Any, Final

from django.utils import timezone

from hydrants.nearest import FoundSource
from hydrants.sentences import VERIFICATION_LABELS, kind_label, sentence_for, status_label
from hydrants.usability import is_measured
from hydrants.verification import verification_of

STRAIGHT: Final = "straight"

Json = dict[str, Any]


def source_feature(found: FoundSource, sentence: str | None = None, **first: Any) -> Json:
    """Draw a source where it stands; `first` are properties before the others, `sentence` is one of the caller's."""
    return {
        "type": "Feature",
        "id": found.source.key,
        "geometry": {"type": "Point", "coordinates": [found.source.geom.x, found.source.geom.y]},
        "properties": {**first, **source_properties(found, sentence)},
    }


def source_properties(found: FoundSource, sentence: str | None = None) -> Json:
    """Say what is known of a source and how it lies from the place asked about, in a straight line."""
    source = found.source
    measured = is_measured(source.flow_lps)
    # As known today, whenever the way is to be driven.
    verification = verification_of(source, timezone.localdate())
    return {
        "layer": source.layer,
        "ref": source.ref,
        "name": source.name,
        "kind": source.kind,
        "kind_label": kind_label(source),
        "status": source.status,
        "status_label": status_label(source),
        "status_on": source.status_on,
        "flow_lps": source.flow_lps if measured else None,
        "flow_state": "measured" if measured else "not_measured",
        "flow_measured_on": source.flow_measured_on,
        "volume_m3": source.volume_m3,
        "distance_m": round(found.distance_m, 1),
        "distance_kind": STRAIGHT,
        "bearing_deg": None if found.bearing_deg is None else round(found.bearing_deg, 1) % 360,
        "compass": found.compass,
        "hose_count": found.hoses,
        "marked": found.marked,
        "evidence": source.evidence,
        "verified_on": source.verified_on,
        "verification": verification,
        "verification_label": str(VERIFICATION_LABELS[verification]),
        "address": source.address,
        "synthetic": source.synthetic,
        "sentence": sentence_for(found) if sentence is None else sentence,
    }
