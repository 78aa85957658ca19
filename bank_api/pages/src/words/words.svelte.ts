/**
 * The one catalogue of messages (`bank_api/protocol/messages`), in the reader's language: a book that every part speaks
 * from, and one more for those who work at the bank. Fetched with the hash that the build names; whoever changes the
 * language reads on at once.
 */
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import places from "virtual:words";
import { early } from "../early.ts";

export type Language = "ja" | "en";
export type Book = "page" | "desk";
export const LANGUAGES: readonly Language[] = ["ja", "en"];

/** A message that was not put in a language yet, as the bank sends it. */
export interface Said {
  id: string;
  values?: Record<string, unknown>;
}

const STORED = "azukari.language";
const bundles = new Map<Language, FluentBundle>();
const used: Book[] = ["page"];
const state = $state<{ language: Language; bundle: FluentBundle | null }>({ language: preferred(), bundle: null });

export const words = {
  get language(): Language {
    return state.language;
  },
};

/** Speak from these books too; before the first `speak`. */
export function use(books: readonly Book[]): void {
  used.push(...books);
}

/** Load a language and speak it from now on. */
export async function speak(language: Language = preferred()): Promise<void> {
  let bundle = bundles.get(language);
  if (!bundle) {
    bundle = new FluentBundle(language, { useIsolating: false });
    for (const text of await Promise.all(used.map((book) => read(language, book)))) bundle.addResource(new FluentResource(text));
    bundles.set(language, bundle);
  }
  state.bundle = bundle;
  state.language = language;
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language;
}

async function read(language: Language, book: Book): Promise<string> {
  const { url, integrity } = places[language][book];
  return ((await early(url)) ?? (await fetch(url, { integrity }))).text();
}

/** The message with its values. Throws RangeError for one that the catalogue has not: a slip of ours. */
export function say(id: string, values: Record<string, FluentVariable> = {}): string {
  const text = find(id, values);
  if (text === null) throw new RangeError(`no message ${id}`);
  return text;
}

export function find(id: string, values: Record<string, FluentVariable> = {}): string | null {
  const pattern = state.bundle?.getMessage(id)?.value;
  if (!state.bundle || !pattern) return null;
  const errors: Error[] = [];
  const text = state.bundle.formatPattern(pattern, values, errors);
  if (errors[0]) throw new RangeError(`${id}: ${errors[0].message}`);
  return text;
}

/** A word of the catalogue as a heading, a column or a label: with a capital where the language has them. */
export function label(id: string): string {
  const text = say(id);
  return state.language === "ja" ? text : text.charAt(0).toLocaleUpperCase(state.language) + text.slice(1);
}

/** Several things in a row, as the language puts them. */
export function list(texts: readonly string[]): string {
  return new Intl.ListFormat(state.language, { type: "conjunction" }).format(texts);
}

/** What a kind or state is called; one that the catalogue does not know, as it came. */
export function named(group: string, value: string): string {
  return find(`${group}-${value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-")}`) ?? value;
}

/** What the bank said, in the reader's language; null if this catalogue cannot say it. */
export function told(what: unknown): string | null {
  const { id, values } = (what ?? {}) as Partial<Said>;
  if (typeof id !== "string") return null;
  const given = Object.entries(values ?? {}).map(([name, value]) => {
    const inner = typeof value === "object" ? told(value) : null;
    return [name, inner ?? (typeof value === "number" ? value : String(value))] as const;
  });
  try {
    return find(id, Object.fromEntries(given));
  } catch {
    return null;
  }
}

/** A moment as the reader's language and place have it. */
export function moment(seconds: number): string {
  return new Intl.DateTimeFormat(state.language, { dateStyle: "medium", timeStyle: "short" }).format(seconds * 1000);
}

export function day(seconds: number): string {
  return new Intl.DateTimeFormat(state.language, { dateStyle: "medium" }).format(seconds * 1000);
}

export function count(number: number): string {
  return new Intl.NumberFormat(state.language).format(number);
}

/** An amount that may be small, in plain digits, as the command line says it (`messages/figures.py`). */
export function figure(number: number): string {
  return new Intl.NumberFormat(state.language, { maximumSignificantDigits: 6 }).format(number);
}

/** A probability as people read it: 0.000001 is one in 1,000,000. */
export function chance(probability: number): string {
  const [digits = "0", exponent = "0"] = probability.toExponential(2).split("e");
  const [whole = "0", fraction = ""] = digits.replace(/\.?0+$/, "").split(".");
  const places = fraction.length - Number(exponent);
  return probability > 0 && places > 0 ? say("word-chance", { part: Number(whole + fraction), whole: 10 ** places }) : figure(probability);
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** A number of bytes in the unit that leaves it below 1,024, as the command line says it. */
export function size(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  for (; amount >= 1024 && unit < UNITS.length - 1; unit += 1) amount /= 1024;
  return `${unit ? amount.toFixed(1) : amount} ${UNITS[unit]}`;
}

/**
 * The part of a text in the reader's language, where somebody wrote both with ` / ` between (ja / en); else all of it.
 * So with what stands in brackets at its end, if that is in both. Only for showing: what is signed is the whole, and stands whole where it is signed.
 */
export function half(text: string): string {
  const added = /^(.+?)\s*\(([^()]+\s\/\s[^()]+)\)$/s.exec(text);
  if (added?.[1] && added[2]) return `${half(added[1])} (${half(added[2])})`;
  const parts = text.split(/\s*\/\s+/);
  if (parts.length !== 2 || !JAPANESE.test(parts[0] ?? "") || JAPANESE.test(parts[1] ?? "")) return text;
  return (state.language === "ja" ? parts[0] : parts[1]) || text;
}

const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

function preferred(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "ja" || stored === "en") return stored;
  return navigator.language.startsWith("ja") ? "ja" : "en";
}
