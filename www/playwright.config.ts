import { defineConfig } from "@playwright/test";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

export default defineConfig({
  // `cargo xtask test` runs on 2 cores; each test has a server and a browser context of its own.
  workers: 2,
  fullyParallel: true,
  // A test that passes at the second attempt is a test that fails.
  retries: 0,
  forbidOnly: true,
  reporter: "line",
  outputDir: "test-results",
  // Deadlines for what never comes; nothing is measured by them.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  projects: [
    { name: "tests", testDir: "tests" },
    { name: "benchmarks", testDir: "benchmarks", workers: 1, timeout: 900_000, use: { trace: "off" } },
  ],
  use: {
    browserName: "chromium",
    locale: "en",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
