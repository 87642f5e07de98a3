"""The first five minutes as a guide of Handrail's own: a checklist whose items are ticked by what the stores know."""

from __future__ import annotations

from typing import Any, Final

from flask import request, url_for
from flask_babel import gettext as _
from handrail_guides.words import words

from handrail_cms import auth, first_steps, http
from handrail_cms.storage.records import Environment

COOKIE: Final = "handrail_first_steps"
READY_GUIDE: Final = "library:welcome-tour"


def shown(environment: Environment, language: str, *, folded: bool) -> dict[str, Any] | None:
    """Return the checklist with its facts; None where everything is done, or the person closed it in this browser."""
    if request.cookies.get(COOKIE) == "off":
        return None
    steps = first_steps.of(http.services(), environment)
    if all(step.done for step in steps):
        return None
    return {
        "guide": _guide(environment, language, folded),
        "words": words(language),
        "facts": facts(steps),
        "ask": url_for("pages.first_steps_now"),
    }


def facts(steps: list[first_steps.FirstStep]) -> dict[str, bool]:
    """Return what is done, as the traits that the checklist's items ask for."""
    return {step.name: step.done for step in steps}


def texts() -> dict[str, tuple[str, str, str]]:
    """Return for each item: what to do, a word about it, and what its button says."""
    return {
        "install": (_("Put the snippet on your application"), _("One line, once"), _("Show the snippet")),
        "guide": (_("Make your first guide"), _("From a ready one or empty"), _("Make a guide")),
        "preview": (_("Preview it on your own page"), _("Nobody else sees it"), _("Choose a guide")),
        "publish": (_("Publish it"), _("It can be rolled back at any time"), _("Choose a guide")),
        "event": (_("See the first person go through it"), _("The report fills by itself"), _("Open the reports")),
    }


def addresses() -> dict[str, str]:
    """Return where each item is done: with one guide, on that guide's own pages."""
    guides = http.services().content.documents.all(http.guided_app().id, "guide", limit=2)
    only = guides[0].key if len(guides) == 1 else None
    may_publish = auth.can(http.actor(), "release.make", http.guided_app().id)
    return {
        "install": url_for("settings.index"),
        "guide": url_for("pages.new_guide", start=READY_GUIDE),
        "preview": url_for("builder.editor", key=only) if only else url_for("pages.guides"),
        "publish": url_for("releases.publish", key=only) if only and may_publish else url_for("pages.guides"),
        "event": url_for("reports.index"),
    }


def _guide(environment: Environment, language: str, folded: bool) -> dict[str, Any]:
    where = addresses()
    items = [
        {
            "id": name,
            "title": title,
            "body": body,
            "done": {"trait": name, "is": True},
            "buttons": [{"id": "go", "text": action, "action": {"open": where[name]}}],
        }
        for name, (title, body, action) in texts().items()
    ]
    if folded:
        items[0]["open"] = "click"
    made = {"format": 1, "key": f"first-minutes-{environment.key}", "kind": "checklist", "name": "First five minutes"}
    return made | {"title": _("The first five minutes"), "language": language, "steps": items}
