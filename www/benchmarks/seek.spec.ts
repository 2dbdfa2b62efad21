// How long from moving the timeline's slider until the frame that shows the new moment, in a long history.

import { expect, open, test } from "../tests/fixtures.ts";
import { report } from "./report.ts";

const INPUTS = 1_000;
const SEEKS = 200;

test("seek anywhere", async ({ page }) => {
  await open(page, "#/lab");
  const slider = page.getByRole("slider").first();
  const line = page.locator("[data-client-input]").first();
  await line.fill("auth messi surabaya");
  await line.press("Enter");
  for (let message = 0; Number(await slider.getAttribute("max")) < INPUTS; message++) {
    await line.fill(`send lineker message ${message}`);
    await line.press("Enter");
    await expect(line).toHaveValue("");
  }
  const steps = Number(await slider.getAttribute("max"));
  const times = await slider.evaluate(seekToSteps, scatteredSteps(steps));
  report(`seek in a history of ${steps} inputs`, times, 100);
});

async function seekToSteps(slider: HTMLElement, steps: number[]): Promise<number[]> {
  const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
  const input = slider as HTMLInputElement;
  const times: number[] = [];
  for (const step of steps) {
    const begun = performance.now();
    input.valueAsNumber = step;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    // The first frame seeks and renders; when the second begins, it has been shown.
    await nextFrame();
    await nextFrame();
    times.push(performance.now() - begun);
  }
  return times;
}

/** By the golden ratio: far from each other and spread over the whole history, the same on every run. */
function scatteredSteps(steps: number): number[] {
  return Array.from({ length: SEEKS }, (_, index) => Math.floor(((index * 0.618_034) % 1) * (steps + 1)));
}
