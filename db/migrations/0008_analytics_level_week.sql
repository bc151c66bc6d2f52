CREATE TABLE "analytics_level_week" (
	"game_id" text NOT NULL,
	"env" text NOT NULL,
	"week" date NOT NULL,
	"level" text NOT NULL,
	"starts" bigint DEFAULT 0 NOT NULL,
	"completes" bigint DEFAULT 0 NOT NULL,
	"fails" bigint DEFAULT 0 NOT NULL,
	"quits" bigint DEFAULT 0 NOT NULL,
	"duration_ms" bigint DEFAULT 0 NOT NULL,
	"timed" bigint DEFAULT 0 NOT NULL,
	"score" bigint DEFAULT 0 NOT NULL,
	"scored" bigint DEFAULT 0 NOT NULL,
	"players" bigint DEFAULT 0 NOT NULL,
	"winners" bigint DEFAULT 0 NOT NULL,
	"win_attempts" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "analytics_level_week_game_id_env_week_level_pk" PRIMARY KEY("game_id","env","week","level")
);

--> statement-breakpoint
INSERT INTO "analytics_level_week" (game_id, env, week, level, starts, completes, fails, quits, duration_ms, timed, score, scored, players, winners, win_attempts)
SELECT game_id, env, day - (day - date '1970-01-01') % 7 AS week, level, sum(starts), sum(completes), sum(fails), sum(quits), sum(duration_ms), sum(timed), sum(score), sum(scored), sum(players), sum(winners), sum(win_attempts)
FROM "analytics_level_day" GROUP BY game_id, env, week, level;
