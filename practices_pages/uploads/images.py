"""Images: judged before they are decoded, then written anew without what cameras add.

What is written anew is an image and nothing else: no place and time of the photo (EXIF, XMP), no
second file behind its end.
"""

import io
import os
import struct
from typing import IO, Any

from django.utils.translation import gettext as _
from PIL import Image, ImageSequence, JpegImagePlugin

from practices_pages.conf import conf
from practices_pages.uploads.refusal import UploadRefused

FORMATS = {
    "avif": "AVIF",
    "gif": "GIF",
    "jpeg": "JPEG",
    "jpg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
}
# The closed list of types that are ever answered with.
CONTENT_TYPES = {extension: f"image/{name.lower()}" for extension, name in FORMATS.items()}
MOST_FRAMES = 200
MOST_PROFILE_BYTES = 1024 * 1024
ORIENTATION = 0x0112
# The first chunk of a WebP says how it was compressed.
LOSSLESS_WEBP = b"VP8L"
QUALITY = 90
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    IndexError,
    EOFError,
    struct.error,
    MemoryError,
)


def clean_image(file: IO[bytes], name: str) -> bytes:
    """The same picture, written anew: its pixels, orientation and colour profile alone.

    Raises UploadRefused for what is no image of the kind in its name, or too big to decode.
    """
    format_name = FORMATS.get(os.path.splitext(name)[1].lower().removeprefix("."))
    if format_name is None:
        raise UploadRefused(_("Images of this kind are not taken."))
    file.seek(0)
    try:
        # Only the decoder of this one format may look at it.
        with Image.open(file, formats=[format_name]) as image:
            _check_size(image)
            return _written_anew(image, format_name, _is_lossless(file))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_big() from error
    except UploadRefused:
        raise
    except BROKEN as error:
        message = _("The file is damaged or no image of the kind that its name says.")
        raise UploadRefused(message) from error


def _check_size(image: Image.Image) -> None:
    """From the header alone; nothing is decoded yet."""
    frames = getattr(image, "n_frames", 1)
    if frames > MOST_FRAMES:
        raise UploadRefused(_("The animation has too many frames."))
    if image.width * image.height * frames > conf.MAX_IMAGE_PIXELS:
        raise _too_big()


def _too_big() -> UploadRefused:
    return UploadRefused(
        _("The image has too many pixels. Make it smaller: at most %d million.")
        % (conf.MAX_IMAGE_PIXELS // 1_000_000)
    )


def _is_lossless(file: IO[bytes]) -> bool:
    place = file.tell()
    file.seek(0)
    lossless = LOSSLESS_WEBP in file.read(64)
    file.seek(place)
    return lossless


def _written_anew(image: Image.Image, format_name: str, lossless: bool) -> bytes:
    options = _options(image, format_name, lossless) | _kept(image, format_name)
    if getattr(image, "n_frames", 1) > 1 and format_name != "JPEG":
        options |= _animation(image)
    image.info.pop("comment", None)
    image.info.pop("xmp", None)
    content = io.BytesIO()
    image.save(content, format_name, **options)
    return content.getvalue()


def _options(image: Image.Image, format_name: str, lossless: bool) -> dict[str, Any]:
    if format_name == "JPEG" and isinstance(image, JpegImagePlugin.JpegImageFile):
        # The tables it was compressed with: nothing is lost by compressing it again.
        sampling = JpegImagePlugin.get_sampling(image)
        return {"qtables": image.quantization, "subsampling": sampling, "optimize": True}
    if format_name == "WEBP":
        return {"lossless": lossless, "quality": QUALITY, "xmp": b""}
    return {"quality": QUALITY, "xmp": b""} if format_name == "AVIF" else {}


def _kept(image: Image.Image, format_name: str) -> dict[str, Any]:
    profile = image.info.get("icc_profile")
    if profile and len(profile) > MOST_PROFILE_BYTES:
        profile = None
    if format_name == "GIF":
        return {}
    exif = Image.Exif()
    orientation = image.getexif().get(ORIENTATION)
    if orientation in range(2, 9):
        exif[ORIENTATION] = orientation
    return {"icc_profile": profile, "exif": exif.tobytes() if len(exif) else b""}


def _animation(image: Image.Image) -> dict[str, Any]:
    durations = [frame.info.get("duration", 0) for frame in ImageSequence.Iterator(image)]
    image.seek(0)
    return {"save_all": True, "duration": durations, "loop": image.info.get("loop", 0)}
