import { expect } from "vitest";
import type { z } from "zod";
import { signedInSchema, type User } from "../../protocol/identity/account.ts";
import { problemSchema } from "../../protocol/problem.ts";

type Send = (path: string, init: RequestInit) => Promise<Response>;

export const password = "a long enough password";

let people = 0;

/** An address that nobody else has. */
export function someEmail(): string {
  people += 1;
  return `person-${people}-${crypto.randomUUID().slice(0, 8)}@example.com`;
}

/** A browser: it keeps cookies, and says which page a request comes from. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  /** Raw `Set-Cookie` headers of the last answer. */
  setCookies: readonly string[] = [];
  readonly address: string;
  readonly #send: Send;

  constructor(address: string, send: Send) {
    this.address = address;
    this.#send = send;
  }

  /** The same person's other browser, with the same cookies. */
  copy(): Visitor {
    const copy = new Visitor(this.address, this.#send);
    for (const [name, value] of this.cookies) copy.cookies.set(name, value);
    return copy;
  }

  async request(
    method: "GET" | "POST",
    path: string,
    json?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const headers = new Headers({
      "CF-Connecting-IP": this.address,
      "User-Agent": "Visitor/1",
      ...(method === "POST" ? { Origin: "http://localhost:8787" } : {}),
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...more,
    });
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookie !== "") headers.set("Cookie", cookie);
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const response = await this.#send(path, { method, headers, ...body });
    this.setCookies = response.headers.getSetCookie();
    for (const line of this.setCookies) this.#keep(line);
    return response;
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "" || /max-age=0/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  /** What a good answer says, by its schema. */
  async get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    return await parsed(await this.request("GET", path), schema);
  }

  async post<S extends z.ZodType>(path: string, json: unknown, schema: S): Promise<z.output<S>> {
    return await parsed(await this.request("POST", path, json), schema);
  }

  /** Makes an account, and signs in with it. */
  async signUp(email = someEmail(), name = "Ada"): Promise<User> {
    const { user } = await this.post("/v1/auth/sign-up", { name, email, password }, signedInSchema);
    return user;
  }

  async signIn(email: string, typed = password): Promise<Response> {
    return await this.request("POST", "/v1/auth/sign-in", { email, password: typed });
  }
}

async function parsed<S extends z.ZodType>(response: Response, schema: S): Promise<z.output<S>> {
  const text = await response.text();
  expect(response.status, text).toBeLessThan(300);
  return schema.parse(JSON.parse(text));
}

/** The status and the stable code of a refusal. */
export async function refusal(response: Response | Promise<Response>) {
  const answer = await response;
  const { status, code } = problemSchema.parse(await answer.json());
  expect(status).toBe(answer.status);
  return { status, code };
}
