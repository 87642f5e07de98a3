BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'content','0001_apps','2026-11-22 14:56:28.141696+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'content','0002_people','2026-11-22 14:56:28.160054+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'content','0003_documents','2026-11-22 14:56:28.176123+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'content','0004_releases','2026-11-22 14:56:28.188214+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'content','0005_previews','2026-11-22 14:56:28.195272+00:00');
CREATE TABLE apps (
            id integer primary key autoincrement, key text not null unique, name text not null,
            created_at integer not null, archived_at integer
        ) strict;
INSERT INTO "apps" VALUES(1,'ledger','Ledger',1800000000000,NULL);
CREATE TABLE audit (
            id integer primary key autoincrement, app_id integer references apps (id), at integer not null,
            user_id integer references users (id), actor text not null, action text not null,
            subject_kind text not null, subject text not null, environment text, detail text not null default '{}',
            request_id text
        ) strict;
INSERT INTO "audit" VALUES(1,1,1800000000000,NULL,'test','guide.create','guide','first-invoice',NULL,'{}',NULL);
INSERT INTO "audit" VALUES(2,1,1800000000000,NULL,'test','release.publish','release','first-invoice','production','{"release":1,"note":""}',NULL);
CREATE TABLE chunks (hash text primary key, body blob not null) strict;
INSERT INTO "chunks" VALUES('e4c39196a725220016350ebe155f0d32951f1c5cc6d8417b45335328775148f1',X'7B22666F726D6174223A312C226775696465223A2266697273742D696E766F696365222C2268617368223A2263646164383863613761333564393962373933653031376461636333353434353739376163356562333430386235656331386366623033336561613064313238222C226B696E64223A22746F7572222C226C616E6775616765223A22656E222C227374657073223A5B7B22626F6479223A7B2263223A5B22507265737320222C7B2263223A5B224E6577225D2C2274223A227374726F6E67227D2C222E225D2C2274223A22667261676D656E74227D2C226964223A227374617274222C22746172676574223A7B22637373223A22236E6577227D2C227469746C65223A2253746172742068657265227D2C7B226964223A226C617374222C227469746C65223A22446F6E65227D5D2C2276657273696F6E223A312C22776F726473223A7B226261636B223A224261636B222C22636C6F7365223A22436C6F7365222C22646F6E65223A22446F6E65222C226C61746572223A224C61746572222C226E65766572223A22446F6EE28099742073686F7720616761696E222C226E657874223A224E657874222C2270726F6772657373223A227B6E7D206F66207B6F667D222C22736B6970223A22536B6970222C2273746570223A2253746570207B6E7D206F66207B6F667D227D7D');
CREATE TABLE document_keys (
            app_id integer not null references apps (id), kind text not null, key text not null,
            document_id integer not null references documents (id), primary key (app_id, kind, key)
        ) strict;
INSERT INTO "document_keys" VALUES(1,'guide','first-invoice',1);
CREATE TABLE documents (
            id integer primary key autoincrement, app_id integer not null references apps (id),
            kind text not null check (kind in ('guide', 'theme', 'segment')), key text not null,
            revision integer not null, created_at integer not null, updated_at integer not null,
            updated_by integer references users (id), archived_at integer, unique (app_id, kind, key)
        ) strict;
INSERT INTO "documents" VALUES(1,1,'guide','first-invoice',1,1800000000000,1800000000000,NULL,NULL);
CREATE TABLE drafts (
            document_id integer not null references documents (id), revision integer not null, body text not null,
            author_id integer references users (id), author text not null, at integer not null,
            primary key (document_id, revision)
        ) strict;
INSERT INTO "drafts" VALUES(1,1,'{"format":1,"key":"first-invoice","kind":"tour","name":"First invoice","language":"en","steps":[{"id":"start","target":{"css":"#new"},"title":"Start here","body":"Press **New**."},{"id":"last","title":"Done"}]}',NULL,'test',1800000000000);
CREATE TABLE environments (
            id integer primary key autoincrement, app_id integer not null references apps (id),
            key text not null, name text not null, public_key text not null unique,
            origins text not null default '[]', time_zone text not null default 'UTC',
            settings text not null default '{}', review_required integer not null default 0,
            revision integer not null default 1,
            created_at integer not null, archived_at integer, seen_at integer, seen_origin text,
            unique (app_id, key)
        ) strict;
INSERT INTO "environments" VALUES(1,1,'production','Production','pk_live_3a8489a4a15896dc39e915ea','["https://app.example.com"]','UTC','{}',0,1,1800000000000,NULL,NULL,NULL);
INSERT INTO "environments" VALUES(2,1,'staging','Staging','pk_test_355068538379e1d573f684fc','["https://app.example.com"]','UTC','{}',0,1,1800000000000,NULL,NULL,NULL);
CREATE TABLE invitations (
            id integer primary key autoincrement, app_id integer not null references apps (id), email text not null,
            role text not null, hash text not null unique, invited_by integer references users (id),
            created_at integer not null, expires_at integer not null, accepted_at integer, revoked_at integer
        ) strict;
CREATE TABLE leases (name text primary key, holder text not null, expires_at integer not null) strict;
CREATE TABLE manifests (
            release_id integer primary key references releases (id), hash text not null, body blob not null
        ) strict;
INSERT INTO "manifests" VALUES(1,'b6b01ca7dc236312bd97e8468151552696cb40614f7a894f872786544eaaf346',X'7B22656E7669726F6E6D656E74223A2270726F64756374696F6E222C22666F726D6174223A312C22677569646573223A5B7B226368756E6B73223A7B22656E223A2265346333393139366137323532323030313633353065626531353566306433323935316631633563633664383431376234353333353332383737353134386631227D2C2268617368223A2263646164383863613761333564393962373933653031376461636333353434353739376163356562333430386235656331386366623033336561613064313238222C226B6579223A2266697273742D696E766F696365222C226B696E64223A22746F7572222C226C616E6775616765223A22656E222C2276657273696F6E223A317D5D2C2272656C65617365223A312C2273657474696E6773223A7B22636F6C6C656374223A222F76312F706B5F6C6976655F3361383438396134613135383936646333396539313565612F6576656E7473227D7D');
CREATE TABLE meta (name text primary key, value text not null) strict;
INSERT INTO "meta" VALUES('secret','61e3e99fbd5bee53e9714e9801b983ad79937705b4af94f09146bc6a9ce774f8');
CREATE TABLE preview_codes (
            hash text primary key, purpose text not null check (purpose in ('preview', 'builder')),
            user_id integer not null references users (id),
            environment_id integer not null references environments (id),
            guide_id integer references documents (id), origin text not null,
            created_at integer not null, expires_at integer not null, used_at integer
        ) strict;
CREATE TABLE preview_sessions (
            id integer primary key autoincrement, hash text not null unique, purpose text not null,
            user_id integer not null references users (id),
            environment_id integer not null references environments (id),
            guide_id integer references documents (id), origin text not null,
            created_at integer not null, expires_at integer not null, ended_at integer
        ) strict;
CREATE TABLE release_chunks (
            release_id integer not null references releases (id), hash text not null references chunks (hash),
            primary key (release_id, hash)
        ) strict;
INSERT INTO "release_chunks" VALUES(1,'e4c39196a725220016350ebe155f0d32951f1c5cc6d8417b45335328775148f1');
CREATE TABLE release_items (
            release_id integer not null references releases (id),
            document_id integer not null references documents (id),
            version_id integer not null references versions (id), paused integer not null default 0,
            primary key (release_id, document_id)
        ) strict;
INSERT INTO "release_items" VALUES(1,1,1,0);
CREATE TABLE releases (
            id integer primary key autoincrement, environment_id integer not null references environments (id),
            number integer not null, at integer not null, author_id integer references users (id), author text not null,
            action text not null, note text not null default '', settings text not null, superseded_at integer,
            unique (environment_id, number)
        ) strict;
INSERT INTO "releases" VALUES(1,1,1,1800000000000,NULL,'test','publish','','{}',NULL);
CREATE TABLE reviews (
            id integer primary key autoincrement, document_id integer not null references documents (id),
            revision integer not null, note text not null default '', asked_by integer references users (id),
            asked_at integer not null, decided_by integer references users (id), decided_at integer,
            decision text check (decision in ('approved', 'changes')), answer text not null default ''
        ) strict;
CREATE TABLE roles (
            user_id integer not null references users (id), app_id integer not null references apps (id),
            role text not null check (role in ('viewer', 'author', 'publisher', 'admin')),
            primary key (user_id, app_id)
        ) strict;
INSERT INTO "roles" VALUES(1,1,'viewer');
INSERT INTO "roles" VALUES(2,1,'author');
INSERT INTO "roles" VALUES(3,1,'publisher');
INSERT INTO "roles" VALUES(4,1,'admin');
CREATE TABLE schedule (
            id integer primary key autoincrement, environment_id integer not null references environments (id),
            action text not null, payload text not null, at integer not null, note text not null default '',
            author_id integer references users (id), author text not null, created_at integer not null,
            done_at integer, cancelled_at integer, problem text
        ) strict;
CREATE TABLE secrets (
            id integer primary key autoincrement, environment_id integer not null references environments (id),
            secret text not null, created_at integer not null, retired_at integer
        ) strict;
INSERT INTO "secrets" VALUES(1,1,'sk_wakc9CoV_2xNJl2J08bZ_WvrFG4-vusUexIuKdHTm8ofFIwy',1800000000000,NULL);
INSERT INTO "secrets" VALUES(2,2,'sk_ExmRM8_9edCvYsbTjZNHu1y9qct9310qAQOHNspKikEtKRag',1800000000000,NULL);
CREATE TABLE sign_in_failures (bucket text not null, at integer not null) strict;
CREATE TABLE sign_ins (
            id integer primary key autoincrement, hash text not null unique,
            user_id integer not null references users (id), csrf text not null,
            agent text not null, created_at integer not null, seen_at integer not null, ended_at integer
        ) strict;
CREATE TABLE tokens (
            id integer primary key autoincrement, app_id integer not null references apps (id),
            user_id integer references users (id), name text not null, hint text not null, hash text not null unique,
            role text not null, scopes text not null, created_at integer not null, expires_at integer,
            used_at integer, revoked_at integer
        ) strict;
CREATE TABLE uploads (
            id integer primary key autoincrement, app_id integer not null references apps (id), hash text not null,
            name text not null, media_type text not null, size integer not null, body blob not null,
            created_by integer references users (id), created_at integer not null, archived_at integer,
            unique (app_id, hash)
        ) strict;
CREATE TABLE users (
            id integer primary key autoincrement, email text not null unique collate nocase, name text not null,
            password_hash text, issuer text, subject text, language text,
            created_at integer not null, disabled_at integer, unique (issuer, subject)
        ) strict;
INSERT INTO "users" VALUES(1,'viewer@example.com','Viewer','$argon2id$v=19$m=65536,t=3,p=4$iLH0IyGlVBELKOpE4e+6QQ$ykWQ6fF445v0EPPQkp7K+aKj+QAtTT1dZJNhIwJ4n0k',NULL,NULL,NULL,1800000000000,NULL);
INSERT INTO "users" VALUES(2,'author@example.com','Author','$argon2id$v=19$m=65536,t=3,p=4$iLH0IyGlVBELKOpE4e+6QQ$ykWQ6fF445v0EPPQkp7K+aKj+QAtTT1dZJNhIwJ4n0k',NULL,NULL,NULL,1800000000000,NULL);
INSERT INTO "users" VALUES(3,'publisher@example.com','Publisher','$argon2id$v=19$m=65536,t=3,p=4$iLH0IyGlVBELKOpE4e+6QQ$ykWQ6fF445v0EPPQkp7K+aKj+QAtTT1dZJNhIwJ4n0k',NULL,NULL,NULL,1800000000000,NULL);
INSERT INTO "users" VALUES(4,'admin@example.com','Admin','$argon2id$v=19$m=65536,t=3,p=4$iLH0IyGlVBELKOpE4e+6QQ$ykWQ6fF445v0EPPQkp7K+aKj+QAtTT1dZJNhIwJ4n0k',NULL,NULL,NULL,1800000000000,NULL);
CREATE TABLE versions (
            id integer primary key autoincrement, document_id integer not null references documents (id),
            number integer not null, revision integer not null, hash text not null, body text not null,
            note text not null default '', author_id integer references users (id), author text not null,
            at integer not null, unique (document_id, number)
        ) strict;
INSERT INTO "versions" VALUES(1,1,1,1,'cdad88ca7a35d99b793e017dacc35445797ac5eb3408b5ec18cfb033eaa0d128','{"format":1,"key":"first-invoice","kind":"tour","name":"First invoice","language":"en","steps":[{"id":"start","target":{"css":"#new"},"title":"Start here","body":"Press **New**."},{"id":"last","title":"Done"}]}','',NULL,'test',1800000000000);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX secrets_by_environment on secrets (environment_id);
CREATE INDEX sign_ins_by_user on sign_ins (user_id, ended_at);
CREATE INDEX sign_in_failures_by_bucket on sign_in_failures (bucket, at);
CREATE INDEX audit_by_app on audit (app_id, id);
CREATE TRIGGER audit_stays before update on audit begin select raise (abort, 'the audit log is immutable'); end;
CREATE TRIGGER audit_stays_whole before delete on audit
            begin select raise (abort, 'the audit log is immutable'); end;
CREATE TRIGGER versions_stay before update on versions
            begin select raise (abort, 'a version is immutable'); end;
CREATE TRIGGER versions_stay_whole before delete on versions
            begin select raise (abort, 'a version is immutable'); end;
CREATE INDEX reviews_by_document on reviews (document_id, id);
CREATE INDEX release_items_by_document on release_items (document_id);
CREATE TRIGGER release_items_stay before update on release_items
            begin select raise (abort, 'a release is immutable'); end;
CREATE INDEX release_chunks_by_hash on release_chunks (hash);
CREATE INDEX schedule_by_time on schedule (at) where done_at is null and cancelled_at is null;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('apps',1);
INSERT INTO "sqlite_sequence" VALUES('environments',2);
INSERT INTO "sqlite_sequence" VALUES('secrets',2);
INSERT INTO "sqlite_sequence" VALUES('users',4);
INSERT INTO "sqlite_sequence" VALUES('documents',1);
INSERT INTO "sqlite_sequence" VALUES('audit',2);
INSERT INTO "sqlite_sequence" VALUES('versions',1);
INSERT INTO "sqlite_sequence" VALUES('releases',1);
COMMIT;
