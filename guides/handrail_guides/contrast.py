"""Contrast of colours as WCAG 2.2 computes it (relative luminance, 1.4.3), for themes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from handrail_guides.colours import linear, of_oklab, oklab, written

# (what, on what, the least ratio): text 4.5 (1.4.3), what is not text 3 (1.4.11)
PAIRS: Final = (
    ("text", "background", 4.5),
    ("muted", "background", 4.5),
    ("on_accent", "accent", 4.5),
    ("accent", "background", 3.0),
    ("focus", "background", 3.0),
)
# How far apart the lightnesses are that are tried for a readable colour: half the step an eye tells.
_STEP = 0.005


def contrast(one: str, other: str) -> float | None:
    """Return the contrast ratio of two CSS colours, 1 to 21; None where one of them is not read here.

    Reads what `colours.linear` reads; transparency is left out of account.
    """
    first, second = luminance(one), luminance(other)
    if first is None or second is None:
        return None
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def luminance(colour: str) -> float | None:
    """Return the relative luminance of a CSS colour, 0 to 1."""
    channels = linear(colour)
    return None if channels is None else 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def weak_pairs(colours: Mapping[str, Any]) -> Iterator[tuple[str, str, float, float]]:
    """Yield (what, on what, ratio, least ratio) of a theme's colours that are too close to one another."""
    for name, ground, least in PAIRS:
        if isinstance(colours.get(name), str) and isinstance(colours.get(ground), str):
            ratio = contrast(colours[name], colours[ground])
            if ratio is not None and ratio < least:
                yield name, ground, ratio, least


def nearest_readable(colour: str, ground: str, least: float) -> str | None:
    """Return the colour with the least other lightness (OKLab, hue kept) whose contrast on the ground is enough.

    The colour as it is where it is enough already; else `#rrggbb`. None where a colour is not read here, or where
    not even black and white are enough.
    """
    ratio, channels = contrast(colour, ground), linear(colour)
    if ratio is None or channels is None:
        return None
    if ratio >= least:
        return colour
    light, a, b = oklab(channels)
    ways = (light + sign * _STEP * n for n in range(1, int(1 / _STEP) + 1) for sign in (-1, 1))
    tried = (written(of_oklab((way, a, b))) for way in ways if 0 <= way <= 1)
    # a hue that sRGB does not hold at the ends is given up for black or white
    return next((one for one in (*tried, "#000000", "#ffffff") if (contrast(one, ground) or 0) >= least), None)
