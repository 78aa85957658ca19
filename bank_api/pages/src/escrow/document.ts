/** A document in escrow as everybody may see it, and a custodian's part of one opening (`pds_adapter.escrow.{document,opening}`). */
import { concatBytes, fromBase64, fromHex, utf8 } from "../sealing/bytes.ts";
import { type Json, parseCanonicalJson } from "../sealing/canonical.ts";
import { openSealed, seal } from "../sealing/envelope.ts";
import type { KeyPair } from "../sealing/keys.ts";
import { EscrowError } from "./errors.ts";
import type { Share } from "./shares.ts";
import { type Terms, termsOf } from "./terms.ts";
import { type Partial, type WrappedKey, decryptPartially, encodePartial, parsePartial, parseWrapped, verifyPartial } from "./threshold.ts";

const FORMAT = "azukari document escrow 1";
const LABEL = utf8("azukari escrow label 1\0");
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
