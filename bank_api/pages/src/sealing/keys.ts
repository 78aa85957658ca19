/**
 * X25519 keys that documents are sealed to, as `pds_adapter.sealing.keys` has them (RFC 7748, libsodium's
 * crypto_box_seed_keypair). Refused: non-canonical public keys, and the points of small order.
 */
import { x25519 } from "@noble/curves/ed25519";
import { blake2b } from "@noble/hashes/blake2";
import { sha512 } from "@noble/hashes/sha2";
import { type Hex, fromHex, toHex, utf8 } from "./bytes.ts";
import { KeyFormatError } from "./errors.ts";

export const KEY_BYTES = 32;
const WALLET_LABEL = utf8("azukari x25519 1");
const FIELD_PRIME = 2n ** 255n - 19n;
/** The canonical u-coordinates of order 1, 2, 4 or 8 on Curve25519 and its twist (RFC 7748, section 7). */
const SMALL_ORDER = new Set([
  0n,
  1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  FIELD_PRIME - 1n,
]);

export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secret: Uint8Array;
}

/** The key pair of a 32-byte seed. */
export function keyPairFromSeed(seed: Uint8Array): KeyPair {
  if (seed.length !== KEY_BYTES) throw new KeyFormatError("seed", `must be ${KEY_BYTES} bytes`);
  const secret = sha512(seed).slice(0, KEY_BYTES);
  return { publicKey: x25519.getPublicKey(secret), secret };
}

/** The key pair of its secret bytes, as a former key is handed on. */
export function keyPairFromSecret(secret: Uint8Array): KeyPair {
  if (secret.length !== KEY_BYTES) throw new KeyFormatError("secret key", `must be ${KEY_BYTES} bytes`);
  return { publicKey: x25519.getPublicKey(secret), secret };
}

/** The encryption key that goes with a secp256k1 wallet key: one secret to keep instead of two. */
export function keyPairFromWalletKey(key: Uint8Array): KeyPair {
  if (key.length !== KEY_BYTES) throw new KeyFormatError("wallet key", `must be ${KEY_BYTES} bytes`);
  return keyPairFromSeed(blake2b(key, { dkLen: KEY_BYTES, personalization: WALLET_LABEL }));
}

/** Throws KeyFormatError for bytes that nothing may be sealed to. */
export function checkPublicKey(encoded: Uint8Array): void {
  if (encoded.length !== KEY_BYTES) throw new KeyFormatError("public key", `must be ${KEY_BYTES} bytes`);
  const coordinate = BigInt(toHex(encoded.slice().reverse()));
  if (coordinate >= FIELD_PRIME) throw new KeyFormatError("public key", "is not in canonical form");
  if (SMALL_ORDER.has(coordinate)) throw new KeyFormatError("public key", "is a point of small order");
}

export function publicKeyFromHex(text: string): Uint8Array {
  if (!/^0x[0-9a-f]{64}$/.test(text)) throw new KeyFormatError("public key", "must be 0x and 64 lower-case hex digits");
  const encoded = fromHex(text);
  checkPublicKey(encoded);
  return encoded;
}

export function publicKeyToHex(key: Uint8Array): Hex {
  return toHex(key);
}
