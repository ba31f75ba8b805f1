"""Areas for the demonstration: computed like any, and a few of them decided on, so that every state can be seen."""

from typing import Final

import pghistory

from layers.models import Building, FireStation
from routes.deficient.running import basis_of, propose_areas
from routes.deficient_models import Cause, DeficientArea, State
from routes.models import Vehicle

_DECISION: Final = "QĐ thử nghiệm (dữ liệu hư cấu)"
_NOTE: Final = "Ghi chú thử nghiệm (dữ liệu hư cấu)"
_APPROVED: Final = 6
_EDITED: Final = 3


def make_demo_areas() -> None:
    """Propose the areas of the demo quarter, approve the first of them, edit some and withdraw one.

    Nothing where people decided already, where anything is real, or where no vehicle could be judged for.
    """
    decided = DeficientArea.objects.exclude(state=State.PROPOSED).exists()
    real = Building.objects.filter(synthetic=False).exists()
    judged = Vehicle.objects.filter(in_service=True).exists() and FireStation.objects.exists()
    if decided or real or not judged:
        return
    propose_areas(basis_of(), apply=True)
    proposed = DeficientArea.objects.filter(state=State.PROPOSED).exclude(cause=Cause.UNKNOWN)
    chosen = list(proposed.order_by("area_code")[: _APPROVED + _EDITED + 1])
    with pghistory.context(command="load_demo"):
        for area in chosen[:_APPROVED]:
            area.state, area.decision = State.APPROVED, _DECISION
            area.save()
        for area in chosen[_APPROVED : _APPROVED + _EDITED]:
            area.remedy_note = _NOTE
            area.save()
        for area in chosen[_APPROVED + _EDITED :]:
            area.state = State.WITHDRAWN
            area.save()
