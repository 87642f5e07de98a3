"""Languages: how far each guide is translated, its table of texts, and files for translators."""

from __future__ import annotations

from flask import Blueprint

from handrail_cms import http
from handrail_cms.http import needs
from handrail_cms.interface.frame import found, render

bp = Blueprint("translations", __name__)


@bp.get("/languages")
@needs("document.read")
def index() -> str:
    """Show every guide's progress in every language."""
    guides = http.services().content.documents.all(http.guided_app().id, "guide")
    return render("languages/index.html", "languages", guides=guides)


@bp.get("/guides/<key>/languages")
@needs("document.read")
def guide(key: str) -> str:
    """Show one guide's texts."""
    return render("languages/guide.html", "guides", document=found("guide", key))
