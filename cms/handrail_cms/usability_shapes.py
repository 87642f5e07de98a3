"""The envelopes of usability tests in the admin API; the JSON Schema `task` checks the document inside them."""

from __future__ import annotations

from typing import Any, cast

from marshmallow import Schema, fields, validate

from handrail_cms.report_query import MARKS
from handrail_cms.shapes import AppQuery, Moment


class LinkShape(Schema):
    """A link by which people take part."""

    code = fields.String(required=True)
    url = fields.String(required=True, metadata={"description": "What participants open."})
    environment = fields.String(required=True)
    address = fields.String(required=True, metadata={"description": "Where this build of the application runs."})
    build = fields.String(required=True)
    created_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)


class TaskShape(Schema):
    """A usability task."""

    key = fields.String(required=True)
    task = fields.Dict(required=True, metadata={"description": "The document of /schema/task.json."})
    links: Any = fields.List(cast("Any", fields.Nested(LinkShape)))


class NewLinkShape(Schema):
    """What a new link needs."""

    environment = fields.String(required=True, validate=validate.Length(max=80))
    address = fields.String(required=True, validate=validate.Length(max=2000))
    build = fields.String(load_default="unnamed", validate=validate.Length(max=80))


class TaskReportQuery(AppQuery):
    """Which runs stand beside the sessions."""

    environment = fields.String(metadata={"description": "The environment whose runs stand beside the sessions."})
    mark = fields.String(
        validate=validate.OneOf(MARKS), metadata={"description": "Its runs of one kind instead of real people's."}
    )
