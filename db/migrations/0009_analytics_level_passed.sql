ALTER TABLE "analytics_level_day" ADD COLUMN "passed" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "analytics_level_week" ADD COLUMN "passed" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
UPDATE "analytics_level_day" d SET passed = p.passed
FROM (
	SELECT game_id, env, level, date '1970-01-01' + (started_ms / 86400000)::int AS day, count(*) AS passed
	FROM "analytics_player_level" WHERE started_ms IS NOT NULL AND completed_ms IS NOT NULL
	GROUP BY 1, 2, 3, 4
) p
WHERE d.game_id = p.game_id AND d.env = p.env AND d.level = p.level AND d.day = p.day;
--> statement-breakpoint
UPDATE "analytics_level_week" w SET passed = p.passed
FROM (
	SELECT game_id, env, level, day - (day - date '1970-01-01') % 7 AS week, sum(passed) AS passed
	FROM "analytics_level_day" GROUP BY 1, 2, 3, 4
) p
WHERE w.game_id = p.game_id AND w.env = p.env AND w.level = p.level AND w.week = p.week;
