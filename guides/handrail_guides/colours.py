"""CSS colours as numbers: read, written, mixed, made lighter or darker. OKLab by Ottosson's matrices (CSS Color 4)."""

from __future__ import annotations

import math
import re

Triple = tuple[float, float, float]


def linear(colour: str) -> Triple | None:
    """Return the linear sRGB channels of a colour, each 0 to 1; None where it is not read here.

    Reads `#rgb`, `#rrggbb`, `rgb()`, `hsl()` and `oklch()`; transparency is left out of account.
    """
    colour = colour.strip().lower()
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


def oklab(channels: Triple) -> Triple:
    """Return lightness (0 to 1), a and b of linear sRGB channels."""
    red, green, blue = channels
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def of_oklab(lab: Triple) -> Triple:
    """Return linear sRGB channels; what lies outside of sRGB is cut off channel by channel."""
    light, a, b = lab
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _clamped(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        _clamped(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        _clamped(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


def written(channels: Triple) -> str:
    """Return linear sRGB channels as `#rrggbb`."""
    encoded = (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in channels)
    return "#" + "".join(f"{round(255 * _clamped(c)):02x}" for c in encoded)


def mixed(one: str, other: str, share: float) -> str | None:
    """Return `share` (0 to 1) of one colour in the other, by OKLab; None where one of them is not read here."""
    first, second = linear(one), linear(other)
    if first is None or second is None:
        return None
    light, a, b = (share * x + (1 - share) * y for x, y in zip(oklab(first), oklab(second), strict=True))
    return written(of_oklab((light, a, b)))


def _from_hex(digits: str) -> Triple | None:
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) not in (6, 8) or not re.fullmatch(r"[0-9a-f]+", digits):
        return None
    return _decoded(tuple(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)))


def _from_rgb(parts: list[str]) -> Triple:
    return _decoded(tuple(float(p[:-1]) / 100 if p.endswith("%") else float(p) / 255 for p in parts))


def _from_hsl(parts: list[str]) -> Triple:
    hue, saturation, light = float(parts[0].rstrip("%")), *(float(p.rstrip("%")) / 100 for p in parts[1:])
    spread = saturation * min(light, 1 - light)

    def channel(n: int) -> float:
        k = (n + hue / 30) % 12
        return light - spread * max(-1.0, min(k - 3, 9 - k, 1.0))

    return _decoded((channel(0), channel(8), channel(4)))


def _from_oklch(parts: list[str]) -> Triple:
    light = float(parts[0][:-1]) / 100 if parts[0].endswith("%") else float(parts[0])
    chroma = float(parts[1][:-1]) * 0.004 if parts[1].endswith("%") else float(parts[1])
    angle = math.radians(float(parts[2].rstrip("%")))
    return of_oklab((light, chroma * math.cos(angle), chroma * math.sin(angle)))


def _decoded(encoded: tuple[float, ...]) -> Triple:
    red, green, blue = (_clamped(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for c in encoded)
    return red, green, blue


def _clamped(value: float) -> float:
    return min(1.0, max(0.0, value))
