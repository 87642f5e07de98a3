"""Run the application under granian: the port is checked first, settings travel to the workers as variables."""

from __future__ import annotations

import gc
import multiprocessing.util
import os
import socket
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

from handrail_cms.app import create_app
from handrail_cms.config import Config, load_config
from handrail_cms.errors import NotThere
from handrail_cms.observe import set_up_logs
from handrail_cms.services import open_services
from handrail_cms.tasks import TaskRunner

STOP_S: Final = 20


def application() -> Any:
    """Build one worker's application; granian calls it in each worker process."""
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
    app = create_app(services)
    # what is loaded stays: out of the collector's rounds, the intake costs a sixth less CPU (three runs, interleaved)
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    return app


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
        "handrail_cms.commands.serving:application",
        address=config.host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=config.workers,
        blocking_threads=config.threads,
        backpressure=max(64, config.threads * 8),
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
