"""The demo: a quarter that does not exist, and one account for each role."""

import json
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from gis_core.afterwards import compute_all
from gis_core.errors import ThuyLoError
from gis_core.importing import OPERATOR, ImportReport, import_file
from gis_core.models import AdministrativeUnit, RoleGrant
from gis_core.registry import layer_registry
from gis_core.roles import PERMISSIONS, Action, Role
from gis_core.succession import link_successions

FIXTURES: Final[Path] = settings.BASE_DIR / "fixtures" / "geojson"


class DemoRefused(ThuyLoError):  # noqa: N818 - named as people say it
    """A fixture that our own pipeline refuses; a mistake of ours."""

    code = "demo-refused"
    title = "The demo data cannot be loaded"


def has_data() -> bool:
    """Whether any layer holds anything."""
    models: list[Any] = [layer.model for layer in layer_registry]
    return any(model.objects.exists() for model in models)


def load_demo(*, at: date, told: Callable[[ImportReport], None], folder: Path = FIXTURES) -> None:
    """Import every fixture there is, then link the administrative units; all or nothing.

    Layers are registered by the rooms from the ground up, so that what a layer refers to was loaded before it.

    Raises
    ------
    DemoRefused
        A row was refused or in conflict.
    """
    with transaction.atomic():
        for layer in layer_registry:
            path = folder / f"{layer.id}.geojson"
            if not path.exists():
                continue
            report = import_file(layer, path, actor=OPERATOR, at=at, apply=True)
            if report.refused or report.conflicts:
                raise DemoRefused("The demo data does not fit:\n%(report)s", report=report.text())
            told(report)
        link_successions()
    compute_all()


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to try a role with."""

    role: Role
    username: str
    password: str
    scope: str = ""


def demo_accounts(*, at: date, path: Path) -> list[DemoAccount]:
    """Make one account for each role, or find those made before.

    Parameters
    ----------
    at
        The day on which the field team's ward is in force.
    path
        Where the passwords are kept, readable by the owner only. Without that file every account gets a new one.
    """
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    with transaction.atomic():
        accounts = [_account(role, kept.get(role.value), at=at) for role in Role]
    _keep(path, {account.role.value: account.password for account in accounts})
    return accounts


def _account(role: Role, password: str | None, *, at: date) -> DemoAccount:
    # Not just "administrator": that may be somebody's real account.
    account = DemoAccount(role, f"demo-{role.value}", password or secrets.token_urlsafe(9))
    user, created = get_user_model().objects.get_or_create(username=account.username)
    if created or not password:
        user.set_password(account.password)
    # Whoever may edit may enter the admin; what they may do there, the policy says.
    user.is_staff, user.is_active, user.is_superuser = Action.UPDATE in PERMISSIONS[role], True, False
    user.save()
    return replace(account, scope=_grant(user, role, at=at))


def _grant(user: Any, role: Role, *, at: date) -> str:
    """Give the role, the field team's inside one ward; return what it covers."""
    if role is Role.PUBLIC:
        return ""
    held = RoleGrant.objects.filter(user=user, role=role).select_related("administrative_unit").first()
    if held is None:
        ward = _busiest_ward(at=at) if role is Role.FIELD else None
        held = RoleGrant.objects.create(user=user, role=role, administrative_unit=ward)
    return held.administrative_unit.name if held.administrative_unit else ""


def _busiest_ward(*, at: date) -> AdministrativeUnit:
    """The ward in force that holds the most features.

    Raises
    ------
    DemoRefused
        There is no ward: a field team's role without one would hold everywhere.
    """
    features: Counter[int | None] = Counter()
    models: list[Any] = [layer.model for layer in layer_registry if layer.unit_column != "id"]
    for model in models:
        features.update(
            model.objects.exclude(administrative_unit=None).values_list("administrative_unit_id", flat=True)
        )
    wards = AdministrativeUnit.objects.at(at).filter(level=AdministrativeUnit.Level.WARD).order_by("code")
    ward = max(wards, key=lambda unit: features[unit.pk], default=None)
    if ward is None:
        raise DemoRefused("There is no ward for the field team: load the administrative units first.")
    return ward


def _keep(path: Path, passwords: dict[str, str]) -> None:
    """Write the passwords for the eyes of the owner, from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(passwords, indent=1) + "\n", "utf-8")
    fresh.replace(path)
