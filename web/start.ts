import { startAhead } from "./pages.ts";

// Runs before the script that draws pages has come, let alone been read: what the address needs is on
// its way by then. `vite.config.ts` names it in `index.html`, as one that waits for nothing.
startAhead(new URL(window.location.href));
