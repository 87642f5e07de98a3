"""Compile live versions to what the widget loads: the manifest, and its chunks addressed by the hash of their bytes.

Pure: the same input gives the same bytes. What only authors read (`name`, `job`, `goal`, `test`, `lint`)
never leaves the server.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handrail_guides import localise
from handrail_guides.document import canonical, digest
from handrail_guides.errors import GuideProblems, Problem
from handrail_guides.needs import needs_of_guide, needs_of_release
from handrail_guides.saying import say
from handrail_guides.schemas import defaults
from handrail_guides.texts import compile_text
from handrail_guides.words import words

Document = dict[str, Any]
Json = Any
Known = MutableMapping[tuple[Any, ...], tuple[Document, Mapping[str, bytes]]]


@dataclass(frozen=True, slots=True)
class LiveGuide:
    """One guide version of a release. `hash` is the digest of the document."""

    document: Document
    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class ReleaseInput:
    """What a release is made of: versions of guides, segments and themes, and the environment's settings.

    `settings` has the shape of `schema/manifest.json#/$defs/settings`; segments and themes are documents by key.
    """

    number: int
    environment: str
    settings: Mapping[str, Json]
    guides: Sequence[LiveGuide]
    segments: Mapping[str, Document] = field(default_factory=dict[str, Document])
    themes: Mapping[str, Document] = field(default_factory=dict[str, Document])


@dataclass(frozen=True, slots=True)
class CompiledRelease:
    """The manifest, and the bytes of every chunk it points at, by address (SHA-256 in hex)."""

    manifest: Document
    chunks: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class CompiledPreview:
    """A draft compiled for a preview: its manifest entry, its chunks by address, and the same chunks by language."""

    entry: Document
    chunks: dict[str, bytes]
    languages: dict[str, Document]


def compile_release(release: ReleaseInput, known: Known | None = None) -> CompiledRelease:
    """Compile a release. Raises GuideProblems for a segment or theme that it lacks, and for segments in a circle.

    `known` remembers what was compiled, by version, so that a release that changes one guide compiles one.
    """
    problems = [*_unknown_segments(release), *_looping_segments(release), *_unknown_themes(release)]
    if problems:
        raise GuideProblems(problems)
    chunks: dict[str, bytes] = {}
    entries: list[Document] = []
    for live in sorted(release.guides, key=lambda live: live.document["key"]):
        entry, made = _remembered_entry(live, release.settings.get("languages"), {} if known is None else known)
        entries.append(entry)
        chunks |= made
    themes = {key: _address(compile_theme(theme), chunks) for key, theme in sorted(release.themes.items())}
    segments = {key: release.segments[key]["rule"] for key in sorted(_used_segments(release))}
    manifest: Document = {"format": 1, "release": release.number, "environment": release.environment,
                          "settings": dict(release.settings), "guides": entries,
                          "parts": needs_of_release(entries, segments)}  # fmt: skip
    manifest |= {name: value for name, value in (("segments", segments), ("themes", themes)) if value}
    return CompiledRelease(manifest, chunks)


def compile_preview(document: Document, *, version: int = 0) -> CompiledPreview:
    """Compile a draft that validates, all languages, for a preview session or the walker."""
    live = LiveGuide(document, version, digest(document))
    entry, chunks = _compile_entry(live, None)
    by_language = {
        language: compile_guide(document, language, version, live.hash) for language in localise.languages(document)
    }
    return CompiledPreview(entry, chunks, by_language)


def compile_guide(document: Document, language: str, version: int, hash: str) -> Document:
    """Compile one guide in one language to its chunk (`schema/manifest.json#/$defs/chunk`)."""
    made = localise.localised(document, localise.chain(language, document))
    chunk: Document = {
        "format": 1, "guide": made["key"], "version": version, "hash": hash, "kind": made["kind"], "language": language,
        "direction": localise.direction(language), "words": words(language),
        "steps": [compile_step(step) for step in made["steps"]],
    }  # fmt: skip
    if "title" in made:
        chunk["title"] = compile_text(made["title"], block=False)
    texts: list[Document] = [{"title": chunk["title"]}] if "title" in chunk else []
    chunk["parts"] = needs_of_guide([*chunk["steps"], *texts])
    if chunk["direction"] == "ltr":
        del chunk["direction"]
    if "frequency" in made:
        chunk["frequency"] = made["frequency"]
    return chunk


def compile_step(step: Mapping[str, Json]) -> Document:
    """Compile one step: texts become nodes, author-only fields and fields at their default are left out."""
    usual = defaults("guide", "step")
    made = {
        name: value for name, value in step.items() if name != "test" and not (name in usual and usual[name] == value)
    }
    for name in ("title", "body"):
        if name in made:
            made[name] = compile_text(made[name], block=name == "body")
    if "buttons" in made:
        made["buttons"] = [{**button, "text": compile_text(button["text"], block=False)} for button in made["buttons"]]
    if "variants" in made:
        made["variants"] = [_compile_variant(variant) for variant in made["variants"]]
    return made


def compile_theme(theme: Mapping[str, Json]) -> Document:
    """Return a theme as the widget loads it."""
    return {name: value for name, value in theme.items() if name not in {"$schema", "name"}}


def rules_of(document: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """Yield every rule of a guide document or of a compiled guide: audience, branches, variants, what ticks an item."""
    for name in ("audience", "rule"):
        if name in document:
            yield document[name]
    for step in document.get("steps", []):
        for branch in [*step.get("then", []), *step.get("variants", [])]:
            if "if" in branch:
                yield branch["if"]
        if "done" in step:
            yield step["done"]


def names_in(rule: Json, kind: str) -> Iterator[str]:
    """Yield what a rule names of one kind: `segment`, `event`, `guide`, `trait`, `account`."""
    stack = [rule]
    while stack:
        clause = stack.pop()
        if isinstance(clause, Mapping):
            if isinstance(clause.get(kind), str):
                yield clause[kind]
            stack.extend(clause[name] for name in ("all", "any", "not") if name in clause)
        elif isinstance(clause, list):
            stack.extend(clause)


def facts(documents: Sequence[Mapping[str, Json]], segments: Mapping[str, Document]) -> dict[str, set[str]]:
    """Return the names of events and guides that the rules of these guides read, those of their segments included.

    A guide's own history, which its frequency reads, is among them.
    """
    rules = [rule for document in documents for rule in rules_of(document)]
    rules += [segments[key]["rule"] for key in _closure(rules, segments) if key in segments]
    events = {name for rule in rules for name in names_in(rule, "event")}
    guides = {name for rule in rules for name in names_in(rule, "guide")}
    return {"events": events, "guides": guides | {document["key"] for document in documents}}


def _compile_variant(variant: Mapping[str, Json]) -> Document:
    made = dict(variant)
    for name in ("title", "body"):
        if name in made:
            made[name] = compile_text(made[name], block=name == "body")
    return made


def _remembered_entry(
    live: LiveGuide, only: Sequence[str] | None, known: Known
) -> tuple[Document, Mapping[str, bytes]]:
    name = (live.document["key"], live.version, live.hash, None if only is None else tuple(only))
    if name not in known:
        known[name] = _compile_entry(live, only)
    return known[name]


def _compile_entry(live: LiveGuide, only: Sequence[str] | None) -> tuple[Document, dict[str, bytes]]:
    document = live.document
    chunks: dict[str, bytes] = {}
    wanted = [language for language in localise.languages(document) if _is_wanted(language, document, only)]
    entry: Document = {
        "key": document["key"], "version": live.version, "hash": live.hash, "kind": document["kind"],
        "language": document["language"],
        "chunks": {
            name: _address(compile_guide(document, name, live.version, live.hash), chunks) for name in wanted
        },
    }  # fmt: skip
    usual = defaults("guide", "")
    for name in ("where", "start", "frequency", "priority", "theme"):
        if name in document and document[name] != usual.get(name):
            entry[name] = document[name]
    if "audience" in document:
        entry["rule"] = document["audience"]
    paths = [step["on"]["path"] for step in document["steps"] if "path" in step.get("on", {})]
    if paths:
        entry["resume"] = list(dict.fromkeys(paths))
    return entry, chunks


def _is_wanted(language: str, document: Document, only: Sequence[str] | None) -> bool:
    return only is None or language == document["language"] or language.lower() in {name.lower() for name in only}


def _address(chunk: Document, chunks: dict[str, bytes]) -> str:
    raw = canonical(chunk)
    address = hashlib.sha256(raw).hexdigest()
    chunks[address] = raw
    return address


def _closure(rules: Sequence[Json], segments: Mapping[str, Document]) -> set[str]:
    """Return the keys of the segments that rules name, and of those that these name in turn."""
    found: set[str] = set()
    open_ = [name for rule in rules for name in names_in(rule, "segment")]
    while open_:
        key = open_.pop()
        if key not in found:
            found.add(key)
            if key in segments:
                open_.extend(names_in(segments[key]["rule"], "segment"))
    return found


def _used_segments(release: ReleaseInput) -> set[str]:
    return _closure([rule for live in release.guides for rule in rules_of(live.document)], release.segments)


def _unknown_segments(release: ReleaseInput) -> Iterator[Problem]:
    for key in sorted(_used_segments(release) - set(release.segments)):
        users = [live.document["key"] for live in release.guides
                 if key in _closure(list(rules_of(live.document)), release.segments)]  # fmt: skip
        message = say(
            "The segment “%(key)s” is not part of the release; %(users)s needs it.", key=key, users=_list(users)
        )
        yield Problem("", "unknown_segment", message, say("Publish that segment too, or take it out of the rules."))


def _looping_segments(release: ReleaseInput) -> Iterator[Problem]:
    for key in sorted(_used_segments(release) & set(release.segments)):
        if key in _closure([release.segments[key]["rule"]], release.segments):
            message = say("The segment “%(key)s” names itself, by way of its own rule.", key=key)
            yield Problem("", "segment_loop", message, say("Take one of the names out of the circle."))


def _unknown_themes(release: ReleaseInput) -> Iterator[Problem]:
    known = {"default", *release.themes}
    named = [(live.document["key"], live.document["theme"]) for live in release.guides if "theme" in live.document]
    named += [(say("the environment"), release.settings["theme"])] if "theme" in release.settings else []
    for user, theme in named:
        if theme not in known:
            message = say(
                "The theme “%(theme)s” is not part of the release; %(user)s needs it.", theme=theme, user=user
            )
            yield Problem("", "unknown_theme", message, say("Publish that theme too, or name another one."))


def _list(keys: Sequence[str]) -> str:
    return ", ".join(f"“{key}”" for key in keys)
