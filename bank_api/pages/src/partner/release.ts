/**
 * A release as its partner receives it, by the plan of `wallet_cli/release.py`: 1. open the payload with the partner's key;
 * 2. its rows and salts give the payload root that the record has; 3. the rows are those of the release document; 4. every
 * combination of generalized values stands for at least k people, in homes within each class. What fails is said and not shown.
 */
import type { Shapes } from "../bank/client.ts";
import { type Evidence, FalsehoodError } from "../record/evidence.ts";
import { mentions } from "../record/events.ts";
import { type MadeUp, areRowsOf, isMadeUp, readMadeUp } from "../record/made-up.ts";
import { type Payload, payloadRoot } from "../record/merkle.ts";
import { type StatisticsDocument, areFiguresOf, isStatistics, readStatistics } from "../record/statistics.ts";
import { type Hex, fromBase64, fromHex, toHex, utf8 } from "../sealing/bytes.ts";
import { type Json, canonicalJson, parseCanonicalJson } from "../sealing/canonical.ts";
import { openSealed } from "../sealing/envelope.ts";
import type { KeyPair } from "../sealing/keys.ts";

/** Figures instead of rows. */
export const STATISTICAL = 2;

export type Row = Readonly<Record<string, string | number | null>>;

export interface Cell {
  text: string;
  missing: boolean;
  from?: number | null;
  to?: number | null;
  to_included?: boolean;
  any_of?: readonly string[] | null;
  all_of?: readonly string[];
}

interface ReleasedColumn {
  name: string;
  kind: string;
  role: string;
}

export interface ReleasedTable {
  generalized: readonly ReleasedColumn[];
  plain: readonly ReleasedColumn[];
  boxes: readonly (readonly Cell[])[];
  /** In homes (ADR 85) the class of each box: boxes are rooms, and the answers of a class are dealt to its rows by chance. */
  classes?: readonly number[];
  /** The number of a row's box, then a value for each plain column. */
  rows: readonly (readonly (string | number | null)[])[];
}

export interface OpenedRelease {
  rows: readonly Row[];
  columns: readonly string[];
  /** In homes of each row its class, from 1: rows whose answers are told as one. */
  classes: readonly number[] | null;
  /** The boxes behind the rows; null of a release of figures. */
  table: ReleasedTable | null;
  /** null of a release of rows. */
  figures: StatisticsDocument | null;
  /** null of a release whose rows are not made up. */
  madeUp: MadeUp | null;
  /** As measured here, on the rows that came. */
  k: number;
  root: Hex;
}

/** See the plan above. Throws SealingError or FalsehoodError. */
export function openRelease(sealed: Shapes["ReleasePayload"], release: Shapes["ReleaseView"], key: KeyPair): OpenedRelease {
  const context = utf8(`release:${release.release_id.slice(2)}`);
  const { release: body, salts } = parseCanonicalJson(openSealed(fromBase64(sealed.sealed_base64), key, context)) as unknown as Payload; // 1.
  const found = payloadRoot(body.rows, salts.map(fromHex)); // 2.
  if (!found) throw new FalsehoodError("desk-false-rows");
  const root = toHex(found);
  if (root !== release.payload_root) throw new FalsehoodError("desk-false-root");
  if (isStatistics(body.document)) return openedFigures(release, body, root);
  if (isMadeUp(body.document)) return openedMadeUp(release, body, root);
  const document = JSON.parse(body.document) as { table: ReleasedTable; come_and_go?: boolean; answers_together?: { mean: number; most: number } }; // 3.
  const { table } = document;
  if (!toldInClasses(document)) throw new FalsehoodError("desk-false-rows");
  const columns = [...table.generalized, ...table.plain].map(({ name }) => name);
  const same = (row: Row, index: number): boolean => rowOf(table, columns, index) === spelled(row);
  if (body.rows.length !== table.rows.length || !body.rows.every(same)) throw new FalsehoodError("desk-false-rows");
  const k = smallestClass(table, body.rows); // 4.
  if (k < release.k) throw new FalsehoodError("desk-false-k", { said: release.k, found: k });
  const classes = table.classes ? table.rows.map(([box]) => (table.classes?.[Number(box)] ?? -1) + 1) : null;
  return { rows: body.rows, columns, classes, table, figures: null, madeUp: null, k, root };
}

/** 3. for figures: they are those of the document, counts add up, and people and k are what the ledger says. */
function openedFigures(release: Shapes["ReleaseView"], body: Payload["release"], root: Hex): OpenedRelease {
  const figures = readStatistics(body.document);
  if (!areFiguresOf(body.rows, body.document)) throw new FalsehoodError("desk-false-rows");
  if (figures.people !== release.rows) throw new FalsehoodError("desk-false-rows");
  if (figures.k < release.k) throw new FalsehoodError("desk-false-k", { said: release.k, found: figures.k });
  return { rows: body.rows, columns: ["figure", "of", "at", "value", "low", "high"], classes: null, table: null, figures, madeUp: null, k: figures.k, root };
}

/** 3. for made-up rows: as many as the document says, of what it says, and people and k are the ledger's. */
function openedMadeUp(release: Shapes["ReleaseView"], body: Payload["release"], root: Hex): OpenedRelease {
  const madeUp = readMadeUp(body.document);
  if (!areRowsOf(body.rows, madeUp) || madeUp.people !== release.rows) throw new FalsehoodError("desk-false-rows");
  if (madeUp.k < release.k) throw new FalsehoodError("desk-false-k", { said: release.k, found: madeUp.k });
  return { rows: body.rows, columns: madeUp.columns.map(({ name }) => name), classes: null, table: null, figures: null, madeUp, k: madeUp.k, root };
}

/** Rows and columns to keep: in homes with the class of each row first, under a name that no question has. */
export function written({ rows, columns, classes }: OpenedRelease): { rows: readonly Row[]; columns: readonly string[]; classColumn: string | null } {
  if (!classes) return { rows, columns, classColumn: null };
  let name = "class_of_answers";
  while (columns.includes(name)) name += "_";
  return { rows: rows.map((row, index) => ({ [name]: classes[index] ?? 0, ...row })), columns: [name, ...columns], classColumn: name };
}

/** The record names this very root for this release, in the block where the bank says so. */
export async function checkRoot(evidence: Evidence, release: Shapes["ReleaseView"], root: Hex): Promise<number> {
  const events = await evidence.events(release.block_number);
  const recorded = events.find((event) => event.name === "Disclosed" && mentions(event, release.release_id));
  if (recorded?.values.payloadRoot !== root) throw new FalsehoodError("desk-false-root");
  return release.block_number;
}

function rowOf(table: ReleasedTable, columns: readonly string[], index: number): string {
  const [box = -1, ...values] = table.rows[index] ?? [];
  const texts = (table.boxes[Number(box)] ?? []).map((cell) => cell.text);
  return spelled(Object.fromEntries(columns.map((name, place) => [name, [...texts, ...values][place] ?? null])));
}

function spelled(row: Row): string {
  return new TextDecoder().decode(canonicalJson(row as Json));
}

/** In homes, and nowhere else, boxes are of classes; what is said of their sizes is counted again. */
export function toldInClasses({ table, come_and_go, answers_together }: { table: ReleasedTable; come_and_go?: boolean; answers_together?: { mean: number; most: number } }): boolean {
  if (!table.classes) return come_and_go !== true && answers_together === undefined;
  if (come_and_go !== true || table.classes.length !== table.boxes.length || !table.classes.every((one) => Number.isInteger(one) && one >= 0)) return false;
  const { mean, most } = together(table);
  return answers_together?.mean === mean && answers_together.most === most;
}

/** With how many rows the answers of a row are told as one: on average over the rows, and most. */
export function together(table: ReleasedTable): { mean: number; most: number } {
  const sizes = rowsOfClasses(table).map((rows) => rows.length);
  return { mean: sizes.reduce((sum, size) => sum + size * size, 0) / table.rows.length, most: Math.max(...sizes) };
}

/** The places of rows whose answers are told as one, class by class. */
export function rowsOfClasses(table: ReleasedTable): number[][] {
  const classes = new Map<number, number[]>();
  for (const [index, [box]] of table.rows.entries()) {
    const of = table.classes?.[Number(box)] ?? Number(box);
    const rows = classes.get(of);
    if (rows) rows.push(index);
    else classes.set(of, [index]);
  }
  return [...classes.values()];
}

/** Of rows that are described alike; in homes the class stands beside each, so that it tells them apart, too. */
export function smallestClass(table: ReleasedTable, rows: readonly Row[]): number {
  const sizes = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const of = table.classes?.[Number(table.rows[index]?.[0])] ?? null;
    const box = JSON.stringify([of, ...table.generalized.map(({ name }) => row[name])]);
    sizes.set(box, (sizes.get(box) ?? 0) + 1);
  }
  return Math.min(...sizes.values());
}
