// Draws the icons of the web app manifest from src/design/icon.svg, with Chromium: `npm run icons`. They are committed,
// so this runs only when the drawing changes.

import { readFileSync } from "node:fs";

import { chromium } from "@playwright/test";

const SVG = readFileSync("src/design/icon.svg", "utf8");
const BACKGROUND = "#0f5138";

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
await draw("icon-192.png", 192, "transparent");
await draw("icon-512.png", 512, "transparent");
// A maskable icon may be cut to any shape: its colour goes to the corners.
await draw("icon-maskable-512.png", 512, BACKGROUND);
await browser.close();

/**
 * @param {string} name
 * @param {number} size
 * @param {string} background
 */
async function draw(name, size, background) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(
    `<style>html { background: ${background} } body { margin: 0 } svg { display: block }</style>${SVG}`,
  );
  await page.screenshot({ path: `public/${name}`, omitBackground: true });
  await page.close();
}
