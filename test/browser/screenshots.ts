import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { fillGame, makeGame } from "./analytics-game.ts";
import { ready, search } from "./match-people.ts";
import { joinRoom, playing, say, seekTo, startRoom, stopped } from "./people.ts";
import { type Site, startSite } from "./site.ts";

/**
 * Takes the pictures of the README anew, `docs/images/*.png`. In that of watching two people's windows
 * stand side by side on the same frame.
 */
const folder = resolve(import.meta.dirname, "../../docs/images");
/** The address people see at home should be the one in the pictures. */
const usualPort = 8787;
const usual = { width: 1280, height: 800 };
const desktop = { width: 1180, height: 760 };
const phone = { width: 390, height: 760 };

await mkdir(folder, { recursive: true });
const site = await startSite(usualPort);
try {
  await pictureHome(site);
  await pictureWatch(site);
  await pictureMatch(site);
  await pictureAnalytics(site);
  await pictureCost(site);
  await site.closeWindows();
} finally {
  await site.stop();
}

async function pictureHome(at: Site): Promise<void> {
  const { page } = await at.open("/", { viewport: usual });
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByText("Status: up").waitFor();
  await page.screenshot({ path: resolve(folder, "home.png") });
}

async function pictureWatch(at: Site): Promise<void> {
  const ada = await startRoom(at, "Ada", { viewport: desktop, colorScheme: "light" });
  const grace = await joinRoom(at, ada.page.url(), "Grace", {
    viewport: phone,
    colorScheme: "dark",
  });
  await say(ada, "Shall we start?");
  await say(grace, "@Ada yes, whenever you like");
  // On a phone that one is in step stands among the people.
  await grace.page.getByRole("tab", { name: "People" }).click();
  await seekTo(ada, 11_500);
  await ada.page.getByRole("button", { name: "Play for everybody" }).click();
  await Promise.all([playing(ada), playing(grace)]);
  await ada.page.getByRole("button", { name: "Pause for everybody" }).click();
  await Promise.all([stopped(ada), stopped(grace)]);
  await grace.page.getByRole("tab", { name: "Chat" }).click();
  await ada.page.mouse.move(0, 0);
  const shots = await Promise.all([ada, grace].map(({ page }) => page.screenshot()));
  const images = shots.map(
    (shot) => `<img src="data:image/png;base64,${shot.toString("base64")}">`,
  );

  const gap = 32;
  const width = desktop.width + phone.width + 3 * gap;
  const wall = await at.browser.newPage({
    viewport: { width, height: desktop.height + 2 * gap },
  });
  await wall.setContent(
    `<style>
      body { margin: 0; padding: ${gap}px; display: flex; gap: ${gap}px; background: #dfe7e5 }
      img { border-radius: 12px; box-shadow: 0 10px 30px #0a1f1c40 }
    </style>${images.join("")}`,
  );
  await wall.screenshot({ path: resolve(folder, "watch.png") });
}

async function pictureMatch(at: Site): Promise<void> {
  const ada = await ready(at, "Ada", { viewport: usual, colorScheme: "dark" });
  const grace = await ready(at, "Grace");
  await search(ada);
  await search(grace);
  const stage = ada.page.getByRole("region", { name: "Call with Grace" });
  await stage.getByText("Connected", { exact: true }).waitFor();
  await grace.page.getByLabel("Message", { exact: true }).fill("Hello! Do you play chess, too?");
  await grace.page.keyboard.press("Enter");
  await ada.page.getByText("Hello! Do you play").waitFor();
  await ada.page.screenshot({ path: resolve(folder, "match.png") });
}

async function pictureAnalytics(at: Site): Promise<void> {
  const { page } = await at.open("/", { viewport: usual });
  const gameId = await makeGame(at, page, "Tower of hats");
  await fillGame(at, gameId);
  await page.goto(`${at.url}/analytics/${gameId}/levels`);
  await page.getByText(/Most are lost at level-\d+/).waitFor();
  await page.screenshot({ path: resolve(folder, "analytics.png") });
}

async function pictureCost(at: Site): Promise<void> {
  const { page } = await at.open("/cost?people=1000&modules=all", { viewport: usual });
  await page.getByRole("heading", { name: /cheaper by/ }).waitFor();
  await page.screenshot({ path: resolve(folder, "cost.png") });
}
