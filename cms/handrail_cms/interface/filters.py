"""How the pages write numbers, rates and times, by locale. Every rate comes with its n and its interval."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from flask import current_app, g
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup, escape

from handrail_cms.http_language import spoken
from handrail_cms.interface.browsers import browser_name

TOO_FEW: Final = 30
WEEK_MS: Final = 7 * 86_400_000


def locale() -> str:
    """Return the request's locale for Babel."""
    return str(get_locale() or "en")


def _babel() -> Locale:
    """Return the same as Babel's own object, which spares it reading the tag again for every number of a page."""
    return get_locale() or Locale("en")


def number(value: float | None) -> str:
    """Write a number by locale; a dash where there is none."""
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)  # alike in every language of the pages, and most of what a table holds
    return "–" if value is None else format_decimal(value, locale=_babel())


def percent(share: float | None) -> str:
    """Write a share as a whole percentage, with the thin space of the house."""
    if share is None:
        return "–"
    return format_percent(share, format="#,##0 %", locale=_babel()).replace(" ", " ")


def rate(value: Mapping[str, Any] | None) -> str:
    """Write a rate with its interval and n, or say that there are too few to tell."""
    if not value or not value.get("n"):
        return gettext("nobody yet")
    n = int(value["n"])
    if n < TOO_FEW:
        return gettext("%(count)s of %(n)s, too few to tell", count=number(value["count"]), n=number(n))
    low, high = round(100 * value["low"]), round(100 * value["high"])
    return f"{percent(value['share'])} ({low}–{high} %), n = {number(n)}"


def day(value: date | str) -> str:
    """Write a day by locale; `value` may be as ISO 8601 writes it."""
    return format_date(date.fromisoformat(value) if isinstance(value, str) else value, "medium", locale=_babel())


def day_after(day: str) -> str:
    """Return the day after one, both as ISO 8601 writes them."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def seconds(value: float | None) -> str:
    """Write a length of time in seconds, or minutes from two of them on."""
    if value is None:
        return "–"
    if value >= 120:
        return gettext("%(n)s min", n=format_decimal(round(value / 60, 1), locale=_babel()))
    return gettext("%(n)s s", n=format_decimal(round(value, 1), locale=_babel()))


def moment(at: int | None, zone: str = "UTC") -> str:
    """Write an epoch millisecond in full."""
    if at is None:
        return "–"
    when = datetime.fromtimestamp(at / 1000, UTC)
    return format_datetime(when, "medium", tzinfo=ZoneInfo(zone), locale=_babel())


def when(at: int | None, zone: str = "UTC") -> Markup:
    """Write a time relative within a week, absolute after; in full on hover."""
    if at is None:
        return Markup("–")
    full = moment(at, zone)
    now = now_ms()
    if abs(now - at) < 60_000:
        text = gettext("just now")
    elif abs(now - at) < WEEK_MS:
        text = format_timedelta((at - now) / 1000, add_direction=True, locale=_babel())  # pyright: ignore[reportArgumentType]
    else:
        text = format_datetime(
            datetime.fromtimestamp(at / 1000, UTC),
            "d MMM y" if locale() == "en" else "medium",
            tzinfo=ZoneInfo(zone),
            locale=_babel(),
        )
    iso = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(iso, full, text)


def now_ms() -> int:
    """Return the server's time, asked once per request, so that one page has one now."""
    if "now_ms" not in g:
        g.now_ms = current_app.extensions["handrail"].clock.now_ms()
    return g.now_ms


def when_any(at: int | str | None, zone: str = "UTC") -> Markup:
    """Write a time that a report gives as epoch milliseconds or as ISO 8601."""
    if isinstance(at, str):
        at = int(datetime.fromisoformat(at).timestamp() * 1000)
    return when(at, zone)


def day_of(at: int, zone: str) -> date:
    """Return the day of an epoch millisecond in a time zone."""
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date()


def today(zone: str) -> date:
    """Return the server's day in a time zone."""
    return day_of(now_ms(), zone)


def people(count: int) -> str:
    """Write a number of visitors."""
    return ngettext("%(count)s visitor", "%(count)s visitors", count, count=number(count))


def steps(count: int) -> str:
    """Write a number of steps."""
    return ngettext("%(count)s step", "%(count)s steps", count, count=number(count))


def language_name(tag: str) -> str:
    """Return what a language is called in the reader's language; the tag itself where it has no name."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(locale()) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def code_spans(text: str) -> Markup:
    """Write a text in the page's language, whose `back-ticked` parts are code."""
    parts = str(escape(spoken(text))).split("`")
    return Markup("".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts)))  # noqa: S704


FILTERS: Final = {
    "spoken": spoken,
    "number": number,
    "percent": percent,
    "rate": rate,
    "day": day,
    "day_after": day_after,
    "seconds": seconds,
    "moment": moment,
    "when": when,
    "when_any": when_any,
    "people": people,
    "steps_count": steps,
    "code_spans": code_spans,
    "browser_name": browser_name,
}
