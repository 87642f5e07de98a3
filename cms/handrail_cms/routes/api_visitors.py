"""The admin API for one visitor: what is stored, and erasing it."""

from __future__ import annotations

from flask import Blueprint, Response

from handrail_cms import http, people_shapes, visitors
from handrail_cms.errors import NotFound
from handrail_cms.http import actor, needs, services
from handrail_cms.operations import operation
from handrail_cms.shapes import ReportShape

bp = Blueprint("api_visitors", __name__, url_prefix="/api/v1")


@bp.get("/visitors/<path:visitor>")
@needs("visitor.read")
@operation("Read what is stored of a visitor", answers=ReportShape, query=people_shapes.VisitorQuery)
def read_visitor(visitor: str) -> Response:
    """Everything that is stored of one visitor in an environment."""
    query = http.query(people_shapes.VisitorQuery())
    environment = http.environment()
    found = services().events.visitor_record(environment.id, visitor, anonymous=query["anonymous"])
    if found is None:
        raise NotFound("visitor", visitor[:80])
    return http.json_response(found)


@bp.delete("/visitors/<path:visitor>")
@needs("visitor.erase")
@operation("Erase a visitor", answers=ReportShape, query=people_shapes.VisitorQuery)
def erase_visitor(visitor: str) -> Response:
    """Erase a visitor from events, run states and rollups at once; the answer is the receipt."""
    query = http.query(people_shapes.VisitorQuery())
    environment = http.environment()
    if services().events.visitor_record(environment.id, visitor, anonymous=query["anonymous"]) is None:
        raise NotFound("visitor", visitor[:80])
    receipt = visitors.erase(
        services().content, services().intake, actor(), environment, visitor, anonymous=query["anonymous"]
    )
    return http.json_response(receipt)
