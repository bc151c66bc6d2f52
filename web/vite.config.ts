import { resolve } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { siteHeadersFile } from "../functions/headers.ts";
import { measurementFile } from "./cost/measurement-plugin.ts";

/** The site's own headers: its files are served without waking the Worker that would set them. */
function siteHeaders(): Plugin {
  return {
    name: "offrail-site-headers",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "_headers", source: siteHeadersFile() });
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    react(),
    tailwindcss(),
    siteHeaders(),
    measurementFile(resolve(import.meta.dirname, "../bench/results")),
  ],
  build: {
    outDir: resolve(import.meta.dirname, "../dist/site"),
    emptyOutDir: true,
    // Browsers since 2024: `light-dark()` stays what it is and follows each element's scheme.
    target: ["chrome123", "firefox125", "safari17.5"],
    // Nothing is inlined: the content security policy names files of this origin alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // `jitless.ts` must have run before any schema is made. Whatever makes one loads this chunk
        // first, and the chunk runs both.
        codeSplitting: {
          groups: [{ name: "zod", test: /node_modules[\\/]zod[\\/]|web[\\/]api[\\/]jitless/ }],
        },
      },
    },
  },
});
