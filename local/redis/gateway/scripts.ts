import { createHash } from "node:crypto";
import { type Argument, keyword } from "./command.ts";
import type { Translate } from "./translate.ts";

/** Scripts whose rewriting is remembered. Forgetting one costs its client a NOSCRIPT and an EVAL. */
const scripts_max = 10_000;

/**
 * Makes scripts that begin with Upstash's own shebang, `#!lua flags=allow-key-locking`, run on a
 * plain Redis, which refuses that flag: the line becomes a comment of the same length. Clients know
 * a script by the SHA-1 of what they sent, so EVALSHA, SCRIPT LOAD and SCRIPT EXISTS are translated
 * both ways. A digest nobody sent through here goes to Redis as it is, and comes back as NOSCRIPT.
 * @param knowsShebangs whether the engine understands other shebangs (Redis 7 and later do)
 */
export function translateScripts(knowsShebangs: boolean): Translate {
  const rewrittenShas = new Map<string, string>();
  const remember = (original: string, rewritten: string) => {
    rewrittenShas.delete(original);
    rewrittenShas.set(original, rewritten);
    const oldest = rewrittenShas.size > scripts_max ? rewrittenShas.keys().next().value : undefined;
    if (oldest !== undefined) rewrittenShas.delete(oldest);
  };
  const translateSha = (argument: Argument): Argument =>
    rewrittenShas.get(argument.toString().toLowerCase()) ?? argument;

  return (command) => {
    const { name, args } = command;
    const [first, second, ...rest] = args;
    if (first === undefined) return undefined;
    if (name === "EVALSHA" || name === "EVALSHA_RO") {
      return { command: { name, args: [translateSha(first), ...args.slice(1)] } };
    }
    if (name === "EVAL" || name === "EVAL_RO") {
      const script = rewriteShebang(first, knowsShebangs);
      if (script === undefined) return undefined;
      remember(sha1(first), sha1(script));
      return { command: { name, args: [script, ...args.slice(1)] } };
    }
    if (name !== "SCRIPT") return undefined;
    if (keyword(first) === "EXISTS") {
      return { command: { name, args: [first, ...args.slice(1).map(translateSha)] } };
    }
    const script = second === undefined ? undefined : rewriteShebang(second, knowsShebangs);
    if (keyword(first) !== "LOAD" || second === undefined || script === undefined) {
      return undefined;
    }
    const original = sha1(second);
    remember(original, sha1(script));
    return {
      command: { name, args: [first, script, ...rest] },
      mapReply: (reply) => (Buffer.isBuffer(reply) ? Buffer.from(original) : reply),
    };
  };
}

/** The script with its shebang as a comment, or undefined when it can run as it is. */
function rewriteShebang(script: Argument, knowsShebangs: boolean): Argument | undefined {
  const start =
    typeof script === "string" ? script.slice(0, 256) : script.toString("latin1", 0, 256);
  if (!start.startsWith("#!")) return undefined;
  const [line = ""] = start.split("\n", 1);
  if (knowsShebangs && !line.includes("allow-key-locking")) return undefined;
  if (typeof script === "string") return `--${script.slice(2)}`;
  return Buffer.concat([Buffer.from("--"), script.subarray(2)]);
}

function sha1(script: Argument): string {
  return createHash("sha1").update(script).digest("hex");
}
