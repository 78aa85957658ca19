/**
 * An escrow's shares dealt anew from hand to hand (`wallet_cli/resharing.py`, the same files): the owner's signed word names
 * the next custodians and who deals; each dealer holds it against the owner's key on the record; the owner checks the deals
 * against the present terms and signs the policy that takes the old one's place.
 */
import type { Shapes } from "../bank/client.ts";
import { type Deal, packPieces, parseDeal, termsAfter } from "../escrow/deals.ts";
import { type DocumentEscrow, parseDocument, withTerms } from "../escrow/document.ts";
import { hashOf } from "../escrow/terms.ts";
import { checkKey, isSignedBy, provenAccount } from "../record/account.ts";
import { type Evidence, FalsehoodError } from "../record/evidence.ts";
import { fromBase64, toBase64, toHex } from "../sealing/bytes.ts";
import { canonicalJson } from "../sealing/canonical.ts";
import type { Message, Parts } from "./acts.ts";
import { NOBODY, deadline, newId, now } from "./drafting.ts";

const ROUND_SECONDS = 7 * 86_400;
export const CUSTODIANS_MAX = 16;

export interface Round {
  escrow_id: string;
  custodians: string[];
  threshold: number;
  dealers: string[];
  until: number;
  signature: string;
}

export interface Dealt {
  escrow_id: string;
  deal_base64: string;
}

/** A file that was handed over, and is no round or no deal. */
export class NoRoundError extends RangeError {}

/** The text (EIP-191) that the owner's key signs. */
export function roundText(round: Omit<Round, "signature">): string {
  return (
    `Deal the shares of my escrow ${round.escrow_id} anew.\n\n` +
    `Next custodians, in this order: ${round.custodians.join(", ")}\nHow many of them open it: ${round.threshold}\n` +
    `Present custodians who deal: ${round.dealers.join(", ")}\nGood until: ${round.until}`
  );
}

/** As many of those who stay deal as it takes; those who leave help where too few stay. */
export function beginRound(escrow: Shapes["EscrowView"], custodians: readonly string[], threshold: number): Omit<Round, "signature"> {
  const staying = escrow.custodians.filter((one) => custodians.includes(one));
  const leaving = escrow.custodians.filter((one) => !custodians.includes(one));
  const joining = custodians.filter((one) => !escrow.custodians.includes(one));
  return {
    escrow_id: escrow.escrow_id,
    custodians: [...staying, ...joining],
    threshold,
    dealers: [...staying, ...leaving].slice(0, escrow.threshold),
    until: now() + ROUND_SECONDS,
  };
}

/** Throws NoRoundError. */
export function parseRound(text: string): Round {
  const found = parsed(text) as Partial<Round>;
  const { escrow_id, custodians, dealers, threshold, until, signature } = found;
  const areAccounts = [custodians, dealers].every((one) => Array.isArray(one) && one.length >= 2 && one.length <= CUSTODIANS_MAX && one.every(isAccount));
  if (!areAccounts || !isId(escrow_id) || !Number.isInteger(threshold) || !Number.isInteger(until) || typeof signature !== "string") throw new NoRoundError();
  return found as Round;
}

/** Throws NoRoundError. */
export function parseDealt(text: string): Dealt {
  const found = parsed(text) as Partial<Dealt>;
  if (!isId(found.escrow_id) || typeof found.deal_base64 !== "string") throw new NoRoundError();
  return found as Dealt;
}

function parsed(text: string): object {
  try {
    const found: unknown = JSON.parse(text);
    if (found && typeof found === "object") return found;
  } catch {
    // No JSON: told below.
  }
  throw new NoRoundError();
}

const isAccount = (one: unknown): boolean => typeof one === "string" && /^0x[0-9a-fA-F]{40}$/.test(one);
const isId = (one: unknown): boolean => typeof one === "string" && /^0x[0-9a-f]{64}$/.test(one);

/**
 * Refuses a word that is not the owner's, by the key that the record has of that account, or is too old; and any word of an
 * account that rests or is suspended: whoever is about to take it over could have signed. Throws FalsehoodError.
 */
export async function checkRound(evidence: Evidence, round: Round, escrow: Shapes["EscrowView"]): Promise<void> {
  const owner = await provenAccount(evidence, escrow.owner);
  const isOwners = round.escrow_id === escrow.escrow_id && (await isSignedBy(roundText(round), round.signature, owner.key));
  if (!isOwners || new Set(round.custodians).size !== round.custodians.length) throw new FalsehoodError("error-round-not-owners");
  if (!owner.isActive) throw new FalsehoodError("error-round-resting");
  if (now() > round.until) throw new FalsehoodError("page-round-over");
}

/** The next custodians in the round's order, each with the key that the record has. Throws FalsehoodError. */
export async function nextCustodians(evidence: Evidence, round: Pick<Round, "custodians">, known: readonly Shapes["Custodian"][]): Promise<Shapes["Custodian"][]> {
  return Promise.all(
    round.custodians.map(async (account) => {
      const found = known.find((one) => one.account === account);
      if (!found) throw new FalsehoodError("page-no-custodian", { account });
      const proven = await provenAccount(evidence, account);
      if (!proven.isActive) throw new FalsehoodError("error-account-inactive", { name: found.name, account });
      checkKey(proven, found.encryption_key, found.name);
      return found;
    }),
  );
}

/** The sealed document, if it is the one of the policy that its owner signed. Throws FalsehoodError. */
export function documentOf(escrow: Shapes["EscrowView"], falsehood: string): DocumentEscrow {
  const document = parseDocument(fromBase64(escrow.document_base64));
  const isSame = hashOf(document.terms) === escrow.commitments_hash && toHex(document.documentHash) === escrow.document_hash;
  if (!isSame || document.terms.threshold !== escrow.threshold) throw new FalsehoodError(falsehood);
  return document;
}

/** The deals of a round, each parsed. Throws NoRoundError for what is none, or of another escrow. */
export function dealsOf(round: Round, dealt: readonly Dealt[]): Deal[] {
  return dealt.map((one) => {
    if (one.escrow_id !== round.escrow_id) throw new NoRoundError();
    return parseDeal(fromBase64(one.deal_base64));
  });
}

/** The policy that takes the old one's place, every deal checked. Throws WrongDealError naming the dealer, FalsehoodError. */
export function closingRound(
  escrow: Shapes["EscrowView"],
  round: Round,
  deals: readonly Deal[],
  custodians: readonly Shapes["Custodian"][],
  account: string,
): { message: Message<"escrow_policy">; parts: Parts<"escrow_policy"> } {
  const document = documentOf(escrow, "page-false-policy");
  const after = termsAfter(deals, document.terms);
  const isOfRound = after.custodians.join() === custodians.map((one) => one.encryption_key).join() && after.threshold === round.threshold;
  if (!isOfRound) throw new FalsehoodError("error-deals-and-round");
  const packed = toBase64(packPieces(document.terms, deals));
  const before = escrow.policy as { opening_delay_seconds: number };
  return {
    message: {
      escrow_id: newId(),
      owner: account,
      threshold: round.threshold,
      custodians: round.custodians,
      commitments_hash: hashOf(after),
      document_hash: escrow.document_hash,
      opening_delay_seconds: before.opening_delay_seconds,
      heir: escrow.heir ?? NOBODY,
      replaces: escrow.escrow_id,
      deadline: deadline(),
    },
    parts: {
      title: escrow.title,
      document_base64: toBase64(withTerms(fromBase64(escrow.document_base64), after)),
      commitments_base64: toBase64(canonicalJson(after.written)),
      shares: round.custodians.map((custodian) => ({ custodian, sealed_base64: packed })),
    },
  };
}
