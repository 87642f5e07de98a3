"""Visitors: find one, what is stored of them, why they did or did not see a guide, and erasing them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _

from handrail_cms import audience, http, visitors
from handrail_cms.errors import NotFound
from handrail_cms.http import needs
from handrail_cms.interface import filters, frame, sentences
from handrail_cms.interface.frame import Paging, render

bp = Blueprint("visitors", __name__)
SHOWN = 50


@bp.get("/visitors")
@needs("visitor.read")
def index() -> Any:
    """Find a visitor by the id that the host application gives; show who was seen last."""
    asked = request.args.get("id", "").strip()
    if asked:
        return redirect(url_for("visitors.visitor", visitor=asked), 303)
    environment = frame.environment()
    since = filters.now_ms() - audience.DAYS * audience.DAY_MS
    seen = list(http.services().events.recent_visitors(environment.id, since, SHOWN))
    return render("visitors/index.html", "visitors", environment=environment, seen=seen)


@bp.get("/visitors/<path:visitor>")
@needs("visitor.read")
def visitor(visitor: str) -> Any:
    """Show what is stored of one visitor, and what every live guide says about them."""
    environment, services = frame.environment(), http.services()
    anonymous = request.args.get("anonymous") == "1"
    record = services.events.visitor_record(environment.id, visitor, anonymous=anonymous)
    if record is None:
        return render("visitors/unknown.html", "visitors", environment=environment, visitor=visitor), 404
    events = sorted(record["events"], key=lambda event: -event["at"])
    query = request.args.get("q", "").strip().casefold()
    rulings = [
        one
        for one in audience.rulings(services, environment, visitor, record)
        if not query or query in f"{one.name} {one.key}".casefold()
    ]
    paging = Paging.asked(len(rulings))
    shown = sorted(rulings, key=lambda one: (not one.matches, one.name.casefold()))
    decisions = [event for event in events if event["type"] == "decision"]
    return render(
        "visitors/visitor.html",
        "visitors",
        environment=environment,
        visitor=visitor,
        anonymous=anonymous,
        known=audience.described(visitor, record),
        rulings=shown[paging.offset :][: paging.size],
        paging=paging,
        decisions=decisions[:SHOWN],
        runs=sorted(record["runs"], key=lambda run: -run["requested_at"])[:SHOWN],
        events=[event for event in events if event["type"] not in {"decision"}][:SHOWN],
        ids=record["ids"],
        sentences=sentences,
    )


@bp.post("/visitors/<path:visitor>/erase")
@needs("visitor.erase")
def erase(visitor: str) -> Any:
    """Remove everything that is stored of a visitor, and show the receipt."""
    environment, services = frame.environment(), http.services()
    if request.form.get("sure") != "1":
        raise http.BadRequest(_("Tick that you are sure: what is erased cannot be brought back."))
    anonymous = request.form.get("anonymous") == "1"
    if services.events.visitor_record(environment.id, visitor, anonymous=anonymous) is None:
        raise NotFound("visitor", visitor[:80])
    receipt = visitors.erase(services.content, services.intake, http.actor(), environment, visitor, anonymous=anonymous)
    return render("visitors/erased.html", "visitors", environment=environment, receipt=receipt)
