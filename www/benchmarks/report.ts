// One line for a row of measured times.

/** Prints median, 95th percentile and longest of times in milliseconds, and what the 95th may be. */
export function report(name: string, times: number[], atMost: number): void {
  const sorted = times.toSorted((a, b) => a - b);
  const share = (part: number) => sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN;
  const figures = [`p50 ${share(0.5).toFixed(0)}`, `p95 ${share(0.95).toFixed(0)}`, `longest ${share(1).toFixed(0)}`];
  console.log(`\n${name}: ${figures.join(", ")} ms of ${times.length}; at most ${atMost} ms (p95)`);
}
