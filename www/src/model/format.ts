// Numbers and times as the reader's language writes them.

import { computed } from "@preact/signals";

import { language } from "../texts/language";

const whole = computed(() => new Intl.NumberFormat(language.value));
const thousandths = computed(
  () => new Intl.NumberFormat(language.value, { minimumFractionDigits: 3, maximumFractionDigits: 3 }),
);

export function formatNumber(value: number): string {
  return whole.value.format(value);
}

/** Milliseconds as seconds: `0.040`. */
export function formatSeconds(milliseconds: number): string {
  return thousandths.value.format(milliseconds / 1_000);
}

/** A token as it is told apart at a glance. */
export function shortToken(token: string): string {
  return `${token.slice(0, 8)}…`;
}
