"""The sixteen voivodeships as shapes, composed of borders that neighbours share.

Reads poland.json, which tools/poland_shapes.py makes; its source and licence stand in it.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practices_pages.models.units import VOIVODESHIPS

SOURCE = Path(__file__).parent / "poland.json"
Point = tuple[int, int]


@dataclass(frozen=True)
class Shape:
    code: str
    # Where a number can be written inside.
    x: int
    y: int
    ring: tuple[Point, ...]

    @property
    def name(self) -> str:
        return VOIVODESHIPS[self.code]

    @property
    def lines(self) -> list[str]:
        """The name as it fits in: a double one takes two lines."""
        first, dash, second = self.name.partition("-")
        return [first + dash, second] if dash else [first]

    @property
    def path(self) -> str:
        """For the attribute `d` of an SVG path."""
        (x, y), *others = self.ring
        steps = []
        for next_x, next_y in others:
            steps.append(f"{next_x - x} {next_y - y}".replace(" -", "-"))
            x, y = next_x, next_y
        start = self.ring[0]
        return f"m{start[0]} {start[1]}l" + " ".join(steps).replace(" -", "-") + "z"


@dataclass(frozen=True)
class Country:
    width: int
    height: int
    shapes: tuple[Shape, ...]


def _country() -> Country:
    content = json.loads(SOURCE.read_text(encoding="utf-8"))
    borders = [_points(steps) for steps in content["arcs"]]
    shapes = tuple(
        Shape(code, x, y, _ring(shape["arcs"], borders))
        for code, shape in content["shapes"].items()
        for x, y in [shape["label"]]
    )
    return Country(content["width"], content["height"], shapes)


def _points(steps: list[int]) -> list[Point]:
    x = y = 0
    points = []
    for step_x, step_y in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + step_x, y + step_y
        points.append((x, y))
    return points


def _ring(numbers: list[Any], borders: list[list[Point]]) -> tuple[Point, ...]:
    """A negative number is a border gone along backwards, as in TopoJSON."""
    ring: list[Point] = []
    for number in numbers:
        border = borders[number] if number >= 0 else borders[~number][::-1]
        ring += border[1:] if ring else border
    return tuple(ring[:-1])


POLAND = _country()
