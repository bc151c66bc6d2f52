import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * Quiet, without a sandbox (containers have none to give), and with the autoplay policy that
 * Chromium has on a desktop, which its headless mode would drop.
 */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--autoplay-policy=document-user-activation-required",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A camera and a microphone that no machine need have, for pages that may use them.
  "--use-fake-device-for-media-stream",
  // On a machine without a network two windows still reach each other.
  "--allow-loopback-in-peer-connection",
];

/**
 * Starts a headless Chromium of this machine; nothing is downloaded.
 * @throws Error with one line that says how to get one
 */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: flags });
}

/**
 * The path of a Chromium on this machine.
 * @throws Error with one line that says how to get one
 */
export function findChromium(): string {
  const { CHROMIUM_PATH, PATH = "" } = process.env;
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  const folders = PATH.split(delimiter).filter((folder) => folder !== "");
  const candidates = [...names.flatMap((name) => folders.map((at) => join(at, name))), ...places];
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    "No Chromium was found: install one (Debian: apt-get install chromium; macOS: brew install --cask chromium) or name it in CHROMIUM_PATH.",
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
