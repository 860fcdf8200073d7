"""Images for tests, of any size."""

from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image
from wagtail.images import get_image_model


def make_image(
    width: int = 800, height: int = 500, *, title: str = "Obraz", kind: str = "PNG"
) -> Any:
    content = BytesIO()
    Image.new("RGB", (width, height), (11, 79, 86)).save(content, kind)
    content.seek(0)
    name = f"obraz-{width}x{height}.{kind.lower()}"
    image = get_image_model()(title=title, file=ImageFile(content, name=name))
    image.save()
    return image
