/** The five backends, and honestly what there is of each. */
export const modules = [
  {
    id: "watch",
    name: "Watch",
    what: "People watch one video in step: play, pause and seek are everybody's.",
    href: "/watch",
  },
  {
    id: "match",
    name: "Match",
    what: "Random one-to-one video calls: presence, a queue, matchmaking and signalling.",
    href: "/match",
  },
  {
    id: "designs",
    name: "Designs",
    what: "A seller's design gallery: batch upload, duplicate detection, listings.",
    href: null,
  },
  {
    id: "analytics",
    name: "Analytics",
    what: "Game analytics: events, revenue, session heartbeats and retention.",
    href: "/analytics",
  },
  {
    id: "orders",
    name: "Orders",
    what: "A desk for orders that come in by chat, with statistics.",
    href: null,
  },
] as const;
