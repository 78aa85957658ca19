/** Counts by value of one column of a release: from the boxes how many rows certainly have it, and how many possibly. */
import type { Bar } from "../design/bars.ts";
import { type Cell, type ReleasedTable, rowsOfClasses, together } from "./release.ts";

const BARS_MAX = 10;

/** `noAnswer` is what the bar of those who did not answer is called. */
export function barsOf(table: ReleasedTable, name: string, noAnswer: string): Bar[] {
  const cells = cellsOf(table, name);
  const isNumber = cells.every((cell) => cell.from !== undefined);
  const bars = isNumber ? numberBars(cells) : valueBars(cells);
  const silent = cells.filter((cell) => cell.missing);
  if (silent.length) bars.push({ label: noAnswer, low: silent.filter(isNobody).length, high: silent.length });
  return bars;
}

function cellsOf(table: ReleasedTable, name: string): Cell[] {
  const place = table.generalized.findIndex((column) => column.name === name);
  return place >= 0 ? table.rows.map((row) => table.boxes[Number(row[0])]?.[place] as Cell) : plainCells(table, name);
}

/** A plain value as the cell that it alone fills. */
function plainCells(table: ReleasedTable, name: string): Cell[] {
  const place = table.plain.findIndex((column) => column.name === name) + 1;
  return table.rows.map((row) => {
    const value = row[place] ?? null;
    const text = value === null ? "" : String(value);
    if (table.plain[place - 1]?.kind === "number") {
      return { text, missing: value === null, from: value as number | null, to: value as number | null, to_included: true };
    }
    return { text, missing: value === null, any_of: value === null ? [] : [text] };
  });
}

function isNobody(cell: Cell): boolean {
  return cell.from === null || (cell.from === undefined && !cell.any_of?.length);
}

function valueBars(cells: readonly Cell[]): Bar[] {
  const names = [...new Set(cells.flatMap((cell) => cell.any_of ?? []))].sort();
  return names.map((label) => ({
    label,
    low: cells.filter((cell) => !cell.missing && isCertain(cell, label)).length,
    high: cells.filter((cell) => cell.any_of?.includes(label)).length,
  }));
}

function isCertain(cell: Cell, label: string): boolean {
  return cell.all_of ? cell.all_of.includes(label) : cell.any_of?.length === 1 && cell.any_of[0] === label;
}

function numberBars(cells: readonly Cell[]): Bar[] {
  const ranges = cells.flatMap((cell) => (cell.from == null || cell.to == null ? [] : [endsOf(cell)]));
  return numberRanges(cells).map(({ label, start, end }) => ({
    label,
    low: cells.filter((cell) => !cell.missing && cell.from != null && lies(endsOf(cell), start, end)).length,
    high: ranges.filter((one) => touches(one, start, end)).length,
  }));
}

/** A few ranges of equal width that hold all values. */
function numberRanges(cells: readonly Cell[]): { label: string; start: number; end: number }[] {
  const ranges = cells.flatMap((cell) => (cell.from == null || cell.to == null ? [] : [endsOf(cell)]));
  if (!ranges.length) return [];
  const [low, high] = [Math.min(...ranges.map(([from]) => from)), Math.max(...ranges.map(([, to]) => to))];
  const width = Math.max(1, Math.ceil((high - low + 1) / BARS_MAX));
  const starts = Array.from({ length: Math.ceil((high - low + 1) / width) }, (_, index) => low + index * width);
  return starts.map((start) => {
    const end = Math.min(start + width - 1, high);
    return { label: start === end ? String(start) : `${start}–${end}`, start, end };
  });
}

function endsOf(cell: Cell): [number, number] {
  const [from, to] = [cell.from as number, cell.to as number];
  return [from, cell.to_included || to === from ? to : Number.isInteger(to) ? to - 1 : to];
}

function lies([from, to]: [number, number], start: number, end: number): boolean {
  return start <= from && to <= end;
}

/**
 * Two columns against each other: of each pair of values how many rows certainly have both, and how many possibly do. In homes
 * answers stand beside descriptions by chance, so of both together each class tells only how many there are of each.
 */
export function crossed(table: ReleasedTable, left: string, top: string, noAnswer: string): { rows: string[]; columns: string[]; at(row: string, column: string): { low: number; high: number } } {
  const [ofLeft, ofTop] = [binsOf(table, left, noAnswer), binsOf(table, top, noAnswer)];
  const classes = isDealt(table, left, top) ? rowsOfClasses(table) : null;
  return {
    rows: ofLeft.labels,
    columns: ofTop.labels,
    at(row, column) {
      const [first, second] = [ofLeft.labels.indexOf(row), ofTop.labels.indexOf(column)];
      if (classes) return ofClasses(classes, ofLeft.possible, first, ofTop.possible, second);
      const all = ofLeft.possible.map((bins, index) => [bins, ofTop.possible[index] as Set<number>] as const);
      const high = all.filter(([one, other]) => one.has(first) && other.has(second)).length;
      const low = all.filter(([one, other]) => one.has(first) && other.has(second) && one.size === 1 && other.size === 1).length;
      return { low, high };
    },
  };
}

/** An answer against a description, of which a row says nothing. */
export function isDealt(table: ReleasedTable, left: string, top: string): boolean {
  const isAnswer = (name: string) => table.plain.some((column) => column.name === name);
  return table.classes !== undefined && isAnswer(left) !== isAnswer(top);
}

function ofClasses(classes: readonly number[][], left: readonly Set<number>[], first: number, top: readonly Set<number>[], second: number): { low: number; high: number } {
  let [low, high] = [0, 0];
  for (const rows of classes) {
    const certain = (bins: readonly Set<number>[], bin: number) => rows.filter((index) => bins[index]?.size === 1 && bins[index]?.has(bin)).length;
    const possible = (bins: readonly Set<number>[], bin: number) => rows.filter((index) => bins[index]?.has(bin)).length;
    low += Math.max(0, certain(left, first) + certain(top, second) - rows.length);
    high += Math.min(possible(left, first), possible(top, second));
  }
  return { low, high };
}

/** `together` in whole numbers, for people; 0 where there are no rows. */
export function answersTogether(table: ReleasedTable): { mean: number; most: number } {
  const { mean, most } = together(table);
  return { mean: Math.round(mean) || 0, most: Math.max(0, most) };
}

/** How much of a column was given up: for each row the share of the column's bins among which its value is hidden. */
export function lossOf(table: ReleasedTable, name: string, noAnswer: string): { bins: number; byWidth: { width: number; rows: number }[]; mean: number } {
  const { labels, possible } = binsOf(table, name, noAnswer);
  const widths = possible.map((bins) => bins.size);
  const byWidth = [...new Set(widths)].sort((one, other) => one - other).map((width) => ({ width, rows: widths.filter((one) => one === width).length }));
  const spread = Math.max(1, labels.length - 1);
  return { bins: labels.length, byWidth, mean: widths.reduce((sum, width) => sum + (width - 1) / spread, 0) / Math.max(1, widths.length) };
}

/** The bins of a column and, row by row, into which of them its value may fall. */
function binsOf(table: ReleasedTable, name: string, noAnswer: string): { labels: string[]; possible: Set<number>[] } {
  const cells = cellsOf(table, name);
  const isNumber = cells.every((cell) => cell.from !== undefined);
  const bins = isNumber ? numberRanges(cells) : [...new Set(cells.flatMap((cell) => cell.any_of ?? []))].sort().map((label) => ({ label, start: 0, end: 0 }));
  const silent = cells.some((cell) => cell.missing);
  const labels = [...bins.map(({ label }) => label), ...(silent ? [noAnswer] : [])];
  const possible = cells.map((cell) => {
    const found = new Set<number>();
    bins.forEach(({ label, start, end }, index) => {
      if (isNumber ? cell.from != null && cell.to != null && touches(endsOf(cell), start, end) : cell.any_of?.includes(label)) found.add(index);
    });
    if (cell.missing) found.add(labels.length - 1);
    return found;
  });
  return { labels, possible };
}

function touches([from, to]: [number, number], start: number, end: number): boolean {
  return from <= end && to >= start;
}
