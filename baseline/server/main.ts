import process from "node:process";
import { startService } from "./service.ts";
import { settingsSchema } from "./settings.ts";

/** How long the goodbye may take before it is cut short. */
const goodbye_ms_max = 10_000;

const read = settingsSchema.safeParse(process.env);
if (!read.success) {
  for (const { path, message } of read.error.issues) console.error(`${path.join(".")}: ${message}`);
  process.exit(1);
}
const service = await startService(read.data);
console.log(`listening on ${service.url}`);

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), goodbye_ms_max).unref();
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
