"""The wheel: built from a clean clone, it carries the widget, the pages and the example, and it serves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.server.running import clean_environment, serving

ROOT = Path(__file__).resolve().parents[2]


def clone(target: Path) -> Path:
    """A clean clone of what is committed; the installed npm packages are lent to it."""
    subprocess.run(["git", "clone", "-q", "--local", "--no-hardlinks", str(ROOT), str(target)], check=True, timeout=120)
    return target


def build(folder: Path, out: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    environment = clean_environment(**variables)
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=environment, timeout=600, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = clone(folder / "clone")
    (source / "node_modules").symlink_to(ROOT / "node_modules")
    told = build(source, folder / "out")
    assert told.returncode == 0, told.stdout + told.stderr
    return next((folder / "out").glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_carries_what_it_needs_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for needed in (
        "handrail_cms/static/build/widget/handrail.js", "handrail_cms/static/build/widget/stub.js",
        "handrail_cms/static/build/cms.js", "handrail_cms/examples/ledger/app.py", "handrail_cms/templates/base.html",
        "handrail_guides/schema/guide.json",
    ):  # fmt: skip
        assert needed in names
    builds = {name.split("/")[4] for name in names if name.startswith("handrail_cms/static/build/widget/0")}
    assert len(builds) == 1
    for unwanted in ("__pycache__", "node_modules", "static/src/", "/tests/"):
        assert not [name for name in names if unwanted in name], unwanted


@pytest.mark.slow
def test_the_wheel_serves_in_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True, timeout=120)
    python = tmp_path / "venv/bin/python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", str(wheel)]
    subprocess.run(install, check=True, timeout=300, capture_output=True)
    # the dependencies, which the tests have installed already, are lent; a bare path brings no editable installation
    lent = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    own = next((tmp_path / "venv/lib").glob("python*/site-packages"))
    (own / "lent.pth").write_text(f"{lent}\n")
    handrail = str(tmp_path / "venv/bin/handrail")
    environment = clean_environment()
    version = subprocess.run(
        [handrail, "--version"], capture_output=True, text=True, env=environment, timeout=60, check=True, cwd=tmp_path
    )
    assert version.stdout.startswith("handrail, version ")
    subprocess.run(
        [handrail, "init", "--data", str(tmp_path / "data")],
        capture_output=True,
        env=environment,
        timeout=60,
        check=True,
    )
    with serving(tmp_path / "data", command=[handrail]) as server:
        status, body = server.get("/widget/handrail.js")
        assert (status, len(body) > 500) == (200, True)
        assert server.get("/static/build/cms.js")[0] == 200
        assert b"Sign in" in server.get("/sign-in")[1]
    where = [str(python), "-c", "import handrail_cms.config as c; print(c.__file__)"]
    told = subprocess.run(where, capture_output=True, text=True, env=environment, timeout=60, check=True, cwd=tmp_path)
    assert str(tmp_path) in told.stdout


def test_without_node_a_build_stops_with_one_plain_message(tmp_path: Path) -> None:
    source = clone(tmp_path / "clone")
    (tmp_path / "bin").mkdir()
    for name in ("git", "sh"):
        found = shutil.which(name)
        if found:
            (tmp_path / "bin" / name).symlink_to(found)
    told = build(source, tmp_path / "out", PATH=str(tmp_path / "bin"))
    assert told.returncode != 0
    assert "Node.js 20 or newer" in told.stderr
    assert "Traceback" not in told.stderr
    assert not list(tmp_path.glob("out/*.whl"))


def test_an_editable_installation_skips_the_build_where_it_is_told_to(tmp_path: Path) -> None:
    source = clone(tmp_path / "clone")
    told = build(source, tmp_path / "out", HANDRAIL_SKIP_WIDGET_BUILD="1", PATH=os.defpath)
    assert told.returncode == 0, told.stderr
    with zipfile.ZipFile(next((tmp_path / "out").glob("*.whl"))) as archive:
        assert not [name for name in archive.namelist() if "static/build" in name]
