// What every test of the page has: a server of its own, and a page that may neither report an error nor reach beyond
// that server.

import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Page, type Request } from "@playwright/test";

import { type Server, startServer } from "./server.ts";

export { expect };

interface Fixtures {
  server: Server;
  problems: Problems;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants to see which fixtures are used
  server: async ({}, use) => {
    const server = await startServer();
    await use(server);
    await server.stop();
  },

  // The page's addresses are relative to the server's.
  baseURL: async ({ server }, use) => use(server.page),

  problems: [
    async ({ context, server }, use) => {
      const problems = new Problems();
      context.on("console", (message) => {
        if (message.type() === "error") {
          problems.add(`console: ${message.text()} (${message.location().url})`);
        }
      });
      context.on("weberror", (error) => problems.add(`uncaught: ${error.error().stack ?? error.error()}`));
      context.on("request", (request) => {
        if (!staysAtHome(request, server)) {
          problems.add(`foreign request: ${request.url()}`);
        }
      });
      context.on("page", (page) => {
        page.on("websocket", (socket) => {
          if (new URL(socket.url()).host !== new URL(server.page).host) {
            problems.add(`foreign connection: ${socket.url()}`);
          }
        });
      });
      await use(problems);
      expect(problems.unexpected(), "errors and foreign requests of the page").toEqual([]);
    },
    { auto: true },
  ],
});

/** What the page did wrong in the course of a test. */
export class Problems {
  readonly #seen: string[] = [];
  readonly #expected: RegExp[] = [];

  add(problem: string): void {
    this.#seen.push(problem);
  }

  /** A test that provokes an error says which: browsers report a connection that fails, whatever the page does. */
  expect(problem: RegExp): void {
    this.#expected.push(problem);
  }

  unexpected(): string[] {
    return this.#seen.filter((problem) => !this.#expected.some((expected) => expected.test(problem)));
  }
}

/** Opens a place in the page, such as `#/lab`, and waits until it can be used. */
export async function open(page: Page, place = ""): Promise<void> {
  await page.goto(`./${place}`);
  await untilReady(page);
}

export async function untilReady(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-ready", "");
}

/** Waits until the service worker holds every file of the build. */
export async function untilStored(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
}

/** Fails for anything that axe finds in either theme, on the whole page or within one element. */
export async function expectAccessible(page: Page, within = "html"): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).include(within).analyze();
    const found = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.html) }));
    expect(found, `axe, ${colorScheme} theme`).toEqual([]);
  }
}

function staysAtHome(request: Request, server: Server): boolean {
  const { protocol, origin } = new URL(request.url());
  switch (protocol) {
    case "data:":
    case "blob:":
    case "about:":
      return true;
    case "file:":
      // The one file itself, and nothing beside it.
      return request.isNavigationRequest();
    default:
      return origin === new URL(server.page).origin;
  }
}
