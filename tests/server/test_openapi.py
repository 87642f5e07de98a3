"""The description against the running server, with requests that nobody thought of."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.server.conftest import guide
from tests.server.running import Running, handrail, serving, set_up

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# The builder's own calls take the session of a host page and no API token: tests/server/test_looks.py has them.
NOT_FOR_TOKENS = ("--exclude-path-regex", "^/v1/")
REVOKING = "DELETE /api/v1/tokens/{id_}"
# What exists on the server of the test. Most requests name one of these, so that they reach more than a 404.
NAMES = """
[dictionaries]
documents = { values = ["first", "second", "on-trial", "brand"] }
environments = { values = ["production", "staging"] }
numbers = { values = [1, 2] }

[parameters]
"path.key" = { dictionary = "documents", probability = 0.8 }
"path.guide_key" = { dictionary = "documents", probability = 0.8 }
"path.revision" = { dictionary = "numbers", probability = 0.6 }
"path.number" = { dictionary = "numbers", probability = 0.6 }

[[operations]]
include-path-regex = "/environments/\\\\{name\\\\}"
parameters = { "path.name" = { dictionary = "environments", probability = 0.8 } }
"""


def describe(server: Running, folder: Path, token: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Send requests made from the description; end with 1 where an answer is not as described."""
    (folder / "schemathesis.toml").write_text(NAMES)
    command = [
        str(Path(sys.executable).parent / "st"), "run", f"{server.url}/api/openapi.json", "--checks", CHECKS,
        "-H", f"Authorization: Bearer {token}", "--max-examples", "20", "--phases", "examples,coverage,fuzzing",
        "--generation-database", "none", *options,
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=1500, check=False, cwd=folder)


def post(server: Running, token: str, path: str, body: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urlopen(Request(f"{server.url}/api/v1/{path}", json.dumps(body).encode(), headers)) as made:
        assert made.status in (200, 201)


@pytest.mark.slow
def test_the_running_server_answers_as_its_description_says(tmp_path: Path) -> None:
    set_up(tmp_path / "data")
    tokens = [handrail("token", "create", "--role", "admin", "--data", tmp_path / "data").stdout.strip() for _ in "ab"]
    with serving(tmp_path / "data") as server:
        for key in ("first", "second"):
            post(server, tokens[0], "guides", guide(key))
        rule = {"trait": "plan", "is": "trial"}
        post(server, tokens[0], "segments", {"format": 1, "key": "on-trial", "name": "On trial", "rule": rule})
        post(server, tokens[0], "themes", {"format": 1, "key": "brand", "name": "Brand"})
        post(server, tokens[0], "guides/first/publish", {"environment": "production"})
        told = describe(server, tmp_path, tokens[0], "--exclude-name", REVOKING, *NOT_FOR_TOKENS)
        # by itself and at the end: the names of tokens that a list answered are tried, that of the caller's own too
        revoking = describe(server, tmp_path, tokens[1], "--include-name", REVOKING)
    assert told.returncode == 0, told.stdout[-6000:]
    assert "returned only 401/403" not in told.stdout, told.stdout[-6000:]
    assert revoking.returncode == 0, revoking.stdout[-6000:]
