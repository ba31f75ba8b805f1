"""A sheet as PDF, by WeasyPrint: the same texts, and the map as a picture of lines."""

from typing import Final

from PIL import ImageFile

from layers.sheets.drawing import SheetMap
from layers.sheets.svg import sheet_svg

_MAP_PX: Final = (690.0, 410.0)
"""Width and height of the map on paper, in CSS pixels: as wide as A4 between margins of 14 mm."""


def sheet_pdf(drawn: SheetMap, *, title: str, language: str, style: str, before: str, after: str) -> bytes:
    """Write the file; the parameters are those of `layers.sheets.page.sheet_page`.

    A sheet asks nobody for anything: what it names from elsewhere is left out.
    """
    # Half a second and 25 MB that most processes never need.
    from weasyprint import CSS, HTML  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    # Its import lets Pillow take broken pictures, everywhere in the process: also half a photo of a mark.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    nobody = URLFetcher(allowed_protocols=())
    picture = sheet_svg(drawn, width_px=_MAP_PX[0], height_px=_MAP_PX[1])
    page = (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"></head>'
        f'<body><main>{before}<div class="picture">{picture}</div>{after}</main></body></html>'
    )
    document = HTML(string=page, url_fetcher=nobody).render(stylesheets=[CSS(string=style, url_fetcher=nobody)])
    document.metadata.title, document.metadata.lang = title, language
    return bytes(document.write_pdf())
