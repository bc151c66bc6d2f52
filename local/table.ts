import type { Stack } from "./stack.ts";

/**
 * The addresses of a running stack as lines for a terminal.
 * @param wantedPort what the person asked for; when another was taken instead, a line says so
 */
export function addressTable(stack: Stack, wantedPort: number): string {
  const { url, redis, postgres, secrets } = stack;
  const rows: [string, string][] = [
    ["Site", url],
    ["Watch together", `${url}/watch`],
    ["API reference", `${url}/docs/`],
    ["Health", `${url}/health   ${url}/ready`],
    ["Operations", `${url}/ops   token ${secrets.opsToken}`],
    ["Redis", `${redis.redisUrl}   (${redis.engine})`],
    ["  as Upstash", `${redis.restUrl}   token ${redis.token}`],
    ["Postgres", `${postgres.wireUrl}   (${postgres.engine})`],
    ["  as Neon", `${postgres.fetchEndpoint}   ${withoutPassword(postgres.databaseUrl)}`],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(16)}${value}`);
  const moved =
    wantedPort !== 0 && !url.endsWith(`:${wantedPort}`)
      ? [`  Port ${wantedPort} was taken, so the site moved. PORT=<number> chooses another.`, ""]
      : [];
  return ["", ...lines, "", ...moved].join("\n");
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  if (parsed.hostname !== "localhost" && parsed.password !== "") parsed.password = "...";
  return parsed.toString();
}
