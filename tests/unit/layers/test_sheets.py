"""Sheets carry everything inside, and texts in them stay texts."""

import re
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from layers.mark_photos import InvalidPhoto, read_photo
from layers.sheets import Box, Dots, Drawn, Pen, SheetMap, Sign, sheet_page, sheet_pdf
from layers.sheets.svg import sheet_svg

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> `${alert(3)}` {{ 7*7 }} {% raise %} \\"
LINE = {"type": "LineString", "coordinates": [[105.81, 21.0], [105.82, 21.01]]}
AREA = {"type": "MultiPolygon", "coordinates": [[[[105.81, 21.0], [105.82, 21.0], [105.82, 21.01], [105.81, 21.0]]]]}


def a_map(text=""):
    return SheetMap(
        view=Box(105.80, 21.00, 105.82, 21.02),
        ground=[Drawn(AREA, Pen("#7db3d6", 0.5, fill="#cfe5f3"))],
        lines=[Drawn(LINE, Pen("#14532d", 5.0, "10 6"), text)],
        signs=[Sign(105.81, 21.01, "1", "#0369a1", text)],
        label=text,
        dots=[Dots([(105.815, 21.005), (105.816, 21.006)], Pen("#b91c1c", 1.5, fill="#ffffff"))],
    )


def a_page(text="", before="", after=""):
    return sheet_page(a_map(text), title=text or "Phiếu", language="vi", style="", before=before, after=after)


def test_a_page_names_no_other_address_to_load_from():
    page = re.sub(r"<script>.*?</script>", "", a_page("Trụ nước"), flags=re.DOTALL)
    assert re.findall(r'(?:src|href)\s*=\s*["\'](?!#)[^"\']+', page) == []
    assert {url for url in re.findall(r"url\(([^)]*)\)", page) if not url.startswith(("data:", "#"))} == set()


def test_a_text_is_never_run_whatever_it_is():
    page = a_page(HOSTILE)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "${alert" not in "".join(re.findall(r"<script>(.*?)</script>", page, re.DOTALL))
    assert unescape(page).count("{{ 7*7 }}") == 3, "title, line and sign: no template was run"


def test_what_stands_around_the_map_is_not_taken_for_a_template():
    page = a_page("x", before="<p>{{ 7*7 }} {% for %}</p>", after="<p>{{ this }}</p>")
    assert "<p>{{ 7*7 }} {% for %}</p>" in page
    assert "<p>{{ this }}</p>" in page


def test_the_picture_escapes_its_texts_and_keeps_what_is_sure_apart_by_its_dashes():
    picture = sheet_svg(a_map(HOSTILE), width_px=600, height_px=400)
    assert "<script>" not in picture
    assert "<img" not in picture
    assert 'stroke-dasharray="10 6"' in picture


def test_half_a_photo_stays_no_photo_after_a_pdf_was_written():
    sheet_pdf(a_map(), title="", language="vi", style="", before="", after="")  # its library reads broken pictures too
    photo = BytesIO()
    Image.effect_noise((64, 64), 50).convert("RGB").save(photo, "JPEG")
    with pytest.raises(InvalidPhoto):
        read_photo(photo.getvalue()[: len(photo.getvalue()) // 2])


def test_many_places_are_rings_in_the_picture_and_one_layer_in_the_page():
    assert sheet_svg(a_map(), width_px=600, height_px=400).count('r="3"') == 2
    assert a_page().count('"type": "MultiPoint"') == 1


def test_the_picture_has_north_up_and_the_whole_view_inside():
    corners = {"type": "LineString", "coordinates": [[105.80, 21.00], [105.82, 21.02]]}
    drawn = SheetMap(Box(105.80, 21.00, 105.82, 21.02), [], [Drawn(corners, Pen("#000"))], [], "")
    path = re.search(r'd="M(-?[\d.]+) (-?[\d.]+)L(-?[\d.]+) (-?[\d.]+)"', sheet_svg(drawn, width_px=600, height_px=400))
    west, south, east, north = map(float, path.groups())
    assert 0 <= west < east <= 600
    assert 0 <= north < south <= 400
    assert (west + east) / 2 == pytest.approx(300, abs=0.2)


def test_the_scale_of_the_picture_is_true():
    # 0.02° of latitude are 2,214 m on the spheroid and about 2,226 on the sphere of Web Mercator.
    picture = sheet_svg(a_map(), width_px=600, height_px=400)
    start, end, metres = re.search(r'd="M(\d+) [\d.]+V[\d.]+H([\d.]+)V.*?>(\d+) m</text>', picture).groups()
    metres_per_px = float(metres) / (float(end) - float(start))
    assert metres_per_px * 400 == pytest.approx(2_226, rel=0.01)


def test_a_pdf_is_written_and_asks_nobody_for_anything(monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("somebody was asked"))
    told = {"title": "Phiếu", "language": "vi", "style": "", "after": ""}
    clean = sheet_pdf(a_map("Trụ"), before="<p>Ngõ 29</p>", **told)
    assert clean.startswith(b"%PDF-")
    # A picture from elsewhere is left out, not fetched.
    assert sheet_pdf(a_map(), before='<img src="http://127.0.0.1:9/x.png">', **told).startswith(b"%PDF-")
