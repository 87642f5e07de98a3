"""The envelopes of the admin API about apps, people, tokens, sign-ins and the audit log, as marshmallow schemas."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from handrail_cms.auth import ROLES, SCOPES
from handrail_cms.shapes import KEY, AppQuery, Moment, PageQuery


class AppBody(Schema):
    """A new app."""

    name = fields.String(required=True, validate=validate.Length(1, 120))
    key = fields.String(validate=KEY)
    origins = fields.List(fields.String(), load_default=list)
    time_zone = fields.String(load_default="UTC")


class AppShape(Schema):
    """An app."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    created_at = Moment(required=True)


class PersonShape(Schema):
    """Somebody with a role in the app."""

    email = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    disabled = fields.Boolean(required=True)
    created_at = Moment(required=True)


class RoleBody(Schema):
    """A role to give."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))


class InvitationBody(RoleBody):
    """Somebody to invite."""

    email = fields.String(required=True, validate=validate.Length(3, 254))


class InvitationShape(Schema):
    """An open invitation; `address` is there once, in the answer that makes it."""

    name = fields.String(required=True)
    email = fields.String(required=True)
    role = fields.String(required=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True)
    address = fields.String()


class TokenBody(RoleBody):
    """A token to make."""

    name = fields.String(required=True, validate=validate.Length(1, 100))
    scopes = fields.List(fields.String(validate=validate.OneOf(SCOPES)), load_default=list)
    expires_at = Moment()


class TokenShape(Schema):
    """An API token; `token` is there once, in the answer that makes it."""

    name = fields.String(required=True)
    id = fields.String(required=True)
    hint = fields.String(required=True)
    role = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True, allow_none=True)
    used_at = Moment(required=True, allow_none=True)
    token = fields.String()


class MeShape(Schema):
    """Who this is."""

    kind = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, allow_none=True)
    scopes = fields.List(fields.String(), required=True, allow_none=True)


class SignInShape(Schema):
    """A browser in which the account is signed in."""

    name = fields.String(required=True)
    agent = fields.String(required=True)
    created_at = Moment(required=True)
    seen_at = Moment(required=True)
    current = fields.Boolean(required=True)


class VisitorQuery(AppQuery):
    """Which visitor is meant."""

    environment = fields.String()
    anonymous = fields.Boolean(load_default=False, metadata={"description": "The id is the browser's own."})


class AuditQuery(PageQuery):
    """Which audit entries."""

    actor = fields.String()
    action = fields.String(metadata={"description": "`guide.*` means every action on guides."})
    subject = fields.String()
    since = Moment()
    until = Moment()


class AuditShape(Schema):
    """One audit entry."""

    at = Moment(required=True)
    actor = fields.String(required=True)
    action = fields.String(required=True)
    subject_kind = fields.String(required=True)
    subject = fields.String(required=True)
    environment = fields.String(required=True, allow_none=True)
    detail = fields.Dict(required=True)
    request_id = fields.String(required=True, allow_none=True)
