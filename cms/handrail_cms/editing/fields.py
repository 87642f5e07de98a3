"""Which form field is which place of the document, and how its text is read. Pure.

A posted form changes only the places whose field it carries; what it does not show stays as it is, so a
guide that was laid out by hand loses nothing when somebody edits its title here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from handrail_cms.editing import clauses, periods
from handrail_cms.editing.places import Json, Place, get, items, obj, put


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the form, its place, how its text is read and shown, and the format's own default."""

    name: str
    place: Place
    read: Callable[[str], Any] = _text
    show: Callable[[Any], str] = str
    default: Any = None


def _pages(value: Any) -> str:
    return "\n".join(page if isinstance(page, str) else str(obj(page).get("path", "")) for page in items(value))


GUIDE_FIELDS: Final = (
    Field("name", ("name",)),
    Field("key", ("key",)),
    Field("job", ("job",)),
    Field("heading", ("title",)),
    Field("language", ("language",)),
    Field("theme", ("theme",)),
    Field("priority", ("priority",), clauses.number, default=50),
    Field("where", ("where", "any"), _lines, _pages),
    Field("where-not", ("where", "not"), _lines, _pages),
    Field("goal", ("goal", "event")),
    Field("repeat", ("frequency", "repeat"), default="until_completed"),
    Field("times", ("frequency", "at_most", "times"), clauses.number),
    Field("start", ("start", "on"), default="load"),
    Field("start-event", ("start", "event")),
    Field("start-target", ("start", "target", "css")),
    Field("open", ("test", "open")),
)
STEP_FIELDS: Final = (
    Field("id", ("id",)),
    Field("title", ("title",)),
    Field("body", ("body",)),
    Field("css", ("target", "css")),
    Field("role", ("target", "role")),
    Field("target-name", ("target", "name")),
    Field("target-text", ("target", "text")),
    Field("label", ("target", "label")),
    Field("near", ("target", "near"), _lines, "\n".join),
    Field("nth", ("target", "nth"), clauses.number),
    Field("on-path", ("on", "path")),
    Field("on-open", ("on", "open")),
    Field("place", ("place",), default="auto"),
    Field("overlay", ("overlay",), default="spotlight"),
    Field("outside", ("outside",), default="ignore"),
    Field("missing-then", ("if_missing", "then"), default="skip"),
    Field("advance", ("advance", "on"), default="next"),
    Field("advance-css", ("advance", "target", "css")),
    Field("advance-is", ("advance", "is"), default="present"),
    Field("advance-event", ("advance", "event")),
    Field("advance-path", ("advance", "path")),
    Field("advance-pattern", ("advance", "pattern")),
    Field("media-src", ("media", "src")),
    Field("media-alt", ("media", "alt")),
    Field("opens-on", ("open",), default="hover"),
    Field("done-event", ("done", "event")),
    Field("banner-edge", ("banner", "edge"), default="top"),
    Field("banner-mode", ("banner", "mode"), default="push"),
    Field("test-fill", ("test", "fill")),
)
Spans = Mapping[str, tuple[Place, str]]
# name of the pair of fields (`NAME-number`, `NAME-unit`) -> (place of the duration, the format's own default)
GUIDE_PERIODS: Final[Spans] = {
    "every": (("frequency", "every"), ""),
    "per": (("frequency", "at_most", "per"), ""),
    "snooze": (("frequency", "snooze"), "P1D"),
    "within": (("goal", "within"), "P7D"),
    "start-delay": (("start", "delay"), ""),
    "start-after": (("start", "after"), "PT30S"),
}
STEP_PERIODS: Final[Spans] = {"wait": (("if_missing", "wait"), "PT8S"), "advance-after": (("advance", "after"), "")}
# what stays of an object when its `on` says what it is
START_KEYS: Final = {
    "load": {"delay"},
    "element": {"target"},
    "event": {"event"},
    "idle": {"after"},
    "struggle": {"kinds"},
}
ADVANCE_KEYS: Final = {
    "click": {"target"},
    "input": {"pattern"},
    "element": {"target", "is"},
    "event": {"event"},
    "path": {"path"},
    "delay": {"after"},
}


def texts(value: Json, fields: tuple[Field, ...], spans: Spans) -> dict[str, str]:
    """Return what each field of a form shows."""
    shown = {field.name: _shown(field, get(value, field.place)) for field in fields}
    for name, (place, default) in spans.items():
        number, unit = periods.split(get(value, place) or default)
        shown |= {f"{name}-number": number, f"{name}-unit": unit}
    return shown


def _shown(field: Field, value: Any) -> str:
    if value is None:
        return "" if field.default is None else str(field.default)
    try:
        return field.show(value)
    except (TypeError, AttributeError):
        return str(value)


def write(value: Json, form: Mapping[str, str], fields: tuple[Field, ...], spans: Spans) -> None:
    """Carry the posted fields into the document; a default that was not written stays unwritten."""
    for field in fields:
        if field.name not in form or form[field.name] == texts(value, (field,), {})[field.name]:
            continue
        wanted = field.read(form[field.name])
        put(value, field.place, None if wanted == field.default and get(value, field.place) is None else wanted)
    for name, (place, default) in spans.items():
        if f"{name}-number" in form:
            wanted = periods.join(form[f"{name}-number"], form.get(f"{name}-unit", "days"))
            put(value, place, None if get(value, place) is None and _same_length(wanted, default) else wanted)


def _same_length(one: str, other: str) -> bool:
    return one == other or (bool(one and other) and periods.seconds_of(one) == periods.seconds_of(other))


def keep_only(value: Json, name: str, kept: Mapping[str, set[str]]) -> None:
    """Drop from an object with an `on` the keys that belong to another `on`."""
    inner = obj(value.get(name))
    allowed = {"on"} | kept.get(str(inner.get("on")), set())
    put(value, (name,), {key: item for key, item in inner.items() if key in allowed} or None)
