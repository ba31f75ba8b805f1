"""Ways cut where a vehicle can change from one to another."""

import pytest

from routes.osm.reader import OsmWay
from routes.osm.split import split_ways


def cut(ways, places=None, known=()):
    """Each way is a word of one-letter nodes; returns the pieces as words."""
    nodes = {letter for word in ways for letter in word}
    places = {ord(n): (105.8 + ord(n) / 1000, 21.0) for n in nodes} if places is None else places
    raw = [OsmWay(number, 1, tuple(map(ord, word)), {}) for number, word in enumerate(ways, 1)]
    return split_ways(raw, places, {ord(node) for node in known})


def words(split):
    return ["".join(map(chr, segment.nodes)) for segment in split.segments]


@pytest.mark.parametrize(
    ("ways", "pieces"),
    [
        (["abc"], ["abc"]),
        (["abc", "dbe"], ["ab", "bc", "db", "be"]),
        (["abc", "cd"], ["abc", "cd"]),
        (["abcd", "bx"], ["ab", "bcd", "bx"]),
        (["abca"], ["abca"]),
        (["abcda", "cx"], ["abc", "cda", "cx"]),
        (["abcbd"], ["ab", "bcb", "bd"]),
        (["xabcax"], ["xa", "abca", "ax"]),
        (["aabbc"], ["abc"]),
        (["abc", "adc"], ["abc", "adc"]),
        (["a"], []),
        (["aa"], []),
        ([""], []),
    ],
)
def test_a_way_is_cut_at_junctions_and_nowhere_else(ways, pieces):
    assert words(cut(ways)) == pieces


def test_parallel_pieces_have_the_same_ends_and_different_refs():
    first, second = cut(["abcda", "cx"]).segments[:2]
    assert {first.nodes[0], first.nodes[-1]} == {second.nodes[0], second.nodes[-1]}
    assert (first.ref, second.ref) == ("way/1/0", "way/1/1")


def test_a_known_junction_keeps_its_cut():
    assert words(cut(["abc"], known="b")) == ["ab", "bc"]


def test_a_known_junction_elsewhere_changes_nothing():
    assert words(cut(["abc"], known="z")) == ["abc"]


def test_a_way_with_nodes_outside_the_file_is_cut_at_the_gap_and_reported():
    places = {ord(node): (105.8 + ord(node) / 1000, 21.0) for node in "abde"}
    split = cut(["abcde"], places)
    assert words(split) == ["ab", "de"]
    assert split.incomplete == {1}


def test_nodes_on_one_spot_make_no_road_and_are_reported():
    places = {ord("a"): (105.8, 21.0), ord("b"): (105.8, 21.0), ord("c"): (105.9, 21.0)}
    split = cut(["ab", "bc"], places)
    assert words(split) == ["bc"]
    assert split.pointlike == ["way/1/0"]
