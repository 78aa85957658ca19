/** A custodian's share (`pds_adapter.escrow.shares`): opened, and held against the terms before anything is said of it. */
import { blake2b } from "@noble/hashes/blake2";
import { areEqual, concatBytes, utf8 } from "../sealing/bytes.ts";
import { openSealed, seal } from "../sealing/envelope.ts";
import { type KeyPair, publicKeyFromHex, publicKeyToHex } from "../sealing/keys.ts";
import { EscrowError } from "./errors.ts";
import { BASE, SCALAR_BYTES, type Scalar, decodeScalar, encodeScalar } from "./group.ts";
import { type Terms, publicShare } from "./terms.ts";

const VERSION = 1;
const ID_BYTES = 32;
const CHECKSUM_BYTES = 4;
const CHECKSUM_LABEL = utf8("azukari share 1\0");
const CONTEXT_LABEL = utf8("azukari share\0");
const SHARE_BYTES = 1 + ID_BYTES + 4 + 3 + ID_BYTES + SCALAR_BYTES + CHECKSUM_BYTES;

export interface Share {
  readonly index: number;
  readonly value: Scalar;
}

/** A share as its custodian gets it. */
export function sealShare(share: Share, terms: Terms): Uint8Array {
  const epoch = epochOf(terms);
  const numbers = Uint8Array.of(share.index, terms.threshold, terms.custodians.length);
  const body = concatBytes(Uint8Array.of(VERSION), terms.escrowId, epoch, numbers, terms.commitmentsHash, encodeScalar(share.value));
  const checksum = blake2b(concatBytes(CHECKSUM_LABEL, body), { dkLen: CHECKSUM_BYTES });
  const custodian = publicKeyFromHex(terms.custodians[share.index - 1] ?? "");
  return seal(concatBytes(body, checksum), [custodian], concatBytes(CONTEXT_LABEL, terms.escrowId, epoch));
}

function epochOf(terms: Terms): Uint8Array {
  const epoch = new Uint8Array(4);
  new DataView(epoch.buffer).setUint32(0, terms.epoch);
  return epoch;
}

/** What this returns may be acknowledged. Throws EscrowError or another SealingError. */
export function openShare(sealed: Uint8Array, own: KeyPair, terms: Terms): Share {
  const share = openWrappedShare(sealed, own, terms);
  if (terms.custodians[share.index - 1] !== publicKeyToHex(own.publicKey)) throw new EscrowError("share", "is another custodian's");
  return share;
}

/** The same of a share that its holder may have wrapped to a later key of its own than the terms name. */
export function openWrappedShare(sealed: Uint8Array, own: KeyPair, terms: Terms): Share {
  const epoch = epochOf(terms);
  const data = openSealed(sealed, own, concatBytes(CONTEXT_LABEL, terms.escrowId, epoch));
  const share = parseShare(data, terms, epoch);
  checkShare(share, terms);
  return share;
}

/** Throws EscrowError unless the share is the one that the commitments of these terms bind. */
export function checkShare(share: Share, terms: Terms): void {
  if (share.value === 0n || !BASE.multiply(share.value).equals(publicShare(terms, share.index))) {
    throw new EscrowError("share", "does not fit the commitments");
  }
}

function parseShare(data: Uint8Array, terms: Terms, epoch: Uint8Array): Share {
  if (data.length !== SHARE_BYTES || data[0] !== VERSION) throw new EscrowError("share", "is of a kind that is not known");
  const body = data.subarray(0, -CHECKSUM_BYTES);
  const checksum = blake2b(concatBytes(CHECKSUM_LABEL, body), { dkLen: CHECKSUM_BYTES });
  if (!areEqual(checksum, data.subarray(-CHECKSUM_BYTES))) throw new EscrowError("share", "has a wrong checksum");
  const index = body[37] ?? 0;
  const about = concatBytes(terms.escrowId, epoch, Uint8Array.of(index, terms.threshold, terms.custodians.length), terms.commitmentsHash);
  if (!areEqual(about, body.subarray(1, 72)) || index < 1 || index > terms.custodians.length) {
    throw new EscrowError("share", "is of another escrow, or of other terms");
  }
  return { index, value: decodeScalar(body.subarray(72), "share") };
}
