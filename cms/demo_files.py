"""Files of the demo in cms/demo/: texts as JSON, images and documents."""

import json
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.images import ImageFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

FOLDER = Path(__file__).parent / "demo"


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def create_image(name: str, title: str) -> Any:
    with (FOLDER / "images" / name).open("rb") as content:
        image = get_image_model()(title=title[:255], file=ImageFile(content, name=name))
        image.save()
    return image


def create_document(name: str, title: str) -> Any:
    with (FOLDER / "documents" / name).open("rb") as content:
        document = get_document_model()(title=title, file=File(content, name=name))
        document.save()
        # Without them the file is served with an empty ETag, and listed without its size.
        document.get_file_hash()
        document.get_file_size()
    return document
