import type { Page } from "playwright-core";

/** What one window showed at one moment. */
export interface Sighting {
  /** The time burned into the picture on the screen, in milliseconds: its frame's beginning. */
  readonly burned_ms: number;
  /** `currentTime` of the video, in milliseconds. */
  readonly current_ms: number;
  /** When that was, in milliseconds since 1970, by the machine's clock. */
  readonly at_ms: number;
  readonly paused: boolean;
  readonly rate: number;
}

const frames_per_s = 30;

/**
 * Reads the frame number from the squares that `web/media/make-timecode.sh` burned into the video,
 * from the pixels of the frame being shown: a white square, a black one, eleven bits, a parity bit.
 * While the video plays, it waits for the next frame to be shown, so that the moment is exact.
 * @throws Error when the picture holds no valid number
 */
export async function sight(page: Page): Promise<Sighting> {
  const seen = await page.evaluate(async () => {
    const video = document.querySelector("video");
    if (video === null) throw new Error("there is no video on the page");
    const context = new OffscreenCanvas(640, 360).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("there is no canvas");
    if (!video.paused) await new Promise((shown) => video.requestVideoFrameCallback(shown));
    const at_ms = performance.timeOrigin + performance.now();
    const { currentTime, paused, playbackRate } = video;
    context.drawImage(video, 0, 0, 640, 360);
    const lights = Array.from({ length: 14 }, (_, square) => {
      const [red = 0] = context.getImageData(96 + 32 * square + 16, 24 + 16, 1, 1).data;
      return red;
    });
    return { lights, at_ms, current_ms: currentTime * 1000, paused, rate: playbackRate };
  });
  const { lights, ...rest } = seen;
  return { ...rest, burned_ms: (frameOf(lights) / frames_per_s) * 1000 };
}

function frameOf(lights: readonly number[]): number {
  const bits = lights.map((light) => (light > 127 ? 1 : 0));
  const [white, black, ...rest] = bits;
  const ones = rest.reduce<number>((sum, bit) => sum + bit, 0);
  if (white !== 1 || black !== 0 || ones % 2 !== 0)
    throw new Error(`the picture holds no frame number: ${lights.join(" ")}`);
  return rest.slice(0, 11).reduce<number>((number, bit) => number * 2 + bit, 0);
}

/** How far windows were apart, in milliseconds: by the burned-in time, and by `currentTime`. */
export interface Spread {
  readonly burned_ms: number;
  readonly current_ms: number;
}

/** Looks at several windows at once, and carries what was seen to one common moment. */
export async function spreadOf(pages: readonly Page[]): Promise<Spread> {
  const sightings = await Promise.all(pages.map(sight));
  const common_ms = Math.max(...sightings.map(({ at_ms }) => at_ms));
  const carried = (position: "burned_ms" | "current_ms") =>
    sightings.map((seen) =>
      seen.paused ? seen[position] : seen[position] + (common_ms - seen.at_ms) * seen.rate,
    );
  return { burned_ms: width(carried("burned_ms")), current_ms: width(carried("current_ms")) };
}

function width(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}
