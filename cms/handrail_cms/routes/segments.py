"""Segments: named rules, who matches them, and where they are used."""

from __future__ import annotations

from flask import Blueprint

from handrail_cms import http
from handrail_cms.http import needs
from handrail_cms.interface import sentences
from handrail_cms.interface.frame import render

bp = Blueprint("segments", __name__)


@bp.get("/segments")
@needs("document.read")
def index() -> str:
    """List the segments."""
    found = http.services().content.documents.all(http.guided_app().id, "segment")
    return render("segments/index.html", "guides", segments=found, sentences=sentences)
