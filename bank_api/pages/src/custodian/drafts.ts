/**
 * What a custodian signs (`wallet_cli/signing/escrow.py`): only for a share that was opened, fits the commitments and belongs
 * to the terms that the ledger holds; only for an opening that the ledger has, in these very words, to this very key.
 */
import { sha256 } from "@noble/hashes/sha2";
import { type Message, type Parts, type Value, structHash } from "../acts/acts.ts";
import { deadline, textHash } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";
import { documentOf } from "../acts/resharing.ts";
import { contribute } from "../escrow/document.ts";
import { openPieces } from "../escrow/deals.ts";
import { WrongDealError } from "../escrow/errors.ts";
import { type Share, openShare } from "../escrow/shares.ts";
import { type Terms, hashOf, parseTerms } from "../escrow/terms.ts";
import { type Evidence, FalsehoodError } from "../record/evidence.ts";
import { fromBase64, fromHex, toBase64, toHex } from "../sealing/bytes.ts";
import { SealingError } from "../sealing/errors.ts";
import { type KeyPair, publicKeyFromHex } from "../sealing/keys.ts";

const REQUESTED = 1n;
const OPENED = 3n;

export interface VerifiedShare {
  share: Share;
  terms: Terms;
}

/** 1. the terms are this escrow's; 2. the share opens, or adds up from what was dealt, and fits them; 3. it is mine. Throws FalsehoodError. */
export function receiveShare(escrow: Shapes["EscrowView"], sealed: Shapes["SealedShare"], own: KeyPair, account: string): VerifiedShare {
  try {
    const terms = termsOf(escrow, sealed); // 1.
    const data = fromBase64(sealed.sealed_base64);
    const share = terms.epoch === 0 ? openShare(data, own, terms) : openPieces(data, own, terms); // 2.
    if (escrow.custodians[share.index - 1] !== account) throw new FalsehoodError("desk-false-share"); // 3.
    return { share, terms };
  } catch (error) {
    if (error instanceof WrongDealError) throw new FalsehoodError("desk-false-deal", { dealer: error.dealer });
    if (error instanceof SealingError) throw new FalsehoodError("desk-false-share");
    throw error;
  }
}

/** The terms that the escrow's policy names; dealt anew they keep the first escrow's id. Throws FalsehoodError, SealingError. */
export function termsOf(escrow: Shapes["EscrowView"], sealed: Shapes["SealedShare"]): Terms {
  const terms = parseTerms(fromBase64(sealed.commitments_base64));
  const isDealtAnew = terms.epoch > 0 && escrow.replaces != null;
  const isOfEscrow = isDealtAnew || toHex(terms.escrowId) === escrow.escrow_id;
  const isSame = terms.threshold === escrow.threshold && terms.custodians.length === escrow.custodians.length && hashOf(terms) === escrow.commitments_hash;
  if (!isOfEscrow || !isSame) throw new FalsehoodError("desk-false-share");
  return terms;
}

export function acknowledgingShare(escrow: Shapes["EscrowView"], account: string): Message<"share_receipt"> {
  return { escrow_id: escrow.escrow_id, custodian: account, commitments_hash: escrow.commitments_hash, deadline: deadline() };
}

/** 1. the ledger has these words; 2. they are about this escrow and this key; 3. nobody stopped it, and the wait is over. */
export async function checkOpening(evidence: Evidence, escrow: Shapes["EscrowView"], opening: Shapes["OpeningView"]): Promise<number> {
  const block = await evidence.newest();
  const [[digest = 0n], [word = 0n]] = await Promise.all([
    evidence.stored("escrow", "digest", [opening.opening_id], block),
    evidence.stored("escrow", "opening", [opening.opening_id], block),
  ]);
  const request = opening.request as Record<string, Value>;
  if (BigInt(structHash("opening_request", request)) !== digest) throw new FalsehoodError("desk-false-opening"); // 1.
  const isAbout =
    request.opening_id === opening.opening_id &&
    request.escrow_id === escrow.escrow_id &&
    request.requester === opening.requester &&
    request.recipient_key_hash === textHash(opening.recipient_key) &&
    request.reason_hash === textHash(opening.reason ?? "");
  if (!isAbout) throw new FalsehoodError("desk-false-opening"); // 2.
  const state = word & 255n;
  if (state !== REQUESTED && state !== OPENED) throw new FalsehoodError("desk-opening-closed"); // 3.
  const readyAt = Number((word >> 8n) & ((1n << 64n) - 1n));
  const { timestamp } = await evidence.header(block);
  if (Math.max(timestamp, Date.now() / 1000) < readyAt) throw new FalsehoodError("desk-opening-waits");
  return block;
}

export function contributing(
  escrow: Shapes["EscrowView"],
  opening: Shapes["OpeningView"],
  share: Share,
  account: string,
): { message: Message<"contribution">; parts: Parts<"contribution"> } {
  const document = documentOf(escrow, "desk-false-policy");
  const sealed = contribute(document, share, fromHex(opening.opening_id), publicKeyFromHex(opening.recipient_key));
  return {
    message: {
      opening_id: opening.opening_id,
      custodian: account,
      request_hash: structHash("opening_request", opening.request as Record<string, Value>),
      contribution_hash: toHex(sha256(sealed)),
      deadline: deadline(),
    },
    parts: { sealed_base64: toBase64(sealed) },
  };
}
