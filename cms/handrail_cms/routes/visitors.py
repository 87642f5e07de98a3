"""Visitors: find one, what is stored of them, why they did or did not see a guide, and erasing them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for

from handrail_cms import http
from handrail_cms.http import needs
from handrail_cms.interface import frame
from handrail_cms.interface.frame import render

bp = Blueprint("visitors", __name__)


@bp.get("/visitors")
@needs("visitor.read")
def index() -> Any:
    """Find a visitor by the id that the host application gives."""
    asked = request.args.get("id", "").strip()
    if asked:
        return redirect(url_for("visitors.visitor", visitor=asked), 303)
    return render("visitors/index.html", "visitors", environment=frame.environment())


@bp.get("/visitors/<path:visitor>")
@needs("visitor.read")
def visitor(visitor: str) -> Any:
    """Show what is stored of one visitor."""
    environment = frame.environment()
    record = http.services().events.visitor_record(environment.id, visitor)
    return render("visitors/visitor.html", "visitors", environment=environment, visitor=visitor, stored=record)
