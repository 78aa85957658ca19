/** The payload root of a release (`chaincode/merkle.py`): RFC 9162's tree with keccak-256 over salted rows. */
import { keccak_256 } from "@noble/hashes/sha3";
import { areEqual, concatBytes } from "../sealing/bytes.ts";
import { type Json, canonicalJson } from "../sealing/canonical.ts";

export function leafHash(salt: Uint8Array, row: Json): Uint8Array {
  return keccak_256(concatBytes(Uint8Array.of(0), salt, canonicalJson(row)));
}

/** What a release is on its way: rows, a salt for each (in hex), and the document that tells of them. */
export interface Payload {
  release: { rows: Readonly<Record<string, string | number | null>>[]; k: number; suppressed: number; document: string };
  salts: string[];
}

/** Over rows with their salts, in order; null where there is not one salt for each. */
export function payloadRoot(rows: Payload["release"]["rows"], salts: readonly Uint8Array[]): Uint8Array | null {
  if (!rows.length || salts.length !== rows.length) return null;
  return treeRoot(rows.map((row, index) => leafHash(salts[index] as Uint8Array, row)));
}

export function treeRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const half = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  return node(treeRoot(leaves.slice(0, half)), treeRoot(leaves.slice(half)));
}

/** Whether a leaf stands at `index` of `count` under a root (RFC 9162, 2.1.3.2). */
export function isIncluded(leaf: Uint8Array, index: number, count: number, path: readonly Uint8Array[], root: Uint8Array): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= count) return false;
  let [position, last, found] = [index, count - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return false;
    if (position % 2 || position === last) {
      found = node(sibling, found);
      while (position && position % 2 === 0) [position, last] = [position / 2, Math.floor(last / 2)];
    } else found = node(found, sibling);
    [position, last] = [Math.floor(position / 2), Math.floor(last / 2)];
  }
  return last === 0 && areEqual(found, root);
}

function node(left: Uint8Array, right: Uint8Array): Uint8Array {
  return keccak_256(concatBytes(Uint8Array.of(1), left, right));
}
