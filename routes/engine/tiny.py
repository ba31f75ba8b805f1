"""A network of two roads, to compile the kernels with before anybody waits for them."""

import numpy as np

from routes.encounters import Obstacle
from routes.engine.arrays import FREE, NOTHING, Network, Profile, RoadState, StandingRecord, Standings, Texts, Topology
from routes.engine.build import build_topology


def tiny_network() -> Network:
    """Two roads of 100 m, one after the other, nothing known to limit them; a wall across the second at 75 m."""
    return Network(_topology(), _roads(), _a_wall(), version=0)


def anybody(*, emergency: bool) -> Profile:
    """Somebody who fits everywhere."""
    return Profile(np.ones(4, np.int32), np.full(1, 100_000, np.int64), emergency, depart_s=0)


def _topology() -> Topology:
    return build_topology(
        version=0,
        edge_id=[1, 2],
        start_node=[1, 2],
        end_node=[2, 3],
        level=[0, 0],
        vertex_first=[0, 2, 4],
        vertex_xy=[[0, 0], [100, 0], [100, 0], [200, 0]],
        road_class=np.zeros(2, np.int16),
        landmark_pace=np.full(1, 100_000, np.int64),
        landmarks=1,
    )


def _roads() -> RoadState:
    no, none, empty = np.zeros(2, bool), np.zeros((2, 4)), Texts(np.zeros(0, np.uint8), np.zeros(3, np.int64))
    return RoadState(
        limits=np.full((2, 4, 3), FREE, np.int32),
        road_class=np.zeros(2, np.int16),
        classes=("residential",),
        oneway=np.zeros(2, np.int8),
        closed=no,
        gone=no,
        value=none * np.nan,
        evidence=none.astype(np.int8),
        observed_on=none.astype(np.int32),
        bridge=no,
        tunnel=no,
        unit_id=np.full(2, -1, np.int64),
        ref=empty,
        name=empty,
        access=empty,
        surveyed_by=empty,
    )


def _a_wall() -> Standings:
    one = np.ones(1, np.int32)
    return Standings(
        first=np.array([0, 0, 1], np.int32),
        from_mm=75_000 * one,
        to_mm=75_000 * one,
        limits=np.full((1, 4, 3), NOTHING, np.int32),
        legal=one < 0,
        solid_sign=one < 0,
        timetable=-one,
        foot=one.astype(np.int8),
        in_doubt=one < 0,
        record=0 * one,
        records=(StandingRecord(0, Obstacle(from_m=0, to_m=0, kind="wall"), None),),
        timetables=(),
    )
