"""`handrail translations`: texts out to translators and back in, on files; and how far each language is."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from handrail_guides.exchange import Unit
    from handrail_guides.folder import Loaded

_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")


@click.group("translations")
def translations_command() -> None:
    """Export texts for translators (XLIFF 2.0, CSV), import what they send back, see the progress."""


@translations_command.command("status")
@_PATHS
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
def status(paths: tuple[Path, ...], as_json: bool) -> None:
    """Say how far each guide is in each language."""
    from handrail_guides.localise import statuses

    rows: list[dict[str, Any]] = []
    for guide in _guides(paths):
        for language in guide.document.get("translations", {}):
            found = list(statuses(guide.document, language).values())
            counts = {name: found.count(name) for name in ("current", "stale", "missing", "orphan")}
            rows.append({"guide": guide.key, "language": language, **counts})
    if as_json:
        click.echo(json.dumps({"guides": rows}, ensure_ascii=False, indent=2))
        return
    for row in rows:
        said = ", ".join(f"{row[name]} {name}" for name in ("current", "stale", "missing", "orphan") if row[name])
        click.echo(f"{row['guide']} {row['language']}: {said}")


@translations_command.command("export")
@_PATHS
@click.option("--language", "languages", multiple=True, required=True, help="The language to translate to.")
@click.option("--format", "form", type=click.Choice(["xliff", "csv"]), default="xliff", show_default=True)
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="The file to write, instead of standard output."
)
def export(paths: tuple[Path, ...], languages: tuple[str, ...], form: str, to: Path | None) -> None:
    """Write the texts of guides for a translator, with what is translated already."""
    from handrail_guides.exchange import to_csv, to_xliff

    if form == "xliff" and len(languages) > 1:
        raise click.UsageError("An XLIFF file holds one target language: export each apart, or use --format csv.")
    documents = [guide.document for guide in _guides(paths)]
    text = to_csv(documents, languages) if form == "csv" else to_xliff(documents, "".join(languages))
    if to:
        to.write_text(text, encoding="utf-8", newline="")
        click.echo(f"Wrote {to}.", err=True)
    else:
        click.echo(text, nl=False)


@translations_command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_PATHS
def import_(file: Path, paths: tuple[Path, ...]) -> None:
    """Write the translations in FILE (XLIFF 2.0 or CSV) into the guides under PATH."""
    from handrail_guides.exchange import merge_units
    from handrail_guides.layout import lay_out

    units = _units(file)
    taken: set[str] = set()
    for guide in _guides(paths):
        mine = [unit for unit in units if unit.guide == guide.key]
        made, left = merge_units(guide.document, mine)
        taken |= {guide.key} if mine else set()
        for words in left:
            click.echo(f"{guide.key}: left out {words}", err=True)
        if made != guide.document:
            guide.file.write_text(lay_out(made, "guide"), encoding="utf-8")
            click.echo(f"{guide.key}: {sum(unit.target is not None for unit in mine) - len(left)} texts written")
    if unknown := sorted({unit.guide for unit in units} - taken):
        click.echo(f"Not among these files: {', '.join(unknown)}.", err=True)
        sys.exit(1)


@translations_command.command("pseudo")
@_PATHS
def pseudo(paths: tuple[Path, ...]) -> None:
    """Print the guides with a pseudo-language (en-XA) added: longer, accented, for trying layouts."""
    from handrail_guides.layout import lay_out
    from handrail_guides.pseudo import with_pseudo

    for guide in _guides(paths):
        click.echo(lay_out(with_pseudo(guide.document), "guide"), nl=False)


def _guides(paths: tuple[Path, ...]) -> list[Loaded]:
    """Return the guides under the paths; end with 1 and every problem where one is not valid."""
    from handrail_guides.folder import load

    from handrail_cms.commands.documents import print_problems

    loaded = [each for each in load(paths) if each.kind == "guide"]
    errors = [problem for each in loaded for problem in each.problems if problem.level == "error"]
    if errors:
        print_problems(errors)
        sys.exit(1)
    return loaded


def _units(file: Path) -> list[Unit]:
    from handrail_guides.exchange import from_csv, from_xliff

    raw = file.read_bytes()
    return from_xliff(raw) if raw.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else from_csv(raw.decode("utf-8-sig"))
