"""Every source of water in one queryset, whatever its kind: the view `hydrants_water_source`."""

from math import inf
from typing import Self

from django.contrib.gis.db import models
from django.db.models import Q

from hydrants.usability import UNKNOWN, WORKING, Demand, Marked


class AnyWaterSourceQuerySet(models.QuerySet["AnyWaterSource"]):
    """Questions over all kinds; each condition also holds inside the index scans that the view merges."""

    def usable(self, demand: Demand) -> Self:
        """Keep what a fire engine can use: `hydrants.usability.reason_against`, said to the database."""
        return self.filter(_usable(demand))

    def unusable(self, demand: Demand) -> Self:
        """Keep the others. Every part of the condition is true or false, never NULL, so its negation loses no row."""
        return self.exclude(_usable(demand))


class AnyWaterSource(models.Model):
    """A hydrant, an intake point or a tank, reduced to what they share. Read only; no contact, no remarks."""

    key = models.TextField(primary_key=True)
    layer = models.TextField()
    id = models.BigIntegerField()
    ref = models.TextField()
    geom = models.PointField(geography=True, srid=4326)
    synthetic = models.BooleanField()
    evidence = models.TextField()
    verified_on = models.DateField(null=True)
    address = models.TextField()
    name = models.TextField()
    status = models.TextField()
    status_on = models.DateField(null=True)
    flow_lps = models.FloatField(null=True)
    flow_measured_on = models.DateField(null=True)
    kind = models.TextField()
    access = models.TextField()
    reachable_by_truck = models.TextField()
    suction_depth_m = models.FloatField(null=True)
    volume_m3 = models.FloatField(null=True)
    owner = models.TextField()
    refill_lps = models.FloatField(null=True)

    objects = AnyWaterSourceQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "hydrants_water_source"

    def __str__(self) -> str:
        return self.key


def _usable(demand: Demand) -> Q:
    works = Q(status=WORKING)
    if seen := sorted(key for key, marked in demand.marked.items() if marked is Marked.WORKS):
        works |= Q(status=UNKNOWN, key__in=seen)
    fit = works & _reached() & _lifted(demand.max_suction_depth_m) & _flowing(demand.min_flow_lps)
    if out := demand.out.union(key for key, marked in demand.marked.items() if marked is not Marked.WORKS):
        fit &= ~Q(key__in=sorted(out))
    return fit & ~Q(volume_m3=0)  # as for the flow: NULL stays in


def _reached() -> Q:
    berth = Q(layer="intake-points", access="truck") & ~Q(kind="aircraft")
    return Q(layer="hydrants") | berth | Q(layer="water-tanks", reachable_by_truck="yes")


def _lifted(max_depth_m: float) -> Q:
    # To PostgreSQL NaN is greater than infinity: an upper bound keeps it out, a lower bound would let it in.
    shallow = Q(suction_depth_m__gte=0, suction_depth_m__lte=max_depth_m)
    unmeasured = Q(suction_depth_m__isnull=True) | Q(suction_depth_m__lt=0) | Q(suction_depth_m__gte=inf)
    return shallow | (~Q(layer="intake-points") & unmeasured)


def _flowing(min_flow_lps: float | None) -> Q:
    if min_flow_lps is None:
        return ~Q(flow_lps=0)  # Django writes it so that NULL, nobody measured, stays in
    return Q(flow_lps__gte=min_flow_lps, flow_lps__lt=inf)
