/** The public terms of an escrow (`pds_adapter.escrow.terms`): who holds which share of what, k of how many. */
import { blake2b } from "@noble/hashes/blake2";
import { type Hex, concatBytes, fromHex, toHex, utf8 } from "../sealing/bytes.ts";
import { type Json, canonicalJson, parseCanonicalJson } from "../sealing/canonical.ts";
import { publicKeyFromHex } from "../sealing/keys.ts";
import { EscrowError } from "./errors.ts";
import { type Point, decodePoint, encodePoint } from "./group.ts";

export const SCHEME = "feldman-ed25519-1";
const EPOCH_MAX = 2 ** 32 - 1;
const HASH_LABEL = utf8("azukari terms 1\0");
const FIELDS = ["commitments", "custodians", "epoch", "escrow_id", "scheme", "threshold"];

export interface Terms {
  readonly escrowId: Uint8Array;
  readonly epoch: number;
  /** Keys in hex; custodian i, counting from one, holds share i. */
  readonly custodians: readonly string[];
  readonly commitments: readonly Point[];
  readonly threshold: number;
  /** Stands for all of this on the ledger. */
  readonly commitmentsHash: Uint8Array;
  /** All of this in its one spelling. */
  readonly written: Json;
}

interface Written {
  scheme: string;
  escrow_id: string;
  epoch: number;
  threshold: number;
  custodians: string[];
  commitments: string[];
}

export function parseTerms(encoded: Uint8Array): Terms {
  return termsOf(parseCanonicalJson(encoded));
}

/** Throws EscrowError or another SealingError for anything but terms. */
export function termsOf(value: Json): Terms {
  const written = value as unknown as Written;
  if (!written || typeof written !== "object" || Object.keys(written).sort().join() !== FIELDS.join() || written.scheme !== SCHEME) {
    throw new EscrowError("terms", "are not of a kind that is known");
  }
  const commitments = written.commitments.map((point) => decodePoint(exactHex(point, "commitments"), "commitments"));
  if (!Number.isInteger(written.epoch) || written.epoch < 0 || written.epoch > EPOCH_MAX) throw new EscrowError("epoch", "must be a whole number of 32 bits");
  if (written.threshold !== commitments.length || commitments.length < 2) throw new EscrowError("threshold", "must be the number of commitments");
  if (new Set(written.custodians).size !== written.custodians.length || written.custodians.length < commitments.length) {
    throw new EscrowError("custodians", "nobody may hold two shares");
  }
  written.custodians.forEach(publicKeyFromHex);
  return {
    escrowId: exactHex(written.escrow_id, "escrow_id"),
    epoch: written.epoch,
    custodians: written.custodians,
    commitments,
    threshold: written.threshold,
    commitmentsHash: blake2b(concatBytes(HASH_LABEL, canonicalJson(value)), { dkLen: 32 }),
    written: value,
  };
}

/** Terms of these parts; what is wrong with them is refused as in `termsOf`. */
export function makeTerms(escrowId: Uint8Array, epoch: number, custodians: readonly string[], commitments: readonly Point[]): Terms {
  return termsOf({
    scheme: SCHEME,
    escrow_id: toHex(escrowId),
    epoch,
    threshold: commitments.length,
    custodians,
    commitments: commitments.map((point) => toHex(encodePoint(point))),
  });
}

/** 0x and lower-case digits, exactly `size` bytes. */
export function exactHex(text: unknown, field: string, size = 32): Uint8Array {
  if (typeof text !== "string" || !/^0x[0-9a-f]*$/.test(text) || text.length !== 2 + 2 * size) {
    throw new EscrowError(field, `must be 0x and ${2 * size} lower-case hex digits`);
  }
  return fromHex(text);
}

/** Share times base of one holder, from public knowledge alone. */
export function publicShare(terms: Terms, index: number): Point {
  const [last, ...rest] = terms.commitments.toReversed() as [Point, ...Point[]];
  return rest.reduce((value, point) => value.multiply(BigInt(index)).add(point), last);
}

export function hashOf(terms: Terms): Hex {
  return toHex(terms.commitmentsHash);
}
