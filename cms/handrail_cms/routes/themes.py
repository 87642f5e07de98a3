"""Themes: their tokens with contrast, a preview of every kind at once, and where they are used."""

from __future__ import annotations

from flask import Blueprint

from handrail_cms import http
from handrail_cms.http import needs
from handrail_cms.interface.frame import render

bp = Blueprint("themes", __name__)


@bp.get("/themes")
@needs("document.read")
def index() -> str:
    """List the themes."""
    found = http.services().content.documents.all(http.guided_app().id, "theme")
    return render("themes/index.html", "themes", themes=found)
