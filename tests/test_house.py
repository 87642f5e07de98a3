"""The house style, held: import direction, no cycles, sizes, docstrings' presence, covered behaviours that exist."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import behaviours

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ROOT / "guides/handrail_guides"
CMS = ROOT / "cms/handrail_cms"
WIDGET = ROOT / "widget/src"

FILE_LIMIT = 400
FUNCTION_LIMIT = 40

# What must be longer, each with its reason.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}

# A module may import only what stands at its own level or before it.
LEVELS = [
    {"handrail_cms.errors", "handrail_cms.config", "handrail_cms.clock"},
    {"handrail_cms.storage"},
    {"*"},  # the nouns
    {"handrail_cms.services"},
    {"handrail_cms.http"},
    {"handrail_cms.interface"},
    {"handrail_cms.routes"},
    {"handrail_cms.app"},
    {"handrail_cms.commands"},
    {"handrail_cms.cli"},
]
FLASK_ROOMS = ("handrail_cms.http", "handrail_cms.interface", "handrail_cms.routes", "handrail_cms.app")


def modules() -> dict[str, Path]:
    """Return dotted name -> file for every module of both packages."""
    found = {}
    for base in (GUIDES, CMS):
        for path in base.rglob("*.py"):
            parts = path.relative_to(base.parent).with_suffix("").parts
            found[".".join(part for part in parts if part != "__init__")] = path
    return found


MODULES = modules()


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield (imported module, is it at module level) for each import; type-checking-only imports are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden: set[ast.AST] = set()
    inner: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            hidden.update(ast.walk(node))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner.update(ast.walk(node))
    for node in ast.walk(tree):
        if node in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node not in inner) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield (full if full in MODULES else node.module), node not in inner


def level(name: str) -> int:
    """Return the place of a server module in the order of DESIGN section 3."""
    for number, rooms in enumerate(LEVELS):
        if any(name == room or name.startswith(room + ".") for room in rooms):
            return number
    return 2


def test_there_are_no_import_cycles() -> None:
    graph = {
        name: {other for other, top in imports(path) if top and other in MODULES and other != name}
        for name, path in MODULES.items()
    }
    graphlib.TopologicalSorter(graph).prepare()


def test_imports_run_one_way() -> None:
    wrong = []
    for name, path in MODULES.items():
        for other, _ in imports(path):
            if other not in MODULES or name == other:
                continue
            if name.startswith("handrail_guides") and other.startswith("handrail_cms"):
                wrong.append(f"{name} imports {other}: the format knows nothing of the server")
            elif name.startswith("handrail_cms") and other.startswith("handrail_cms") and level(other) > level(name):
                wrong.append(f"{name} imports {other}, which stands after it")
            elif name.startswith("handrail_cms.routes.") and other.startswith("handrail_cms.routes."):
                wrong.append(f"{name} imports {other}: routes never import one another")
            elif other.startswith("handrail_guides.walk") and not name.startswith(
                ("handrail_guides.walk", "handrail_cms.commands.check")
            ):
                wrong.append(f"{name} imports {other}: the walker is imported by nothing else")
    assert not wrong, "\n".join(wrong)


def test_only_the_rooms_of_http_know_flask() -> None:
    wrong = [
        f"{name} imports {other}"
        for name, path in MODULES.items()
        if not name.startswith(FLASK_ROOMS)
        for other, _ in imports(path)
        if other.split(".")[0] in {"flask", "flask_babel"}
    ]
    assert not wrong, "\n".join(wrong)


def test_the_guide_format_touches_no_network_clock_or_database() -> None:
    banned = {"flask", "sqlite3", "sqlite_utils", "socket", "urllib.request", "http.client", "time", "requests"}
    wrong = [
        f"{name} imports {other}"
        for name, path in MODULES.items()
        if name.startswith("handrail_guides") and ".walk" not in name
        for other, _ in imports(path)
        if other in banned
    ]
    assert not wrong, "\n".join(wrong)


def test_package_inits_are_empty() -> None:
    full = [
        str(path.relative_to(ROOT))
        for base in (GUIDES, CMS)
        for path in base.rglob("__init__.py")
        if path.read_text().strip()
    ]
    assert not full


def source_files() -> list[Path]:
    return [
        *GUIDES.rglob("*.py"),
        *CMS.rglob("*.py"),
        *(path for path in WIDGET.rglob("*.ts") if "types" not in path.parts),
    ]


def test_files_stay_under_the_limit_or_say_why() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in source_files()}
    over = {name: lines for name, lines in long.items() if lines > FILE_LIMIT and name not in LONG_FILES}
    assert not over, f"longer than {FILE_LIMIT} lines, without a reason in LONG_FILES: {over}"


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{name}.{node.name}", node


def test_functions_stay_under_the_limit_or_say_why() -> None:
    over = {}
    for name, node in functions():
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LIMIT and name not in LONG_FUNCTIONS:
            over[name] = lines
    assert not over, f"longer than {FUNCTION_LIMIT} lines, without a reason in LONG_FUNCTIONS: {over}"


def test_the_exceptions_to_the_limits_still_exist() -> None:
    names = {name for name, _ in functions()}
    gone = [name for name in LONG_FUNCTIONS if name not in names] + [
        name for name in LONG_FILES if not (ROOT / name).exists()
    ]
    assert not gone


def test_every_public_function_has_a_docstring() -> None:
    bare = []
    for name, path in MODULES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if (
                isinstance(node, (ast.FunctionDef, ast.ClassDef))
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                bare.append(f"{name}.{node.name}")
    assert not bare, bare


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "manager", "common", "misc", "data", "info"}
    assert not [name for name in MODULES if empty & set(name.split("."))]
    assert not [path.name for path in WIDGET.rglob("*.ts") if path.stem in empty]


def test_the_widget_never_makes_markup_or_code_from_a_string() -> None:
    banned = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")
    wrong = [
        f"{path.name}: {word}"
        for path in WIDGET.rglob("*.ts")
        for word in banned
        if word in path.read_text(encoding="utf-8")
    ]
    assert not wrong


def test_every_covers_comment_names_a_listed_behaviour() -> None:
    unknown = {number: files for number, files in behaviours.covered().items() if number not in behaviours.listed()}
    assert not unknown


@pytest.mark.parametrize("lock", ["requirements.lock", "package-lock.json"])
def test_locks_hold_no_download_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "resolved" not in text
    assert "--index-url" not in text
    assert "://files." not in text
