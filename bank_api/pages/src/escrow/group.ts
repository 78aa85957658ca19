/**
 * The prime-order group of ed25519 and its scalars, as `pds_adapter.escrow.group` has them: strict decoding, hashes to
 * scalars with each part's length before it. The arithmetic is @noble/curves'.
 */
import { ed25519 } from "@noble/curves/ed25519";
import { blake2b } from "@noble/hashes/blake2";
import generated from "../generated/escrow.json" with { type: "json" };
import { type Randomness, concatBytes, fromHex, systemRandomness, toHex } from "../sealing/bytes.ts";
import { EscrowError } from "./errors.ts";

export type Point = InstanceType<typeof ed25519.ExtendedPoint>;
export type Scalar = bigint;

export const SCALAR_BYTES = 32;
export const POINT_BYTES = 32;
export const ORDER = ed25519.CURVE.n;
export const BASE: Point = ed25519.ExtendedPoint.BASE;
/** Nobody knows its logarithm to the first base: it was hashed to. */
export const SECOND_BASE: Point = decodePoint(fromHex(generated.second_base), "second base");

/** Throws EscrowError for what is not canonical, not in the group, or the identity. */
export function decodePoint(encoded: Uint8Array, field: string): Point {
  try {
    const point = ed25519.ExtendedPoint.fromHex(encoded);
    if (!point.equals(ed25519.ExtendedPoint.ZERO) && point.isTorsionFree()) return point;
  } catch {
    // Not canonical, or no point at all: told below.
  }
  throw new EscrowError(field, "is no point of the group");
}

export function encodePoint(point: Point): Uint8Array {
  return point.toRawBytes();
}

/** 32 bytes, little end first, below the group's order. */
export function decodeScalar(encoded: Uint8Array, field: string): Scalar {
  const number = littleEndian(encoded);
  if (encoded.length !== SCALAR_BYTES || number >= ORDER) throw new EscrowError(field, "is not below the group order");
  return number;
}

export function encodeScalar(scalar: Scalar): Uint8Array {
  return fromHex(scalar.toString(16).padStart(64, "0")).reverse();
}

export function modulo(number: bigint): Scalar {
  return ((number % ORDER) + ORDER) % ORDER;
}

/** A uniform scalar for these parts; each is preceded by its length, so none runs into the next. */
export function hashedScalar(label: Uint8Array, ...parts: readonly Uint8Array[]): Scalar {
  const framed = parts.flatMap((part) => [lengthOf(part), part]);
  return modulo(littleEndian(blake2b(concatBytes(label, ...framed), { dkLen: 64 })));
}

function lengthOf(part: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(part.length));
  return length;
}

function littleEndian(encoded: Uint8Array): bigint {
  return BigInt(toHex(encoded.slice().reverse()));
}

/** Uniform, from twice as many random bytes as the order has. */
export function randomScalar(randomness: Randomness = systemRandomness): Scalar {
  return modulo(littleEndian(randomness(2 * SCALAR_BYTES)));
}

/** The value of a polynomial at a place; its coefficients, the constant one first. */
export function evaluated(polynomial: readonly Scalar[], at: number): Scalar {
  return polynomial.reduceRight((value, coefficient) => modulo(value * BigInt(at) + coefficient), 0n);
}

/** The weight of the value at `index` when a polynomial is interpolated at zero from the values at `indexes`. */
export function lagrangeAtZero(index: number, indexes: readonly number[]): Scalar {
  const others = indexes.filter((one) => one !== index).map(BigInt);
  const numerator = others.reduce((product, other) => modulo(product * other), 1n);
  const denominator = others.reduce((product, other) => modulo(product * (other - BigInt(index))), 1n);
  return modulo(numerator * inverse(denominator));
}

/** By Fermat: the order is prime. */
function inverse(scalar: Scalar): Scalar {
  let [result, base] = [1n, scalar];
  for (let rest = ORDER - 2n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * base);
    base = modulo(base * base);
  }
  return result;
}
