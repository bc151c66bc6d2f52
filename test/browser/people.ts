import type { BrowserContextOptions } from "playwright-core";
import type { Site } from "./site.ts";
import { type Window, wait_ms_max } from "./window.ts";

/** How long something may take that comes about by itself: long, because the machine may be busy. */
export const eventually = { timeout: wait_ms_max };

/** Opens the home page, starts a room there, and waits until its host sits in it. */
export async function startRoom(
  site: Site,
  name: string,
  options?: BrowserContextOptions,
): Promise<Window> {
  const window = await site.open("/", options);
  const { page } = window;
  await page.getByLabel("Title of the room").fill("Friday film");
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Start a room" }).click();
  await seated(window);
  return window;
}

/**
 * Opens a room's link as somebody new and goes in.
 * @param invite what stands behind the link's `#`, with it
 */
export async function joinRoom(
  site: Site,
  link: string,
  name: string,
  options?: BrowserContextOptions,
  invite = "",
): Promise<Window> {
  const window = await site.open(new URL(link).pathname + invite, options);
  await window.page.getByLabel("Your name").fill(name);
  await window.page.getByRole("button", { name: "Join the room" }).click();
  await seated(window);
  return window;
}

/**
 * The same person in a browser started anew: who they are is still stored, but nothing was tapped
 * yet, so that the autoplay policy holds their video back. Waits until it has.
 * @param script runs in the page before its own
 */
export async function comeBack(site: Site, person: Window, script?: () => void): Promise<Window> {
  const storageState = await person.page.context().storageState();
  const window = await site.open("/health", { storageState });
  if (script !== undefined) await window.page.addInitScript(script);
  await window.page.addInitScript(tellRefusals);
  // Asking the page anything would count as a tap; what it writes to the console does not.
  const refused = window.page.waitForEvent("console", (message) => message.text() === "refused");
  await window.page.goto(person.page.url());
  await refused;
  return window;
}

function tellRefusals(): void {
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function () {
    const playing = play.call(this);
    playing.catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError")
        console.info("refused");
    });
    return playing;
  };
}

/** Connected, with the video loaded: everything a person does from here on reaches the room. */
export async function seated({ page }: Window): Promise<void> {
  await page.getByText("Connected", { exact: true }).waitFor();
  await page.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) >= 2);
}

/** Waits until the page itself says that it moves with the room; tests then see whether it is so. */
export async function playing({ page }: Window): Promise<void> {
  await page.getByRole("button", { name: "Pause for everybody" }).waitFor();
  await page.getByText("In step", { exact: true }).waitFor();
}

/** Waits until the picture stands still for good. */
export async function stopped({ page }: Window): Promise<void> {
  await page.getByRole("button", { name: "Play for everybody" }).waitFor();
  await page.waitForFunction(() => {
    const video = document.querySelector("video");
    return video?.paused === true && !video.seeking;
  });
}

/** Says something in the chat. */
export async function say({ page }: Window, text: string): Promise<void> {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.keyboard.press("Enter");
}

/** Escape, and the dialog that was open is gone. */
export async function closeDialog({ page }: Window): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

/** Moves the seek bar as a person does, and lets go. */
export async function seekTo({ page }: Window, position_ms: number): Promise<void> {
  await page.getByRole("slider", { name: "Position in the video" }).fill(String(position_ms));
}

/**
 * The people listed in the room, each with what the list notes of them: `Ada host, you`. How well
 * they keep step is left out.
 */
export function peopleIn({ page }: Window): Promise<string[]> {
  const list = page.getByRole("region", { name: /^People/ }).getByRole("listitem");
  return list.evaluateAll((items) =>
    items.map((item) =>
      Array.from(item.children)
        .filter((part) => part.getAttribute("aria-hidden") === null)
        .map((part) => part.textContent)
        .filter((text) => text !== "" && !text?.startsWith("±"))
        .join(" "),
    ),
  );
}
