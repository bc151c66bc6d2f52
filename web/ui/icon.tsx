/** Drawn on a 24 by 24 grid, in the colour of the text around them. */
const paths = {
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M7 5.5h3.6v13H7zM13.4 5.5H17v13h-3.6z",
  replay: "M12 5a7 7 0 1 1-6.7 5M12 5 8.6 2.6M12 5 8.6 7.6",
  volume: "M4 9.5v5h3.5L12 18V6L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11",
  muted: "M4 9.5v5h3.5L12 18V6L7.5 9.5zM16 9.8l4.4 4.4M20.4 9.8 16 14.2",
  expand: "M4.5 9V4.5H9M15 4.5h4.5V9M19.5 15v4.5H15M9 19.5H4.5V15",
  shrink: "M9 4.5V9H4.5M19.5 9H15V4.5M15 19.5V15h4.5M4.5 15H9v4.5",
  keyboard: "M3.5 6.5h17v11h-17zM7 10h.01M10.3 10h.01M13.7 10h.01M17 10h.01M8 14h8",
  copy: "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4",
  check: "m5 12.5 4.5 4.5L19 7.5",
  chevron: "m7 10 5 5 5-5",
  close: "m6 6 12 12M18 6 6 18",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4",
  plus: "M12 5v14M5 12h14",
  up: "m6.5 14 5.5-5.5 5.5 5.5",
  down: "m6.5 10 5.5 5.5 5.5-5.5",
  bin: "M5 7h14M10 4.5h4M7 7l.8 12.5h8.4L17 7M10.3 10.5v5.5M13.7 10.5v5.5",
  grip: "M9 6h.01M9 12h.01M9 18h.01M15 6h.01M15 12h.01M15 18h.01",
  next: "M6.5 6v12l8.5-6zM17.5 6v12",
  vote: "M12 19.5v-13M6.5 11.5 12 6l5.5 5.5",
  reply: "M9.5 6.5 4.5 11.5l5 5M4.5 11.5h9a6 6 0 0 1 6 6v.5",
  send: "M4.5 12 19.5 5l-4.5 14.5-3.5-6zM11.5 13.5l8-8.5",
  smile:
    "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM8.3 14a4.4 4.4 0 0 0 7.4 0M9 9.5h.01M15 9.5h.01",
  lock: "M6 11h12v8.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  settings:
    "M4 7.5h8M17 7.5h3M4 16.5h3M12 16.5h8M14.5 10a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9.5 19a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  captions: "M3.5 6h17v12.5h-17zM10.5 10.7a2.3 2.3 0 1 0 0 3M17 10.7a2.3 2.3 0 1 0 0 3",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  speed: "M4.6 17a8.5 8.5 0 1 1 14.8 0M12 14l3.5-4.5",
  moon: "M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z",
  mic: "M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11.5a6 6 0 0 0 12 0M12 17.5v3",
  micOff:
    "M15 9V6.5a3 3 0 0 0-5.6-1.5M9 9.5v2a3 3 0 0 0 4.6 2.5M6 11.5a6 6 0 0 0 9.8 4.6M17.9 12.5l.1-1M12 17.5v3M4.5 4l15 16",
  camera: "M3.5 7.5h11.5v9H3.5zM15 11l5.5-3v8L15 13",
  cameraOff: "M9 7.5h6v5M15 11l5.5-3v8l-3-1.6M13.5 16.5h-10v-9h1.5M4.5 4l15 16",
  hangUp:
    "M3.8 14.6c-.6-1.5-.2-3 1.2-4 4-2.9 10-2.9 14 0 1.4 1 1.8 2.5 1.2 4l-.4 1-4.3-1.2V11.800c-2.300-.700-4.700-.700-7 0v2.600l-4.300 1.200z",
  flag: "M6 20.500v-16M6 5.500c4-2.500 7 2 12 0v8.500c-5 2-8-2.500-12 0",
  block: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM6 6l12 12",
  star: "m12 4 2.500 5.100 5.600.800-4.050 3.950.950 5.600L12 16.800l-5 2.650.950-5.600L3.900 9.900l5.600-.800z",
} as const;

const filled: ReadonlySet<IconName> = new Set(["play", "pause"]);

export type IconName = keyof typeof paths;

/** A picture without a name of its own: what it means must stand in the text or label around it. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  const solid = filled.has(name);
  return (
    <svg
      aria-hidden="true"
      className="shrink-0"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={solid ? "currentColor" : "none"}
      stroke={solid ? "none" : "currentColor"}
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  );
}
