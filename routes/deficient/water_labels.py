"""Why water lacks, in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from routes.coverage.models import WhyChoice
from routes.deficient.water import NOT_COMPUTED

_LABELS: Final[dict[str, str | Promise]] = {
    NOT_COMPUTED: _("coverage was not computed for the house"),
    **dict(WhyChoice.choices),
}


def water_label(reason: str) -> str:
    """Say a reason of coverage; a code that nobody knows stays as it is."""
    return str(_LABELS.get(reason, reason))
