"""The envelopes of a look that the builder read from a host page, as marshmallow schemas."""

from __future__ import annotations

from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from handrail_cms.shapes import NUMBER

SCHEMES = ("light", "dark")


class LookShape(Schema):
    """What was read: theme.json says what a colour and a shape may be."""

    scheme = fields.String(required=True, validate=validate.OneOf(SCHEMES))
    colours = fields.Dict(keys=fields.String(), load_default=dict[str, Any])
    shape = fields.Dict(keys=fields.String(), load_default=dict[str, Any])


class LookBody(Schema):
    """A look, and what to do with it: try it, or keep it in a new theme or in the one that the guide wears."""

    look: Any = fields.Nested(LookShape, required=True)
    into = fields.String(load_default="new", validate=validate.OneOf(["new", "used"]))
    name = fields.String(load_default="", validate=validate.Length(max=120), metadata={"description": "Of a new one."})
    revision = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=NUMBER,
        metadata={"description": "Of the worn theme, as it was answered; needed to keep a change of it."},
    )  # fmt: skip
    save = fields.Boolean(load_default=False, metadata={"description": "Keep it; otherwise nothing is stored."})

    @validates_schema
    def _kept_things_are_named(self, values: dict[str, Any], **_: Any) -> None:
        if not values.get("save"):
            return
        if values.get("into") == "used" and values.get("revision") is None:
            raise ValidationError("Say which revision of the theme the change is based on.", "revision")
        if values.get("into") == "new" and not values.get("name", "").strip():
            raise ValidationError("Give the new theme a name.", "name")


class PairShape(Schema):
    """Two colours that are read together; where they are too close, what either of them would have to be."""

    scheme = fields.String(required=True, validate=validate.OneOf(SCHEMES))
    one = fields.String(required=True)
    other = fields.String(required=True)
    ratio = fields.Float(required=True, allow_none=True)
    least = fields.Float(required=True)
    enough = fields.Boolean(required=True)
    nearest = fields.String(required=True, allow_none=True)
    nearest_ground = fields.String(required=True, allow_none=True)


class OtherSchemeShape(Schema):
    """What became of the scheme that the page does not show: derived from the read one, left, or the widget's own."""

    scheme = fields.String(required=True, validate=validate.OneOf(SCHEMES))
    how = fields.String(required=True, validate=validate.OneOf(["derived", "left", "widget"]))


class NamedThemeShape(Schema):
    """A theme's draft, and where the CMS shows it."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    revision = fields.Integer(required=True)
    address = fields.String(required=True)


class LookAnswer(Schema):
    """The theme that the look would be, or is."""

    theme = fields.Dict(required=True)
    derived: Any = fields.List(
        fields.String(), required=True, metadata={"description": "Tokens that were not read but follow from what was."}
    )
    other: Any = fields.Nested(OtherSchemeShape, required=True)
    pairs: Any = cast("Any", fields.List(fields.Nested(PairShape), required=True))  # pyright: ignore[reportUnknownMemberType]
    uses: Any = fields.Nested(NamedThemeShape, required=True, allow_none=True)
    saved: Any = fields.Nested(NamedThemeShape, required=True, allow_none=True)
