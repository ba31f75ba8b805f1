"""Addresses as callers say them and signs have them."""

import unicodedata

import pytest

from layers.search.address import parse_address, unit_names
from layers.search.question import take_apart
from layers.search.texts import key, plain, spellings

# What was typed; the house, the chain from the street inwards and the street that are meant first.
SPELLINGS = [
    ("số 5 ngách 12 ngõ 29 Khương Hạ", "5", "29/12", "khuong ha"),
    ("so 5 ngach 12 ngo 29 khuong ha", "5", "29/12", "khuong ha"),
    ("SỐ 5 NGÁCH 12 NGÕ 29 KHƯƠNG HẠ", "5", "29/12", "khuong ha"),
    ("Số 5, ngách 12, ngõ 29, phố Khương Hạ", "5", "29/12", "khuong ha"),
    ("5 ngách 29/12 Khương Hạ", "5", "29/12", "khuong ha"),
    ("5, ngách 29/12 ngõ 29 Khương Hạ", "5", "29/12", "khuong ha"),
    ("ngõ 29 ngách 12 số 5 Khương Hạ", "5", "29/12", "khuong ha"),
    ("ngõ 29/12 Khương Hạ số 5", "5", "29/12", "khuong ha"),
    ("Khương Hạ ngõ 29 ngách 12 số nhà 5", "5", "29/12", "khuong ha"),
    ("Khương Hạ, ngõ 29/12, số 5", "5", "29/12", "khuong ha"),
    ("5/12/29 Khương Hạ", "5", "29/12", "khuong ha"),
    ("số 5/12/29 Khương Hạ", "5", "29/12", "khuong ha"),
    ("5/12 ngõ 29 Khương Hạ", "5", "29/12", "khuong ha"),
    ("nhà số 7 hẻm 29/70/12 Khương Hạ", "7", "29/70/12", "khuong ha"),
    ("số nhà 7 hẻm 12 ngách 70 ngõ 29 Khương Hạ", "7", "29/70/12", "khuong ha"),
    ("7 hẻm 29/70/12 đ. Khương Hạ", "7", "29/70/12", "khuong ha"),
    ("ngõ 29/70 Khương Hạ", "", "29/70", "khuong ha"),
    ("Ngõ 29 Khương Hạ", "", "29", "khuong ha"),
    ("ngo29 khuong ha", "", "29", "khuong ha"),
    ("ng.29 Khương Hạ", "", "29", "khuong ha"),
    ("ngõ số 29 Khương Hạ", "", "29", "khuong ha"),
    ("ngõ 38A Lý Nam Đế", "", "38a", "ly nam de"),
    ("Ngách 2 Ngõ 343 Đội Cấn", "", "343/2", "doi can"),
    ("Ngách 95/2 Hoàng Cầu", "", "95/2", "hoang cau"),
    ("Ngõ 218 Ngõ Chợ Khâm Thiên", "", "218", "ngo cho kham thien"),
    ("5 ngõ Trạm", "5", "", "ngo tram"),
    ("Ngõ Trạm", "", "", "ngo tram"),
    ("57 Khương Hạ", "57", "", "khuong ha"),
    ("sn 57 Khương Hạ", "57", "", "khuong ha"),
    ("12A Phố Huế", "12a", "", "hue"),
    ("12 a phố Huế", "12a", "", "hue"),
    ("5bis Hàng Bài", "5bis", "", "hang bai"),
    ("5 bis Hàng Bài", "5bis", "", "hang bai"),
    ("12-14 đường Láng", "12-14", "", "lang"),
    ("số 12 – 14 Láng", "12-14", "", "lang"),
    ("12 đường 70", "12", "", "70"),
    ("Phố 19 Tháng 12", "", "", "19 thang 12"),
    ("Xã Đàn 2", "", "", "xa dan 2"),
    ("Đ.Láng", "", "", "lang"),
    ("57 Khương Hạ, P. Khương Đình, Q. Thanh Xuân, TP Hà Nội", "57", "", "khuong ha"),
    ("57 Khương Hạ Hà Nội", "57", "", "khuong ha"),
]


@pytest.mark.parametrize(("typed", "house", "chain", "street"), SPELLINGS, ids=[row[0] for row in SPELLINGS])
def test_an_address_is_read_however_it_is_said(typed, house, chain, street):
    first = parse_address(typed).readings[0]
    assert (first.house, first.lane, first.street) == (house, chain, street)


@pytest.mark.parametrize("typed", [row[0] for row in SPELLINGS])
def test_decomposed_letters_read_like_composed_ones(typed):
    assert parse_address(unicodedata.normalize("NFD", typed)) == parse_address(unicodedata.normalize("NFC", typed))


def test_a_family_that_sounds_like_a_street_keeps_its_name():
    assert [(r.house, r.street) for r in parse_address("số 12 Dương Quảng Hàm").readings] == [
        ("12", "quang ham"), ("12", "duong quang ham"),
    ]  # fmt: skip


def test_numbers_with_slashes_keep_every_meaning_that_records_may_have():
    readings = {(r.house, r.lane) for r in parse_address("29/70/5 Khương Hạ").readings}
    assert readings == {("29", "5/70"), ("5", "29/70"), ("", "29/70/5")}


def test_a_bare_number_may_be_a_house_or_a_lane_and_the_house_is_likelier():
    house, lane = parse_address("29 Khương Hạ").readings
    assert (house.house, lane.lane) == ("29", "29")
    assert house.weight > lane.weight


def test_a_number_that_is_called_a_house_is_no_lane():
    assert [r.lane for r in parse_address("số 29 Khương Hạ").readings] == [""]


def test_a_number_behind_the_street_may_belong_to_its_name():
    assert [(r.house, r.lane, r.street) for r in parse_address("Xã Đàn 2").readings] == [
        ("", "", "xa dan 2"), ("2", "", "xa dan"), ("", "2", "xa dan"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["", "   ", "🔥", "%_", "<script>", "' OR 1=1 --", "29", "ngõ 29", ",,,", "////", "\0"]
)
def test_what_names_no_street_has_no_house_and_no_lane(typed):
    assert all(not (r.house or r.lane) or r.street for r in parse_address(typed).readings)


def test_a_row_of_numbers_that_is_no_chain_is_a_name():
    assert parse_address("1/2/3/4/5/6/7 Láng").readings[0].chain == ()


def test_units_behind_commas_and_kinds_are_told_apart():
    assert parse_address("57 Khương Hạ, P. Khương Đình, Q.Thanh Xuân, Hà Nội").units == ("khuong dinh", "thanh xuan")
    assert unit_names("phuong mai") == ("mai", "phuong mai"), "Phương Mai is a ward that begins like a kind of unit"


def test_words_fold_whatever_keyboard_they_come_from():
    assert plain("Ngõ 29／70　Khương\u200bHạ") == "ngo 29/70 khuong ha"
    assert key("ĐƯỜNG Đê-La-Thành") == "duong de la thanh"
    assert "khuong ha" in spellings("khuowng haj")
    assert "khu do thi linh dam" in spellings("kdt linh dam")
    assert spellings("khuong ha") == ()


def test_a_question_tells_which_number_things_are_known_by():
    assert [(q.number, q.number_words) for q in map(take_apart, ("trụ số 012", "012", "57 Khương Hạ"))] == [
        ("12", ("tru",)), ("12", ()), ("", ()),
    ]  # fmt: skip


def test_a_long_text_is_cut_before_it_costs_anything():
    question = take_apart("khương " * 5_000)
    assert len(question.text.split()) == 14
    assert len(question.heads) < 60
