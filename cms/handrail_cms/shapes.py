"""The envelopes of the admin API as marshmallow schemas; the JSON Schemas check the documents inside them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast, get_args

from handrail_guides.runs import State
from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from handrail_cms.audit import moment
from handrail_cms.storage.events import DEEDS

KEY = validate.Regexp(r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", error="Use lower-case letters, digits and single hyphens.")
NOTE = validate.Length(max=500)
# Beyond 2^53 − 1 a number is no longer the same for every reader of JSON (RFC 8259, section 6).
LARGEST = 2**53 - 1
NUMBER = validate.Range(1, LARGEST)


class Moment(fields.DateTime):
    """A time: epoch milliseconds inside, ISO 8601 in UTC outside."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else moment(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            read = datetime.fromisoformat(value)
            read = read if read.tzinfo else read.replace(tzinfo=UTC)
            return int(read.timestamp() * 1000)
        except (TypeError, ValueError, OverflowError):
            raise ValidationError("Write a time in ISO 8601, such as 2026-11-22T09:00:00Z.") from None


def _list_of(shape: type[Schema]) -> Any:
    return cast(Any, fields.List(fields.Nested(shape), required=True))  # pyright: ignore[reportUnknownMemberType]


class PageQuery(Schema):
    """A page of a list."""

    limit = fields.Integer(
        load_default=50, validate=validate.Range(1, 200), metadata={"description": "Items in a page."}
    )
    cursor = fields.String(
        load_default="", validate=validate.Length(max=300), metadata={"description": "`next` of the page before."}
    )
    app = fields.String(metadata={"description": "The app's key, where there are several."})


class DocumentsQuery(PageQuery):
    """A page of documents."""

    archived = fields.Boolean(load_default=False, metadata={"description": "The archived ones instead of the others."})


class AppQuery(Schema):
    """Which app is meant."""

    app = fields.String(metadata={"description": "The app's key, where there are several."})


class ProblemShape(Schema):
    """One thing that is wrong with a document."""

    pointer = fields.String(required=True)
    line = fields.Integer()
    code = fields.String(required=True)
    message = fields.String(required=True)
    mend = fields.String(required=True)
    level = fields.String(required=True)
    file = fields.String()


class DocumentLine(Schema):
    """A document in a list."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    live = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Environment -> version."},
    )
    updated_at = Moment(required=True)
    archived = fields.Boolean(required=True)


class VersionLine(Schema):
    """A version in a list."""

    number = fields.Integer(required=True)
    hash = fields.String(required=True)
    author = fields.String(required=True)
    note = fields.String(required=True)
    at = Moment(required=True)


class DocumentShape(DocumentLine):
    """A document with its draft."""

    draft = fields.Dict(required=True)
    revision = fields.Integer(required=True)
    versions = _list_of(VersionLine)
    problems = _list_of(ProblemShape)


class DraftShape(Schema):
    """An earlier draft."""

    revision = fields.Integer(required=True)
    author = fields.String(required=True)
    at = Moment(required=True)
    document = fields.Dict(required=True)


class VersionShape(VersionLine):
    """A version with its document."""

    document = fields.Dict(required=True)


class ValidateBody(Schema):
    """A document to check."""

    kind = fields.String(load_default="guide", validate=validate.OneOf(["guide", "theme", "segment", "environment"]))
    document = fields.Dict(required=True)


class ProblemsShape(Schema):
    """What is wrong with a document."""

    problems = _list_of(ProblemShape)


class LiveBody(Schema):
    """Something to do with a document in an environment."""

    environment = fields.String(required=True, validate=validate.Length(1, 80))
    version = fields.Integer(validate=NUMBER, metadata={"description": "Publish this version instead of the draft."})
    note = fields.String(load_default="", validate=NOTE)
    at = Moment(metadata={"type": "string", "format": "date-time", "description": "Do it then, instead of now."})


class RestoreBody(Schema):
    """An old version to make the draft."""

    version = fields.Integer(required=True, validate=NUMBER)


class ReviewBody(Schema):
    """A request for a review."""

    note = fields.String(load_default="", validate=NOTE)


class DecisionBody(Schema):
    """The answer to a review."""

    decision = fields.String(required=True, validate=validate.OneOf(["approved", "changes"]))
    answer = fields.String(load_default="", validate=NOTE)


class ReviewShape(Schema):
    """A review, open or decided."""

    revision = fields.Integer(required=True)
    note = fields.String(required=True)
    asked_by = fields.String(attribute="asked_by_name", required=True)
    asked_at = Moment(required=True)
    decision = fields.String(required=True, allow_none=True)
    decided_by = fields.String(attribute="decided_by_name", required=True, allow_none=True)
    decided_at = Moment(required=True, allow_none=True)
    answer = fields.String(required=True)


class ReleaseItemShape(Schema):
    """One document in a release."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    version = fields.Integer(required=True)
    hash = fields.String(required=True)
    paused = fields.Boolean(required=True)


class ReleaseShape(Schema):
    """What was or is live in an environment."""

    number = fields.Integer(required=True)
    action = fields.String(required=True)
    author = fields.String(required=True)
    note = fields.String(required=True)
    at = Moment(required=True)
    superseded_at = Moment(required=True, allow_none=True)
    settings = fields.Dict(required=True)
    items = _list_of(ReleaseItemShape)


class ReleaseBody(Schema):
    """Documents to publish together: key -> version number, or null for the draft."""

    guides = fields.Dict(
        keys=fields.String(), values=fields.Integer(allow_none=True, validate=NUMBER), load_default=dict
    )
    themes = fields.Dict(
        keys=fields.String(), values=fields.Integer(allow_none=True, validate=NUMBER), load_default=dict
    )
    segments = fields.Dict(
        keys=fields.String(), values=fields.Integer(allow_none=True, validate=NUMBER), load_default=dict
    )
    note = fields.String(load_default="", validate=NOTE)


class RollbackBody(Schema):
    """Which release to go back to."""

    to = fields.Integer(validate=NUMBER)
    note = fields.String(load_default="", validate=NOTE)


class EnvironmentShape(Schema):
    """An environment; `document` is what `pull` writes and `PUT` reads."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    public_key = fields.String(required=True)
    revision = fields.Integer(required=True)
    review_required = fields.Boolean(required=True)
    archived = fields.Boolean(required=True)
    release = fields.Integer(required=True, allow_none=True)
    document = fields.Dict(required=True)


class ReviewRuleBody(Schema):
    """Whether guides need a review before they are published here."""

    required = fields.Boolean(required=True)


class SecretShape(Schema):
    """An identity secret."""

    name = fields.String(required=True)
    secret = fields.String(required=True)
    created_at = Moment(required=True)


class ScheduleBody(Schema):
    """Something to do in an environment at a later time."""

    action = fields.String(
        required=True, validate=validate.OneOf(["publish", "pause", "resume", "take_down", "roll_back"])
    )
    guides = fields.List(fields.String(), load_default=list, validate=validate.Length(max=200))
    to = fields.Integer(validate=NUMBER, metadata={"description": "roll_back: the release to go back to."})
    at = Moment(required=True)
    note = fields.String(load_default="", validate=NOTE)


class ScheduledShape(Schema):
    """Something that will happen, or happened."""

    name = fields.String(required=True)
    action = fields.String(required=True)
    guides = fields.List(fields.String(), required=True)
    at = Moment(required=True)
    author = fields.String(required=True)
    note = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["waiting", "done", "failed", "cancelled"]))
    problem = fields.String(required=True, allow_none=True)


class UploadQuery(Schema):
    """What an upload is called."""

    name = fields.String(load_default="file", validate=validate.Length(1, 200))
    app = fields.String()


class UploadShape(Schema):
    """An uploaded file."""

    address = fields.String(required=True, metadata={"description": "The path to write into a guide."})
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    created_at = Moment(required=True)


class PreviewBody(Schema):
    """A page to open with a draft in it."""

    guide = fields.String(load_default=None, allow_none=True)
    address = fields.String(required=True, validate=validate.Length(1, 2000))
    purpose = fields.String(load_default="preview", validate=validate.OneOf(["preview", "builder"]))
    place = fields.String(load_default="query", validate=validate.OneOf(["query", "fragment"]))


class AddressShape(Schema):
    """An address to open."""

    address = fields.String(required=True)


class ReportShape(Schema):
    """A report; docs/metrics.md says what each figure counts."""

    class Meta:
        """Reports differ in their fields."""

        unknown = INCLUDE


class ReportQueryShape(AppQuery):
    """Which runs a report counts; docs/metrics.md says how."""

    environment = fields.String()
    version = fields.String(metadata={"description": "A number, or `all`; the newest that is or was live by default."})
    since = fields.String(data_key="from", metadata={"description": "The first day, such as 2026-11-01."})
    until = fields.String(data_key="to", metadata={"description": "The day after the last one."})
    unit = fields.String(validate=validate.OneOf(["runs", "visitors"]))
    mark = fields.String()
    language = fields.String()
    device = fields.String()
    segment = fields.String()
    automated = fields.String(validate=validate.OneOf(["yes", "no"]))
    format = fields.String(validate=validate.OneOf(["json", "csv"]))


class CompareQueryShape(ReportQueryShape):
    """Which versions to compare."""

    versions = fields.String(metadata={"description": "Two numbers, such as `2,3`."})


class RunsQueryShape(ReportQueryShape):
    """Which runs to list.

    `state` may be `run`, for all that started. `step` alone means reached; with `state` ended there; with `did` that;
    with `next` went on from there to that step.
    """

    step = fields.String()
    state = fields.String(validate=validate.OneOf(("run", *get_args(State))))
    by = fields.String()
    did = fields.String(validate=validate.OneOf(DEEDS))
    next = fields.String()
    goal = fields.String(validate=validate.OneOf(("yes",)))
    visitor = fields.String()
    limit = fields.Integer(validate=validate.Range(1, 500))
    cursor = fields.String()


def shown(schema: type[Schema], value: Any, **more: Any) -> dict[str, Any]:
    """Return what the schema shows of a record, with the fields that are not its own."""
    return cast(dict[str, Any], schema().dump(value)) | more
