"""The audit trail: every change says who did what to which thing, when. Details never hold a secret or a trait."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from handrail_cms.auth import Actor
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import AuditEntry

COLUMNS = ("at", "actor", "action", "subject_kind", "subject", "environment", "detail")
# A spreadsheet runs a cell that starts with one of these as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def note(
    content: ContentStore,
    actor: Actor,
    action: str,
    subject_kind: str,
    subject: str,
    *,
    app_id: int | None,
    environment: str | None = None,
    request_id: str | None = None,
    **detail: Any,
) -> None:
    """Append one entry; call it inside the transaction of the change that it tells."""
    values = {
        "app_id": app_id, "user_id": actor.user_id, "actor": actor.name, "action": action, "subject_kind": subject_kind,
        "subject": subject, "environment": environment, "request_id": request_id,
    }  # fmt: skip
    content.trail.add(values, detail)


def as_csv(entries: Iterable[AuditEntry]) -> str:
    """Return entries as CSV, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for entry in entries:
        detail = ", ".join(f"{name}: {value}" for name, value in entry.detail.items())
        cells = [
            moment(entry.at),
            entry.actor,
            entry.action,
            entry.subject_kind,
            entry.subject,
            entry.environment or "",
            detail,
        ]
        writer.writerow([_safe_cell(cell) for cell in cells])
    return out.getvalue()


def moment(at: int) -> str:
    """Return an epoch millisecond as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _safe_cell(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
