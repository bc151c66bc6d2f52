import { hashPassword, verifyPassword } from "../../platform/identity/password.ts";

const password = "a long enough password";

/** Checks a password as often as asked, for `signin.ts` to time. */
export default {
  async fetch(request: Request): Promise<Response> {
    const times = Number(new URL(request.url).searchParams.get("times") ?? 1);
    const hash = await hashPassword(password);
    for (let at = 0; at < times; at += 1) await verifyPassword(hash, password);
    return new Response("done");
  },
};
