/**
 * A board member's part in the release key that the board shares (`wallet_cli/signing/shared_key.py`): deal, confirm, open.
 *
 * The bank carries everything between keepers and is believed in nothing of it: 1. who keeps a share is on the board by the
 * record's proof, and pieces are sealed to the keys that the record has; 2. each deal is signed by its dealer, who deals in
 * no place but its own: neither the bank nor one member with it can put theirs in the others' place; 3. a share
 * fits what all dealers committed to, and what was confirmed once is known again by this wallet's own signature. The share
 * itself is never kept: it is worked out anew each time, from the deals.
 */
import { sha256 } from "@noble/hashes/sha2";
import type { Shapes } from "../bank/client.ts";
import { dealFirst, receiveFirst } from "../escrow/ceremony.ts";
import { type Deal, dealAnew, encodeDeal, parseDeal, receiveDealt } from "../escrow/deals.ts";
import { contributeToRelease, wrappedAnswer } from "../escrow/releases.ts";
import type { Share } from "../escrow/shares.ts";
import { type Terms, hashOf, termsOf } from "../escrow/terms.ts";
import type { Wallet } from "../keys/wallet.ts";
import { ROLE, checkKey, isSignedBy, provenAccount } from "../record/account.ts";
import { type Evidence, FalsehoodError } from "../record/evidence.ts";
import { fromBase64, fromHex, toBase64, toHex, utf8 } from "../sealing/bytes.ts";
import type { Json } from "../sealing/canonical.ts";
import { seal } from "../sealing/envelope.ts";
import { publicKeyFromHex } from "../sealing/keys.ts";

type Epoch = Shapes["KeyEpoch"];
export interface Keeping {
  wallet: Wallet;
  account: string;
  /** The bank's own address. */
  url: string;
}

/** What an account has to do now in a ceremony; `again` where all have dealt and the bank, which died, has not noticed. */
export function dueOf(epoch: Epoch, account: string): "deal" | "confirmation" | "again" | null {
  if (epoch.state === "dealing") {
    if (!epoch.dealers.includes(account)) return null;
    if (!ownDeal(epoch, account)) return "deal";
    return epoch.dealers.every((one) => ownDeal(epoch, one)) ? "again" : null;
  }
  const mine = epoch.keepers.find((one) => one.account === account);
  return epoch.state === "confirming" && mine && !mine.confirmation ? "confirmation" : null;
}

export function ownDeal(epoch: Epoch, account: string): Epoch["deals"][0] | undefined {
  return epoch.deals.find((one) => one.account === account);
}

/** The text (EIP-191) that a dealer signs. */
export function dealText(url: string, account: string, keyId: string, epoch: number, deal: Uint8Array): string {
  return (
    `I deal for the release key that the board of my information bank at ${url} shares.\n\n` +
    `Key: ${keyId}\nEpoch: ${epoch}\nDeal SHA-256: ${toHex(sha256(deal)).slice(2)}\nAccount: ${account}`
  );
}

/** The text (EIP-191) that a keeper signs who holds a share that fits the terms. */
export function confirmationText(url: string, account: string, keyId: string, epoch: number, termsHash: string): string {
  return (
    `I hold my share of the release key that the board of my information bank at ${url} shares.\n\n` +
    `Key: ${keyId}\nEpoch: ${epoch}\nTerms: ${termsHash}\nAccount: ${account}`
  );
}

/** Every keeper and dealer is on the board now, keepers with these very keys. Throws FalsehoodError naming who is not. */
export async function checkPeople(evidence: Evidence, epoch: Epoch): Promise<number> {
  const keys = new Map(epoch.keepers.map((one) => [one.account, one]));
  for (const account of new Set([...keys.keys(), ...epoch.dealers])) {
    const proven = await provenAccount(evidence, account);
    if (!proven.isActive || !(proven.roles & ROLE.board)) throw new FalsehoodError("error-keeper-not-on-board", { account });
    const keeper = keys.get(account);
    if (keeper) checkKey(proven, keeper.encryption_key, keeper.name);
  }
  return evidence.newest();
}

/** This wallet's deal: of a secret of its own, or of its present share where shares are dealt anew. */
export async function dealing(evidence: Evidence, keeping: Keeping, epoch: Epoch, standing: Epoch | null): Promise<{ deal: Uint8Array; text: string }> {
  await checkPeople(evidence, epoch);
  const deal = encodeDeal(await dealt(keeping, epoch, standing));
  return { deal, text: dealText(keeping.url, keeping.account, epoch.key_id, epoch.epoch, deal) };
}

async function dealt(keeping: Keeping, epoch: Epoch, standing: Epoch | null): Promise<Deal> {
  const keys = keysOf(epoch);
  if (epoch.former_terms == null) {
    const index = epoch.keepers.findIndex((one) => one.account === keeping.account) + 1;
    return dealFirst(fromHex(epoch.key_id), index, keys, epoch.threshold);
  }
  if (!standing) throw new FalsehoodError("error-other-key-terms");
  const { share, terms } = await confirmedShare(keeping, standing);
  if (hashOf(termsOf(epoch.former_terms as Json)) !== hashOf(terms)) throw new FalsehoodError("error-other-key-terms");
  const quorum = epoch.dealers.map((account) => epoch.former_keepers.indexOf(account) + 1);
  return dealAnew(share, terms, quorum, keys, epoch.threshold);
}

/** This keeper's word, once every deal is its dealer's and the own share fits. Throws FalsehoodError, WrongDealError. */
export async function confirming(evidence: Evidence, keeping: Keeping, epoch: Epoch): Promise<string> {
  await checkPeople(evidence, epoch);
  for (const one of epoch.deals) {
    const encoded = fromBase64(one.deal_base64);
    const text = dealText(keeping.url, one.account, epoch.key_id, epoch.epoch, encoded);
    const { key } = await provenAccount(evidence, one.account);
    const isSigned = epoch.dealers.includes(one.account) && (await isSignedBy(text, one.signature, key));
    if (!isSigned || parseDeal(encoded).dealer !== dealerPlace(epoch, one.account)) throw new FalsehoodError("error-deal-not-signed", { account: one.account });
  }
  const { terms } = shareOf(keeping, epoch);
  if (terms.custodians.join() !== keysOf(epoch).join() || terms.threshold !== epoch.threshold) throw new FalsehoodError("error-other-key-terms");
  return confirmationOf(keeping, epoch, terms);
}

/** A dealer's number among those who hold what is dealt; who deals in another's place knows the sum of both. */
function dealerPlace(epoch: Epoch, account: string): number {
  const holders = epoch.former_terms == null ? epoch.keepers.map((one) => one.account) : epoch.former_keepers;
  return holders.indexOf(account) + 1;
}

/** This wallet's share of a key that stands, under the very terms that it confirmed. Throws FalsehoodError. */
export async function confirmedShare(keeping: Keeping, epoch: Epoch): Promise<{ share: Share; terms: Terms }> {
  const found = shareOf(keeping, epoch);
  const mine = epoch.keepers.find((one) => one.account === keeping.account)?.confirmation;
  if (!mine || !(await isSignedBy(confirmationOf(keeping, epoch, found.terms), mine, keeping.wallet.address))) throw new FalsehoodError("error-other-key-terms");
  return found;
}

/** This keeper's part for one list, sealed to the opening. Every wrapped key on it proves itself first. */
export async function opening(keeping: Keeping, epoch: Epoch, asked: Shapes["OpeningList"], told: (done: number) => void): Promise<string> {
  const { share } = await confirmedShare(keeping, epoch);
  const answers = asked.listed.map((one) => wrappedAnswer(fromBase64(one.shared_base64), fromHex(epoch.key_id), one.owner, one.box, one.name));
  const part = await contributeToRelease(answers, share, fromHex(asked.opening_id), told);
  const context = utf8(`answers-opening:${asked.opening_id.slice(2)}:${keeping.account}`);
  return toBase64(seal(part, [publicKeyFromHex(asked.public_key)], context));
}

const keysOf = (epoch: Epoch): string[] => epoch.keepers.map((one) => one.encryption_key);

function confirmationOf(keeping: Keeping, epoch: Epoch, terms: Terms): string {
  return confirmationText(keeping.url, keeping.account, epoch.key_id, epoch.epoch, hashOf(terms));
}

function shareOf(keeping: Keeping, epoch: Epoch): { share: Share; terms: Terms } {
  const deals = epoch.deals.map((one) => parseDeal(fromBase64(one.deal_base64)));
  const own = keeping.wallet.encryption;
  if (epoch.former_terms != null) return receiveDealt(deals, termsOf(epoch.former_terms as Json), own);
  return receiveFirst(deals, fromHex(epoch.key_id), keysOf(epoch), epoch.threshold, own);
}
