"""AVIF in a fifth of the time: a visitor waits for the first picture of a size.

At speed 8 instead of Pillow's 6 a file is a quarter larger, and still smaller than WebP.
"""

from typing import IO, Any

from django.conf import settings
from PIL import AvifImagePlugin, Image


def install() -> None:
    Image.register_save("AVIF", save_quickly)


def save_quickly(image: Any, file: IO[bytes], name: str | bytes) -> None:
    image.encoderinfo.setdefault("speed", settings.AVIF_SPEED)
    AvifImagePlugin._save(image, file, name)
