"""Run the application under granian: the port is checked first, settings travel to the workers as variables."""

from __future__ import annotations

import multiprocessing.util
import os
import socket
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

from handrail_cms.app import create_app
from handrail_cms.commands.front import Front
from handrail_cms.config import Config, load_config
from handrail_cms.errors import NotThere
from handrail_cms.observe import set_up_logs
from handrail_cms.services import open_services
from handrail_cms.tasks import TaskRunner

STOP_S: Final = 20
MOST_REQUESTS: Final = 2000
"""Requests under way in one process; more wait in the listening socket."""


def application() -> Any:
    """Build one process's application, for any WSGI server."""
    config = load_config()
    set_up_logs(config.log_format, config.log_level)
    services = open_services(config)
    runner = TaskRunner(services)
    runner.start()

    def finish() -> None:
        runner.stop()
        services.close()

    # runs when the worker has answered its last request; atexit does not run in such processes
    multiprocessing.util.Finalize(None, finish, exitpriority=10)
    return create_app(services)


def front() -> Front:
    """Build what `handrail serve` serves: the application behind the way in for events."""
    return Front(application())


def serve(config: Config, say: Callable[[str], object]) -> None:
    """Serve until stopped; raises NotThere where the data or the port can't be used."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    open_services(config).close()  # migrations run once here, not in every worker at the same time
    port = free_port(config.host, config.port)
    os.environ.update({**config.as_environment(), "HANDRAIL_PORT": str(port)})
    host = f"[{config.host}]" if ":" in config.host else config.host
    say(f"Handrail serves http://{host}:{port} with {config.workers} process{'es' if config.workers > 1 else ''}.")
    Server(
        "handrail_cms.commands.serving:front",
        address=config.host,
        port=port,
        interface=Interfaces.RSGI,
        factory=True,
        workers=config.workers,
        backpressure=MOST_REQUESTS,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_S,
    ).serve()


def free_port(host: str, port: int) -> int:
    """Return the port, or a free one for 0; raises NotThere, in one line, where it can't be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            # without listening, a bind beside a server that listens with SO_REUSEPORT could still succeed
            probe.listen(1)
        except OSError as error:
            mend = "Stop what listens there, or choose another with --port."
            raise NotThere(f"{host}:{port} cannot be used: {error.strerror}. {mend}") from error
        return probe.getsockname()[1]
