"""The administration: forms over the layers, allowed by the policy alone, with the history of each record.

Places are edited as text, because no widget of ours may load a map from elsewhere. Django's own permissions and groups
are not used: a role is the only thing that opens a door.
"""

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.contrib.gis.db.models import GeometryField
from django.core.exceptions import PermissionDenied
from django.db import DataError, InternalError, transaction
from django.db.models import ForeignKey, JSONField, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gis_core.admin_forms import CheckedForm, PlaceField, TagsField
from gis_core.authentication import new_token
from gis_core.features import Record
from gis_core.history import read_history
from gis_core.models import AdministrativeSuccession, AdministrativeUnit, ApiToken, RoleGrant
from gis_core.policy import Actor, actor_for, decide
from gis_core.registry import layer_registry
from gis_core.roles import PERMISSIONS, Action
from gis_core.sign_in import AdminSignInForm


class PolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class takes no parameter at run time
    """Asks the policy, and nothing else, who may do what."""

    # A bulk action asks once for all rows; the policy answers for each.
    actions = None
    view_action, add_action = Action.VIEW_SENSITIVE, Action.CREATE
    change_action, delete_action = Action.UPDATE, Action.DELETE

    def actor(self, request: HttpRequest) -> Actor:
        """Read who asks, once a request."""
        kept = vars(request)
        if "policy_actor" not in kept:
            kept["policy_actor"] = actor_for(request.user, at=timezone.localdate())
        actor: Actor = kept["policy_actor"]
        return actor

    def may(self, request: HttpRequest, action: Action, obj: Model | None = None) -> bool:
        """Ask for one object, or whether there is any place at all."""
        return bool(decide(self.actor(request), action, unit_id=unit_of_record(obj, action), anywhere=obj is None))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Read a list whose address may ask anything; what makes no sense leads back to the whole list, as in Django.

        Raises
        ------
        IncorrectLookupParameters
        """
        try:
            with transaction.atomic():
                return super().get_changelist_instance(request)
        except (DataError, InternalError, ValueError, OverflowError) as error:
            if not request.GET:
                raise
            raise IncorrectLookupParameters(error) from error

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, self.view_action)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, self.view_action, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, self.add_action)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, self.change_action, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, self.delete_action, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Save, and ask again for where the record then stands; the form's transaction takes it back if not."""
        before = dict(form.initial) if change else {}
        super().save_model(request, obj, form, change)
        obj.refresh_from_db()
        after = {column.name: column.value_from_object(obj) for column in obj._meta.concrete_fields}
        action = self.change_action if change else self.add_action
        for asked in (action, *self.actions_reserved(before, after)):
            decision = decide(self.actor(request), asked, unit_id=unit_of_record(obj, asked))
            if not decision:
                raise PermissionDenied(decision.reason)

    def actions_reserved(self, *states: dict[str, Any]) -> frozenset[Action]:
        """Give the actions that a change asks for beside the usual one, by the record before and after it."""
        layer = next((layer for layer in layer_registry if layer.model is self.model), None)
        return layer.actions_reserved(*states) if layer else frozenset()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete; of what is reserved only by whoever may decide on it."""
        state = {column.name: column.value_from_object(obj) for column in obj._meta.concrete_fields}
        for asked in self.actions_reserved(state):
            decision = decide(self.actor(request), asked, unit_id=unit_of_record(obj, asked))
            if not decision:
                raise PermissionDenied(decision.reason)
        super().delete_model(request, obj)


def unit_of_record(obj: Any, action: Action) -> int | None:
    """The id of the administrative unit that decides about a record: the one it stands in.

    A unit is read by the roles of itself, and changed only by roles held everywhere: whoever could move the border of
    their own ward would hold their role wherever they like.
    """
    if isinstance(obj, AdministrativeUnit):
        return obj.pk if action is Action.VIEW_SENSITIVE else None
    return getattr(obj, "administrative_unit_id", None)


class FeatureAdmin(PolicyAdmin):
    """Over any record of a layer: what the database keeps is read-only, the history is one click away."""

    form = CheckedForm
    object_history_template = "admin/gis_core/history.html"
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Give the rows that the reader may see with everything in them."""
        rows: QuerySet[Any] = super().get_queryset(request)
        grants = [g for g in self.actor(request).grants if self.view_action in PERMISSIONS[g.role]]
        if any(grant.units is None for grant in grants):
            return rows
        units = frozenset[int]().union(*(grant.units or () for grant in grants))
        return rows.filter(Q(**{f"{self._unit_column()}__in": units}))

    def _unit_column(self) -> str:
        return "pk" if self.model is AdministrativeUnit else "administrative_unit"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show what triggers keep; the reference of a stored record is what imports know it by, so it stays."""
        kept = [
            column.name for column in self.model._meta.concrete_fields if not column.editable and column.name != "id"
        ]
        return [*kept, *(["ref"] if obj else [])]

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """List what names a record, its state if it has one, and how sure it is."""
        names = {column.name for column in self.model._meta.concrete_fields}
        wanted = ("ref", "name", "kind", "status", "address", "administrative_unit", "evidence", "verified_on")
        return tuple(name for name in wanted if name in names)

    def get_list_filter(self, request: HttpRequest) -> tuple[str, ...]:
        """Filter by what has a code list."""
        return tuple(column.name for column in self.model._meta.concrete_fields if column.choices)

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Search the reference and, where there are such, name, address and code."""
        names = {column.name for column in self.model._meta.concrete_fields}
        return [name for name in ("ref", "name", "address", "code") if name in names]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Give places and tags as text."""
        if isinstance(db_field, GeometryField):
            wanted = next(layer.geometry_type for layer in layer_registry if layer.model is self.model)
            return PlaceField(
                wanted=wanted,
                label=db_field.verbose_name,
                help_text=_("WKT or GeoJSON, longitude before latitude, WGS 84"),
            )
        if isinstance(db_field, JSONField):
            return TagsField(label=db_field.verbose_name, help_text=db_field.help_text)
        return super().formfield_for_dbfield(db_field, request, **options)

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **options: Any) -> Any:
        """Ask for related records by key: a list of thousands helps nobody."""
        options["widget"] = ForeignKeyRawIdWidget(db_field.remote_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what the triggers recorded, whoever made the change and however."""
        context = {"entries": read_history(self.model, int(object_id))} if object_id.isdecimal() else {}
        return super().history_view(request, object_id, {**(extra_context or {}), **context})


class WrittenDownAdmin(FeatureAdmin):
    """What was written down through the service: to look at with its history, not to change behind its back."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show everything and let nothing be edited; these records have no reference."""
        return [column.name for column in self.model._meta.concrete_fields if column.name != "id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def register_records(app_label: str) -> None:
    """Register every record of an app; called from the admin.py of each room, before any layer is registered."""
    for model in apps.get_app_config(app_label).get_models():
        if issubclass(model, Record):
            admin.site.register(model, FeatureAdmin)


def register_computed(model: type[Record]) -> None:
    """Let the administration show a record that the service computes, and nobody edit it."""
    admin.site.unregister(model)
    admin.site.register(model, ComputedAdmin)


class ComputedAdmin(FeatureAdmin):
    """Only to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AdministerOnly(PolicyAdmin):
    """Over what only administrators touch: who may do what."""

    view_action = add_action = change_action = delete_action = Action.ADMINISTER


class RoleGrantInline(admin.TabularInline):  # type: ignore[type-arg]  # as PolicyAdmin
    """The roles of an account, on its page."""

    model = RoleGrant
    raw_id_fields = ("administrative_unit",)
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # the form around it is for administrators only

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(RoleGrant)
class RoleGrantAdmin(AdministerOnly):
    """All roles there are; an administrator of one unit gives them inside it only."""

    list_display = ("user", "role", "administrative_unit")
    list_filter = ("role",)
    raw_id_fields = ("user", "administrative_unit")


@admin.register(ApiToken)
class ApiTokenAdmin(AdministerOnly):
    """The tokens of programs; deleting one revokes it, and nothing of it can be changed."""

    list_display = ("name", "user", "created_at", "expires_at")
    list_select_related = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **options: Any) -> Any:
        """Leave superusers out: whoever held their token would be one."""
        if not getattr(request.user, "is_superuser", False):
            options["queryset"] = get_user_model().objects.filter(is_superuser=False)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def save_model(
        self, request: HttpRequest, obj: ApiToken, form: Any, change: bool  # noqa: FBT001 - as Django calls it
    ) -> None:  # fmt: skip
        """Make the token and show it; nobody can read it later."""
        token, obj.digest = new_token()
        super().save_model(request, obj, form, change)
        messages.warning(request, _("Copy the token now, it is not shown again: %(token)s") % {"token": token})


@admin.register(AdministrativeSuccession)
class SuccessionAdmin(AdministerOnly):
    """Computed by `link_units`, hence only to look at."""

    list_display = ("predecessor", "successor", "predecessor_share", "successor_share")
    list_select_related = ("predecessor", "successor")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


admin.site.login_form = AdminSignInForm
admin.site.unregister(get_user_model())
admin.site.unregister(Group)


@admin.register(get_user_model())
class AccountAdmin(AdministerOnly, UserAdmin):  # type: ignore[type-arg]  # as PolicyAdmin
    """Accounts and their roles. Superusers, groups and Django's permissions are not ours to give."""

    inlines = (RoleGrantInline,)
    list_display = ("username", "first_name", "last_name", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "role_grants__role")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Access"), {"fields": ("is_active", "is_staff")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Leave superusers out: whoever could set their password would become one."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows if getattr(request.user, "is_superuser", False) else rows.filter(is_superuser=False)


register_records("gis_core")
