/**
 * Made-up rows (`bank_api/protocol/documents/synthetic.py`): which requests are for them, by words that board and members sign,
 * and the document that a release of them comes with.
 */
import record from "../generated/record.json" with { type: "json" };
import { FalsehoodError } from "./evidence.ts";

export interface MadeUp {
  people: number;
  k: number;
  rows: number;
  epsilon: number;
  delta: number;
  /** How many people a count in the rows, times people / rows, is off at most, in 95 of 100 cases. */
  countError: number;
  columns: readonly { name: string; values?: readonly number[]; low?: number; high?: number }[];
}

export const MADE_UP_WORDS: string = record.made_up_words;
const FORMAT = "azukari-synthetic-1";
const STATISTICAL = 2;

export function wantsMadeUp(request: { purpose?: string | null; legal_class: number }): boolean {
  return request.legal_class === STATISTICAL && (request.purpose ?? "").endsWith(MADE_UP_WORDS);
}

/** The message that tells in which form a release went out. */
export function releaseLine(release: { purpose?: string | null; legal_class: number }): "page-release-made-up" | "page-release-figures" | "page-release-line" {
  if (wantsMadeUp(release)) return "page-release-made-up";
  return release.legal_class === STATISTICAL ? "page-release-figures" : "page-release-line";
}

export function isMadeUp(text: string): boolean {
  return (JSON.parse(text) as { format?: string }).format === FORMAT;
}

/** Throws FalsehoodError for anything else. */
export function readMadeUp(text: string): MadeUp {
  const found = JSON.parse(text) as { format: string; people: number; k: number; rows: number; epsilon_thousandths: number; delta_billionths: number; count_error: number; columns: MadeUp["columns"] };
  if (found.format !== FORMAT || !Array.isArray(found.columns)) throw new FalsehoodError("page-false-figures");
  const { people, k, rows, columns } = found;
  return { people, k, rows, columns, epsilon: found.epsilon_thousandths / 1000, delta: found.delta_billionths / 1e9, countError: found.count_error };
}

/** As many rows as the document says, each of its questions and of nothing else, with values that it names. */
export function areRowsOf(rows: readonly Readonly<Record<string, unknown>>[], document: MadeUp): boolean {
  const fits = (value: unknown, { values, low = 0, high = 0 }: MadeUp["columns"][number]) =>
    Number.isInteger(value) && (values ? values.includes(value as number) : low <= (value as number) && (value as number) <= high);
  const names = document.columns.length;
  return rows.length === document.rows && rows.every((row) => Object.keys(row).length === names && document.columns.every((one) => fits(row[one.name], one)));
}
