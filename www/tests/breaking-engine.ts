// An engine that fails at will, as it does when memory or the browser's longest text ends.

import type { Page } from "@playwright/test";

/** What an export of the engine throws from then on: it traps, or the browser can't hold the text that it hands over. */
type Failure = "trap" | "textTooLong";

declare global {
  interface Window {
    failing?: Record<string, Failure>;
  }
}

/** Before the page is opened. */
export async function makeBreakable(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given) => {
      const { instance, module } = await instantiate(...given);
      const exports = Object.entries(instance.exports).map(([name, value]) => {
        if (typeof value !== "function") return [name, value];
        const call = (...given: unknown[]) => {
          const failure = window.failing?.[name];
          if (failure === "trap") throw new WebAssembly.RuntimeError("unreachable");
          if (failure === "textTooLong") throw new RangeError("Invalid string length");
          return value(...given);
        };
        return [name, call];
      });
      return { instance: { exports: Object.fromEntries(exports) }, module };
    };
  });
}

export async function breakEngine(page: Page, name: string, failure: Failure): Promise<void> {
  await page.evaluate(
    (failing) => {
      window.failing = failing;
    },
    { [name]: failure },
  );
}

export async function mendEngine(page: Page): Promise<void> {
  await page.evaluate(() => {
    delete window.failing;
  });
}
