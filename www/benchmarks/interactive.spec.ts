// How long from the navigation until the first screen is painted and answers, on a processor 4 times slower than this one.

import type { Browser, BrowserContext } from "@playwright/test";

import { test, untilReady, untilStored } from "../tests/fixtures.ts";
import { report } from "./report.ts";

const VISITS = 15;
const SLOW_DOWN = 4;

test("first visit", async ({ browser, server }) => {
  const times: number[] = [];
  for (let visit = 0; visit < VISITS; visit++) {
    times.push(await inNewContext(browser, (context) => timeUntilInteractive(context, server.page)));
  }
  report(`interactive, first visit, ${SLOW_DOWN}x CPU slow-down`, times, 2_500);
});

test("later visit, from the service worker", async ({ browser, server }) => {
  const times = await inNewContext(browser, async (context) => {
    const page = await context.newPage();
    await page.goto(server.page);
    await untilReady(page);
    await untilStored(page);
    await page.close();
    const times: number[] = [];
    for (let visit = 0; visit < VISITS; visit++) {
      times.push(await timeUntilInteractive(context, server.page));
    }
    return times;
  });
  report(`interactive, later visit, ${SLOW_DOWN}x CPU slow-down`, times, 2_500);
});

async function inNewContext<T>(browser: Browser, run: (context: BrowserContext) => Promise<T>): Promise<T> {
  const context = await browser.newContext();
  try {
    return await run(context);
  } finally {
    await context.close();
  }
}

async function timeUntilInteractive(context: BrowserContext, address: string): Promise<number> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOW_DOWN });
  await page.addInitScript(noteWhenInteractive);
  await page.goto(address);
  const interactive = await page.waitForFunction(() => window.interactiveAfter);
  const time = await interactive.jsonValue();
  await page.close();
  return time ?? Number.NaN;
}

declare global {
  interface Window {
    interactiveAfter?: number;
  }
}

/** Ready, painted, and free for a next task. */
function noteWhenInteractive(): void {
  const observer = new MutationObserver(() => {
    if (document.documentElement.dataset.ready === undefined) {
      return;
    }
    observer.disconnect();
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        setTimeout(() => {
          window.interactiveAfter = performance.now();
        });
      });
    });
  });
  observer.observe(document, { attributes: true, childList: true, subtree: true });
}
