"""A folder of documents: the layout that `handrail pull` writes and every other command reads.

    guides/KEY.json  segments/KEY.json  themes/KEY.json  environments/KEY.json  handrail.json (settings of the project)

Any other arrangement of `*.json` is read too: what a file is shows in its content.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from handrail_guides.document import read
from handrail_guides.errors import GuideProblems, Problem
from handrail_guides.manifest import names_in, rules_of
from handrail_guides.shape import nearest
from handrail_guides.validate import kind_of, validate_text

FOLDERS: Final = {"guide": "guides", "segment": "segments", "theme": "themes", "environment": "environments"}
PROJECT_FILE: Final = "handrail.json"
STATE_FOLDER: Final = ".handrail"
_SKIPPED: Final = {"node_modules", STATE_FOLDER, ".git", ".venv"}
_TELLING: Final = {"kind", "steps", "audience", "rule", "light", "origins", "time_zone", "settings", "live"}
_NOT_DOCUMENTS: Final = {PROJECT_FILE, "voice.json", "package.json", "package-lock.json", "tsconfig.json"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file: its text, what it is, its document (None where it is not JSON), its problems with their lines."""

    file: Path
    text: str
    kind: str
    document: Any
    problems: list[Problem] = field(default_factory=list[Problem])

    @property
    def key(self) -> str:
        """Return the document's key, or the file's name where it has none."""
        key = self.document.get("key") if isinstance(self.document, dict) else None
        return key if isinstance(key, str) else self.file.stem


def load(paths: Iterable[Path]) -> list[Loaded]:
    """Read and validate files and folders, whole folders deep; what they name in one another is checked too.

    Raises FileNotFoundError where a path is not there.
    """
    loaded = [load_file(file) for path in paths for file in files(path)]
    return _with_names_checked(loaded)


def files(path: Path) -> Iterator[Path]:
    """Yield the documents' files under a path, in a stable order; the path itself, where it is a file."""
    if not path.exists():
        raise FileNotFoundError(f"There is no file or folder “{path}”.")
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*.json")):
        inside = _SKIPPED & set(file.relative_to(path).parts)
        if file.name not in _NOT_DOCUMENTS and not inside and _is_document(file.read_bytes()):
            yield file


def load_file(file: Path) -> Loaded:
    """Read and validate one file."""
    raw = file.read_bytes()
    kind = _kind(raw)
    document, problems = validate_text(raw, str(file), kind)
    return Loaded(file, raw.decode("utf-8-sig", errors="replace"), kind, document, problems)


def project_settings(path: Path) -> dict[str, Any]:
    """Return the settings of the nearest `handrail.json` at or above a path; empty where there is none.

    Raises GuideProblems where it is not readable.
    """
    file = _project_file(path)
    return _settings_in(file) if file else {}


def voice(path: Path) -> dict[str, Any]:
    """Return the team's voice: the file that `handrail.json` names, or `voice.json` beside it; empty without one."""
    project = _project_file(path)
    if project is None:
        return {}
    named = _settings_in(project).get("voice")
    file = project.parent / (named if isinstance(named, str) else "voice.json")
    return _settings_in(file) if named or file.is_file() else {}


def _project_file(path: Path) -> Path | None:
    start = path.resolve() if path.is_dir() else path.resolve().parent
    return next(
        (folder / PROJECT_FILE for folder in [start, *start.parents] if (folder / PROJECT_FILE).is_file()), None
    )


def _settings_in(file: Path) -> dict[str, Any]:
    value, problems = read(file.read_bytes(), str(file))
    if not problems and not isinstance(value, dict):
        problems = [
            Problem("", "wrong_type", f"{file} must be an object {{…}}.", "Write settings into it.", 1, str(file))
        ]
    if problems:
        raise GuideProblems(problems)
    return value


def _is_document(raw: bytes) -> bool:
    """Tell whether a file in a folder is meant as a document: other JSON may lie beside, broken JSON is reported."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return True
    return isinstance(value, dict) and not _TELLING.isdisjoint(value)


def _kind(raw: bytes) -> str:
    try:
        return kind_of(json.loads(raw))
    except (ValueError, RecursionError):
        return "guide"


def _with_names_checked(loaded: list[Loaded]) -> list[Loaded]:
    """Check names across files: keys stand once; named segments and themes are there, if any of their kind is."""
    known = {kind: {each.key: each for each in loaded if each.kind == kind} for kind in FOLDERS}
    return [
        Loaded(each.file, each.text, each.kind, each.document, [*each.problems, *_across(each, known)])
        for each in loaded
    ]


def _across(each: Loaded, known: dict[str, dict[str, Loaded]]) -> Iterator[Problem]:
    last = known[each.kind][each.key]
    if last.file != each.file:
        message = f"The key “{each.key}” is also that of {last.file}."
        yield Problem("/key", "repeated_key", message, "Give one of them another key.", 1, str(each.file))
    if not isinstance(each.document, dict) or any(problem.level == "error" for problem in each.problems):
        return
    if each.kind == "guide":
        rules = list(rules_of(each.document))
        themes = [each.document["theme"]] if "theme" in each.document else []
        yield from _named(each, themes, {**known["theme"], "default": each}, "theme", bool(known["theme"]))
    else:
        rules = [each.document["rule"]] if each.kind == "segment" else []
    segments = sorted({name for rule in rules for name in names_in(rule, "segment")})
    yield from _named(each, segments, known["segment"], "segment", bool(known["segment"]))


def _named(each: Loaded, names: list[str], known: dict[str, Loaded], what: str, checked: bool) -> Iterator[Problem]:
    for name in names:
        if checked and name not in known:
            close = nearest(name, list(known))
            mend = f"Did you mean “{close}”?" if close else f"Add {FOLDERS[what]}/{name}.json."
            message = f"There is no {what} “{name}” among these files."
            yield Problem("", f"unknown_{what}", message, mend, 1, str(each.file))
