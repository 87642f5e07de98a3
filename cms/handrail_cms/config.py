"""Every setting, once: its name, default, kind and help. `docs/running.md` and the checks come from here.

A setting `name` is the environment variable `HANDRAIL_NAME`. An unknown `HANDRAIL_…` variable is an error
that names the nearest known one. Imports nothing of Handrail but errors.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from handrail_cms.errors import BadSettings

PREFIX = "HANDRAIL_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table; `least` and `most` bound a number, `choices` a word."""

    name: str
    default: Any
    help: str
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()


SETTINGS: tuple[Setting, ...] = (
    Setting("data", Path("handrail-data"), "The data directory: the two databases live here."),
    Setting("host", "127.0.0.1", "The address to listen on."),
    Setting("port", 8000, "The port to listen on.", least=0, most=65535),
    Setting("workers", 1, "Server processes.", least=1, most=64),
    Setting("threads", 8, "Request threads in each process.", least=1, most=256),
    Setting("public_url", "", "The address by which browsers reach this server, when it stands behind a proxy."),
    Setting("proxies", 0, "How many proxies in front of the server set X-Forwarded-… headers.", least=0, most=10),
    Setting("log_format", "text", "text for people, json for machines.", choices=("text", "json")),
    Setting("log_level", "info", "The least level that is logged.", choices=("debug", "info", "warning", "error")),
    Setting("session_days", 14, "A sign-in ends after this many days.", least=1, most=365),
    Setting("session_idle_hours", 72, "A sign-in ends after this many hours without a request.", least=1, most=8760),
    Setting(
        "sign_in_limit", 10, "Failed sign-ins per account or address in 15 minutes before it has to wait.", least=1
    ),
    Setting(
        "collect_limit",
        100,
        "Event batches a second from one address and environment, with a burst of ten seconds' worth.",
        least=1,
    ),
    Setting("collect_key_limit", 2000, "Event batches a second of one environment, all addresses together.", least=1),
    Setting("retention_days", 395, "Days that events are kept; run states and reports stay.", least=2),
    Setting("upload_bytes", 5 * 1024 * 1024, "The largest picture or film that can be uploaded, in bytes.", least=1024),
    Setting("chunk_days", 30, "Days that a compiled guide stays after it left the last release.", least=1, most=365),
    Setting(
        "synchronous",
        "full",
        "full: an acknowledged event survives a power cut. normal: it survives a killed server.",
        choices=("full", "normal"),
    ),
    Setting(
        "metrics_token",
        "",
        "The Bearer token that GET /metrics asks for; loopback only where it is empty.",
        secret=True,
    ),
    Setting("oidc_issuer", "", "The OpenID Connect issuer that people sign in with."),
    Setting("oidc_client_id", "", "Handrail's client id at the issuer."),
    Setting("oidc_client_secret", "", "Handrail's client secret at the issuer.", secret=True),
    Setting("oidc_name", "your company account", "What the sign-in button calls the issuer."),
    Setting("oidc_domains", "", "E-mail domains, separated by commas, whose people get an account at first sign-in."),
    Setting("oidc_role", "viewer", "The role of such an account.", choices=("viewer", "author", "publisher")),
    Setting("clock_file", "", "For tests: a file whose number of milliseconds is added to the clock."),
    Setting("url", "", "For commands that talk to a server: its address."),
    Setting("token", "", "For commands that talk to a server: the API token.", secret=True),
)

# Read by the build and by the walker, not by the server.
OTHER_VARIABLES = frozenset({"HANDRAIL_SKIP_WIDGET_BUILD", "HANDRAIL_CHROMIUM"})


@dataclass(frozen=True, slots=True)
class Config:
    """The settings' values, checked; one field for each row of `SETTINGS`."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    threads: int = 8
    public_url: str = ""
    proxies: int = 0
    log_format: str = "text"
    log_level: str = "info"
    session_days: int = 14
    session_idle_hours: int = 72
    sign_in_limit: int = 10
    collect_limit: int = 100
    collect_key_limit: int = 2000
    retention_days: int = 395
    upload_bytes: int = 5 * 1024 * 1024
    chunk_days: int = 30
    synchronous: str = "full"
    metrics_token: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = "your company account"
    oidc_domains: str = ""
    oidc_role: str = "viewer"
    clock_file: str = ""
    url: str = ""
    token: str = ""

    def as_environment(self) -> dict[str, str]:
        """Return the variables that make another process load these same settings."""
        return {setting.variable: str(getattr(self, setting.name)) for setting in SETTINGS}


def load_config(environ: Mapping[str, str] | None = None, **given: Any) -> Config:
    """Read the settings from `environ`; `given` values (of command line options) that are not None go first.

    Raises BadSettings with every problem at once.
    """
    environ = os.environ if environ is None else environ
    problems = _unknown(environ)
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        raw = given.get(setting.name)
        raw = environ.get(setting.variable) if raw is None else raw
        try:
            values[setting.name] = setting.default if raw is None else _parse(setting, raw)
        except ValueError as error:
            problems.append(f"{setting.variable}: {error}")
    if not problems:
        problems = _cross_checks(values)
    if problems:
        raise BadSettings(problems)
    return Config(**values)


def _unknown(environ: Mapping[str, str]) -> list[str]:
    known = [setting.variable for setting in SETTINGS]
    problems: list[str] = []
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known and name not in OTHER_VARIABLES:
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {nearest[0]}?" if nearest else "see docs/running.md for all of them."
            problems.append(f"{name} is not a setting; {hint}")
    return problems


def _parse(setting: Setting, raw: Any) -> Any:
    if isinstance(setting.default, Path):
        if not str(raw).strip():
            raise ValueError("name a directory.")
        return Path(raw)
    if isinstance(setting.default, int):
        return _whole_number(setting, raw)
    word = str(raw).strip()
    if setting.choices and word not in setting.choices:
        raise ValueError(f"“{word}” is not one of {', '.join(setting.choices)}.")
    if setting.name.endswith(("url", "issuer")) and word:
        _check_address(word)
        word = word.rstrip("/")
    return word


def _whole_number(setting: Setting, raw: Any) -> int:
    try:
        number = int(raw)
    except (TypeError, ValueError):
        raise ValueError(f"“{raw}” is not a whole number.") from None
    if setting.least is not None and number < setting.least:
        raise ValueError(f"{number} is too small; the least is {setting.least}.")
    if setting.most is not None and number > setting.most:
        raise ValueError(f"{number} is too large; the most is {setting.most}.")
    return number


def _check_address(word: str) -> None:
    parts = urlsplit(word)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"“{word}” is not an address; write https://guides.example.com.")


def _cross_checks(values: dict[str, Any]) -> list[str]:
    if values["oidc_issuer"] and not (values["oidc_client_id"] and values["oidc_client_secret"]):
        return ["HANDRAIL_OIDC_ISSUER needs HANDRAIL_OIDC_CLIENT_ID and HANDRAIL_OIDC_CLIENT_SECRET."]
    return []


def settings_table() -> str:
    """Return the settings as the Markdown table of `docs/running.md`."""
    lines = ["| variable | default | what it sets |", "| --- | --- | --- |"]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if str(setting.default) else "empty"
        choices = f" One of {', '.join(f'`{choice}`' for choice in setting.choices)}." if setting.choices else ""
        bounds = [f"at least {setting.least}"] if setting.least is not None else []
        bounds += [f"at most {setting.most}"] if setting.most is not None else []
        limits = f" ({', '.join(bounds)})" if bounds else ""
        lines.append(f"| `{setting.variable}` | {default}{limits} | {setting.help}{choices} |")
    return "\n".join(lines) + "\n"


# The table and the dataclass must name the same settings: a mistake here is found at import, by anyone.
if [setting.name for setting in SETTINGS] != [field.name for field in fields(Config)]:
    raise AssertionError("config.SETTINGS and config.Config name different settings")
