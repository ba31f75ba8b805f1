"""Photos of marks: checked, and made anew from their pixels, so that nothing of the file itself is kept."""

from io import BytesIO
from typing import Final, NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from gis_core.errors import BadRequest

MAX_PHOTO_BYTES: Final = 2_000_000
"""The door takes no body above 2.5 MB (`DATA_UPLOAD_MAX_MEMORY_SIZE`)."""
MAX_PIXELS: Final = 40_000_000
MAX_SIDE_PX: Final = 1_600
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_QUALITY: Final = 82


class InvalidPhoto(BadRequest):
    """Not a photo that is taken."""

    code = "invalid-photo"
    title = "That photo cannot be taken"


class Photo(NamedTuple):
    """A JPEG, as it is stored."""

    content: bytes
    width_px: int
    height_px: int


def read_photo(given: bytes) -> Photo:
    """Make a JPEG of at most 1,600 px a side from a file: upright, without place, time or camera.

    Raises
    ------
    InvalidPhoto
        Too large, of another format whatever its name says, or broken.
    """
    if len(given) > MAX_PHOTO_BYTES:
        raise InvalidPhoto(
            "The photo has %(bytes)d bytes: send at most %(most)d, made smaller.",
            bytes=len(given),
            most=MAX_PHOTO_BYTES,
        )
    try:
        with Image.open(BytesIO(given), formats=_FORMATS) as image:
            # Its head says how large it is; a few bytes can unfold to gigabytes.
            if image.width * image.height > MAX_PIXELS:
                raise InvalidPhoto(
                    "The photo has %(width)d × %(height)d pixels: send at most %(most)d.",
                    width=image.width, height=image.height, most=MAX_PIXELS,
                )  # fmt: skip
            image.draft("RGB", (MAX_SIDE_PX, MAX_SIDE_PX))
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise InvalidPhoto("The photo is no JPEG, PNG or WebP, or it is broken.") from error
    upright.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)  # the pixels alone: what else a file says goes along with its image
    written = BytesIO()
    bare.save(written, "JPEG", quality=_QUALITY)
    return Photo(written.getvalue(), bare.width, bare.height)
