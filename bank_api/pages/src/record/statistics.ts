/**
 * The document of a release of statistics (`bank_api/protocol/documents/statistics.py`): figures with error bars. Counts of
 * one question must add up to everybody, else nothing of it is shown.
 */
import { type Json, canonicalJson } from "../sealing/canonical.ts";
import { FalsehoodError } from "./evidence.ts";

export interface Figure {
  kind: "count" | "rest" | "mean" | "quantile";
  of: readonly string[];
  at: readonly string[];
  value: number;
  low: number;
  high: number;
}

export interface StatisticsDocument {
  people: number;
  k: number;
  epsilon: number;
  figures: readonly Figure[];
}

export const BETWEEN = " × ";
const FORMAT = "azukari-statistics-1";
const KINDS = ["count", "rest", "mean", "quantile"];

export function isStatistics(text: string): boolean {
  return (JSON.parse(text) as { format?: string }).format === FORMAT;
}

/** Throws FalsehoodError for anything else, and where counts do not add up. */
export function readStatistics(text: string): StatisticsDocument {
  const found = JSON.parse(text) as { format: string; people: number; k: number; epsilon_thousandths: number; figures: (Omit<Figure, "value" | "low" | "high"> & Record<"value" | "low" | "high", number | string>)[] };
  if (found.format !== FORMAT || !Array.isArray(found.figures)) throw new FalsehoodError("page-false-figures");
  const figures = found.figures.map((one) => ({ ...one, value: Number(one.value), low: Number(one.low), high: Number(one.high) }));
  if (figures.some((one) => !KINDS.includes(one.kind) || ![one.value, one.low, one.high].every(Number.isFinite))) throw new FalsehoodError("page-false-figures");
  const totals = new Map<string, number>();
  for (const one of figures) {
    const name = one.of.join(BETWEEN);
    if (one.kind === "count" || one.kind === "rest") totals.set(name, (totals.get(name) ?? 0) + one.value);
  }
  if ([...totals.values()].some((total) => total !== found.people)) throw new FalsehoodError("page-false-figures");
  return { people: found.people, k: found.k, epsilon: found.epsilon_thousandths / 1000, figures };
}

/** Whether the rows of a payload are the figures of its document. */
export function areFiguresOf(rows: readonly object[], text: string): boolean {
  const records = recordsOf(text);
  const spelled = (one: object) => new TextDecoder().decode(canonicalJson(one as Json));
  return rows.length === records.length && rows.every((row, index) => spelled(row) === spelled(records[index] as object));
}

/** The figures as rows of a payload, as they are hashed; text where the document has text. */
export function recordsOf(text: string): Record<string, string | number>[] {
  const { figures } = JSON.parse(text) as { figures: { kind: string; of: string[]; at: string[]; value: number | string; low: number | string; high: number | string }[] };
  return figures.map(({ kind, of, at, value, low, high }) => ({ figure: kind, of: of.join(BETWEEN), at: at.join(BETWEEN), value, low, high }));
}
