"""Who people are to the service, and who may see or do what: one table each."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What a person is to the service. Nobody signed in is `PUBLIC`."""

    PUBLIC = "public"
    DISPATCHER = "dispatcher"
    FIELD = "field"
    PLANNER = "planner"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> Promise:
        """The role as people call it."""
        return _TITLES[self]


_TITLES = {
    Role.PUBLIC: _("public"),
    Role.DISPATCHER: _("dispatcher"),
    Role.FIELD: _("field team"),
    Role.PLANNER: _("planner"),
    Role.ADMINISTRATOR: _("administrator"),
}


class Action(StrEnum):
    """What can be done to a layer or a feature."""

    VIEW = "view"
    VIEW_SENSITIVE = "view-sensitive"
    CREATE = "create"
    UPDATE = "update"
    RECORD = "record"
    """Write down what was measured or seen at a source of water: flow tests, inspections."""
    ANNOUNCE = "announce"
    """Say that a source or a main will be out, and that it is back."""
    MARK = "mark"
    """Say on the spot what works, what does not and what is in the way; confirm what others said."""
    APPROVE = "approve"
    """Decide on what others propose: approve it, and withdraw what was approved."""
    OVERRULE = "overrule"
    """Decide instead of a computation, with a reason."""
    PLAN = "plan"
    """Write down what would be built, removed or closed, to compare it with today."""
    DELETE = "delete"
    IMPORT = "import"
    ADMINISTER = "administer"


_SERVICE = frozenset({Action.VIEW, Action.VIEW_SENSITIVE, Action.ANNOUNCE, Action.MARK})

PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.PUBLIC: frozenset({Action.VIEW}),
    Role.DISPATCHER: _SERVICE,
    Role.FIELD: _SERVICE | {Action.CREATE, Action.UPDATE, Action.RECORD},
    Role.PLANNER: _SERVICE
    | {Action.CREATE, Action.UPDATE, Action.RECORD, Action.OVERRULE, Action.PLAN, Action.DELETE, Action.IMPORT},
    Role.ADMINISTRATOR: frozenset(Action),
}
"""The whole of it; docs/reference/roles.md is checked against this table."""
