"""The usual way in Django: a GeoFeatureModelSerializer in a ModelViewSet, with a filter by box and LIMIT/OFFSET pages.

    granian --interface wsgi drf_gis:application        with BENCH_DATABASE, as Django spells it

It reads the view of the public with its plane geometry, which is the best case for it.
"""

import os

import dj_database_url
import django
from django.conf import settings

_database = dj_database_url.parse(os.environ["BENCH_DATABASE"], conn_max_age=None)
_database["OPTIONS"] = {**_database.get("OPTIONS", {}), "options": "-c jit=off -c search_path=bench,public"}
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": {**_database, "ENGINE": "django.contrib.gis.db.backends.postgis"}},
    INSTALLED_APPS=["django.contrib.gis", "rest_framework", "rest_framework_gis"],
    ROOT_URLCONF=__name__,
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
    SILENCED_SYSTEM_CHECKS=["gis.W001"],
    USE_TZ=True,
)
django.setup()

from django.contrib.gis.db import models  # noqa: E402 - needs the settings
from django.contrib.postgres.fields import ArrayField  # noqa: E402 - needs the settings
from django.core.wsgi import get_wsgi_application  # noqa: E402 - needs the settings
from django.db import connection  # noqa: E402 - needs the settings
from rest_framework.pagination import LimitOffsetPagination  # noqa: E402 - needs the settings
from rest_framework.routers import SimpleRouter  # noqa: E402 - needs the settings
from rest_framework.viewsets import ReadOnlyModelViewSet  # noqa: E402 - needs the settings
from rest_framework_gis.filters import InBBoxFilter  # noqa: E402 - needs the settings
from rest_framework_gis.serializers import GeoFeatureModelSerializer  # noqa: E402 - needs the settings

_FIELDS = {
    "bool": models.BooleanField, "int4": models.IntegerField, "float8": models.FloatField, "date": models.DateField,
    "timestamptz": models.DateTimeField, "varchar": models.TextField, "text": models.TextField,
}  # fmt: skip


def _columns() -> dict[str, models.Field]:
    """Describe the columns of the view, which follow our layer whenever it changes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = 'bench'"
            " AND table_name = 'hydrants' AND column_name NOT IN ('id', 'geom') ORDER BY ordinal_position"
        )
        rows = cursor.fetchall()
    connection.close()
    return {
        name: ArrayField(models.SmallIntegerField()) if kind == "_int2" else _FIELDS[kind](null=True)
        for name, kind in rows
    }


class Meta:
    app_label, managed, db_table, ordering = "bench", False, "hydrants", ["id"]


Hydrant = type(
    "Hydrant",
    (models.Model,),
    {
        "__module__": __name__,
        "Meta": Meta,
        "id": models.BigIntegerField(primary_key=True),
        "geom": models.PointField(),
        **_columns(),
    },
)


class HydrantSerializer(GeoFeatureModelSerializer):
    class Meta:
        model = Hydrant
        geo_field = "geom"
        fields = "__all__"


class Pages(LimitOffsetPagination):
    default_limit = 100


class HydrantViewSet(ReadOnlyModelViewSet):
    queryset = Hydrant.objects.all()
    serializer_class = HydrantSerializer
    pagination_class = Pages
    filter_backends = (InBBoxFilter,)
    bbox_filter_field = "geom"
    bbox_filter_include_overlapping = True


router = SimpleRouter(trailing_slash=False)
router.register("items", HydrantViewSet)
urlpatterns = router.urls
application = get_wsgi_application()
