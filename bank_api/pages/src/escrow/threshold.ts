/**
 * Threshold decryption (`pds_adapter.escrow.threshold`, the shape of TDH2): each holder answers with x·R and a proof, bound
 * to one opening; nobody ever holds the key. A holder answers only a wrapped key that proves itself.
 */
import { blake2b } from "@noble/hashes/blake2";
import { concatBytes, utf8 } from "../sealing/bytes.ts";
import { EscrowError } from "./errors.ts";
import { BASE, POINT_BYTES, type Point, SECOND_BASE, decodePoint, encodePoint, lagrangeAtZero, randomScalar } from "./group.ts";
import { PROOF_BYTES, type Proof, decodeProof, encodeProof, isProven, prove } from "./proofs.ts";
import type { Share } from "./shares.ts";
import { type Terms, publicShare } from "./terms.ts";

const VERSION = 1;
const KEY_BYTES = 32;
const WRAPPED_BYTES = 1 + 2 * POINT_BYTES + KEY_BYTES + PROOF_BYTES;
const MASK_LABEL = utf8("azukari tdh2 key");
const WRAP_LABEL = utf8("azukari tdh2 wrap 1\0");
const PARTIAL_LABEL = utf8("azukari tdh2 partial 1\0");

export interface WrappedKey {
  readonly encoded: Uint8Array;
  readonly ephemeral: Point;
  readonly second: Point;
  readonly masked: Uint8Array;
  readonly proof: Proof;
}

export interface Partial {
  readonly index: number;
  readonly point: Point;
  readonly proof: Proof;
}

export function parseWrapped(encoded: Uint8Array): WrappedKey {
  if (encoded.length !== WRAPPED_BYTES || encoded[0] !== VERSION) throw new EscrowError("wrapped key", "is of a kind that is not known");
  const piece = (at: number, size: number) => encoded.subarray(1 + at, 1 + at + size);
  return {
    encoded,
    ephemeral: decodePoint(piece(0, POINT_BYTES), "wrapped key"),
    second: decodePoint(piece(POINT_BYTES, POINT_BYTES), "wrapped key"),
    masked: piece(2 * POINT_BYTES, KEY_BYTES),
    proof: decodeProof(piece(2 * POINT_BYTES + KEY_BYTES, PROOF_BYTES), "wrapped key"),
  };
}

/** Without this check an asker could shift the key and undo the shift afterwards. */
export function checkWrapped(wrapped: WrappedKey, label: Uint8Array): void {
  const context = concatBytes(WRAP_LABEL, wrapped.masked, label);
  if (!isProven(wrapped.proof, [BASE, SECOND_BASE], [wrapped.ephemeral, wrapped.second], context)) {
    throw new EscrowError("wrapped key", "was altered, or belongs to another escrow or document");
  }
}

export function decryptPartially(wrapped: WrappedKey, label: Uint8Array, share: Share, opening: Uint8Array): Partial {
  checkWrapped(wrapped, label);
  const point = wrapped.ephemeral.multiply(share.value);
  const images = [BASE.multiply(share.value), point];
  const proof = prove(share.value, [BASE, wrapped.ephemeral], images, contextOf(wrapped, label, share.index, opening));
  return { index: share.index, point, proof };
}

/** Throws EscrowError unless this holder answered rightly, for this very opening. */
export function verifyPartial(partial: Partial, wrapped: WrappedKey, label: Uint8Array, terms: Terms, opening: Uint8Array): void {
  const images = [publicShare(terms, partial.index), partial.point];
  if (!isProven(partial.proof, [BASE, wrapped.ephemeral], images, contextOf(wrapped, label, partial.index, opening))) {
    throw new EscrowError("contribution", `of custodian ${partial.index} is wrong`);
  }
}

export function encodePartial(partial: Partial): Uint8Array {
  return concatBytes(Uint8Array.of(VERSION, partial.index), encodePoint(partial.point), encodeProof(partial.proof));
}

export function parsePartial(encoded: Uint8Array): Partial {
  if (encoded.length !== 2 + POINT_BYTES + PROOF_BYTES || encoded[0] !== VERSION) throw new EscrowError("contribution", "is of a kind that is not known");
  return {
    index: encoded[1] ?? 0,
    point: decodePoint(encoded.subarray(2, 2 + POINT_BYTES), "contribution"),
    proof: decodeProof(encoded.subarray(2 + POINT_BYTES), "contribution"),
  };
}

function contextOf(wrapped: WrappedKey, label: Uint8Array, index: number, opening: Uint8Array): Uint8Array {
  const whole = blake2b(concatBytes(wrapped.encoded, label), { dkLen: 32 });
  return concatBytes(PARTIAL_LABEL, whole, Uint8Array.of(index), opening);
}

/** A 32-byte key under the public key of a sharing; no holder need be present. */
export function wrapKey(key: Uint8Array, publicKey: Point, label: Uint8Array): WrappedKey {
  const secret = randomScalar();
  const [ephemeral, second] = [BASE.multiply(secret), SECOND_BASE.multiply(secret)];
  const masked = mask(key, publicKey.multiply(secret), ephemeral, label);
  const proof = prove(secret, [BASE, SECOND_BASE], [ephemeral, second], concatBytes(WRAP_LABEL, masked, label));
  const encoded = concatBytes(Uint8Array.of(VERSION), encodePoint(ephemeral), encodePoint(second), masked, encodeProof(proof));
  return { encoded, ephemeral, second, masked, proof };
}

/** The wrapped key, from as many right answers as the threshold asks, each of another holder: `verifyPartial` looked at them. */
export function combine(partials: readonly Partial[], wrapped: WrappedKey, label: Uint8Array, threshold: number): Uint8Array {
  const byIndex = [...new Map(partials.map((one) => [one.index, one])).values()].slice(0, threshold);
  if (byIndex.length < threshold) throw new EscrowError("contributions", `are ${byIndex.length}, and ${threshold} are needed`);
  checkWrapped(wrapped, label);
  const indexes = byIndex.map(({ index }) => index);
  const weighted = byIndex.map(({ index, point }) => point.multiply(lagrangeAtZero(index, indexes)));
  const shared = weighted.reduce((sum, point) => sum.add(point));
  return mask(wrapped.masked, shared, wrapped.ephemeral, label);
}

/** Its own inverse: each wrapping has a fresh mask. */
function mask(key: Uint8Array, shared: Point, ephemeral: Point, label: Uint8Array): Uint8Array {
  const data = concatBytes(encodePoint(shared), encodePoint(ephemeral), label);
  const stream = blake2b(data, { dkLen: KEY_BYTES, personalization: MASK_LABEL });
  return key.map((byte, place) => byte ^ (stream[place] ?? 0));
}
