/** What the owner of a document signs (`wallet_cli/signing/escrow.py`): that it is entrusted, that it is to be opened; and opening it. */
import type { Message, Parts } from "../acts/acts.ts";
import { documentOf } from "../acts/resharing.ts";
import { deadline, encryptionKeyOf, newId, NOTHING, textHash } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";
import { createEscrow } from "../escrow/create.ts";
import { openAsOwner, openContribution, openTogether } from "../escrow/document.ts";
import type { Partial } from "../escrow/threshold.ts";
import { hashOf } from "../escrow/terms.ts";
import type { Wallet } from "../keys/wallet.ts";
import { type Evidence, FalsehoodError } from "../record/evidence.ts";
import { fromBase64, fromHex, systemRandomness, toBase64, toHex } from "../sealing/bytes.ts";
import { SealingError } from "../sealing/errors.ts";
import { publicKeyToHex } from "../sealing/keys.ts";

/** Refuses a custodian whose key is another than the record has: its share would be somebody else's to open. */
export async function checkCustodians(evidence: Evidence, custodians: readonly Shapes["Custodian"][]): Promise<void> {
  for (const { account, encryption_key: key, name } of custodians) {
    if (!(await encryptionKeyOf(evidence, account, key))) throw new FalsehoodError("page-false-key", { name });
  }
}

/** One sealed share for each custodian, in their order; the owner can open it too. */
export function entrusting(
  title: string,
  document: Uint8Array,
  custodians: readonly Shapes["Custodian"][],
  threshold: number,
  delaySeconds: number,
  heir: string,
  { wallet, account }: { wallet: Wallet; account: string },
): { message: Message<"escrow_policy">; parts: Parts<"escrow_policy"> } {
  const keys = custodians.map((one) => one.encryption_key);
  const made = createEscrow(document, keys, threshold, wallet.encryption.publicKey);
  return {
    message: {
      escrow_id: toHex(made.terms.escrowId),
      owner: account,
      threshold,
      custodians: custodians.map((one) => one.account),
      commitments_hash: hashOf(made.terms),
      document_hash: toHex(made.documentHash),
      opening_delay_seconds: delaySeconds,
      heir,
      replaces: NOTHING,
      deadline: deadline(),
    },
    parts: {
      title,
      document_base64: toBase64(made.encoded),
      commitments_base64: toBase64(made.encodedTerms),
      shares: made.sealedShares.map((share, place) => ({ custodian: custodians[place]?.account ?? "", sealed_base64: toBase64(share) })),
    },
  };
}

/** A nonce keeps the public hash of the reason from being guessed. */
export function askingToOpen(escrowId: string, reason: string, { wallet, account }: { wallet: Wallet; account: string }): { message: Message<"opening_request">; parts: Parts<"opening_request"> } {
  const salted = `${reason}\n${toHex(systemRandomness(16)).slice(2)}`;
  const key = publicKeyToHex(wallet.encryption.publicKey);
  return {
    message: { opening_id: newId(), escrow_id: escrowId, requester: account, recipient_key_hash: textHash(key), reason_hash: textHash(salted), deadline: deadline() },
    parts: { recipient_key: key, reason: salted },
  };
}

/** For an owner whose key it was sealed to. Throws FalsehoodError for another document, SealingError for another key. */
export function openOwn(escrow: Shapes["EscrowView"], wallet: Wallet): Uint8Array {
  return openAsOwner(documentOf(escrow, "page-false-policy"), wallet.encryption);
}

/** From the contributions to an opening that this wallet asked for. A false one is named with its custodian. */
export function openContributed(escrow: Shapes["EscrowView"], opening: Shapes["OpeningView"], wallet: Wallet): Uint8Array {
  const document = documentOf(escrow, "page-false-policy");
  const partials = (opening.contributions ?? []).map((one): Partial => {
    try {
      const partial = openContribution(fromBase64(one.sealed_base64), wallet.encryption, document, fromHex(opening.opening_id));
      if (escrow.custodians[partial.index - 1] === one.custodian) return partial;
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
    }
    throw new FalsehoodError("page-false-contribution", { custodian: one.custodian });
  });
  return openTogether(document, partials);
}

/** What to call a document that comes without its name, so that a device knows what to open it with. */
export function fileName(content: Uint8Array): string {
  const begins = (...bytes: number[]): boolean => bytes.every((byte, place) => content[place] === byte);
  if (begins(0x25, 0x50, 0x44, 0x46)) return "document.pdf";
  if (begins(0x89, 0x50, 0x4e, 0x47)) return "document.png";
  if (begins(0xff, 0xd8, 0xff)) return "document.jpg";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(content);
    return "document.txt";
  } catch {
    return "document";
  }
}
