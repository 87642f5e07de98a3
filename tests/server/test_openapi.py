"""The description against the running server, with requests that nobody thought of."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.server.conftest import guide
from tests.server.running import handrail, serving, set_up

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.slow
def test_the_running_server_answers_as_its_description_says(tmp_path: Path) -> None:
    set_up(tmp_path / "data")
    token = handrail("token", "create", "--role", "admin", "--data", tmp_path / "data").stdout.strip()
    with serving(tmp_path / "data") as server:
        for key in ("first", "second"):
            body = json.dumps(guide(key)).encode()
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            with urlopen(Request(f"{server.url}/api/v1/guides", body, headers)) as made:
                assert made.status == 201
        command = [
            str(Path(sys.executable).parent / "st"), "run", f"{server.url}/api/openapi.json", "--checks", CHECKS,
            "-H", f"Authorization: Bearer {token}", "--max-examples", "20", "--phases", "examples,coverage,fuzzing",
            "--generation-database", "none",
        ]  # fmt: skip
        told = subprocess.run(command, capture_output=True, text=True, timeout=1500, check=False, cwd=tmp_path)
    assert told.returncode == 0, told.stdout[-6000:]
