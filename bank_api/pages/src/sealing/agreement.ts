/** A secret that two people can each work out from their own key and the other's, as `pds_adapter/sealing/agreement.py`. */
import { x25519 } from "@noble/curves/ed25519";
import { blake2b } from "@noble/hashes/blake2";
import { concatBytes, toHex, utf8 } from "./bytes.ts";
import type { KeyPair } from "./keys.ts";

const LABEL = utf8("azukari agreed 1");
const SECRET_BYTES = 32;

/** 32 bytes: the same from either side, and others for another key or another purpose. */
export function agreedSecret(own: KeyPair, other: Uint8Array, purpose: Uint8Array): Uint8Array {
  const keys = [own.publicKey, other].sort((left, right) => (toHex(left) < toHex(right) ? -1 : 1));
  const content = concatBytes(x25519.getSharedSecret(own.secret, other), ...keys, purpose);
  return blake2b(content, { dkLen: SECRET_BYTES, personalization: LABEL });
}
