import type { Engine, Session } from "../engine/engine.ts";
import { Answer, ResultWriter } from "./answer.ts";
import type { FormedStatement, GatewayRequest } from "./request.ts";

/**
 * Runs a request in a session of its own.
 * @param signal aborts when the client has gone
 * @param answer_bytes_max the most the answer may have
 * @returns the JSON of the answer
 */
export function execute(
  engine: Engine,
  request: GatewayRequest,
  signal: AbortSignal,
  answer_bytes_max: number,
): Promise<Buffer> {
  return engine.session(signal, async (session) => {
    const answer = new Answer(answer_bytes_max);
    if (request.kind === "single") {
      await runInto(answer, session, request.statement);
      return answer.finish();
    }
    await session.run({ text: request.begin, params: [] });
    answer.add('{"results":[');
    for (const [i, statement] of request.statements.entries()) {
      if (i > 0) answer.add(",");
      await runInto(answer, session, statement);
    }
    answer.add("]}");
    // Before COMMIT, so that a client that cannot have the answer has changed nothing. Whatever is
    // thrown from here leaves the transaction open, and the end of the session rolls it back.
    const bytes = answer.finish();
    await session.run({ text: "COMMIT", params: [] });
    return bytes;
  });
}

async function runInto(answer: Answer, session: Session, statement: FormedStatement) {
  const writer = new ResultWriter(answer, statement.form);
  writer.end(await session.run(statement, writer));
}
