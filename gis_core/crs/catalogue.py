"""Every CRS that files may come in and leave in, with what makes each of them itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Datum: TypeAlias = Literal["VN-2000", "WGS 84"]
Projection: TypeAlias = Literal["degrees", "transverse Mercator", "Web Mercator"]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One CRS as we use it.

    `central_meridian_deg` and `scale` are those of a transverse Mercator, else None; every transverse Mercator here
    has a false easting of 500,000 m and no false northing.
    """

    code: str
    name: str
    datum: Datum
    projection: Projection
    central_meridian_deg: float | None
    scale: float | None
    area: str
    covers_hanoi: bool = False

    @property
    def srid(self) -> int:
        """The number PostGIS knows it by; the tables of PostGIS 3.3 lack 9205–9218."""
        return 4326 if self.code == "OGC:CRS84" else int(self.code.removeprefix("EPSG:"))

    @property
    def uri(self) -> str:
        """Its name in OGC API – Features."""
        authority, code = self.code.split(":")
        version = "1.3" if authority == "OGC" else "0"
        return f"http://www.opengis.net/def/crs/{authority}/{version}/{code}"

    @property
    def latitude_first(self) -> bool:
        """EPSG prescribes latitude before longitude; matters only where OGC API – Features obeys it."""
        return self.projection == "degrees" and self.code != "OGC:CRS84"

    @property
    def system(self) -> tuple[Datum, Projection, float | None, float | None]:
        """What makes two entries the same numbers for the same place, whatever their codes."""
        return self.datum, self.projection, self.central_meridian_deg, self.scale


def _tm(
    srid: int, name: str, datum: Datum, meridian_deg: float, scale: float, area: str, *, hanoi: bool = False
) -> CatalogueEntry:
    return CatalogueEntry(f"EPSG:{srid}", name, datum, "transverse Mercator", meridian_deg, scale, area, hanoi)


def _tm3(srid: int, zone: str, meridian_deg: float, area: str, *, hanoi: bool = False) -> CatalogueEntry:
    return _tm(srid, f"VN-2000 / TM-3 {zone}", "VN-2000", meridian_deg, 0.9999, area, hanoi=hanoi)


def _plain(code: str, name: str, datum: Datum, projection: Projection, area: str) -> CatalogueEntry:
    return CatalogueEntry(code, name, datum, projection, None, None, area, covers_hanoi=True)


_ENTRIES: Final = (
    _tm3(5897, "zone 482", 105.0, "Hà Nội; 103°30'–106°30' E", hanoi=True),
    _tm(3405, "VN-2000 / UTM zone 48N", "VN-2000", 105.0, 0.9996, "west of 108° E", hanoi=True),
    _plain("EPSG:4756", "VN-2000", "VN-2000", "degrees", "Vietnam, onshore"),
    _plain("OGC:CRS84", "WGS 84 longitude-latitude", "WGS 84", "degrees", "World"),
    _plain("EPSG:4326", "WGS 84", "WGS 84", "degrees", "World"),
    _plain("EPSG:3857", "WGS 84 / Pseudo-Mercator", "WGS 84", "Web Mercator", "World"),
    _tm(32648, "WGS 84 / UTM zone 48N", "WGS 84", 105.0, 0.9996, "102–108° E", hanoi=True),
    _tm(32649, "WGS 84 / UTM zone 49N", "WGS 84", 111.0, 0.9996, "108–114° E"),
    _tm(3406, "VN-2000 / UTM zone 49N", "VN-2000", 111.0, 0.9996, "east of 108° E"),
    _tm3(5896, "zone 481", 102.0, "west of 103°30' E"),
    _tm3(5898, "zone 491", 108.0, "east of 106°30' E"),
    _tm3(5899, "107-45", 107.75, "Quảng Ninh, Đà Nẵng, Quảng Nam, Bà Rịa - Vũng Tàu, Đồng Nai, Lâm Đồng"),
    _tm3(9205, "103-00", 103.0, "Điện Biên, Lai Châu"),
    _tm3(9206, "104-00", 104.0, "Sơn La"),
    _tm3(9207, "104-30", 104.5, "Cà Mau, Kiên Giang"),
    _tm3(9208, "104-45", 104.75, "An Giang, Lào Cai, Nghệ An, Phú Thọ, Yên Bái"),
    _tm3(9209, "105-30", 105.5, "Bắc Ninh, Hà Giang, Hà Tĩnh, Hải Dương, Hưng Yên, Nam Định, Tây Ninh, …"),
    _tm3(9210, "105-45", 105.75, "Hải Phòng, Hồ Chí Minh, Bến Tre, Bình Dương, Cao Bằng, Long An, Tiền Giang"),
    _tm3(9211, "106-00", 106.0, "Hòa Bình, Quảng Bình, Tuyên Quang"),
    _tm3(9212, "106-15", 106.25, "Bình Phước, Quảng Trị"),
    _tm3(9213, "106-30", 106.5, "Bắc Kạn, Thái Nguyên"),
    _tm3(9214, "107-00", 107.0, "Bắc Giang, Thừa Thiên - Huế"),
    _tm3(9215, "107-15", 107.25, "Lạng Sơn"),
    _tm3(9216, "107-30", 107.5, "Kon Tum"),
    _tm3(9217, "108-15", 108.25, "Bình Định, Khánh Hòa, Ninh Thuận"),
    _tm3(9218, "108-30", 108.5, "Bình Thuận, Đắk Lắk, Đắk Nông, Gia Lai, Phú Yên"),
)
CATALOGUE: Final[Mapping[str, CatalogueEntry]] = {entry.code: entry for entry in _ENTRIES}
"""Every CRS that files may come in and leave in, by code; the likeliest in Hanoi first."""

# EPSG exchanged false easting and false northing in these.
DEPRECATED_TWINS: Final = {"EPSG:6956": "5896", "EPSG:6957": "5897", "EPSG:6958": "5898", "EPSG:6959": "5899"}

# EPSG:6960 as a position-vector TOWGS84: metres, arc seconds, parts per million (also QĐ 05/2007/QĐ-BTNMT).
EPSG_6960_SHIFT: Final = (-191.90441429, -39.30318279, -111.45032835, 0.00928836, -0.01975479, 0.00427372, 0.252906278)
