"""What `/api/schema` says of flow tests and of flows together."""

from typing import Final

from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from hydrants.flow import (
    MAX_COEFFICIENT,
    MAX_OUTLET_MM,
    MAX_PRESSURE_KPA,
    MIN_COEFFICIENT,
    MIN_OUTLET_MM,
    VN_BANDS_LPS,
    Doubt,
    HydrantClass,
)
from hydrants.flow_answers import NFPA_20_PSI, VN_FREE_HEAD
from hydrants.flow_tests import MAX_READINGS
from hydrants.joint_flow import MAX_SOURCES, Basis
from hydrants.usability import Reason

SOURCE_KEY: Final[js.Schema] = {
    "type": "string",
    "pattern": "^(hydrants|intake-points|water-tanks)/[1-9][0-9]{0,17}$",
    "description": "Layer and number of a source, as nearest-water gives them",
}
HYDRANT_KEY: Final[js.Schema] = {"type": "string", "pattern": "^hydrants/[1-9][0-9]{0,17}$"}
PAST_DAY: Final[js.Schema] = {"type": "string", "format": "date", "description": "Not one to come"}
_PRESSURE_GIVEN: Final = js.POSITIVE | {"maximum": MAX_PRESSURE_KPA}

RESIDUAL: Final = OpenApiParameter(
    "residual",
    js.TEXT,
    description=f"The pressure to be left on the main: {NFPA_20_PSI} (137.9 kPa), {VN_FREE_HEAD} (the free head of the "
    "rules in force, 10 m of water), or kilopascals",
)
FLOW_TEST_PARAMETERS: Final = [
    OpenApiParameter("source", HYDRANT_KEY, required=True, description="A hydrant, such as hydrants/12"),
    RESIDUAL,
]
JOINT_FLOW_PARAMETERS: Final = [
    OpenApiParameter(
        "sources", js.TEXT, required=True,
        description=f"Up to {MAX_SOURCES} sources with commas between, such as hydrants/12,water-tanks/3",
    ),
    RESIDUAL,
]  # fmt: skip

FLOW_TEST_BODY: Final[js.Schema] = {
    "type": "object",
    "required": ["tested_on", "static_kpa", "residual_kpa", "readings"],
    "additionalProperties": False,
    "properties": {
        "tested_on": PAST_DAY,
        "static_kpa": _PRESSURE_GIVEN,
        "residual_kpa": _PRESSURE_GIVEN | {"description": "Below the static pressure"},
        "gauge": HYDRANT_KEY | {"nullable": True, "description": "The hydrant on which the gauge stood"},
        "readings": js.array_of(
            js.closed(
                {
                    "source": HYDRANT_KEY,
                    "diameter_mm": js.NUMBER | {"minimum": MIN_OUTLET_MM, "maximum": MAX_OUTLET_MM},
                    "coefficient": js.NUMBER | {"minimum": MIN_COEFFICIENT, "maximum": MAX_COEFFICIENT},
                    "pitot_kpa": _PRESSURE_GIVEN,
                }
            ),
            minItems=1,
            maxItems=MAX_READINGS,
        )
        | {"description": "Every outlet that was open at the same time, on one hydrant or on several of one main"},
        "tested_by": js.TEXT | {"maxLength": 120},
        "remarks": js.TEXT | {"maxLength": 2000},
    },
}

_FLOW_MEMBERS: Final = {"flow_lps": js.NUMBER, "flow_gpm": js.NUMBER}
_PRESSURE_MEMBERS: Final = {"pressure_kpa": js.NUMBER, "pressure_psi": js.NUMBER, "head_mh2o": js.NUMBER}
_FLOW: Final = js.closed(_FLOW_MEMBERS)
_PRESSURE: Final = js.closed(_PRESSURE_MEMBERS)
_RATED_MEMBERS: Final = {**_PRESSURE_MEMBERS, "flow": js.nullable(_FLOW), "reason": js.TEXT}
_RULE_MEMBERS: Final = {"instrument": js.TEXT, "clause": js.TEXT}

FLOW_TEST: Final = js.closed(
    {
        "id": js.COUNT,
        "tested_on": {"type": "string", "format": "date"},
        "main_ref": js.TEXT,
        "gauge": js.nullable(js.TEXT),
        "static": _PRESSURE,
        "residual": _PRESSURE,
        "flow": _FLOW,
        "simultaneous": js.YES_OR_NO,
        "sources": js.array_of(js.closed({"source": js.TEXT, **_FLOW_MEMBERS})),
        "readings": js.array_of(
            js.closed({"source": js.TEXT, "diameter_mm": js.NUMBER, "coefficient": js.NUMBER, "pitot": _PRESSURE})
        ),
        "rated": js.closed(_RATED_MEMBERS),
        "nfpa": js.closed(
            {
                **_RATED_MEMBERS,
                "class": js.nullable({"type": "string", "enum": [*HydrantClass, None]}),
                "colour": js.nullable({"type": "string", "enum": ["blue", "green", "orange", "red", None]}),
                **_RULE_MEMBERS,
            }
        ),
        "vietnam": js.closed(
            {
                **_RATED_MEMBERS,
                "band_lps": js.nullable({"type": "integer", "enum": [*VN_BANDS_LPS, None]}),
                **_RULE_MEMBERS,
            }
        ),
        "curve": js.array_of(js.closed({**_FLOW_MEMBERS, **_PRESSURE_MEMBERS})),
        "doubts": js.array_of(js.closed({"doubt": js.codes(Doubt), "doubt_label": js.TEXT})),
        "tested_by": js.nullable(js.TEXT) | {"description": "Null for whoever may not see people"},
        "remarks": js.nullable(js.TEXT),
        "synthetic": js.YES_OR_NO,
        "sentence": js.TEXT,
    }
)
FLOW_TESTS_ANSWER: Final = js.closed({"source": js.TEXT, "data_version": js.TEXT, "tests": js.array_of(FLOW_TEST)})
JOINT_FLOW_ANSWER: Final = js.closed(
    {
        "flow": js.nullable(_FLOW) | {"description": "A lower bound; null: nobody measured any of it"},
        "groups": js.array_of(
            js.closed(
                {
                    "main_ref": js.TEXT,
                    "sources": js.array_of(js.TEXT),
                    "flow": js.nullable(_FLOW),
                    "basis": js.codes(Basis),
                    "basis_label": js.TEXT,
                    "tested_on": js.DAY,
                }
            )
        ),
        "unusable": js.array_of(js.closed({"source": js.TEXT, "reason": js.codes(Reason), "reason_label": js.TEXT})),
        "residual_kpa": js.nullable(js.NUMBER),
        "data_version": js.TEXT,
    }
)
