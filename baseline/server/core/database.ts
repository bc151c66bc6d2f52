import { Pool } from "pg";

/** The tables that the documents imply. Their names keep clear of anything else in the database. */
const schema = `
create table if not exists baseline_user (
  id text primary key, name text not null, age_range text not null, languages jsonb not null,
  interests jsonb not null, gender text, bio text not null, links jsonb not null,
  selfie_url text, created_at timestamptz not null default now(),
  updated_at timestamptz not null default now());
create table if not exists baseline_session (
  token text primary key, user_id text not null, expires_at timestamptz not null);
create index if not exists baseline_session_expires_at on baseline_session (expires_at);
create table if not exists baseline_call (
  id text primary key, user_a text not null, user_b text not null, started_at timestamptz not null,
  ended_at timestamptz not null, reason text not null);
create index if not exists baseline_call_user_a on baseline_call (user_a, started_at desc);
create index if not exists baseline_call_user_b on baseline_call (user_b, started_at desc);
create table if not exists baseline_game (
  id text primary key, api_key text not null unique, name text not null);
create table if not exists baseline_event (
  id uuid primary key, game_id text not null, user_id text not null, session_id uuid, kind text not null,
  name text, level text, status text, attempt integer, duration_ms integer, props jsonb,
  at timestamptz not null, app_version text, platform text, received_at timestamptz not null default now());
create index if not exists baseline_event_game_at on baseline_event (game_id, at);
create index if not exists baseline_event_user on baseline_event (game_id, user_id, at);
create index if not exists baseline_event_level on baseline_event (game_id, level, at) where level is not null;
create table if not exists baseline_revenue (
  id uuid primary key, game_id text not null, user_id text not null, session_id uuid, store text not null,
  transaction_id text not null, type text not null, product text, amount_minor bigint not null,
  currency text not null, at timestamptz not null, unique (game_id, store, transaction_id));
create table if not exists baseline_play_session (
  id uuid primary key, game_id text not null, user_id text not null, started_at timestamptz not null,
  last_heartbeat timestamptz, ended_at timestamptz, platform text);
create index if not exists baseline_play_session_open on baseline_play_session (last_heartbeat) where ended_at is null;
create table if not exists baseline_level_metrics_daily (
  game_id text not null, level text not null, day date not null, starts integer not null,
  completes integer not null, fails integer not null, quits integer not null, players integer not null,
  duration_ms bigint not null, primary key (game_id, level, day));
`;

/** The documents' pool (`connection_limit=10&pool_timeout=20&connect_timeout=10`), its tables made. */
export async function connectDatabase(
  url: string,
  size: number,
  warn: (message: string) => void,
): Promise<Pool> {
  const pool = new Pool({ connectionString: url, max: size, connectionTimeoutMillis: 20_000 });
  pool.on("error", (error) => warn(`Database connection lost: ${error.message}`));
  await pool.query(schema);
  return pool;
}
