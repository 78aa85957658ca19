/** Counts by value of one column of a release: from the boxes how many rows certainly have it, and how many possibly. */
import type { Bar } from "../design/bars.ts";
import type { Cell, ReleasedTable } from "./release.ts";

const BARS_MAX = 10;

/** `noAnswer` is what the bar of those who did not answer is called. */
export function barsOf(table: ReleasedTable, name: string, noAnswer: string): Bar[] {
  const place = table.generalized.findIndex((column) => column.name === name);
  const cells = place >= 0 ? table.rows.map((row) => table.boxes[Number(row[0])]?.[place] as Cell) : plainCells(table, name);
  const isNumber = cells.every((cell) => cell.from !== undefined);
  const bars = isNumber ? numberBars(cells) : valueBars(cells);
  const silent = cells.filter((cell) => cell.missing);
  if (silent.length) bars.push({ label: noAnswer, low: silent.filter(isNobody).length, high: silent.length });
  return bars;
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
  if (!ranges.length) return [];
  const [low, high] = [Math.min(...ranges.map(([from]) => from)), Math.max(...ranges.map(([, to]) => to))];
  const width = Math.max(1, Math.ceil((high - low + 1) / BARS_MAX));
  const starts = Array.from({ length: Math.ceil((high - low + 1) / width) }, (_, index) => low + index * width);
  return starts.map((start) => {
    const end = Math.min(start + width - 1, high);
    return {
      label: start === end ? String(start) : `${start}–${end}`,
      low: cells.filter((cell) => !cell.missing && cell.from != null && lies(endsOf(cell), start, end)).length,
      high: ranges.filter(([from, to]) => from < start + width && to >= start).length,
    };
  });
}

function endsOf(cell: Cell): [number, number] {
  const [from, to] = [cell.from as number, cell.to as number];
  return [from, cell.to_included || to === from ? to : Number.isInteger(to) ? to - 1 : to];
}

function lies([from, to]: [number, number], start: number, end: number): boolean {
  return start <= from && to <= end;
}
