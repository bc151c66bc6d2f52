import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** How long a page may take for anything, in milliseconds: long, because the machine may be busy. */
export const wait_ms_max = 20_000;

export interface Window {
  readonly page: Page;
  /** Says that an error is part of the story: the console may show lines that match. */
  expectError(pattern: RegExp): void;
  unexpectedErrors(): readonly string[];
}

/**
 * Opens an address in a browser context of its own. Every console error, uncaught exception and
 * violation of the content security policy is collected.
 */
export async function openWindow(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ["clipboard-read", "clipboard-write"],
    ...options,
  });
  context.setDefaultTimeout(wait_ms_max);
  const page = await context.newPage();
  const errors: string[] = [];
  const expected: RegExp[] = [];
  page.on("pageerror", (error) => errors.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      errors.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  // Violations are console errors too, but not in every version and not for every directive.
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`CSP ${event.violatedDirective} refused ${event.blockedURI}`);
    });
  });
  await page.goto(url);
  return {
    page,
    expectError: (pattern) => expected.push(pattern),
    unexpectedErrors: () => errors.filter((line) => !expected.some((one) => one.test(line))),
  };
}
