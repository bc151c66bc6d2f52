import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import type { Statement } from "../engine/engine.ts";
import { BadRequestError } from "./errors.ts";
import { checkedText, NumberText, paramsToText } from "./params.ts";

/** The form of the rows: the driver asks for raw arrays, others may want JSON values or objects. */
export interface Form {
  /** Every value as Postgres text, not as the JSON nearest to its type. */
  readonly raw: boolean;
  readonly arrays: boolean;
}

export interface FormedStatement extends Statement {
  readonly form: Form;
}

export type GatewayRequest =
  | { readonly kind: "single"; readonly statement: FormedStatement }
  | {
      readonly kind: "batch";
      readonly statements: readonly FormedStatement[];
      /** Opens the transaction as the headers ask. */
      readonly begin: string;
      /** Told back to the client. */
      readonly headers: Readonly<Record<string, string>>;
    };

const isolationLevels: Readonly<Record<string, string>> = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
};

const querySchema = z.object({
  query: z.string(),
  params: z.array(z.unknown()).default([]),
  arrayMode: z.boolean().nullish(),
});
const payloadSchema = z.union([querySchema, z.object({ queries: z.array(querySchema) })]);

/**
 * What a request asks for.
 * @throws BadRequestError, or SqlError where Postgres could not be told what was sent
 */
export function parseRequest(headers: IncomingHttpHeaders, body: string): GatewayRequest {
  const form: Form = {
    raw: headers["neon-raw-text-output"] === "true",
    arrays: headers["neon-array-mode"] === "true",
  };
  const transaction = parseTransaction(headers);
  const payload = payloadSchema.safeParse(parseJson(body));
  if (!payload.success)
    throw new BadRequestError(
      "could not parse the HTTP request body: it is neither {query, params} nor {queries}",
    );
  const formed = ({ query, params, arrayMode }: z.infer<typeof querySchema>): FormedStatement => ({
    text: checkedText(query),
    params: paramsToText(params),
    form: { ...form, arrays: arrayMode ?? form.arrays },
  });
  if ("query" in payload.data) return { kind: "single", statement: formed(payload.data) };
  return { kind: "batch", statements: payload.data.queries.map(formed), ...transaction };
}

function parseTransaction(headers: IncomingHttpHeaders) {
  const modes: string[] = [];
  const told: Record<string, string> = {};
  const level = headers["neon-batch-isolation-level"];
  if (level !== undefined) {
    const mode = isolationLevels[String(level)];
    if (mode === undefined) throw new BadRequestError("invalid isolation level");
    modes.push(`ISOLATION LEVEL ${mode}`);
    // Neon's proxy does not tell this level back; Postgres treats it as read committed.
    told["neon-batch-isolation-level"] = String(level);
  }
  if (headers["neon-batch-read-only"] === "true") {
    modes.push("READ ONLY");
    told["neon-batch-read-only"] = "true";
  }
  if (headers["neon-batch-deferrable"] === "true") {
    modes.push("DEFERRABLE");
    told["neon-batch-deferrable"] = "true";
  }
  return { begin: `START TRANSACTION ${modes.join(", ")}`.trimEnd(), headers: told };
}

/** Numbers become NumberText. That costs time, so only bodies with a number outside a string pay. */
function parseJson(body: string): unknown {
  try {
    const plain: unknown = JSON.parse(body);
    if (!hasNumber(plain)) return plain;
    // The reviver's third argument is too new for our `lib`.
    return JSON.parse(body, keepNumberText as (key: string, value: unknown) => unknown);
  } catch (error) {
    if (error instanceof RangeError)
      throw new BadRequestError("could not parse the HTTP request body: nested too deeply");
    const reason = error instanceof Error ? error.message : String(error);
    throw new BadRequestError(`could not parse the HTTP request body: ${reason}`);
  }
}

function keepNumberText(_key: string, value: unknown, context: { source?: string }): unknown {
  return typeof value === "number" ? new NumberText(context.source ?? String(value)) : value;
}

/** Without recursion: a request may nest as deeply as its size allows. */
function hasNumber(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "number") return true;
    if (typeof next === "object" && next !== null)
      for (const inner of Object.values(next)) open.push(inner);
  }
  return false;
}
