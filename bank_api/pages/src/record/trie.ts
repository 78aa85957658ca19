/**
 * Ethereum's Merkle Patricia trie (yellow paper, appendix D), as far as checking needs it: the root of a list, and the
 * value that a proof shows under a key, or that it shows none. Whatever does not hash to what stands above it is refused.
 */
import { keccak_256 } from "@noble/hashes/sha3";
import { fromRlp, toRlp } from "viem";
import { areEqual, toHex } from "../sealing/bytes.ts";

type Node = Uint8Array | readonly Node[];
type Nibbles = readonly number[];

/** A proof that proves nothing: a node is missing, altered or of no known form. */
export class ProofError extends Error {}

const EMPTY = Uint8Array.of(0x80);
export const EMPTY_ROOT = keccak_256(EMPTY);

/** The root over values whose keys are their places, as blocks have it over transactions and receipts. */
export function rootOfList(values: readonly Uint8Array[]): Uint8Array {
  if (!values.length) return EMPTY_ROOT;
  const leaves = values.map((value, place) => ({ path: nibbles(rlp(number(place))), value }));
  return keccak_256(rlp(build(leaves)));
}

/** The value under `key` (already hashed, for state and storage), or null if the proof shows that there is none. */
export function provenValue(root: Uint8Array, key: Uint8Array, proof: readonly Uint8Array[]): Uint8Array | null {
  let path = nibbles(key);
  let node = take(root, proof, 0);
  let depth = 0;
  for (;;) {
    if (node instanceof Uint8Array) {
      if (node.length) throw new ProofError("a node is no list");
      return null;
    }
    if (node.length === 17) {
      const [head, ...rest] = path;
      if (head === undefined) return value(node[16]);
      path = rest;
      node = follow(node[head]);
    } else if (node.length === 2) {
      const { shared, isLeaf } = compact(node[0]);
      const fits = shared.every((nibble, place) => nibble === path[place]);
      if (isLeaf) return fits && shared.length === path.length ? value(node[1]) : null;
      if (!fits) return null;
      path = path.slice(shared.length);
      node = follow(node[1]);
    } else throw new ProofError("a node has neither 2 nor 17 parts");
  }

  /** The node that a part names: itself if it is short, else the next of the proof, which must hash to it. */
  function follow(part: Node | undefined): Node {
    if (part instanceof Uint8Array && part.length === 32) return take(part, proof, ++depth);
    if (part === undefined || (part instanceof Uint8Array && part.length)) throw new ProofError("a link is malformed");
    return part;
  }
}

function take(hash: Uint8Array, proof: readonly Uint8Array[], depth: number): Node {
  const encoded = proof[depth];
  if (encoded === undefined) {
    if (depth === 0 && areEqual(hash, EMPTY_ROOT)) return new Uint8Array(0);
    throw new ProofError("a node is missing");
  }
  if (!areEqual(keccak_256(encoded), hash)) throw new ProofError("a node does not hash to what stands above it");
  return fromRlp(encoded, "bytes") as Node;
}

function value(part: Node | undefined): Uint8Array | null {
  if (!(part instanceof Uint8Array)) throw new ProofError("a value is malformed");
  return part.length ? part : null;
}

interface Leaf {
  path: Nibbles;
  value: Uint8Array;
}

function build(leaves: readonly Leaf[]): Node {
  const [first] = leaves;
  if (!first) return new Uint8Array(0);
  if (leaves.length === 1) return [packed(first.path, true), first.value];
  const shared = sharedLength(leaves);
  if (shared) {
    const below = leaves.map(({ path, value: content }) => ({ path: path.slice(shared), value: content }));
    return [packed(first.path.slice(0, shared), false), linked(build(below))];
  }
  const here = leaves.find(({ path }) => !path.length);
  const children = Array.from({ length: 16 }, (_, nibble) => {
    const below = leaves.filter(({ path }) => path[0] === nibble);
    return linked(build(below.map(({ path, value: content }) => ({ path: path.slice(1), value: content }))));
  });
  return [...children, here?.value ?? new Uint8Array(0)];
}

function sharedLength(leaves: readonly Leaf[]): number {
  const first = leaves[0]?.path ?? [];
  let length = first.length;
  for (const { path } of leaves) {
    let same = 0;
    while (same < length && path[same] === first[same]) same++;
    length = same;
  }
  return length;
}

/** A node as it stands in another: by its hash, or itself if it is shorter. */
function linked(node: Node): Node {
  if (node instanceof Uint8Array) return node;
  const encoded = rlp(node);
  return encoded.length < 32 ? node : keccak_256(encoded);
}

function rlp(node: Node): Uint8Array {
  return toRlp(node as Uint8Array, "bytes");
}

function number(value: number): Uint8Array {
  const digits: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Uint8Array.from(digits);
}

function nibbles(bytes: Uint8Array): Nibbles {
  return Array.from(bytes).flatMap((byte) => [byte >> 4, byte & 15]);
}

/** The hex prefix form of a path: yellow paper, appendix C. */
function packed(path: Nibbles, isLeaf: boolean): Uint8Array {
  const isOdd = path.length % 2;
  const whole = [(isLeaf ? 2 : 0) + isOdd, ...(isOdd ? [] : [0]), ...path];
  return Uint8Array.from({ length: whole.length / 2 }, (_, at) => ((whole[2 * at] ?? 0) << 4) | (whole[2 * at + 1] ?? 0));
}

function compact(part: Node | undefined): { shared: Nibbles; isLeaf: boolean } {
  if (!(part instanceof Uint8Array) || !part.length) throw new ProofError("a path is malformed");
  const [flag = 0, ...rest] = nibbles(part);
  if (flag > 3 || (flag % 2 === 0 && rest[0] !== 0)) throw new ProofError(`a path begins with ${toHex(part)}`);
  return { shared: flag % 2 ? rest : rest.slice(1), isLeaf: flag >= 2 };
}
