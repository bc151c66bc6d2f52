import { runPart } from "../process/part.ts";
import { startPostgres } from "./start.ts";

await runPart(startPostgres);
