import type { z } from "zod";
import { Unanswered } from "./attempts.ts";

/** As long as a page waits for an answer. */
const answer_ms_max = 15_000;

interface BrowserOptions {
  readonly origin: string;
  /** Told of the size of every answer's body. */
  readonly received?: (bytes: number) => void;
}

/** One person's browser: it keeps cookies, or shows the session it was given. */
export class Browser {
  /** Shown as `Authorization: Bearer`, where there are no cookies. */
  session: string | undefined;
  readonly #options: BrowserOptions;
  readonly #cookies = new Map<string, string>();

  constructor(options: BrowserOptions) {
    this.#options = options;
  }

  /**
   * What a good answer says.
   * @throws Unanswered with the status of any other, or `no answer`
   */
  async ask<S extends z.ZodType>(
    method: "GET" | "POST" | "PUT",
    path: string,
    answer: S,
    json?: unknown,
  ): Promise<z.output<S>> {
    const { origin } = this.#options;
    const { status, text } = await this.#send(`${origin}${path}`, {
      method,
      headers: this.#headers(method, json !== undefined),
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      signal: AbortSignal.timeout(answer_ms_max),
    });
    this.#options.received?.(Buffer.byteLength(text));
    if (status >= 300) throw new Unanswered(`status ${status}`);
    const parsed = answer.safeParse(text === "" ? null : JSON.parse(text));
    if (!parsed.success) throw new Unanswered("an answer of another form");
    return parsed.data;
  }

  async #send(url: string, init: RequestInit): Promise<{ status: number; text: string }> {
    try {
      const response = await fetch(url, init);
      for (const line of response.headers.getSetCookie()) this.#keep(line);
      return { status: response.status, text: await response.text() };
    } catch (error) {
      const late = error instanceof DOMException && error.name === "TimeoutError";
      throw new Unanswered(late ? "no answer in time" : "no answer");
    }
  }

  #headers(method: string, hasBody: boolean): Record<string, string> {
    const cookie = [...this.#cookies].map((pair) => pair.join("=")).join("; ");
    return {
      ...(method === "GET" ? {} : { Origin: this.#options.origin }),
      ...(hasBody ? { "Content-Type": "application/json" } : {}),
      ...(cookie === "" ? {} : { Cookie: cookie }),
      ...(this.session === undefined ? {} : { Authorization: `Bearer ${this.session}` }),
    };
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "" || /max-age=0/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
