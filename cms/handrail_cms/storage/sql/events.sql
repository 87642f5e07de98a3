-- The event store. Names are written once and pointed at by number; number 0 is no name.
-- The writer of a transaction hands the numbers out.

create table environments (
  environment_id integer primary key,
  time_zone text not null,
  frozen_before integer not null default 0      -- day; its events are gone, its runs and rollups stay as they are
);
create table names (name_no integer primary key, name text not null unique);
create table guides (
  guide_no integer primary key, environment_id integer not null, key text not null, unique (environment_id, key)
);
create table outcomes (outcome_no integer primary key, body text not null unique);

-- What counting needs of a guide version, as it was when its first run came.
create table versions (
  guide_no integer not null, version integer not null,
  goal_no integer not null, goal_within_ms integer not null, snooze_ms integer not null,
  primary key (guide_no, version)
) without rowid;

create table visitors (
  visitor_no integer primary key,
  environment_id integer not null,
  anonymous integer not null,
  id text not null,
  person_no integer not null,                   -- itself, or the identified visitor that this anonymous id became
  unique (environment_id, id, anonymous)
);
create index visitors_by_person on visitors (person_no);   -- a person's runs and events: visitor_state, goals, erase

create table contexts (
  context_no integer primary key,
  visitor_no integer not null,
  session blob not null,
  release integer, build_no integer not null, language_no integer not null, device_no integer not null,
  automated integer not null, mark_no integer not null, account_no integer not null, standing integer not null
);
create index contexts_by_visitor on contexts (visitor_no); -- is this session known already; erase

create table runs (
  run_no integer primary key,
  run blob not null,
  guide_no integer not null,
  version integer not null,
  visitor_no integer not null,
  context_no integer not null,
  state integer not null, by_no integer not null, end_no integer not null, seq integer not null,
  requested_at integer not null, started_at integer, last_at integer not null, ended_at integer,
  outcome_no integer not null, times blob not null,
  goal_at integer, goal_closed integer not null,
  due_at integer,                               -- when time alone changes this row next
  day integer not null, mark_no integer not null, language_no integer not null, device_no integer not null,
  automated integer not null, segments_no integer not null,
  frozen integer not null default 0
);
create unique index runs_by_id on runs (run, guide_no, version);                       -- append, timeline
create index runs_by_visitor on runs (visitor_no);                                     -- visitor_state, goals, erase
create index runs_by_day on runs (guide_no, mark_no, day, version, language_no, device_no, automated, segments_no);
                                                                                       -- funnel with several filters, run list
create index runs_due on runs (due_at) where due_at is not null;                       -- settle

-- What one batch brought of one run: ids of 16 bytes each, and as many [type, waited, seq, step, page, data] in JSON.
-- One row for all of them costs a fifth of a row for each. waited = sent - the browser's own time, skew = received - sent:
-- an event's corrected time is received_at - max(0, waited), its own received_at - skew - waited.
-- `pack` is run_no * 2^20 plus a number within the run: a run's packs lie together, and a row of the common tree holds
-- up to 4 kB where one of a WITHOUT ROWID table would spill to another page at 1 kB.
create table packs (
  pack integer primary key,
  context_no integer not null, received_at integer not null, skew integer not null,
  n integer not null, ids blob not null, body text not null
);

-- `at` is corrected; received = at + max(0, waited).
create table visitor_events (
  visitor_no integer not null, id blob not null,
  type integer not null, at integer not null, name_no integer not null, guide_no integer not null,
  version integer, context_no integer not null, waited integer not null, skew integer not null,
  page text, data text,
  primary key (visitor_no, id)
) without rowid;
create index tracks on visitor_events (visitor_no, name_no, at) where name_no > 0;     -- goals, visitor_state

-- One row per guide, mark, dimension, value, day and version. Dimensions: 0 all, 1 language, 2 device, 3 segment, 4 automated.
create table rollup_runs (
  guide_no integer not null, mark_no integer not null, dimension integer not null, value_no integer not null,
  day integer not null, version integer not null,
  attempts integer not null, failed_attempts integer not null, withdrawn integer not null, waiting integer not null,
  open integer not null, completed integer not null, dismissed integer not null, abandoned integer not null,
  failed integer not null, superseded integer not null, goal_n integer not null, goal_hits integer not null,
  primary key (guide_no, mark_no, dimension, value_no, day, version)
) without rowid;
-- Visible times: counters of four bytes, one per bucket, low bucket first; `first` buckets before them are zero.
create table rollup_steps (
  guide_no integer not null, mark_no integer not null, dimension integer not null, value_no integer not null,
  day integer not null, version integer not null, step_no integer not null,
  reached integer not null, reached_ended integer not null, passed integer not null, skipped integer not null,
  back integer not null, completed integer not null, dismissed integer not null, abandoned integer not null,
  failed integer not null, superseded integer not null, failed_before_shown integer not null,
  opened integer not null, acted integer not null,
  first integer not null default 0, counts blob not null default x'',
  primary key (guide_no, mark_no, dimension, value_no, day, version, step_no)
) without rowid;
-- Edges and endings: kind 1 and 2, and their names.
create table rollup_counts (
  guide_no integer not null, mark_no integer not null, dimension integer not null, value_no integer not null,
  day integer not null, version integer not null, kind integer not null,
  a_no integer not null, b_no integer not null, c_no integer not null,
  n integer not null,
  primary key (guide_no, mark_no, dimension, value_no, day, version, kind, a_no, b_no, c_no)
) without rowid;
-- How targets were found, or why not; confidence is a sum of hundredths.
create table rollup_targets (
  guide_no integer not null, mark_no integer not null, day integer not null, version integer not null,
  step_no integer not null, match_no integer not null, n integer not null, confidence integer not null,
  primary key (guide_no, mark_no, day, version, step_no, match_no)
) without rowid;

-- What was refused or repeated, by reason: counters, never the events themselves.
create table tallies (
  environment_id integer not null, day integer not null, code text not null, n integer not null,
  primary key (environment_id, day, code)
) without rowid;
create table receipts (receipt text primary key, environment_id integer not null, at integer not null, body text not null);
