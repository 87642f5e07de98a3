"""What two hosted products share: addresses and how they match, rich text as a tree (ProseMirror, Slate)."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from html import escape
from typing import Any, Final

from handrail_guides.importers.carrying import as_object, as_objects

Json = Any

_MARKS: Final = {"bold": "strong", "italic": "em", "code": "code"}
_NODES: Final = {"paragraph": "p", "heading": "h2", "bulletList": "ul", "orderedList": "ol", "listItem": "li",
                 "bulleted-list": "ul", "numbered-list": "ol", "list-item": "li", "link": "a"}  # fmt: skip


def page_of(url: str, match: str) -> Json:
    """Return a page pattern for an address and how it was matched; None where patterns cannot say it."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/") if rest else ("", "/", url.lstrip("/"))
    path = (slash or "/") + path
    literal = "".join(f"\\{c}" if c in "\\+?{}()*" and not (c == "*" and match == "wildcard") else c for c in path)
    literal, _, fragment = literal.partition("#")
    literal = literal.split("\\?")[0].replace(":", "\\:")
    if match in {"regex", "not_regex", "not_icontains", "is_not"} or fragment:
        return None
    pattern = {"exact": literal, "wildcard": literal}.get(match, f"{literal}*" if host else f"*{literal.lstrip('/')}*")
    if literal == "/" and match != "exact":
        pattern = "*"
    if match == "wildcard" and url.startswith("*"):
        pattern = literal[1:]  # its star stands for the host and for whatever comes before
    return {"host": host.split(":")[0], "path": pattern} if host and scheme and "*" not in host else pattern


def as_html(node: Json) -> str:
    """Return a tree of ProseMirror (PostHog) or Slate (Usertour) as HTML."""
    if isinstance(node, list):
        return "".join(as_html(each) for each in node)
    if not isinstance(node, dict):
        return ""
    if isinstance(node.get("text"), str):
        return _marked(node)
    if node.get("type") == "hardBreak":
        return "<br>"
    if node.get("type") == "user-attribute":
        return str(node.get("fallback", ""))
    if node.get("type") == "image":
        attributes = as_object(node.get("attrs"))
        return f'<img src="{escape(str(attributes.get("src", "")))}" alt="{escape(str(attributes.get("alt", "")))}">'
    inner = as_html(node.get("content", node.get("children")))
    tag = _NODES.get(str(node.get("type")))
    if tag == "a":
        return f'<a href="{escape(str(node.get("url", "")))}">{inner}</a>'
    return f"<{tag}>{inner}</{tag}>" if tag else inner


def _marked(node: dict[str, Json]) -> str:
    found = escape(node["text"])
    kinds = [str(mark.get("type")) for mark in as_objects(node.get("marks"))]
    kinds += [name for name in _MARKS if node.get(name) is True]
    for kind in kinds:
        if kind in _MARKS and found.strip():
            found = f"<{_MARKS[kind]}>{found}</{_MARKS[kind]}>"
    for mark in as_objects(node.get("marks")):
        if mark.get("type") == "link":
            found = f'<a href="{escape(str(as_object(mark.get("attrs")).get("href", "")))}">{found}</a>'
    return found


def plain_text(value: Json) -> str:
    """Return the words of a Slate tree, which Usertour also uses for addresses."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(plain_text(each) for each in value)
    node = as_object(value)
    return str(node["text"]) if isinstance(node.get("text"), str) else plain_text(node.get("children", []))


def title_and_body(html: str) -> tuple[str, str]:
    """Take a heading at the beginning as the title."""
    for tag in ("h1", "h2", "h3"):
        head, closed, rest = html.strip().partition(f"</{tag}>")
        if closed and head.startswith(f"<{tag}"):
            return head.partition(">")[2], rest
    return "", html
