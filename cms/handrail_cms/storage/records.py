"""What the content store hands out: frozen rows with their JSON already read. Times are epoch milliseconds.

`id` is internal: it joins tables and never reaches a page, an address or the API.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

DocumentKind = Literal["guide", "theme", "segment"]
Role = Literal["viewer", "author", "publisher", "admin"]
Purpose = Literal["preview", "builder"]
JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class App:
    """One host application being guided."""

    id: int
    key: str
    name: str
    created_at: int
    archived_at: int | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """production, staging, …; `settings` is the manifest's `settings` as far as the team has set it."""

    id: int
    app_id: int
    key: str
    name: str
    public_key: str
    origins: list[str]
    time_zone: str
    settings: JsonObject
    review_required: bool
    revision: int
    created_at: int
    archived_at: int | None = None
    seen_at: int | None = None
    seen_origin: str | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """One identity secret of an environment; it counts until `retired_at`."""

    id: int
    secret: str
    created_at: int
    retired_at: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """A guide, theme or segment, with the draft that `revision` names."""

    id: int
    app_id: int
    kind: DocumentKind
    key: str
    revision: int
    body: JsonObject
    created_at: int
    updated_at: int
    updated_by: str
    archived_at: int | None = None

    @property
    def name(self) -> str:
        """The name that authors gave it."""
        return str(self.body.get("name") or self.key)


@dataclass(frozen=True, slots=True)
class Summary:
    """What lists show of a document and its draft: no text of it is read for this.

    `problems` is how many keep it from being published, `hash` is the draft's, `languages` is, by language, how many
    texts are current, stale and missing ("" for a language that has none yet), `uses` is what it names, by kind.
    """

    id: int
    app_id: int
    kind: DocumentKind
    key: str
    revision: int
    created_at: int
    updated_at: int
    updated_by: str
    archived_at: int | None
    name: str
    guide_kind: str
    steps: int
    hash: str
    problems: int
    language: str
    languages: dict[str, dict[str, int]]
    uses: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class LiveName:
    """A guide that is live or paused in an environment; `changed`: its draft says something else."""

    key: str
    name: str
    version: int
    paused: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """One saved state of a document's draft."""

    revision: int
    body: JsonObject
    author: str
    at: int


@dataclass(frozen=True, slots=True)
class Version:
    """An immutable snapshot; `note` says why it was made."""

    id: int
    document_id: int
    number: int
    revision: int
    hash: str
    body: JsonObject
    note: str
    author: str
    at: int
    author_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReleaseItem:
    """One document version in a release; a paused guide is listed and not delivered."""

    document_id: int
    kind: DocumentKind
    key: str
    version_id: int
    version: int
    hash: str
    paused: bool


@dataclass(frozen=True, slots=True)
class ReleaseHead:
    """Who made a release, when and why; it was live from `at` until `superseded_at`."""

    id: int
    environment_id: int
    number: int
    at: int
    author: str
    action: str
    note: str
    superseded_at: int | None


@dataclass(frozen=True, slots=True)
class Release(ReleaseHead):
    """What is live in an environment: the whole list, with the settings it was compiled with."""

    settings: JsonObject
    items: list[ReleaseItem] = field(default_factory=list[ReleaseItem])


@dataclass(frozen=True, slots=True)
class ReleaseChange:
    """What one release did to one document, against the release before it; `version` is None where it was taken out."""

    number: int
    at: int
    document_id: int
    kind: DocumentKind
    key: str
    version: int | None
    paused: bool
    before: int | None
    was_paused: bool


@dataclass(frozen=True, slots=True)
class Review:
    """A request to check a draft revision, and its answer."""

    id: int
    revision: int
    note: str
    asked_by: int | None
    asked_by_name: str
    asked_at: int
    decided_by: int | None
    decided_by_name: str | None
    decided_at: int | None
    decision: Literal["approved", "changes"] | None
    answer: str


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who works in the CMS; `roles` maps app id to role."""

    id: int
    email: str
    name: str
    password_hash: str | None
    language: str | None
    created_at: int
    disabled_at: int | None
    roles: dict[int, Role] = field(default_factory=dict[int, Role])


@dataclass(frozen=True, slots=True)
class SignIn:
    """One signed-in browser."""

    id: int
    user_id: int
    csrf: str
    agent: str
    created_at: int
    seen_at: int


@dataclass(frozen=True, slots=True)
class Token:
    """An API token; its text is shown once and stored as a hash, `hint` is its last four letters."""

    id: int
    app_id: int
    user_id: int | None
    name: str
    hint: str
    role: Role
    scopes: list[str]
    created_at: int
    expires_at: int | None
    used_at: int | None
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that makes an account with a role."""

    id: int
    app_id: int
    email: str
    role: Role
    invited_by: int | None
    created_at: int
    expires_at: int
    accepted_at: int | None
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change: who did what to which thing, when."""

    id: int
    at: int
    actor: str
    action: str
    subject_kind: str
    subject: str
    environment: str | None
    detail: JsonObject
    request_id: str | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture or film; `hash` is the SHA-256 of its bytes and its address."""

    id: int
    hash: str
    name: str
    media_type: str
    size: int
    created_at: int


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Something that will happen in an environment at `at`."""

    id: int
    environment_id: int
    action: str
    payload: JsonObject
    at: int
    note: str
    author: str
    author_id: int | None
    done_at: int | None
    cancelled_at: int | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class PreviewSession:
    """A preview or builder session of one author, in one environment, on one origin.

    `persona`: as whom the draft is seen (`traits`, `account`, `language`, `theme`, `scheme`).
    """

    purpose: Purpose
    user_id: int
    environment_id: int
    guide_id: int | None
    origin: str
    expires_at: int
    persona: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class UsabilityTask:
    """What participants are asked to do; `body` is the document of `schema/task.json`."""

    id: int
    app_id: int
    key: str
    body: JsonObject
    created_at: int
    archived_at: int | None


@dataclass(frozen=True, slots=True)
class UsabilityLink:
    """A link that lets people take part in a task, on one build of the application at one address."""

    id: int
    task_id: int
    environment_id: int
    code: str
    address: str
    build: str
    created_at: int
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class UsabilitySession:
    """One participant's session: what the page told, how it ended, and the answers afterwards."""

    id: int
    link_id: int
    participant: str
    guide_version: int | None
    created_at: int
    expires_at: int
    began_at: int | None
    told: list[tuple[float, JsonObject]]
    ended: str | None
    seconds: float
    answers: JsonObject | None
