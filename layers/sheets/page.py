"""A sheet as one HTML file: folium draws the map, and Leaflet, styles and data stand inside the file."""

import base64
import re
from functools import cache
from html import escape
from itertools import groupby
from typing import Final

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Template

from gis_core.npm_static import NODE_MODULES
from layers.sheets.drawing import Dots, Drawn, Json, Pen, SheetMap, Sign

SHUT_IN: Final = (
    "sandbox allow-scripts allow-modals; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The content security policy of a sheet: it carries its scripts inside, and sees nothing of the server it came from,
whoever wrote a name in it."""

_LEAFLET: Final = NODE_MODULES / "leaflet" / "dist"
_URL: Final = re.compile(r"url\((images/[\w.-]+)\)")
_STYLE: Final = """
.folium-map { border: 1px solid #9ca3af; background: #f5f4f0; break-inside: avoid; }
.sign span {
  display: block; width: 26px; height: 26px; border: 2px solid #fff; border-radius: 50%; color: #fff;
  font: bold 13px/22px sans-serif; text-align: center; print-color-adjust: exact; -webkit-print-color-adjust: exact;
}
"""
# folium gives a marker its icon after it stands on the map; until then Leaflet would look for pictures beside the file.
_NO_PICTURE: Final = "L.Marker.mergeOptions({icon: L.divIcon()});"
# What begins or ends something in JavaScript's template literals, in which folium writes texts, and in Jinja's.
_LITERAL: Final = str.maketrans({"`": "&#96;", "$": "&#36;", "\\": "&#92;", "{": "&#123;", "}": "&#125;"})


class _Page(Figure):
    """folium's page in a language; the map stands where the body has room for it."""

    _template = Template(
        '<!DOCTYPE html>\n<html lang="{{ this.language }}">\n<head>\n<title>{{ this.title }}</title>\n'
        "{{ this.header.render(**kwargs) }}\n</head>\n"
        "<body>\n<main>{{ this.before }}\n{{ this.html.render(**kwargs) }}\n{{ this.after }}</main>\n</body>\n"
        "<script>\n{{ this.script.render(**kwargs) }}\n</script>\n</html>\n"
    )

    def __init__(self, *, title: str, language: str, before: str, after: str) -> None:
        super().__init__(title=escape(title))
        self.language, self.before, self.after = language, before, after


class _Map(folium.Map):
    """folium's map without the scripts and styles that it would fetch from elsewhere."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []


class _Scale(MacroElement):
    """A scale in metres only; folium's own has feet too."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "L.control.scale({imperial: false, maxWidth: 140}).addTo({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )


class _Raw(Element):
    """Text that stands in the head as it is: branca takes what it is given for a template."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def sheet_page(drawn: SheetMap, *, title: str, language: str, style: str, before: str, after: str) -> str:
    """Write the page.

    Parameters
    ----------
    before, after
        HTML above and below the map, escaped already.
    style
        CSS beside Leaflet's own.

    Notes
    -----
    Texts of `drawn` are plain: they are escaped here, for HTML and for the JavaScript that folium writes.
    """
    page = _Page(title=title, language=language, before=before, after=after)
    for part in (
        f"<style>{_leaflet_css()}\n{_STYLE}\n{style}</style>",
        f"<script>{_leaflet_js()}\n{_NO_PICTURE}</script>",
    ):
        page.header.add_child(_Raw(part))
    sheet = _Map(tiles=None, prefer_canvas=True, height="120mm", zoom_snap=0.25, font_size="0.9rem")
    sheet.options["attribution_control"] = False
    for pen, same in groupby(drawn.ground, key=lambda one: one.pen):
        _lines([one.geometry for one in same], pen, interactive=False).add_to(sheet)
    for one in drawn.lines:
        _with_text(_lines([one.geometry], one.pen, interactive=bool(one.text)), one).add_to(sheet)
    for dots in drawn.dots:
        _rings(dots).add_to(sheet)
    for sign in drawn.signs:
        _disc(sign).add_to(sheet)
    sheet.add_child(_Scale())  # type: ignore[no-untyped-call]  # branca types its elements' methods, not their making
    west, south, east, north = drawn.view
    sheet.fit_bounds([[south, west], [north, east]])
    page.add_child(sheet)
    return str(page.render())


def _lines(geometries: list[Json], pen: Pen, *, interactive: bool) -> folium.GeoJson:
    features = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    style = {
        "color": pen.colour,
        "weight": pen.width_px,
        "dashArray": pen.dash or None,
        "fill": bool(pen.fill),
        "fillColor": pen.fill or None,
        "fillOpacity": 1.0 if pen.fill else 0.0,
        "opacity": 1.0,
    }
    collection = {"type": "FeatureCollection", "features": features}
    return folium.GeoJson(collection, style_function=lambda _feature: style, interactive=interactive)


def _rings(dots: Dots) -> folium.GeoJson:
    """Draw all in one layer of points: a marker each would take a script of ten lines each."""
    places = {"type": "MultiPoint", "coordinates": [list(position) for position in dots.positions]}
    ring = folium.CircleMarker(
        radius=dots.radius_px,
        color=dots.pen.colour,
        weight=dots.pen.width_px,
        dash_array=dots.pen.dash or None,
        fill=bool(dots.pen.fill),
        fill_color=dots.pen.fill or None,
        fill_opacity=1.0,
    )
    collection = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": places}]}
    return folium.GeoJson(collection, marker=ring, interactive=False)


def _with_text(layer: folium.GeoJson, one: Drawn) -> folium.GeoJson:
    if one.text:
        layer.add_child(folium.Tooltip(_plain(one.text), sticky=True))
    return layer


def _disc(sign: Sign) -> folium.Marker:
    told = _plain(sign.text)
    disc = f'<span role="img" aria-label="{told}" style="background:{sign.colour}">{_plain(sign.letter)}</span>'
    icon = folium.DivIcon(html=disc, icon_size=(26, 26), icon_anchor=(13, 13), class_name="sign")
    return folium.Marker((sign.lat, sign.lon), icon=icon, tooltip=told)


def _plain(text: str) -> str:
    """Write a text for HTML inside folium's script: not HTML, not JavaScript, and no template either.

    branca takes the script that it wrote for a template once more, so that braces in a name would be run on the server.
    """
    return escape(text).translate(_LITERAL)


@cache
def _leaflet_js() -> str:
    return (_LEAFLET / "leaflet.js").read_text("utf-8").replace("//# sourceMappingURL=leaflet.js.map", "")


@cache
def _leaflet_css() -> str:
    return _URL.sub(_inlined, (_LEAFLET / "leaflet.css").read_text("utf-8"))


def _inlined(found: re.Match[str]) -> str:
    picture = base64.b64encode((_LEAFLET / found.group(1)).read_bytes()).decode("ascii")
    return f"url(data:image/png;base64,{picture})"
