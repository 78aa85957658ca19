/**
 * A sealed block's header (EIP-225, Clique): its hash, and whose key sealed it. What a header says is as good as its
 * seal: whoever has not the key of a signer cannot make one.
 */
import { secp256k1 } from "@noble/curves/secp256k1";
import { keccak_256 } from "@noble/hashes/sha3";
import { fromRlp, toRlp } from "viem";
import { type Hex, toHex } from "../sealing/bytes.ts";

const FIELDS = 15;
const SEAL_BYTES = 65;
const VANITY_BYTES = 32;
const ADDRESS_BYTES = 20;

export interface Header {
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly number: number;
  readonly timestamp: number;
  readonly stateRoot: Uint8Array;
  readonly transactionsRoot: Uint8Array;
  readonly receiptsRoot: Uint8Array;
  /** Who sealed it; null for the first block, which nobody seals. */
  readonly sealer: string | null;
  /** The signers that a first block or a block of an epoch names; empty in all others. */
  readonly signers: readonly string[];
}

/** Read a header. Throws RangeError for bytes that are none. */
export function parseHeader(encoded: Uint8Array): Header {
  const fields = fromRlp(encoded, "bytes") as readonly Uint8Array[];
  const extra = fields[12];
  if (fields.length < FIELDS || !extra || extra.length < VANITY_BYTES + SEAL_BYTES) {
    throw new RangeError("is no header of a Clique block");
  }
  const number = Number(quantity(fields[8]));
  const seal = extra.subarray(extra.length - SEAL_BYTES);
  const unsealed = [...fields];
  unsealed[12] = extra.subarray(0, extra.length - SEAL_BYTES);
  const signed = keccak_256(toRlp(unsealed as never, "bytes"));
  return {
    hash: toHex(keccak_256(encoded)),
    parentHash: toHex(fields[0] as Uint8Array),
    number,
    timestamp: Number(quantity(fields[11])),
    stateRoot: fields[3] as Uint8Array,
    transactionsRoot: fields[4] as Uint8Array,
    receiptsRoot: fields[5] as Uint8Array,
    sealer: number === 0 ? null : sealerOf(signed, seal),
    signers: named(extra.subarray(VANITY_BYTES, extra.length - SEAL_BYTES)),
  };
}

/** The address, in lower case, whose key made the seal. Throws RangeError for a seal that no key could have made. */
function sealerOf(signed: Uint8Array, seal: Uint8Array): string {
  try {
    const signature = secp256k1.Signature.fromCompact(seal.subarray(0, 64)).addRecoveryBit(seal[64] ?? 0);
    const key = signature.recoverPublicKey(signed).toRawBytes(false);
    return toHex(keccak_256(key.subarray(1)).subarray(12));
  } catch {
    throw new RangeError("has a seal that no key could have made");
  }
}

function named(list: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at + ADDRESS_BYTES <= list.length; at += ADDRESS_BYTES) {
    found.push(toHex(list.subarray(at, at + ADDRESS_BYTES)));
  }
  return found;
}

function quantity(bytes: Uint8Array | undefined): bigint {
  return bytes?.length ? BigInt(toHex(bytes)) : 0n;
}
