import { priceText } from "../../cost/line.ts";
import { cloudflare2026 } from "../../cost/sheets/cloudflare.ts";
import { neonLaunch2026 } from "../../cost/sheets/neon.ts";
import { railway2026 } from "../../cost/sheets/railway.ts";
import { upstash2026 } from "../../cost/sheets/upstash.ts";
import type { RunSummary, Summary } from "../../cost/summary.ts";
import { Card } from "../ops/card.tsx";
import { bytesText, millisecondsText } from "../ops/format.ts";
import { Table } from "../ui/table.tsx";
import { moduleTexts } from "./texts.ts";

const linkClass = "font-medium text-accent underline underline-offset-3";

const { fee_usd, workerRequests, objectRequests, objectDuration_gb_s } = cloudflare2026;
const sheets = [
  {
    sources: cloudflare2026.sources,
    text: `Paid plan ${priceText(fee_usd)} a month with its allowances; then ${priceText(workerRequests.price_usd)} for a million requests, ${priceText(objectRequests.price_usd)} for a million room requests, ${priceText(objectDuration_gb_s.price_usd)} for a million GB-s of rooms awake.`,
  },
  {
    sources: upstash2026.sources,
    text: `${priceText(upstash2026.commands.price_usd)} for 100,000 commands or a fixed plan from ${priceText(upstash2026.fixed[0]?.fee_usd ?? 0)}, whichever is cheaper; free up to ${upstash2026.free.commands.toLocaleString("en-US")} commands.`,
  },
  {
    sources: neonLaunch2026.sources,
    text: `${priceText(neonLaunch2026.compute_cu_h.price_usd)} for a CU-hour awake; free up to ${neonLaunch2026.free.compute_cu_h} CU-hours and ${neonLaunch2026.free.storage_gb} GB.`,
  },
  {
    sources: railway2026.sources,
    text: `${priceText(railway2026.memory_gb_month_usd)} for a GB of memory and ${priceText(railway2026.cpu_month_usd)} for a core, a month; ${priceText(railway2026.egress_gb_usd)} for a GB sent.`,
  },
] as const;

/** Where prices come from, and of what day they are. */
export function PriceSources() {
  return (
    <Card title="Where the prices come from">
      <ul className="grid gap-3 text-[0.9375rem]">
        {sheets.map(({ sources, text }) => (
          <li key={text}>
            {sources.map(({ title, url, date }) => (
              <span key={url} className="block">
                <a href={url} rel="noreferrer" target="_blank" className={linkClass}>
                  {title}
                </a>{" "}
                <span className="text-sm text-muted">
                  as of <time dateTime={date}>{dayText(date)}</time>
                </span>
              </span>
            ))}
            <span className="block text-muted">{text}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const leftOut = [
  "A month has 30 days, and every day is like every other.",
  "A single container is reckoned, growing in memory and CPU as it needs. It will not serve 100,000 people; how many it takes, and what sticks them together, is left out.",
  "What an hour takes is a straight line through the measured runs on both sides: a fixed part and one for each person. In the container the fixed part is there day and night and once for all modules; at the edge it is there in hours in which anybody is, and for each module.",
  "CPU of the Worker is that of the local runtime, rooms included, though rooms are billed by time and not by CPU: the real line is smaller.",
  "A room is counted awake while it handles something or waits for an answer, 5 ms at least each time, as the platform bills it; idle time until it sleeps is not billed.",
  "Queries to Postgres are taken to come by chance. Those that come together leave longer pauses, so it sleeps more than this says.",
  "The container’s egress is what went over the wire from it, packed as it packs it, with headers and frames but without TLS; of runs that did not count that, it is what people received, unpacked.",
  "In production each room with people in it writes down its counts by itself four times an hour, some eight Redis commands each time: for a room of ten about three for each person and hour. No measured run has them.",
  "Egress at the edge is free, and so are static files. Redis bandwidth is not measured; 200 GB of it are included.",
  "The sweep of background jobs, every five minutes, is some 9,000 requests and Redis commands a month: within every allowance, and left out.",
  "What people add to Postgres is by how much its files grew in the runs, with indexes, and with old versions of rows whose place is used again later, so it is rather too much on both sides; the bill is of a month in which as much is kept as ever will be. Rooms delete what they keep: no storage of theirs is reckoned.",
  "Logs are what the Worker writes by itself: a line for what is slow, refused or wrong. A line of the platform’s for each request is switched off; at half a kilobyte each they would be billed from 100 million requests a month on. Logs cost nothing extra on Railway.",
  "Support, seats, taxes and the hours of whoever keeps it running are left out on both sides.",
  "Bills are of Cloudflare’s paid plan. Whether the free one, by the day, would do stands beside the verdict; CPU of a call is looked at on average there.",
] as const;

/** What the reader should know before believing it. */
export function LeftOut() {
  return (
    <Card title="What this leaves out">
      <ul className="grid list-disc gap-1.5 pl-5 text-[0.9375rem] text-muted">
        {leftOut.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Card>
  );
}

/** What was measured, when and on what. */
export function Measured({ summary }: { summary: Summary }) {
  const { date, machine, versions, runs } = summary;
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return (
    <Card
      title="What was measured"
      note={
        <>
          On <time dateTime={date}>{dayText(date)}</time>, on a machine with {machine.cpus} CPUs and{" "}
          {machine.memory_gb} GB, the same people on both sides.
          {named.length > 0 && ` With ${new Intl.ListFormat("en-GB").format(named)}.`}
        </>
      }
    >
      <details>
        <summary className="inline-flex min-h-11 items-center text-[0.9375rem] text-muted underline underline-offset-3">
          {runs.length === 1 ? "The run" : `The ${runs.length} runs`}
        </summary>
        <div className="-mx-4 sm:-mx-5">
          <Table
            caption="Each measured run"
            rows={runs.map((run, index) => ({ ...run, index }))}
            rowKey={({ index }) => String(index)}
            columns={runColumns}
          />
        </div>
      </details>
    </Card>
  );
}

const runColumns = [
  { title: "Module", cell: ({ module }: RunSummary) => moduleTexts[module] },
  { title: "Side", cell: ({ side }: RunSummary) => (side === "edge" ? "Edge" : "Container") },
  { title: "People", cell: ({ users }: RunSummary) => users.toLocaleString("en-US") },
  { title: "Memory", minor: true, cell: ({ memory_bytes }: RunSummary) => bytesText(memory_bytes) },
  { title: "Commit", minor: true, cell: ({ commit }: RunSummary) => commit ?? "" },
  { title: "Cores", cell: ({ cpu }: RunSummary) => cpu.toFixed(3) },
  {
    title: "95th percentile",
    minor: true,
    cell: ({ p95_ms }: RunSummary) => millisecondsText(p95_ms),
  },
  {
    title: "Failed",
    minor: true,
    cell: ({ failed }: RunSummary) => failed.toLocaleString("en-US"),
  },
];

const dayFormat = new Intl.DateTimeFormat("en", { dateStyle: "long", timeZone: "UTC" });

function dayText(date: string): string {
  return dayFormat.format(new Date(`${date}T00:00:00Z`));
}
