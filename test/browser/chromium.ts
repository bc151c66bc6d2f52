export { findChromium, launchChromium } from "../../bench/chromium.ts";
