/** What people write into a form, read as what is needed, with the rule that it breaks said in their language. */
import { say } from "../words/words.svelte.ts";

export type Faults = Record<string, { label: string; rule: string }>;

/** Collects what is wrong, entry by entry; the ids are those of the fields. */
export class Entries {
  readonly faults: Faults = {};

  text(id: string, label: string, value: string): string {
    const read = value.trim();
    if (!read) this.faults[id] = { label, rule: say("page-rule-empty") };
    return read;
  }

  /** A whole number; figures of full width, as Japanese keyboards write them, are read too. */
  number(id: string, label: string, value: string, low: number, high = Number.MAX_SAFE_INTEGER): number {
    const read = Number(value.normalize("NFKC").replaceAll(",", "").trim() || "x");
    if (!Number.isInteger(read) || read < low || read > high) {
      const rule = high === Number.MAX_SAFE_INTEGER ? say("page-rule-at-least", { low }) : say("word-range", { low: String(low), high: String(high) });
      this.faults[id] = { label, rule };
    }
    return read;
  }

  /** The last second of a day, of the reader's own. */
  day(id: string, label: string, value: string, after: number): number {
    const read = Math.floor(new Date(`${value}T23:59:59`).getTime() / 1000);
    if (!(read > after)) this.faults[id] = { label, rule: say("page-rule-later") };
    return read;
  }

  check(id: string, label: string, isFine: boolean, rule: string): void {
    if (!isFine && !this.faults[id]) this.faults[id] = { label, rule };
  }

  get areFine(): boolean {
    return Object.keys(this.faults).length === 0;
  }
}

/** A day so many days from now, as a date entry wants it. */
export function dayFromNow(days: number): string {
  return dayOf(Date.now() / 1000 + days * 86_400);
}

/** The reader's own day of a moment, as a date entry wants it. */
export function dayOf(seconds: number): string {
  const then = new Date(seconds * 1000);
  return `${then.getFullYear()}-${String(then.getMonth() + 1).padStart(2, "0")}-${String(then.getDate()).padStart(2, "0")}`;
}
