import "./jitless.ts";

export { problemSchema } from "../../protocol/problem.ts";
