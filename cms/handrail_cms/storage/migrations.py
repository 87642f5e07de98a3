"""The content database's schema as small named migrations, each recorded in the transaction that makes it.

Never edit a migration that has been released: add one. Times are epoch milliseconds. Immutable rows
(versions, releases, audit) are guarded by triggers, so that no code path can change history by mistake.
"""

from __future__ import annotations

import json

from sqlite_utils import Database, Migrations

content_migrations = Migrations("content")

_APPS = """
create table meta (name text primary key, value text not null) strict;
create table apps (
    id integer primary key autoincrement, key text not null unique, name text not null,
    created_at integer not null, archived_at integer
) strict;
create table environments (
    id integer primary key autoincrement, app_id integer not null references apps (id),
    key text not null, name text not null, public_key text not null unique,
    origins text not null default '[]', time_zone text not null default 'UTC',
    settings text not null default '{}', review_required integer not null default 0,
    revision integer not null default 1,
    created_at integer not null, archived_at integer, seen_at integer, seen_origin text,
    unique (app_id, key)
) strict;
create table secrets (
    id integer primary key autoincrement, environment_id integer not null references environments (id),
    secret text not null, created_at integer not null, retired_at integer
) strict;
-- serves environment_secrets()
create index secrets_by_environment on secrets (environment_id);
"""

_PEOPLE = """
create table users (
    id integer primary key autoincrement, email text not null unique collate nocase, name text not null,
    password_hash text, issuer text, subject text, language text,
    created_at integer not null, disabled_at integer, unique (issuer, subject)
) strict;
create table roles (
    user_id integer not null references users (id), app_id integer not null references apps (id),
    role text not null check (role in ('viewer', 'author', 'publisher', 'admin')),
    primary key (user_id, app_id)
) strict;
create table sign_ins (
    id integer primary key autoincrement, hash text not null unique,
    user_id integer not null references users (id), csrf text not null,
    agent text not null, created_at integer not null, seen_at integer not null, ended_at integer
) strict;
-- serves sign_ins_of()
create index sign_ins_by_user on sign_ins (user_id, ended_at);
create table sign_in_failures (bucket text not null, at integer not null) strict;
-- serves failures_since()
create index sign_in_failures_by_bucket on sign_in_failures (bucket, at);
create table tokens (
    id integer primary key autoincrement, app_id integer not null references apps (id),
    user_id integer references users (id), name text not null, hint text not null, hash text not null unique,
    role text not null, scopes text not null, created_at integer not null, expires_at integer,
    used_at integer, revoked_at integer
) strict;
create table invitations (
    id integer primary key autoincrement, app_id integer not null references apps (id), email text not null,
    role text not null, hash text not null unique, invited_by integer references users (id),
    created_at integer not null, expires_at integer not null, accepted_at integer, revoked_at integer
) strict;
create table audit (
    id integer primary key autoincrement, app_id integer references apps (id), at integer not null,
    user_id integer references users (id), actor text not null, action text not null,
    subject_kind text not null, subject text not null, environment text, detail text not null default '{}',
    request_id text
) strict;
-- serves Trail.entries(): one app, newest first
create index audit_by_app on audit (app_id, id);
create trigger audit_stays before update on audit begin select raise (abort, 'the audit log is immutable'); end;
create trigger audit_stays_whole before delete on audit
    begin select raise (abort, 'the audit log is immutable'); end;
"""

_DOCUMENTS = """
create table documents (
    id integer primary key autoincrement, app_id integer not null references apps (id),
    kind text not null check (kind in ('guide', 'theme', 'segment')), key text not null,
    revision integer not null, created_at integer not null, updated_at integer not null,
    updated_by integer references users (id), archived_at integer, unique (app_id, kind, key)
) strict;
-- every key a document has ever had, so that old events and addresses still find it
create table document_keys (
    app_id integer not null references apps (id), kind text not null, key text not null,
    document_id integer not null references documents (id), primary key (app_id, kind, key)
) strict;
create table drafts (
    document_id integer not null references documents (id), revision integer not null, body text not null,
    author_id integer references users (id), author text not null, at integer not null,
    primary key (document_id, revision)
) strict;
create table versions (
    id integer primary key autoincrement, document_id integer not null references documents (id),
    number integer not null, revision integer not null, hash text not null, body text not null,
    note text not null default '', author_id integer references users (id), author text not null,
    at integer not null, unique (document_id, number)
) strict;
create trigger versions_stay before update on versions
    begin select raise (abort, 'a version is immutable'); end;
create trigger versions_stay_whole before delete on versions
    begin select raise (abort, 'a version is immutable'); end;
create table reviews (
    id integer primary key autoincrement, document_id integer not null references documents (id),
    revision integer not null, note text not null default '', asked_by integer references users (id),
    asked_at integer not null, decided_by integer references users (id), decided_at integer,
    decision text check (decision in ('approved', 'changes')), answer text not null default ''
) strict;
-- serves latest_review()
create index reviews_by_document on reviews (document_id, id);
create table uploads (
    id integer primary key autoincrement, app_id integer not null references apps (id), hash text not null,
    name text not null, media_type text not null, size integer not null, body blob not null,
    created_by integer references users (id), created_at integer not null, archived_at integer,
    unique (app_id, hash)
) strict;
"""

_RELEASES = """
create table releases (
    id integer primary key autoincrement, environment_id integer not null references environments (id),
    number integer not null, at integer not null, author_id integer references users (id), author text not null,
    action text not null, note text not null default '', settings text not null, superseded_at integer,
    unique (environment_id, number)
) strict;
create table release_items (
    release_id integer not null references releases (id),
    document_id integer not null references documents (id),
    version_id integer not null references versions (id), paused integer not null default 0,
    primary key (release_id, document_id)
) strict;
-- serves releases_of_document()
create index release_items_by_document on release_items (document_id);
create trigger release_items_stay before update on release_items
    begin select raise (abort, 'a release is immutable'); end;
create table manifests (
    release_id integer primary key references releases (id), hash text not null, body blob not null
) strict;
create table chunks (hash text primary key, body blob not null) strict;
create table release_chunks (
    release_id integer not null references releases (id), hash text not null references chunks (hash),
    primary key (release_id, hash)
) strict;
-- serves chunk(): is it in a release of this environment that is live or left lately
create index release_chunks_by_hash on release_chunks (hash);
create table schedule (
    id integer primary key autoincrement, environment_id integer not null references environments (id),
    action text not null, payload text not null, at integer not null, note text not null default '',
    author_id integer references users (id), author text not null, created_at integer not null,
    done_at integer, cancelled_at integer, problem text
) strict;
-- serves due()
create index schedule_by_time on schedule (at) where done_at is null and cancelled_at is null;
"""

_PREVIEWS = """
create table preview_codes (
    hash text primary key, purpose text not null check (purpose in ('preview', 'builder')),
    user_id integer not null references users (id),
    environment_id integer not null references environments (id),
    guide_id integer references documents (id), origin text not null,
    created_at integer not null, expires_at integer not null, used_at integer
) strict;
create table preview_sessions (
    id integer primary key autoincrement, hash text not null unique, purpose text not null,
    user_id integer not null references users (id),
    environment_id integer not null references environments (id),
    guide_id integer references documents (id), origin text not null,
    created_at integer not null, expires_at integer not null, ended_at integer
) strict;
create table leases (name text primary key, holder text not null, expires_at integer not null) strict;
"""

_USABILITY = """
create table usability_tasks (
    id integer primary key autoincrement, app_id integer not null references apps (id), key text not null,
    body text not null, created_at integer not null, archived_at integer, unique (app_id, key)
) strict;
-- a link is handed out, so it is kept as it is: it lets people take part, and nothing else
create table usability_links (
    id integer primary key autoincrement, task_id integer not null references usability_tasks (id),
    environment_id integer not null references environments (id), code text not null unique,
    address text not null, build text not null, created_at integer not null, closed_at integer
) strict;
-- serves links_of()
create index usability_links_by_task on usability_links (task_id);
create table usability_sessions (
    id integer primary key autoincrement, link_id integer not null references usability_links (id),
    participant text not null unique, code_hash text unique, token_hash text unique,
    guide_version integer, created_at integer not null, expires_at integer not null,
    began_at integer, told text not null default '[]', ended text, seconds real not null default 0, answers text
) strict;
-- serves sessions_of()
create index usability_sessions_by_link on usability_sessions (link_id);
"""

_SUMMARIES = """
create table summaries (
    document_id integer primary key references documents (id),
    name text not null, sorted_by text not null, searched text not null, guide_kind text not null,
    steps integer not null, hash text not null, problems integer not null,
    language text not null, languages text not null, uses text not null
) strict;
"""

_RELEASE_CHANGES = """
-- what a release did to a document: `version_id` null for taken out, `before_id` null for new
create table release_changes (
    release_id integer not null references releases (id), document_id integer not null references documents (id),
    version_id integer references versions (id), paused integer not null,
    before_id integer references versions (id), was_paused integer not null,
    primary key (release_id, document_id)
) strict;
-- serves history_of()
create index release_changes_by_document on release_changes (document_id);
insert into release_changes
select n.id, i.document_id, i.version_id, i.paused, b.version_id, coalesce(b.paused, 0)
from releases n join release_items i on i.release_id = n.id
left join releases o on o.environment_id = n.environment_id and o.number = n.number - 1
left join release_items b on b.release_id = o.id and b.document_id = i.document_id
where b.version_id is not i.version_id or b.paused is not i.paused;
insert into release_changes
select n.id, b.document_id, null, 0, b.version_id, b.paused
from releases n join releases o on o.environment_id = n.environment_id and o.number = n.number - 1
join release_items b on b.release_id = o.id
where not exists (select 1 from release_items i where i.release_id = n.id and i.document_id = b.document_id);
"""


@content_migrations(name="0001_apps")
def _apps(db: Database) -> None:
    db.executescript(_APPS)


@content_migrations(name="0002_people")
def _people(db: Database) -> None:
    db.executescript(_PEOPLE)


@content_migrations(name="0003_documents")
def _documents(db: Database) -> None:
    db.executescript(_DOCUMENTS)


@content_migrations(name="0004_releases")
def _releases(db: Database) -> None:
    db.executescript(_RELEASES)


@content_migrations(name="0005_previews")
def _previews(db: Database) -> None:
    db.executescript(_PREVIEWS)


@content_migrations(name="0006_usability")
def _usability(db: Database) -> None:
    db.executescript(_USABILITY)


@content_migrations(name="0007_summaries")
def _summaries(db: Database) -> None:
    # what a summary holds may grow: a later migration that adds to it fills the table anew
    from handrail_cms.storage.summaries import row_of

    db.executescript(_SUMMARIES)
    drafts = """select documents.id, documents.kind, drafts.body from documents
                join drafts on drafts.document_id = documents.id and drafts.revision = documents.revision"""
    for document_id, kind, body in db.conn.execute(drafts).fetchall():
        values = {"document_id": document_id, **row_of(kind, json.loads(body))}
        places = ", ".join(f":{name}" for name in values)
        db.conn.execute(f"insert into summaries ({', '.join(values)}) values ({places})", values)  # noqa: S608


@content_migrations(name="0008_release_changes")
def _release_changes(db: Database) -> None:
    db.executescript(_RELEASE_CHANGES)


@content_migrations(name="0009_summaries_updated_by")
def _summaries_updated_by(db: Database) -> None:
    # the author stands behind the body in a draft's row, so that reading it there reads the whole draft
    db.executescript(
        """alter table summaries add column updated_by text not null default '';
           update summaries set updated_by = (
             select drafts.author from documents join drafts on drafts.document_id = documents.id
             and drafts.revision = documents.revision where documents.id = summaries.document_id);"""
    )


@content_migrations(name="0010_preview_persona")
def _preview_persona(db: Database) -> None:
    for table in ("preview_codes", "preview_sessions"):
        db.executescript(f"alter table {table} add column persona text")
