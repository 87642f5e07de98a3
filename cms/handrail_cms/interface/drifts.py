"""Sentences about how surely a step finds its element: what no longer agrees, since when; in the request's language."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _

from handrail_cms.interface import filters


def signals() -> dict[str, str]:
    """What each signal of a target is called; any other name is an attribute's own."""
    return {
        "css": _("the selector"),
        "id": _("the id"),
        "test_id": _("the test id"),
        "name_attribute": _("the field's name"),
        "href": _("the address"),
        "class": _("the classes"),
        "attributes": _("the other attributes"),
        "tag": _("the tag"),
        "type": _("the type"),
        "role": _("the role"),
        "name": _("the accessible name"),
        "text": _("the text"),
        "label": _("the label"),
        "near": _("the texts around it"),
        "icon": _("the icon"),
        "path": _("the place in the page's structure"),
        "place": _("the place on the page"),
        "size": _("the size"),
    }


def sentence(drift: dict[str, Any]) -> str:
    """Say since when, and how often, a step is found by its likeness only, and what still agrees."""
    said = _since(drift)
    if not drift["missed"]:
        return f"{said}."
    if not drift["agreed"]:
        return _("%(since)s: no longer the same: %(missed)s.", since=said, missed=_listed(drift["missed"]))
    return _(
        "%(since)s: no longer the same: %(missed)s; still the same: %(agreed)s.",
        since=said,
        missed=_listed(drift["missed"]),
        agreed=_listed(drift["agreed"]),
    )


def _since(drift: dict[str, Any]) -> str:
    share = filters.percent(drift["healed"]["share"])
    if drift["since"] is None:
        return _("%(share)s were found by their likeness only, none on the last day", share=share)
    day = format_date(date.fromisoformat(drift["since"]), "long", locale=filters.locale())
    return _("Since %(day)s, %(share)s are found by their likeness only", day=day, share=share)


def _listed(names: list[str]) -> str:
    words = signals()
    return ", ".join(words.get(name, name) for name in names)
