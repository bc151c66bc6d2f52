import { runPart } from "../process/part.ts";
import { startRedis } from "./start.ts";

await runPart(startRedis);
