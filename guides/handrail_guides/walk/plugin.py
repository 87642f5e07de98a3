"""The pytest plugin of the walker, loaded by the `pytest11` entry point `handrail`.

Inert unless `--handrail-url` is given or its fixtures are used: nothing of the walker, and no Playwright,
is imported before. One test item for each guide × language × viewport × theme × path.
"""

# pytest types what a node is made with as unknown.
# pyright: reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from handrail_guides.walk.cases import Bundle, Case
    from handrail_guides.walk.findings import Walk
    from handrail_guides.walk.fixture import Handrail
    from handrail_guides.walk.runner import Job, Walker

_OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("--handrail-url", {"help": "Walk guides on the application running here."}),
    ("--handrail-guides", {"help": "The folder of guide files to walk."}),
    ("--handrail-server", {"help": "A Handrail server, to walk what is published there."}),
    ("--handrail-token", {"help": "An API token of that server that may read guides."}),
    ("--handrail-environment", {"default": "production", "help": "The environment of that server."}),
    ("--handrail-language", {"action": "append", "help": "A language; all that a guide has, otherwise."}),
    ("--handrail-viewport", {"action": "append", "help": "desktop, wide, tablet, phone, or a size; may be repeated."}),
    ("--handrail-theme", {"action": "append", "help": "light or dark; may be repeated."}),
    ("--handrail-persona", {"action": "append", "help": "A segment with a persona, or a name your login knows."}),
    ("--handrail-profile", {"default": "quick", "choices": ("quick", "thorough"), "help": "How much is judged."}),
    ("--handrail-storage-state", {"help": "Start signed in with this Playwright storage state."}),
    ("--handrail-login", {"help": "A function that signs in: module:function(page, persona)."}),
    ("--handrail-pictures", {"help": "Keep a picture of every failed step in this folder."}),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the walker's options in a group of their own."""
    group = parser.getgroup("handrail", "walk in-app guides as usability tests")
    for name, settings in _OPTIONS:
        group.addoption(name, **settings)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; refuse a call that lacks its guides. Nothing else happens here."""
    config.addinivalue_line("markers", "handrail: a guide walked in a browser")
    config.addinivalue_line("markers", "handrail_guide(key): which guide a test walks or is about")
    if config.getoption("--handrail-url") and not (
        config.getoption("--handrail-guides") or config.getoption("--handrail-server")
    ):
        raise pytest.UsageError(
            "--handrail-url needs guides: --handrail-guides DIR, or --handrail-server with --handrail-token."
        )


def pytest_collection(session: pytest.Session) -> None:
    """Add the walks to whatever else is collected."""
    if session.config.getoption("--handrail-url"):
        session.config.pluginmanager.register(_Walks(session.config), "handrail-walks")


class _Walks:
    """Collects the walks of a session, and walks them with one browser for each test process."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._walker: Walker | None = None
        self._bundle: Bundle | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Append the walks before `-k`, `-m` and `--lf` choose among all items, and let them be counted."""
        root = _Collector.from_parent(session, name="handrail", nodeid="handrail", walks=self)
        found = list(root.collect())
        items.extend(found)
        report = pytest.CollectReport(root.nodeid, "passed", None, [*found])
        self._config.hook.pytest_collectreport(report=report)

    def _option(self, name: str) -> Any:
        return self._config.getoption(name)

    def documents(self) -> tuple[Bundle, list[Any]]:
        """Read the guides that were asked for. Raises UsageError where that cannot be done."""
        from handrail_guides.walk.sources import from_folder, from_server
        from handrail_guides.walk.widget import WalkerNotReady

        option = self._option
        try:
            if option("--handrail-guides"):
                return from_folder(Path(option("--handrail-guides")))
            token, environment = option("--handrail-token") or "", option("--handrail-environment")
            return from_server(option("--handrail-server"), token, environment), []
        except WalkerNotReady as error:
            raise pytest.UsageError(str(error)) from None

    def cases(self, bundle: Bundle) -> Iterator[Case]:
        """Yield the cases that were asked for."""
        from handrail_guides.walk.cases import VIEWPORTS, Ask, cases, parse_viewport
        from handrail_guides.walk.sources import personas

        option = self._option
        try:
            viewports = [parse_viewport(text) for text in option("--handrail-viewport") or ()]
        except ValueError as error:
            raise pytest.UsageError(str(error)) from None
        people = personas(bundle, option("--handrail-persona") or ())
        themes = option("--handrail-theme") or ["light"]
        viewports = viewports or [VIEWPORTS["desktop"]]
        return cases(
            bundle, Ask(option("--handrail-language"), viewports, themes, people, option("--handrail-profile"))
        )

    def walk(self, case: Case, bundle: Bundle) -> Walk:
        """Walk one case, starting the browser at the first."""
        if self._walker is None:
            from handrail_guides.walk.runner import Walker

            self._walker = Walker(self._job(bundle)).__enter__()
        return self._walker.walk(case)

    def _job(self, bundle: Bundle) -> Job:
        from handrail_guides.walk.runner import Job
        from handrail_guides.walk.stage import Setup
        from handrail_guides.walk.widget import built_widget

        option = self._option
        url = option("--handrail-url").rstrip("/")
        setup = Setup(built_widget(), bundle, url, option("--handrail-storage-state"))
        return Job(setup, pictures=bool(option("--handrail-pictures")), login=option("--handrail-login"))

    def pytest_sessionfinish(self) -> None:
        """Close the browser, where one was started."""
        if self._walker is not None:
            self._walker.__exit__(None, None, None)


class _Collector(pytest.Collector):
    """The node under which the walks stand in the report."""

    def __init__(self, *, walks: _Walks, **more: Any) -> None:
        super().__init__(**more)
        self._walks = walks

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each walk, and one for each guide file with problems."""
        bundle, problems = self._walks.documents()
        by_file: dict[str, list[Any]] = {}
        for problem in problems:
            by_file.setdefault(problem.file or "guides", []).append(problem)
        for file, found in by_file.items():
            name = f"{Path(file).name}[valid]"
            yield _FileItem.from_parent(self, **self._named(name), problems=found)
        for case in self._walks.cases(bundle):
            yield WalkItem.from_parent(self, **self._named(case.id), case=case, bundle=bundle, walks=self._walks)

    def _named(self, name: str) -> dict[str, str]:
        """Name a node and its id: pytest reads the id as it does from its cache, or `--lf` would not know it again."""
        return {"name": name, "nodeid": f"{self.nodeid}::{name}"}


class _Failed(Exception):
    """A walk found something; the message is what a developer reads."""


class WalkItem(pytest.Item):
    """One walk as a test."""

    def __init__(self, *, case: Case, bundle: Bundle, walks: _Walks, **more: Any) -> None:
        super().__init__(**more)
        self.case, self._bundle, self._walks = case, bundle, walks
        self.add_marker(pytest.mark.handrail)
        self.add_marker(pytest.mark.handrail_guide(case.guide["key"]))
        self.extra_keyword_matches.update({case.guide["key"], case.language, case.viewport.name})

    def runtest(self) -> None:
        """Walk, and fail with every finding that counts; skip or expect the failure where the guide file says so."""
        from handrail_guides.walk.widget import WalkerNotReady

        try:
            walk = self._walks.walk(self.case, self._bundle)
        except WalkerNotReady as error:
            raise _Failed(f"It could not be tried: {error}") from None
        told = [finding for finding in walk.all() if not finding.counts]
        if told:
            self.add_report_section("call", "handrail", "\n".join(finding.sentence() for finding in told))
        if walk.state == "skipped":
            pytest.skip(walk.reason)
        if walk.state == "not_tried":
            raise _Failed(f"It could not be tried: {walk.reason}")
        if walk.state == "expected":
            pytest.xfail("; ".join(finding.expected for finding in walk.all() if finding.expected))
        if walk.state == "failed":
            raise _Failed(_message(walk, self.config.getoption("--handrail-pictures")))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Tell findings without a traceback."""
        if isinstance(excinfo.value, _Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path | str, int | None, str]:
        """Point at the guide's file."""
        file = self._bundle.files.get(self.case.guide["key"])
        return Path(file) if file else self.path, 0, self.name


class _FileItem(pytest.Item):
    """A guide file with problems as a failing test."""

    def __init__(self, *, problems: list[Any], **more: Any) -> None:
        super().__init__(**more)
        self._problems = problems
        self.add_marker(pytest.mark.handrail)

    def runtest(self) -> None:
        """Fail with every problem of the file."""
        lines = [f"{p.file}:{p.line or 1} {p.pointer} {p.message} {p.mend}" for p in self._problems]
        raise _Failed("\n".join(lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Tell problems without a traceback."""
        return str(excinfo.value) if isinstance(excinfo.value, _Failed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path | str, int | None, str]:
        """Point at the file."""
        return Path(self._problems[0].file or self.path), self._problems[0].line or 0, self.name


def _message(walk: Walk, pictures: str | None) -> str:
    lines = [f"The guide “{walk.guide}” is broken in {walk.language} on {walk.viewport}:"]
    for finding in walk.all():
        if finding.counts:
            lines.append(f"  {finding.sentence()}\n    {finding.as_json()['mend']}")
    if pictures:
        folder = Path(pictures)
        folder.mkdir(parents=True, exist_ok=True)
        for step in walk.steps:
            if step.picture and step.findings:
                path = folder / f"{walk.id}-{step.step}.jpg"
                path.write_bytes(step.picture)
                lines.append(f"  picture: {path}")
    return "\n".join(lines)


@pytest.fixture
def handrail(request: pytest.FixtureRequest) -> Generator[Handrail]:
    """Guides in a host's own suite: start, step, assert on and switch off. Needs a `page`, as pytest-playwright has."""
    from handrail_guides.walk.fixture import Handrail

    made = Handrail(request.getfixturevalue("page"))
    yield made
    made.done()
