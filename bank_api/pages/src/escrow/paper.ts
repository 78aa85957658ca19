/** A share on paper (`pds_adapter/escrow/paper.py`): 33 words, bound to escrow, epoch and number by the identifier among them. */
import { blake2b } from "@noble/hashes/blake2";
import { concatBytes, utf8 } from "../sealing/bytes.ts";
import { EscrowError } from "./errors.ts";
import { SCALAR_BYTES, decodeScalar, encodeScalar } from "./group.ts";
import { type Share, checkShare } from "./shares.ts";
import { secretOf, wordsOf } from "./slip39.ts";
import type { Terms } from "./terms.ts";

const LABEL = utf8("azukari paper 1\0");

export function wordsOfShare(share: Share, terms: Terms): string {
  return wordsOf(encodeScalar(share.value), identifierOf(terms, share.index));
}

/** The share again, held against the terms. Throws EscrowError: a wrong word, words of another share. */
export function shareOfWords(words: string, index: number, terms: Terms): Share {
  const { secret, identifier } = secretOf(words);
  if (secret.length !== SCALAR_BYTES || identifier !== identifierOf(terms, index)) throw new EscrowError("words", "are of another share, epoch or escrow");
  const share = { index, value: decodeScalar(secret, "words") };
  checkShare(share, terms);
  return share;
}

function identifierOf(terms: Terms, index: number): number {
  const place = new Uint8Array(5);
  new DataView(place.buffer).setUint32(0, terms.epoch);
  place[4] = index;
  const [high = 0, low = 0] = blake2b(concatBytes(LABEL, terms.escrowId, place), { dkLen: 2 });
  return ((high << 8) | low) >> 1;
}
