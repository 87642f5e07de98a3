"""What a participant of a usability test sees of us: the invitation, the task, the questions afterwards."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from handrail_guides.usability.tasks import SUS, Task

from handrail_cms import http, usability
from handrail_cms.errors import Refused
from handrail_cms.http import open_to_all
from handrail_cms.http_language import spoken
from handrail_cms.interface import words
from handrail_cms.interface.frame import back_to

bp = Blueprint("participation", __name__, url_prefix="/t")


@bp.get("/<code>")
@open_to_all
def invitation(code: str) -> Any:
    """Say what will happen and what is recorded; the task itself as JSON for a script."""
    link, task = _link(code)
    if not http.wants_html():
        return http.json_response(_told(task) | {"build": link.build})
    return render_template("participation/invitation.html", task=task, link=link)


@bp.post("/<code>")
@open_to_all
def take_part(code: str) -> Any:
    """Give the participant their task, and the address with their code."""
    link, task = _link(code)
    try:
        participant, address = usability.take_part(http.services().content, link)
    except Refused as error:
        return render_template("participation/over.html", told=spoken(error)), 409
    # a page, not a redirect: `form-action 'self'` forbids a form that ends on another site
    return render_template("participation/task.html", task=task, address=address, participant=participant)


@bp.route("/after/<participant>", methods=["GET", "POST"])
@open_to_all
def questions(participant: str) -> Any:
    """Ask how easy the task was (SEQ) and how usable the whole is (SUS)."""
    content = http.services().content
    session = content.usability.session(participant)
    if session.answers is not None:
        return render_template("participation/over.html", told=_("Thank you. Your answers are kept."))
    told: list[str] = []
    if request.method == "POST":
        answers, told = _answers()
        if not told:
            content.usability.answer(session.id, answers)
            return back_to(url_for("participation.questions", participant=participant))
    items = [("seq", words.seq(), 7, *words.seq_ends())]
    items += [(f"sus{n}", text, 5, *words.sus_ends()) for n, text in enumerate(words.sus(), 1)]
    return render_template("participation/questions.html", items=items, told=told), 422 if told else 200


def _answers() -> tuple[dict[str, Any], list[str]]:
    """Return what was answered, and the names of the questions that were not."""
    names = ["seq", *(f"sus{n}" for n in range(1, len(SUS) + 1))]
    given = {name: request.form.get(name, 0, int) for name in names}
    missing = [name for name, value in given.items() if not 1 <= value <= (7 if name == "seq" else 5)]
    return {"seq": given["seq"], "sus": [given[name] for name in names[1:]]}, missing


def _link(code: str) -> tuple[Any, Task]:
    content = http.services().content
    link = content.usability.link(code)
    return link, usability.task_for(content, link)


def _told(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in ("key", "goal", "open", "success", "guide", "minutes", "language")}
