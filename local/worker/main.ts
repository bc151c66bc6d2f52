import { runPart } from "../process/part.ts";
import { startWorker } from "./start.ts";

await runPart(startWorker);
