/**
 * A release as its partner receives it, by the plan of `wallet_cli/release.py`: 1. open the payload with the partner's key;
 * 2. its rows and salts give the payload root that the record has; 3. the rows are those of the release document; 4. every
 * combination of generalized values stands for at least k people. What fails is said and not shown.
 */
import { keccak_256 } from "@noble/hashes/sha3";
import type { Shapes } from "../bank/client.ts";
import { type Evidence, FalsehoodError } from "../record/evidence.ts";
import { mentions } from "../record/events.ts";
import { type Hex, concatBytes, fromBase64, fromHex, toHex, utf8 } from "../sealing/bytes.ts";
import { type Json, canonicalJson, parseCanonicalJson } from "../sealing/canonical.ts";
import { openSealed } from "../sealing/envelope.ts";
import type { KeyPair } from "../sealing/keys.ts";

/** The form that is opened here: a table of rows. */
const ANONYMIZED = 1;

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
  /** The number of a row's box, then a value for each plain column. */
  rows: readonly (readonly (string | number | null)[])[];
}

export interface OpenedRelease {
  rows: readonly Row[];
  columns: readonly string[];
  table: ReleasedTable;
  /** As measured here, on the rows that came. */
  k: number;
  root: Hex;
}

interface Payload {
  release: { rows: Row[]; k: number; suppressed: number; document: string };
  salts: string[];
}

/** See the plan above. Throws SealingError or FalsehoodError. */
export function openRelease(sealed: Shapes["ReleasePayload"], release: Shapes["ReleaseView"], key: KeyPair): OpenedRelease {
  if (release.legal_class !== ANONYMIZED) throw new FalsehoodError("desk-other-form");
  const context = utf8(`release:${release.release_id.slice(2)}`);
  const { release: body, salts } = parseCanonicalJson(openSealed(fromBase64(sealed.sealed_base64), key, context)) as unknown as Payload; // 1.
  const root = toHex(payloadRoot(body.rows, salts.map(fromHex))); // 2.
  if (root !== release.payload_root) throw new FalsehoodError("desk-false-root");
  const { table } = JSON.parse(body.document) as { table: ReleasedTable }; // 3.
  const columns = [...table.generalized, ...table.plain].map(({ name }) => name);
  const same = (row: Row, index: number): boolean => rowOf(table, columns, index) === spelled(row);
  if (body.rows.length !== table.rows.length || !body.rows.every(same)) throw new FalsehoodError("desk-false-rows");
  const k = smallestClass(table, body.rows); // 4.
  if (k < release.k) throw new FalsehoodError("desk-false-k", { said: release.k, found: k });
  return { rows: body.rows, columns, table, k, root };
}

/** The record names this very root for this release, in the block where the bank says so. */
export async function checkRoot(evidence: Evidence, release: Shapes["ReleaseView"], root: Hex): Promise<number> {
  const events = await evidence.events(release.block_number);
  const recorded = events.find((event) => event.name === "Disclosed" && mentions(event, release.release_id));
  if (recorded?.values.payloadRoot !== root) throw new FalsehoodError("desk-false-root");
  return release.block_number;
}

/** RFC 6962 with keccak-256: a leaf is H(0 || salt || row), a node H(1 || left || right). */
export function payloadRoot(rows: readonly Row[], salts: readonly Uint8Array[]): Uint8Array {
  const leaves = rows.map((row, index) => keccak_256(concatBytes(Uint8Array.of(0), salts[index] ?? new Uint8Array(0), canonicalJson(row as Json))));
  if (!leaves.length || salts.length !== leaves.length) throw new FalsehoodError("desk-false-rows");
  return treeRoot(leaves);
}

function treeRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const half = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  return keccak_256(concatBytes(Uint8Array.of(1), treeRoot(leaves.slice(0, half)), treeRoot(leaves.slice(half))));
}

function rowOf(table: ReleasedTable, columns: readonly string[], index: number): string {
  const [box = -1, ...values] = table.rows[index] ?? [];
  const texts = (table.boxes[Number(box)] ?? []).map((cell) => cell.text);
  return spelled(Object.fromEntries(columns.map((name, place) => [name, [...texts, ...values][place] ?? null])));
}

function spelled(row: Row): string {
  return new TextDecoder().decode(canonicalJson(row as Json));
}

function smallestClass(table: ReleasedTable, rows: readonly Row[]): number {
  const sizes = new Map<string, number>();
  for (const row of rows) {
    const box = JSON.stringify(table.generalized.map(({ name }) => row[name]));
    sizes.set(box, (sizes.get(box) ?? 0) + 1);
  }
  return Math.min(...sizes.values());
}
