"""Pictures in templates; most of them only include practices_pages/picture.html."""

from typing import Any

from django import template

from practices_pages import pictures

register = template.Library()


@register.simple_tag
def picture_of(image: Any, shape: str = "", sizes: str = "") -> pictures.Picture | None:
    return pictures.picture_of(image, shape or "natural", sizes=sizes or "")
