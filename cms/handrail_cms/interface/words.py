"""The words of the interface: what each code of the format is called, in the request's language; one-time notices."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final, cast

from flask import Response, g, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

NOTICE_COOKIE: Final = "handrail_notice"
Options = list[tuple[str, str]]


def leave_notice(response: BaseResponse, message: str, category: str) -> None:
    """Let the next page say something once. The cookie holds text only; templates escape it."""
    packed = base64.urlsafe_b64encode(json.dumps([category, message]).encode()).decode()
    response.set_cookie(NOTICE_COOKIE, packed, max_age=60, httponly=True, samesite="Lax", secure=request.is_secure)
    g.notice_left = True


def notices() -> list[tuple[str, str]]:
    """Return what the page before left to say."""
    packed = request.cookies.get(NOTICE_COOKIE)
    if not packed:
        return []
    try:
        read = json.loads(base64.urlsafe_b64decode(packed.encode()))
    except ValueError:
        return []
    if not isinstance(read, list) or len(cast("list[Any]", read)) != 2:
        return []
    g.notice_shown = True
    category, message = (str(part) for part in cast("list[Any]", read))
    return [(category if category in {"done", "attention", "broken"} else "done", message[:500])]


def forget_notices(response: Response) -> Response:
    """Drop a notice that was shown, unless this answer leaves a new one."""
    if g.get("notice_shown") and not g.get("notice_left"):
        response.delete_cookie(NOTICE_COOKIE)
    return response


def roles() -> Options:
    """What each role is called."""
    return [("viewer", _("Viewer")), ("author", _("Author")), ("publisher", _("Publisher")), ("admin", _("Admin"))]


def role_hints() -> dict[str, str]:
    """What each role may do."""
    return {
        "viewer": _("Reads guides and reports"),
        "author": _("Writes drafts and previews them"),
        "publisher": _("Publishes, pauses and rolls back"),
        "admin": _("Manages people, environments and secrets"),
    }


def kinds() -> Options:
    """What each kind of guide is called."""
    return [
        ("tour", _("Tour")),
        ("tooltip", _("Tooltip")),
        ("hotspot", _("Hotspot")),
        ("banner", _("Banner")),
        ("modal", _("Modal")),
        ("checklist", _("Checklist")),
        ("survey", _("Survey")),
        ("launcher", _("Launcher")),
        ("announcement", _("Announcement")),
        ("resource_center", _("Resource centre")),
    ]


def kind_hints() -> dict[str, str]:
    """What each kind of guide is good for."""
    return {
        "tour": _("Several steps through a task, one after the other"),
        "tooltip": _("A short explanation when somebody points at something"),
        "hotspot": _("A dot that explains something when it is opened"),
        "banner": _("One line across the top or bottom of the page"),
        "modal": _("A message in the middle of the page"),
        "checklist": _("Things to get done, ticked by what people really did"),
    }


def starts() -> Options:
    """What starts a guide."""
    return [
        ("load", _("as soon as the page is there")),
        ("element", _("when an element appears")),
        ("event", _("when an event happens")),
        ("idle", _("when nothing happens for a while")),
        ("manual", _("only when it is started by hand")),
        ("struggle", _("when somebody struggles")),
    ]


def repeats() -> Options:
    """How often a guide comes back."""
    return [
        ("once", _("one time")),
        ("until_completed", _("until it was finished")),
        ("until_dismissed", _("until it was finished or closed")),
        ("always", _("whenever it matches")),
    ]


def places() -> Options:
    """Where a popover stands."""
    return [
        ("auto", _("where there is room")),
        ("top", _("above")),
        ("top-start", _("above, at the start")),
        ("top-end", _("above, at the end")),
        ("bottom", _("below")),
        ("bottom-start", _("below, at the start")),
        ("bottom-end", _("below, at the end")),
        ("left", _("left")),
        ("left-start", _("left, at the top")),
        ("left-end", _("left, at the bottom")),
        ("right", _("right")),
        ("right-start", _("right, at the top")),
        ("right-end", _("right, at the bottom")),
        ("center", _("in the middle of the page")),
    ]


def overlays() -> Options:
    """What happens to the rest of the page."""
    return [
        ("none", _("stays as it is")),
        ("spotlight", _("is dimmed, the element stays usable")),
        ("blocking", _("is dimmed, nothing takes a click")),
    ]


def outsides() -> Options:
    """What a click outside does."""
    return [("ignore", _("does nothing")), ("close", _("closes the guide")), ("next", _("goes on"))]


def advances() -> Options:
    """What takes a visitor past a step."""
    return [
        ("next", _("presses Next")),
        ("click", _("clicks the element")),
        ("input", _("types into the element")),
        ("element", _("makes an element appear or go")),
        ("event", _("does something that the page tells us")),
        ("path", _("arrives on a page")),
        ("delay", _("has waited")),
    ]


def missings() -> Options:
    """What happens when the element does not come."""
    return [
        ("skip", _("skip this step")),
        ("end", _("end the guide")),
        ("centre", _("show it in the middle of the page")),
    ]


def actions() -> Options:
    """What a button does."""
    return [
        ("next", _("next step")),
        ("back", _("step back")),
        ("close", _("close")),
        ("skip", _("skip the guide")),
        ("snooze", _("later")),
        ("never", _("do not show again")),
        ("to", _("go to step …")),
        ("start", _("start guide …")),
        ("open", _("open address …")),
        ("emit", _("tell the page …")),
    ]


def looks() -> Options:
    """How a button looks."""
    return [("primary", _("primary")), ("secondary", _("secondary")), ("link", _("link"))]


def units() -> Options:
    """Units of time."""
    return [("seconds", _("seconds")), ("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))]


def subjects() -> Options:
    """What a clause looks at."""
    return [
        ("trait", _("the trait")),
        ("account", _("the account's trait")),
        ("event", _("the event")),
        ("guide", _("the guide")),
        ("segment", _("the segment")),
        ("language", _("the language")),
        ("device", _("the device")),
        ("path", _("the page")),
        ("query", _("the query parameter")),
        ("share", _("a share of visitors")),
    ]


def comparisons() -> Options:
    """How a clause compares."""
    return [
        ("is", _("is")),
        ("is_not", _("is not")),
        ("in", _("is one of")),
        ("not_in", _("is none of")),
        ("exists", _("is known")),
        ("more_than", _("is more than")),
        ("at_least", _("is at least")),
        ("less_than", _("is less than")),
        ("at_most", _("is at most")),
        ("contains", _("contains")),
        ("starts_with", _("starts with")),
        ("ends_with", _("ends with")),
        ("before", _("is before")),
        ("after", _("is after")),
        ("within", _("lies within the last")),
    ]


def event_comparisons() -> Options:
    """How often an event must have happened."""
    return [
        ("exists", _("happened")),
        ("at_least", _("happened at least … times")),
        ("at_most", _("happened at most … times")),
        ("is", _("happened exactly … times")),
    ]


def guide_states() -> Options:
    """What became of a guide for a visitor."""
    return [
        ("never", _("was never shown")),
        ("seen", _("was shown")),
        ("open", _("is open")),
        ("completed", _("was finished")),
        ("dismissed", _("was closed")),
        ("failed", _("broke")),
        ("superseded", _("was replaced")),
        ("abandoned", _("was left")),
    ]


def terminal_states() -> Options:
    """How a run ends."""
    return [
        ("completed", _("completed")),
        ("dismissed", _("dismissed")),
        ("abandoned", _("abandoned")),
        ("failed", _("failed")),
        ("superseded", _("superseded")),
    ]


def reasons() -> Options:
    """What ended a run, or kept a step's element from being found; another guide is told by its key."""
    return [
        ("close", _("the close button")),
        ("escape", _("Escape")),
        ("outside", _("a click outside")),
        ("snooze", _("“later”")),
        ("host", _("the application")),
        ("next", _("the next button")),
        ("click", _("a click on the element")),
        ("input", _("what was entered")),
        ("element", _("an element that came or went")),
        ("event", _("an event")),
        ("path", _("another page")),
        ("delay", _("time")),
        ("not_found", _("not found")),
        ("ambiguous", _("several alike")),
        ("hidden", _("hidden")),
        ("covered", _("covered")),
        ("detached", _("gone again")),
        ("timeout", _("too slow")),
        ("network", _("the network")),
        ("script", _("a script")),
    ]


def uses() -> dict[str, str]:
    """What visitors do with a kind that has no drop-off, by figure."""
    return {"shown": _("Shown"), "opened": _("Opened"), "acted": _("Acted on"), "closed": _("Closed")}


def marks() -> Options:
    """What kind of traffic a report counts."""
    return [
        ("", _("real people")),
        ("simulated", _("simulated visitors")),
        ("walk", _("QA walks")),
        ("preview", _("previews")),
        ("usability", _("usability tests")),
    ]


def devices() -> Options:
    """Kinds of device."""
    return [("desktop", _("desktop")), ("tablet", _("tablet")), ("phone", _("phone"))]


def tokens() -> dict[str, str]:
    """What each token of a theme is called."""
    return {
        "background": _("Ground"),
        "text": _("Text"),
        "muted": _("Quiet text"),
        "accent": _("Accent"),
        "on_accent": _("Text on accent"),
        "border": _("Border"),
        "overlay": _("Dimmed page"),
        "focus": _("Focus ring"),
        "font": _("Font"),
        "size_px": _("Text size"),
        "radius_px": _("Corner radius"),
        "width_px": _("Popover width"),
        "padding_px": _("Padding"),
        "shadow": _("Shadow"),
        "motion_ms": _("Motion in milliseconds"),
        "spotlight_padding_px": _("Room in the spotlight"),
        "spotlight_radius_px": _("Spotlight corners"),
        "layer": _("Layer (z-index)"),
    }


def word(options: Options, code: str | None) -> str:
    """Return what a code is called; the code itself where it has no name."""
    return next((text for key, text in options if key == (code or "")), code or "")


def named(values: Mapping[str, str]) -> Options:
    """Return a mapping as options."""
    return list(values.items())


def sus() -> list[str]:
    """The ten statements of SUS (Brooke 1996), in the interface's language."""
    return [
        _("I think that I would like to use this system frequently."),
        _("I found the system unnecessarily complex."),
        _("I thought the system was easy to use."),
        _("I think that I would need the support of a technical person to be able to use this system."),
        _("I found the various functions in this system were well integrated."),
        _("I thought there was too much inconsistency in this system."),
        _("I would imagine that most people would learn to use this system very quickly."),
        _("I found the system very cumbersome to use."),
        _("I felt very confident using the system."),
        _("I needed to learn a lot of things before I could get going with this system."),
    ]


def seq() -> str:
    """The single-ease question (Sauro & Dumas 2009)."""
    return _("Overall, how difficult or easy was the task to complete?")


def seq_ends() -> tuple[str, str]:
    """What the ends of the single-ease question's scale mean."""
    return _("Very difficult"), _("Very easy")


def sus_ends() -> tuple[str, str]:
    """What the ends of the scale of SUS mean."""
    return _("Strongly disagree"), _("Strongly agree")


def task_ends() -> Options:
    """How a usability session ends."""
    return [
        ("done", _("done")),
        ("claimed", _("said to be done, and was not")),
        ("gave_up", _("gave up")),
        ("time", _("out of time")),
        ("left", _("left the task")),
    ]
