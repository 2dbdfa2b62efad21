// The screen "Real server": people who talk to the server that served the page, and nothing of them kept.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import type { Locator, Page } from "@playwright/test";

import { expect, expectAccessible, open, test } from "./fixtures.ts";
import { tabTo } from "./keyboard.ts";
import { startServer } from "./server.ts";
import { serveFolder } from "./static-server.ts";

const PASSWORD = "surabaya";
const TOKEN = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** A server that can be stopped and started again on what it holds. */
const onKeptData = test.extend<{ data: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's pattern
  data: async ({}, use) => {
    const data = mkdtempSync(path.join(tmpdir(), "chatting-time-"));
    await use(data);
    rmSync(data, { recursive: true, force: true });
  },
  server: async ({ data }, use) => {
    const server = await startServer(data);
    await use(server);
    await server.stop();
  },
});

/** Some other program that serves the page. */
const elsewhere = test.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's pattern
  server: async ({}, use) => {
    const server = await serveFolder("dist");
    await use({ page: server.page, chat: "", stop: async () => server.stop() });
    server.stop();
  },
});

test("two people write to each other on the real server", async ({ page }) => {
  await open(page, "#/server");
  await enter(page, 1, `auth messi ${PASSWORD}`);
  await enter(page, 2, `auth lineker ${PASSWORD}`);
  await expect(card(page, 1)).toContainText("connected");
  await expect(dialogue(page, 1)).toContainText("User messi logged in");
  await expect(dialogue(page, 2)).toContainText("User lineker logged in");
  await enter(page, 1, "send Lineker halo dari messi");
  await expect(dialogue(page, 1)).toContainText("Message sent to lineker");
  await enter(page, 2, "inbox");
  await expect(dialogue(page, 2)).toContainText('"msg": " halo dari messi \\r\\n"');
  await enter(page, 2, "list");
  await expect(dialogue(page, 2)).toContainText('Users online : ["lineker", "messi"]');
});

test("the screen says that it is real, in words and in a place that stays in view", async ({ page, server }) => {
  await open(page, "#/server");
  const band = page.locator(".real-band");
  await expect(band).toContainText("What you do here happens on the real server");
  await expect(band).toContainText(new URL(server.page).host);
  await page.setViewportSize({ width: 360, height: 400 });
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await expect(band).toBeInViewport();
});

test("a wrong password is refused in the server's words and never shown", async ({ page }) => {
  await open(page, "#/server");
  await enter(page, 1, "auth messi not-the-password");
  await expect(dialogue(page, 1)).toContainText("Error, the password is wrong");
  await expect(dialogue(page, 1)).toContainText("auth messi ••••••••");
  await expect(recent(page)).toContainText("auth messi ••••••••");
  expect(await page.content()).not.toContain("not-the-password");
});

test("a password is not brought back by Arrow Up, other lines are", async ({ page }) => {
  await open(page, "#/server");
  await enter(page, 1, "help");
  await enter(page, 1, `auth messi ${PASSWORD}`);
  await expect(dialogue(page, 1)).toContainText("logged in");
  await input(page, 1).press("ArrowUp");
  await expect(input(page, 1)).toHaveValue("help");
});

test("a token is shortened until its person asks for it", async ({ page }) => {
  await open(page, "#/server");
  await enter(page, 1, `auth messi ${PASSWORD}`);
  await expect(dialogue(page, 1)).toContainText("logged in");
  await enter(page, 1, "inbox");
  await expect(dialogue(page, 1)).toContainText("{}");
  await expect(page.locator("body")).not.toContainText(TOKEN);
  const show = card(page, 1).getByRole("button", { name: "Show tokens" });
  await show.click();
  await expect(show).toHaveAttribute("aria-pressed", "true");
  await expect(dialogue(page, 1)).toContainText(TOKEN);
  await expect(recent(page)).toContainText(TOKEN);
  await show.click();
  await expect(dialogue(page, 1)).not.toContainText(TOKEN);
});

test("several requests in flight are answered in their order", async ({ page }) => {
  await open(page, "#/server");
  // Entered before there is a connection, and all at once.
  for (const line of [`auth messi ${PASSWORD}`, "send lineker satu", "inbox", "logout"]) await enter(page, 1, line);
  await expect(dialogue(page, 1)).toContainText("logged out");
  const lines = await dialogue(page, 1).locator(".dialogue-answer").allInnerTexts();
  const order = ["logged in", "Message sent to lineker", "{}", "logged out"];
  const found = order.map((text) => lines.findIndex((line) => line.includes(text)));
  expect(found).toEqual([...found].sort((one, other) => one - other));
  expect(found).not.toContain(-1);
});

onKeptData("a session goes on when the server is stopped and started", async ({ page, data, server, problems }) => {
  problems.expect(/ERR_CONNECTION_REFUSED/);
  await open(page, "#/server");
  await enter(page, 1, `auth messi ${PASSWORD}`);
  await expect(dialogue(page, 1)).toContainText("logged in");
  await server.stop();
  await expect(card(page, 1)).toContainText("server stopped");
  await expect(card(page, 1)).toContainText("Your session is kept in this page");
  await enter(page, 1, "list");
  await expect(card(page, 1)).toContainText("not reachable");
  await expect(dialogue(page, 1)).toContainText("Not sent: there was no connection.");

  const again = await startServer(data, new URL(server.page).host);
  await card(page, 1).getByRole("button", { name: "Connect again" }).click();
  await expect(card(page, 1).locator(".client-light")).toHaveText("connected");
  await enter(page, 1, "list");
  await expect(dialogue(page, 1)).toContainText('Users online : ["messi"]');
  await again.stop();
});

test("after a login nothing of it is kept anywhere or told to the simulation", async ({ page }) => {
  await open(page, "#/server");
  await enter(page, 1, `auth messi ${PASSWORD}`);
  await expect(dialogue(page, 1)).toContainText("logged in");
  await card(page, 1).getByRole("button", { name: "Show tokens" }).click();
  const token = TOKEN.exec((await dialogue(page, 1).textContent()) ?? "")?.[0];
  await page.getByRole("navigation").getByRole("link", { name: "Lab" }).click();
  await expect(page.locator(".lab")).toBeVisible();
  const lab = await page.content();
  expect(lab).not.toContain(token);
  // What the Lab keeps is written when the page goes away, at the latest.
  await page.evaluate(() => window.dispatchEvent(new Event("pagehide")));
  const kept = await everythingKept(page);
  expect(kept).not.toContain(token);
  expect(kept).not.toContain(PASSWORD);
});

test("connections outlive the screen, and the navigation says so on the others", async ({ page }) => {
  await open(page, "#/server");
  await enter(page, 1, `auth messi ${PASSWORD}`);
  await expect(dialogue(page, 1)).toContainText("logged in");
  const navigation = page.getByRole("navigation");
  await navigation.getByRole("link", { name: "Lab" }).click();
  await expect(navigation).toContainText("1 connection to the real server is open");
  await navigation.getByRole("link", { name: "Real server" }).click();
  await enter(page, 1, "inbox");
  await expect(dialogue(page, 1)).toContainText("{}");
  await card(page, 1).getByRole("button", { name: "Disconnect" }).click();
  await expect(navigation).not.toContainText("connection to the real server is open");
});

test("leaving the page forgets people, dialogues and half-typed lines", async ({ page }) => {
  await open(page, "#/server");
  await enter(page, 1, `auth messi ${PASSWORD}`);
  await expect(dialogue(page, 1)).toContainText("logged in");
  await input(page, 2).fill("auth lineker half-typed");
  // As when the page is left and kept whole by the browser to be shown again.
  await page.evaluate(() => window.dispatchEvent(new Event("pagehide")));
  await expect(dialogue(page, 1)).not.toContainText("logged in");
  await expect(card(page, 1)).toContainText("not connected");
  await expect(input(page, 2)).toHaveValue("");
  await expect(recent(page)).toContainText("Nothing was sent yet.");
});

test("a line longer than the server takes is not sent", async ({ page }) => {
  await open(page, "#/server");
  // Fewer characters than the bound, and more bytes.
  await input(page, 1).fill(`send lineker ${"é".repeat(40_000)}`);
  await input(page, 1).press("Enter");
  await expect(dialogue(page, 1)).toContainText("Not sent: the request has 80,");
  await expect(card(page, 1)).toContainText("not connected");
});

test.describe("a server that is not well", () => {
  test("a full server", async ({ page }) => {
    await page.routeWebSocket(/\/ws$/, (socket) => {
      socket.send('{"status": "ERROR", "message": "Server Sibuk", "code": "server_busy"}');
      socket.close({ code: 1013 });
    });
    await open(page, "#/server");
    await card(page, 1).getByRole("button", { name: "Connect" }).click();
    await expect(card(page, 1)).toContainText("server full");
    await expect(dialogue(page, 1)).toContainText("Error, the server is busy");
  });

  test("refusals that say something about the server are explained", async ({ page }) => {
    await page.routeWebSocket(/\/ws$/, (socket) => {
      socket.onMessage((request) => {
        const code = `${request}`;
        socket.send(`{"status": "ERROR", "message": "x", "code": "${code}"}`);
      });
    });
    await open(page, "#/server");
    await enter(page, 1, "server_busy");
    await expect(dialogue(page, 1)).toContainText("did nothing. Try again in a moment.");
    await enter(page, 1, "storage_unavailable");
    await expect(dialogue(page, 1)).toContainText("The server can't store anything right now.");
    await enter(page, 1, "shutting_down");
    await expect(dialogue(page, 1)).toContainText("The server is stopping and did nothing.");
  });

  test("a reply that is none of the protocol ends the connection", async ({ page }) => {
    await page.routeWebSocket(/\/ws$/, (socket) => socket.onMessage(() => socket.send("220 mail.example")));
    await open(page, "#/server");
    await enter(page, 1, "help");
    await expect(card(page, 1)).toContainText("not understood");
    await expect(card(page, 1)).toContainText("What came is no reply of this protocol");
  });

  test("a connection that breaks leaves open what became of the request", async ({ page }) => {
    await page.routeWebSocket(/\/ws$/, (socket) => socket.onMessage(() => socket.close({ code: 3000 })));
    await open(page, "#/server");
    await enter(page, 1, "send lineker halo");
    await expect(card(page, 1)).toContainText("connection lost");
    await expect(dialogue(page, 1)).toContainText("No reply will come to 1 request: it may have taken effect, or not.");
  });

  test("a server that takes long is called slow, and can be left", async ({ page }) => {
    await page.clock.install();
    await page.routeWebSocket(/\/ws$/, (socket) => socket.onMessage(() => {}));
    await open(page, "#/server");
    await enter(page, 1, "help");
    await expect(card(page, 1)).toContainText("1 reply to come");
    await page.clock.runFor(5_000);
    await expect(card(page, 1)).toContainText("The server takes long.");
    await card(page, 1).getByRole("button", { name: "Disconnect" }).click();
    await expect(card(page, 1)).toContainText("disconnected");
    await expect(card(page, 1)).not.toContainText("to come");
  });

  test("no more than fifty requests wait for replies", async ({ page }) => {
    await page.routeWebSocket(/\/ws$/, (socket) => socket.onMessage(() => {}));
    await open(page, "#/server");
    await enterMany(page, 51, "help");
    await expect(page.getByText("Fifty requests wait for their replies.")).toBeVisible();
    await expect(input(page, 1)).toHaveValue("help 50");
    await expect(card(page, 1)).toContainText("50 replies to come");
  });

  test("the list keeps the latest 200 requests and replies", async ({ page }) => {
    await page.routeWebSocket(/\/ws$/, (socket) =>
      socket.onMessage((request) => socket.send(`{"status": "OK", "to": "${request}"}`)),
    );
    await open(page, "#/server");
    await enterMany(page, 101, "echo");
    await expect(recent(page).locator("tbody tr")).toHaveCount(200);
    await expect(recent(page).getByText("echo 100", { exact: true })).toHaveCount(1);
    await expect(recent(page).getByText("echo 0", { exact: true })).toHaveCount(0);
    await recent(page).getByRole("button", { name: "Clear" }).click();
    await expect(recent(page)).toContainText("Nothing was sent yet.");
  });
});

elsewhere("a page from a server without /ws says so", async ({ page, problems }) => {
  problems.expect(/404/);
  await open(page, "#/server");
  await card(page, 1).getByRole("button", { name: "Connect" }).click();
  await expect(card(page, 1)).toContainText("no server here");
  await expect(card(page, 1)).toContainText("takes no chat connections");
});

test("a page opened as a file says why there is no server, and what to do", async ({ page }) => {
  await page.goto(`${pathToFileURL("dist-single/chatting-time.html")}#/server`);
  await expect(page.getByRole("heading", { name: "A file has no server behind it" })).toBeVisible();
  await expect(page.getByText("chatting-time serve")).toBeVisible();
  await expect(page.locator("[data-client-input]")).toHaveCount(0);
  await expectAccessible(page);
});

test("everything works by keyboard alone", async ({ page }) => {
  await open(page, "#/server");
  // The screen comes on demand.
  await expect(async () => {
    await page.keyboard.press("1");
    await expect(input(page, 1)).toBeFocused({ timeout: 100 });
  }).toPass();
  await page.keyboard.type(`auth messi ${PASSWORD}`);
  await page.keyboard.press("Enter");
  await expect(dialogue(page, 1)).toContainText("logged in");
  await expect(input(page, 1)).toBeFocused();
  await tabTo(page, card(page, 1).getByRole("button", { name: "Disconnect" }));
  await page.keyboard.press("Enter");
  await expect(card(page, 1)).toContainText("disconnected");
  await page.keyboard.press("Enter");
  await expect(card(page, 1).locator(".client-light")).toHaveText("connected");
  await tabTo(page, page.getByRole("button", { name: "Add a client" }));
  await page.keyboard.press("Enter");
  await expect(card(page, 3)).toBeVisible();
});

for (const [locale, shown] of [
  ["en", "logged in"],
  ["id", "Berhasil Masuk"],
] as const) {
  test.describe(`in ${locale}`, () => {
    test.use({ locale });

    test("axe finds nothing, with people logged in and with a connection lost", async ({ page }) => {
      await open(page, "#/server");
      await expectAccessible(page);
      await enter(page, 1, `auth messi ${PASSWORD}`);
      await expect(dialogue(page, 1)).toContainText(shown);
      await enter(page, 1, "send lineker halo");
      await enter(page, 1, "inbox");
      await expect(dialogue(page, 1)).toContainText("{}");
      await enter(page, 2, "auth x y");
      await expect(dialogue(page, 2)).toContainText("Error, ");
      await expectAccessible(page);
    });

    test("fits a width of 320 pixels", async ({ page }) => {
      await page.setViewportSize({ width: 320, height: 640 });
      await open(page, "#/server");
      await enter(page, 1, `auth messi ${PASSWORD}`);
      await expect(dialogue(page, 1)).toContainText(shown);
      await card(page, 1).locator("button[aria-pressed]").click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    });
  });
}

test("changing the language changes what the dialogue says from then on", async ({ page }) => {
  await open(page, "#/server");
  await enter(page, 1, "inbox");
  await expect(dialogue(page, 1)).toContainText("Error, there is no such session");
  await page.getByLabel("Language").selectOption("id");
  // Its texts are fetched first.
  await expect(card(page, 1)).toContainText("terhubung");
  await enter(page, 1, "inbox");
  await expect(dialogue(page, 1)).toContainText("Error, Session Tidak Ditemukan");
});

function card(page: Page, number: number): Locator {
  return page.locator(".real-client-card").nth(number - 1);
}

function dialogue(page: Page, number: number): Locator {
  return card(page, number).getByRole("log");
}

function input(page: Page, number: number): Locator {
  return page.locator(`[data-client-input="${number - 1}"]`);
}

function recent(page: Page): Locator {
  return page.locator(".recent");
}

async function enter(page: Page, number: number, line: string): Promise<void> {
  await input(page, number).fill(line);
  await input(page, number).press("Enter");
}

/** Client 1 enters `word 0`, `word 1` and so on, each as soon as the page has drawn the one before. */
async function enterMany(page: Page, times: number, word: string): Promise<void> {
  await input(page, 1).evaluate(
    async (element: HTMLInputElement, { times, word }) => {
      for (let count = 0; count < times; count += 1) {
        element.value = `${word} ${count}`;
        element.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise(requestAnimationFrame);
        element.form?.requestSubmit();
        await new Promise(requestAnimationFrame);
      }
    },
    { times, word },
  );
}

/** The address, the history's state, and whatever any storage of the browser holds for this page, as one text. */
async function everythingKept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const all: unknown[] = [location.href, history.state, document.cookie, { ...localStorage }, { ...sessionStorage }];
    for (const { name } of await indexedDB.databases()) all.push(name);
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) all.push(request.url);
    }
    return JSON.stringify(all);
  });
}
