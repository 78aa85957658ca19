/** A document in escrow as everybody may see it, and a custodian's part of one opening (`pds_adapter.escrow.{document,opening}`). */
import { areEqual, concatBytes, fromBase64, fromHex, systemRandomness, utf8 } from "../sealing/bytes.ts";
import { type Json, SALT_BYTES, canonicalJson, commit, parseCanonicalJson } from "../sealing/canonical.ts";
import { openSealed, seal } from "../sealing/envelope.ts";
import { type KeyPair, keyPairFromSeed } from "../sealing/keys.ts";
import { EscrowError } from "./errors.ts";
import type { Share } from "./shares.ts";
import { type Terms, termsOf } from "./terms.ts";
import { type Partial, type WrappedKey, combine, decryptPartially, encodePartial, parsePartial, parseWrapped, verifyPartial } from "./threshold.ts";

export const FORMAT = "azukari document escrow 1";
export const LABEL = utf8("azukari escrow label 1\0");
export const CONTEXT_LABEL = utf8("azukari escrowed document\0");
const CONTRIBUTION_LABEL = utf8("azukari contribution\0");

export interface DocumentEscrow {
  readonly terms: Terms;
  readonly documentHash: Uint8Array;
  readonly wrapped: WrappedKey;
  readonly sealed: Uint8Array;
  /** Binds the wrapped key to this escrow and this document. */
  readonly label: Uint8Array;
}

export function parseDocument(encoded: Uint8Array): DocumentEscrow {
  const value = parseCanonicalJson(encoded) as unknown as Record<string, string> & { terms: Json };
  if (value.format !== FORMAT) throw new EscrowError("document", "is of a kind that is not known");
  const terms = termsOf(value.terms);
  const documentHash = fromHex(value.document_hash as string);
  return {
    terms,
    documentHash,
    wrapped: parseWrapped(fromHex(value.wrapped_key as string)),
    sealed: fromBase64(value.sealed as string),
    label: concatBytes(LABEL, terms.escrowId, documentHash),
  };
}

/** The same document under the terms of a later round: its wrapped key and its label stay. */
export function withTerms(encoded: Uint8Array, terms: Terms): Uint8Array {
  return canonicalJson({ ...(parseCanonicalJson(encoded) as Record<string, Json>), terms: terms.written });
}

/** A custodian's part of one opening, for the requester's eyes only; the share stays here. */
export function contribute(escrow: DocumentEscrow, share: Share, openingId: Uint8Array, requester: Uint8Array): Uint8Array {
  const opening = concatBytes(escrow.terms.commitmentsHash, openingId);
  const partial = decryptPartially(escrow.wrapped, escrow.label, share, opening);
  return seal(encodePartial(partial), [requester], concatBytes(CONTRIBUTION_LABEL, opening));
}

/** Opened and verified. Throws SealingError for one that is false, or sealed to somebody else. */
export function openContribution(sealed: Uint8Array, own: KeyPair, escrow: DocumentEscrow, openingId: Uint8Array): Partial {
  const opening = concatBytes(escrow.terms.commitmentsHash, openingId);
  const partial = parsePartial(openSealed(sealed, own, concatBytes(CONTRIBUTION_LABEL, opening)));
  if (partial.index < 1 || partial.index > escrow.terms.custodians.length) throw new EscrowError("contribution", "is nobody's");
  verifyPartial(partial, escrow.wrapped, escrow.label, escrow.terms, opening);
  return partial;
}

/** The document, for an owner it was sealed to. Throws SealingError for another key, or another document than was named. */
export function openAsOwner(escrow: DocumentEscrow, own: KeyPair): Uint8Array {
  const context = concatBytes(CONTEXT_LABEL, escrow.terms.escrowId, escrow.documentHash);
  const opened = openSealed(escrow.sealed, own, context);
  const [salt, document] = [opened.subarray(0, SALT_BYTES), opened.subarray(SALT_BYTES)];
  if (!areEqual(commit(salt, document), escrow.documentHash)) throw new EscrowError("document", "is not the one that was entrusted");
  return document;
}

/** The document, from enough contributions to this opening, each verified by itself. Throws EscrowError. */
export function openTogether(escrow: DocumentEscrow, partials: readonly Partial[]): Uint8Array {
  return openAsOwner(escrow, keyPairFromSeed(combine(partials, escrow.wrapped, escrow.label, escrow.terms.threshold)));
}

/** The document, from as many shares as it takes, here in one place: nobody is asked, and nothing is recorded. Throws EscrowError. */
export function openWithShares(escrow: DocumentEscrow, shares: readonly Share[]): Uint8Array {
  const opening = systemRandomness(32);
  return openTogether(escrow, shares.map((share) => decryptPartially(escrow.wrapped, escrow.label, share, opening)));
}
