import { spawn } from "node:child_process";
import process from "node:process";

const script = 'cat >/dev/null; kill -s TERM -- "-$1" && sleep 2 && kill -s KILL -- "-$1"';

/**
 * Sees to it that whatever this process started ends with it, even when it is killed outright and
 * can do nothing itself. A shell, in a group of its own, holds the other end of a pipe; when the
 * pipe closes, because this process is gone, it ends this process's group: first with a request,
 * so that a database can save, and two seconds later without.
 *
 * Call it once, early, in a process that leads its group (one started with `detached`).
 */
export function guardGroup(): void {
  const guard = spawn("/bin/sh", ["-c", script, "guard", `${process.pid}`], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Neither the guard nor its pipe may keep this process from ending by itself.
  guard.unref();
  if (guard.stdin && "unref" in guard.stdin && typeof guard.stdin.unref === "function")
    guard.stdin.unref();
  guard.stdin?.on("error", () => {});
}
