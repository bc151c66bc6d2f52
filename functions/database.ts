import { sqlState } from "../db/client.ts";
import { ProblemError } from "./problem.ts";

const retryAfter_s = 5;

/**
 * Runs a query for a handler. Postgres that is down, asleep for too long, overloaded or refusing is
 * `unavailable` with a time to come back; a value Postgres cannot take is `bad_request`. How long a
 * query may take is set where the client is made.
 * @param query called once
 * @throws ProblemError as above; the database's own error is its `cause`, for the log alone
 */
export async function queried<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    // Class 22, data exception: the schema at the edge let something through that no column can hold.
    const problem = sqlState(error)?.startsWith("22")
      ? new ProblemError("bad_request")
      : new ProblemError("unavailable", { retryAfter_s });
    problem.cause = error;
    throw problem;
  }
}
