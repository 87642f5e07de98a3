"""The command line: names the commands, loads each one only when it is called, and turns errors into exit codes.

Exit codes: 0 fine; 1 the thing checked has problems or findings; 2 the call is wrong;
3 something needed is not there (server or host down, login refused, port taken, folder not writable).
"""

from __future__ import annotations

import importlib
import sys

import click

# command -> the module under handrail_cms.commands that defines it, as an attribute of the same name
COMMANDS = {
    "serve": "server",
    "init": "server",
    "doctor": "server",
    "backup": "server",
    "restore": "server",
    "demo": "demo",
    "user": "people",
    "token": "people",
    "validate": "documents",
    "lint": "documents",
    "diff": "documents",
    "import": "documents",
    "translations": "translations",
    "pull": "remote",
    "push": "remote",
    "plan": "remote",
    "apply": "remote",
    "publish": "releases",
    "rollback": "releases",
    "export": "releases",
    "check": "check",
    "report": "records",
    "events": "records",
    "rollups": "records",
    "visitor": "records",
    "usability": "usability",
}


class _LazyGroup(click.Group):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or None where the name is unknown."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"handrail_cms.commands.{COMMANDS[cmd_name]}")
        return getattr(module, f"{cmd_name}_command")


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="handrail", prog_name="handrail")
@click.pass_context
def handrail(ctx: click.Context, debug: bool) -> None:
    """Author, serve, measure and test in-app guides."""
    ctx.obj = {"debug": debug}


def main() -> None:
    """Run the command line; the process ends with the documented exit code."""
    from handrail_guides.errors import HandrailError

    from handrail_cms.errors import BadSettings, NotThere

    debug = "--debug" in sys.argv
    try:
        # Outside its standalone mode click returns the code of an Exit instead of raising it.
        code = handrail(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BadSettings as error:
        click.echo("\n".join(f"handrail: {problem}" for problem in error.problems), err=True)
        sys.exit(2)
    except (HandrailError, OSError) as error:
        if debug:
            raise
        click.echo(f"handrail: {error}", err=True)
        sys.exit(3 if isinstance(error, (NotThere, OSError)) else 1)
