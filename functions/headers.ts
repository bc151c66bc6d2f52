/**
 * Security headers, in one place. Answers of the Worker get `apiHeaders`; files of the site are
 * served without waking the Worker, so the site's build writes `siteHeadersFile()` to `_headers`.
 */

/** A Content Security Policy: each directive with its sources. */
type Policy = Readonly<Record<string, readonly string[]>>;

/**
 * What a page of the site may load: its own origin's scripts, styles, pictures, clips and sockets,
 * and nothing inline. `'self'` in `connect-src` covers the origin's WebSockets too.
 *
 * A room shows videos of any address, and its browser alone fetches them: so media, and the parts of
 * a stream, may come from anywhere by HTTPS. No script but our own ever runs here, which is why
 * YouTube's player is let in as a frame, and its script is not.
 */
const sitePolicy: Policy = {
  "default-src": ["'none'"],
  "base-uri": ["'none'"],
  "connect-src": ["'self'", "https:"],
  "font-src": ["'self'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'none'"],
  "frame-src": ["https://www.youtube-nocookie.com"],
  "img-src": ["'self'", "data:", "blob:"],
  "manifest-src": ["'self'"],
  "media-src": ["'self'", "blob:", "https:"],
  "script-src": ["'self'"],
  "style-src": ["'self'"],
  "worker-src": ["'self'"],
};

/** The API answers data, which may load nothing and stand in no frame. */
const apiPolicy: Policy = { "default-src": ["'none'"], "frame-ancestors": ["'none'"] };

const everywhere = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
} as const;

/** Headers of every answer the Worker itself makes. */
export const apiHeaders: Readonly<Record<string, string>> = {
  ...everywhere,
  "Content-Security-Policy": textOf(apiPolicy),
};

/** Headers of every file of the site. */
export const siteHeaders: Readonly<Record<string, string>> = {
  ...everywhere,
  "Content-Security-Policy": textOf(sitePolicy),
};

/**
 * The text of the site's `_headers` file, which the static file server of Cloudflare reads.
 * @param immutable path patterns of files whose names carry a hash of their content
 */
export function siteHeadersFile(immutable: readonly string[] = ["/assets/*"]): string {
  const lines = [
    "/*",
    ...Object.entries(siteHeaders).map(([name, value]) => `  ${name}: ${value}`),
  ];
  for (const pattern of immutable)
    lines.push("", pattern, "  Cache-Control: public, max-age=31536000, immutable");
  return `${lines.join("\n")}\n`;
}

function textOf(policy: Policy): string {
  return Object.entries(policy)
    .map(([directive, sources]) => [directive, ...sources].join(" "))
    .join("; ");
}
