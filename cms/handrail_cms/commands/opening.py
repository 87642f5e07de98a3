"""What every command that works on the data directory shares: its options, and the services it opens."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from handrail_cms.auth import Actor, system
from handrail_cms.config import load_config
from handrail_cms.services import Services, open_services
from handrail_cms.storage.records import App, Environment

Command = TypeVar("Command", bound=Callable[..., Any])
OPERATOR: Actor = system("command line")


def data_option(command: Command) -> Command:
    """Give a command `--data DIR`."""
    text = "The data directory (HANDRAIL_DATA; default ./handrail-data)."
    return click.option("--data", type=click.Path(path_type=Path, file_okay=False), help=text)(command)


def app_option(command: Command) -> Command:
    """Give a command `--app KEY`."""
    return click.option("--app", "app_key", help="The app's key, where there are several.")(command)


@contextmanager
def opened(data: Path | None, *, create: bool = False) -> Generator[Services, None, None]:
    """Open the services of a data directory for the block, then close them."""
    services = open_services(load_config(data=data), create=create)
    try:
        yield services
    finally:
        services.close()


def chosen_app(services: Services, key: str | None) -> App:
    """Return the app by its key, or the first one."""
    return services.content.apps.by_key(key) if key else services.content.apps.all()[0]


def chosen_environment(services: Services, app_key: str | None, key: str) -> Environment:
    """Return an environment of the chosen app."""
    return services.content.apps.environment(chosen_app(services, app_key).id, key)
