"""Contrast of colours as WCAG 2.2 computes it (relative luminance, 1.4.3), for themes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

Rgb = tuple[float, float, float]  # linear or encoded, each 0 to 1

# (what, on what, the least ratio): text 4.5 (1.4.3), what is not text 3 (1.4.11)
PAIRS: Final = (
    ("text", "background", 4.5),
    ("muted", "background", 4.5),
    ("on_accent", "accent", 4.5),
    ("accent", "background", 3.0),
    ("focus", "background", 3.0),
)


def contrast(one: str, other: str) -> float | None:
    """Return the contrast ratio of two CSS colours, 1 to 21; None where one of them is not read here.

    Reads `#rgb`, `#rrggbb`, `rgb()`, `hsl()` and `oklch()`; transparency is left out of account.
    """
    first, second = luminance(one), luminance(other)
    if first is None or second is None:
        return None
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def luminance(colour: str) -> float | None:
    """Return the relative luminance of a CSS colour, 0 to 1."""
    linear = _linear(colour.strip().lower())
    return None if linear is None else 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def weak_pairs(colours: Mapping[str, Any]) -> Iterator[tuple[str, str, float, float]]:
    """Yield (what, on what, ratio, least ratio) of a theme's colours that are too close to one another."""
    for name, ground, least in PAIRS:
        if isinstance(colours.get(name), str) and isinstance(colours.get(ground), str):
            ratio = contrast(colours[name], colours[ground])
            if ratio is not None and ratio < least:
                yield name, ground, ratio, least


def _linear(colour: str) -> Rgb | None:
    if colour.startswith("#"):
        return _from_hex(colour[1:])
    match = re.fullmatch(r"(rgb|hsl|oklch)a?\(([^)]*)\)", colour)
    parts = re.findall(r"-?[\d.]+%?", match.group(2))[:3] if match else []
    if not match or len(parts) < 3:
        return None
    try:
        return {"rgb": _from_rgb, "hsl": _from_hsl, "oklch": _from_oklch}[match.group(1)](parts)
    except ValueError:
        return None


def _from_hex(digits: str) -> Rgb | None:
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) not in (6, 8) or not re.fullmatch(r"[0-9a-f]+", digits):
        return None
    return _decoded(tuple(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)))


def _from_rgb(parts: list[str]) -> Rgb:
    return _decoded(tuple(float(p[:-1]) / 100 if p.endswith("%") else float(p) / 255 for p in parts))


def _from_hsl(parts: list[str]) -> Rgb:
    hue, saturation, light = float(parts[0].rstrip("%")), *(float(p.rstrip("%")) / 100 for p in parts[1:])
    spread = saturation * min(light, 1 - light)

    def channel(n: int) -> float:
        k = (n + hue / 30) % 12
        return light - spread * max(-1.0, min(k - 3, 9 - k, 1.0))

    return _decoded((channel(0), channel(8), channel(4)))


def _from_oklch(parts: list[str]) -> Rgb:
    """Convert by the matrices of CSS Color 4 (Ottosson's OKLab)."""
    light = float(parts[0][:-1]) / 100 if parts[0].endswith("%") else float(parts[0])
    chroma = float(parts[1][:-1]) * 0.004 if parts[1].endswith("%") else float(parts[1])
    angle = math.radians(float(parts[2].rstrip("%")))
    a, b = chroma * math.cos(angle), chroma * math.sin(angle)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _clamped(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        _clamped(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        _clamped(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


def _decoded(encoded: tuple[float, ...]) -> Rgb:
    red, green, blue = (_clamped(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for c in encoded)
    return red, green, blue


def _clamped(value: float) -> float:
    return min(1.0, max(0.0, value))
