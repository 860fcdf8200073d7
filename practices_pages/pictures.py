"""How pictures are cut for the pages: crops, widths, formats. Nothing else names a rendition.

A list asks for all its pictures at once with `prefetched(shape)`; `picture_of` then needs no query.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from wagtail.images import get_image_model
from wagtail.images.models import SourceImageIOError

# Below this width of the window a shape with a narrow crop shows that one.
NARROW = "(max-width: 47.99rem)"
# AVIF for whoever can read it, WebP for everybody else: it keeps transparency, too.
BEST, COMMON = "avif", "webp"
LARGE = "max-1600x1600|format-webp"


@dataclass(frozen=True)
class Crop:
    """Width : height, or the picture's own proportions; and the widths that are made."""

    widths: tuple[int, ...]
    ratio: tuple[int, int] | None = None

    def specs(self, kind: str) -> list[str]:
        return [f"{self._operation(width)}|format-{kind}" for width in self.widths]

    def _operation(self, width: int) -> str:
        if self.ratio is None:
            return f"width-{width}"
        across, down = self.ratio
        return f"fill-{width}x{round(width * down / across)}"


@dataclass(frozen=True)
class Shape:
    """A place on a page. `sizes` is how wide it stands there, `narrow` the crop for telephones."""

    wide: Crop
    sizes: str
    narrow: Crop | None = None

    def specs(self) -> list[str]:
        crops = [self.wide] + ([self.narrow] if self.narrow else [])
        return [spec for crop in crops for kind in (BEST, COMMON) for spec in crop.specs(kind)]


SHAPES = {
    "card": Shape(Crop((400, 800), (16, 10)), "(min-width: 48rem) 23rem, 92vw"),
    "feature": Shape(
        Crop((560, 1120), (4, 3)), "(min-width: 60rem) 40rem, 92vw", Crop((400, 800), (16, 10))
    ),
    "hero": Shape(
        Crop((560, 1120), (4, 3)), "(min-width: 60rem) 34rem, 92vw", Crop((400, 800), (2, 1))
    ),
    "film": Shape(Crop((640, 1280), (16, 9)), "(min-width: 60rem) 48rem, 92vw"),
    "thumb": Shape(Crop((160, 320), (4, 3)), "8rem"),
    "natural": Shape(Crop((480, 960, 1440)), "(min-width: 48rem) 44rem, 92vw"),
    "logo": Shape(Crop((160, 320)), "10rem"),
}


@dataclass(frozen=True)
class Source:
    srcset: str
    url: str
    width: int
    height: int
    type: str = ""
    media: str = ""


@dataclass(frozen=True)
class Picture:
    """What <picture> says: better sources, and what every browser knows."""

    sources: tuple[Source, ...]
    image: Source
    sizes: str


def specs(*shapes: str) -> list[str]:
    """The filter specs of these shapes, for Wagtail's `prefetch_renditions`."""
    return list(dict.fromkeys(spec for name in shapes for spec in SHAPES[name].specs()))


def prefetched(*shapes: str) -> QuerySet[Any]:
    """Images with the renditions of these shapes, for a Prefetch."""
    images: QuerySet[Any] = get_image_model().objects.prefetch_renditions(*specs(*shapes))
    return images


def prefetched_with_large(*shapes: str) -> QuerySet[Any]:
    """The same, and what `large_url` needs."""
    images: QuerySet[Any] = get_image_model().objects.prefetch_renditions(*specs(*shapes), LARGE)
    return images


def large_url(image: Any) -> str:
    """Where one sees the whole picture, large; empty where its file cannot be read."""
    try:
        return str(image.get_rendition(LARGE).url)
    except (SourceImageIOError, FileNotFoundError):
        return ""


def picture_of(image: Any, shape_name: str, *, sizes: str = "") -> Picture | None:
    """None where there is no image, or its file cannot be read."""
    if not image:
        return None
    shape = SHAPES[shape_name]
    try:
        made = image.get_renditions(*shape.specs())
    except (SourceImageIOError, FileNotFoundError):
        return None
    sources = [_source(made, shape.wide, BEST)]
    if shape.narrow:
        narrow = [_source(made, shape.narrow, kind, media=NARROW) for kind in (BEST, COMMON)]
        sources = [*narrow, *sources]
    return Picture(tuple(sources), _source(made, shape.wide, COMMON), sizes or shape.sizes)


def _source(made: dict[str, Any], crop: Crop, kind: str, *, media: str = "") -> Source:
    renditions = [made[spec] for spec in crop.specs(kind)]
    # Nothing is enlarged: of a small picture several widths are the same one.
    by_width = {rendition.width: rendition for rendition in renditions}
    srcset = ", ".join(f"{rendition.url} {width}w" for width, rendition in by_width.items())
    largest = renditions[-1]
    return Source(
        srcset, largest.url, largest.width, largest.height, type=f"image/{kind}", media=media
    )
