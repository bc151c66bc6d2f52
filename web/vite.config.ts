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

/** Puts `start.ts` before the script that draws pages, to run as soon as it is there. */
function startFirst(): Plugin {
  return {
    name: "offrail-start-first",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle = {} }) {
        const start = Object.values(bundle).find(({ name }) => name === "start");
        if (start === undefined) throw new Error("the build made no start script");
        const attrs = { type: "module", crossorigin: true, async: true, fetchpriority: "high" };
        const src = `/${start.fileName}`;
        return [{ tag: "script", attrs: { ...attrs, src }, injectTo: "head" }];
      },
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    react(),
    tailwindcss(),
    siteHeaders(),
    startFirst(),
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
      input: {
        index: resolve(import.meta.dirname, "index.html"),
        start: resolve(import.meta.dirname, "start.ts"),
      },
      output: {
        codeSplitting: {
          groups: [
            // `jitless.ts` must have run before any schema is made. Whatever makes one loads this
            // chunk first, and the chunk runs both.
            { name: "zod", test: /node_modules[\\/]zod[\\/]|web[\\/]api[\\/]jitless/ },
            // What every page needs comes as two files, not as twenty: what the first script runs,
            // and what draws.
            {
              name: "ahead",
              test: /web[\\/](pages|path|api[\\/]ahead|ui[\\/]on-demand|analytics[\\/](ahead|parts|range|view))\.ts$|node_modules[\\/]regexparam[\\/]|preload-helper/,
            },
            {
              name: "frame",
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|wouter|use-sync-external-store|hono)[\\/]|web[\\/]ui[\\/](badge|button|dialog|empty-state|error-boundary|frame|icon|later|page|skeleton|theme|toast)\.tsx?$|web[\\/]api[\\/]problem\.ts$/,
            },
          ],
        },
      },
    },
  },
});
