/** Proof of one secret scalar behind several points (Chaum-Pedersen), byte for byte as `pds_adapter.escrow.proofs`. */
import { type Randomness, concatBytes, systemRandomness, utf8 } from "../sealing/bytes.ts";
import { type Point, SCALAR_BYTES, type Scalar, decodeScalar, encodePoint, encodeScalar, hashedScalar, modulo } from "./group.ts";

const CHALLENGE_LABEL = utf8("azukari proof challenge 1\0");
const NONCE_LABEL = utf8("azukari proof nonce 1\0");
export const PROOF_BYTES = 2 * SCALAR_BYTES;

export interface Proof {
  readonly challenge: Scalar;
  readonly response: Scalar;
}

export function encodeProof(proof: Proof): Uint8Array {
  return concatBytes(encodeScalar(proof.challenge), encodeScalar(proof.response));
}

export function decodeProof(encoded: Uint8Array, field: string): Proof {
  return { challenge: decodeScalar(encoded.subarray(0, SCALAR_BYTES), field), response: decodeScalar(encoded.subarray(SCALAR_BYTES), field) };
}

/** `images` are secret times base, in the order of `bases`. The nonce comes from secret, statement and fresh randomness. */
export function prove(secret: Scalar, bases: readonly Point[], images: readonly Point[], context: Uint8Array, randomness: Randomness = systemRandomness): Proof {
  const statement = [...bases, ...images].map(encodePoint);
  const nonce = hashedScalar(NONCE_LABEL, encodeScalar(secret), randomness(64), context, ...statement);
  const challenge = challengeOf(bases, images, bases.map((base) => base.multiply(nonce)), context);
  return { challenge, response: modulo(nonce + secret * challenge) };
}

export function isProven(proof: Proof, bases: readonly Point[], images: readonly Point[], context: Uint8Array): boolean {
  if (proof.challenge === 0n || proof.response === 0n) return false;
  const announced = bases.map((base, place) => base.multiply(proof.response).subtract((images[place] as Point).multiply(proof.challenge)));
  return challengeOf(bases, images, announced, context) === proof.challenge;
}

function challengeOf(bases: readonly Point[], images: readonly Point[], announced: readonly Point[], context: Uint8Array): Scalar {
  const points = [...bases, ...images, ...announced].map(encodePoint);
  return hashedScalar(CHALLENGE_LABEL, Uint8Array.of(bases.length), context, ...points);
}
