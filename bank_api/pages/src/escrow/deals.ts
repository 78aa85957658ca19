/**
 * Shares dealt anew (`pds_adapter/escrow/resharing.py`): each of a quorum of present holders shares out its own share among
 * the next ones, the secret is never put together, and whoever sees the deals can check them. A bad one names its dealer.
 */
import { blake2b } from "@noble/hashes/blake2";
import { type Randomness, areEqual, concatBytes, fromBase64, systemRandomness, toBase64, toHex, utf8 } from "../sealing/bytes.ts";
import { type Json, canonicalJson, parseCanonicalJson } from "../sealing/canonical.ts";
import { fromBytes, openSealed, seal } from "../sealing/envelope.ts";
import { SealingError } from "../sealing/errors.ts";
import { type KeyPair, publicKeyFromHex, publicKeyToHex } from "../sealing/keys.ts";
import { EscrowError, WrongDealError } from "./errors.ts";
import { BASE, type Point, type Scalar, decodeScalar, encodeScalar, evaluated, lagrangeAtZero, modulo, randomScalar } from "./group.ts";
import { PROOF_BYTES, type Proof, decodeProof, encodeProof, isProven, prove } from "./proofs.ts";
import { type Share, checkShare } from "./shares.ts";
import { type Terms, exactHex, hashOf, makeTerms, publicShare, termsOf } from "./terms.ts";

const FORMAT = "azukari deal 1";
const FIELDS = ["dealer", "format", "pieces", "proof", "quorum", "terms"];
const PROOF_LABEL = utf8("azukari deal proof 1\0");
const PIECE_LABEL = utf8("azukari deal piece 1\0");

export interface Deal {
  /** The present holders who deal, exactly as many as it takes, ascending. */
  readonly quorum: readonly number[];
  readonly dealer: number;
  /** Of the next epoch, with the commitments of this deal alone. */
  readonly terms: Terms;
  /** One for each next holder, in their order. */
  readonly pieces: readonly Uint8Array[];
  readonly proof: Proof;
}

/** The strict inverse of `encodeDeal`; whether the deal is right, `checkDeal` says. Throws EscrowError or another SealingError. */
export function parseDeal(encoded: Uint8Array): Deal {
  const value = parseCanonicalJson(encoded) as Readonly<Record<string, Json>>;
  if (!value || typeof value !== "object" || Object.keys(value).sort().join() !== FIELDS.join() || value.format !== FORMAT) {
    throw new EscrowError("deal", "is of a kind that is not known");
  }
  const { quorum, dealer, pieces } = value;
  const isShaped = Array.isArray(quorum) && quorum.every(Number.isInteger) && Number.isInteger(dealer) && Array.isArray(pieces);
  if (!isShaped) throw new EscrowError("deal", "names no quorum, no dealer or no pieces");
  return {
    quorum: quorum as number[],
    dealer: dealer as number,
    terms: termsOf(value.terms as Json),
    pieces: (pieces as Json[]).map(parsePiece),
    proof: decodeProof(exactHex(value.proof, "proof", PROOF_BYTES), "proof"),
  };
}

function parsePiece(text: Json): Uint8Array {
  let piece: Uint8Array;
  try {
    piece = fromBase64(String(text));
  } catch {
    throw new EscrowError("pieces", "must be base64");
  }
  if (toBase64(piece) !== text) throw new EscrowError("pieces", "must be base64 in its one spelling");
  fromBytes(piece);
  return piece;
}

export function encodeDeal(deal: Deal): Uint8Array {
  return canonicalJson({ format: FORMAT, ...statement(deal), proof: toHex(encodeProof(deal.proof)) });
}

/** This holder's deal; all who deal must name the same quorum, next holders (keys in hex) and threshold. */
export function dealAnew(
  share: Share,
  terms: Terms,
  quorum: readonly number[],
  custodians: readonly string[],
  threshold: number,
  randomness: Randomness = systemRandomness,
): Deal {
  checkShare(share, terms);
  const chosen = quorum.toSorted((left, right) => left - right);
  checkQuorum(chosen, share.index, terms);
  const weighted = modulo(share.value * lagrangeAtZero(share.index, chosen));
  const dealt = shareOut(weighted, threshold, terms.escrowId, terms.epoch + 1, custodians, () => pieceContext(terms, share.index), randomness);
  const unproven = { quorum: chosen, dealer: share.index, ...dealt };
  const proof = prove(share.value, [BASE], [BASE.multiply(share.value)], proofContext(unproven, terms), randomness);
  return { ...unproven, proof };
}

/** A secret shared out: the terms with its commitments, and a piece sealed to each holder. */
export function shareOut(
  secret: Scalar,
  threshold: number,
  escrowId: Uint8Array,
  epoch: number,
  holders: readonly string[],
  contextOf: (terms: Terms) => Uint8Array,
  randomness: Randomness,
): Pick<Deal, "terms" | "pieces"> {
  if (threshold < 2 || threshold > holders.length) throw new EscrowError("threshold", "must be from 2 to the number of custodians");
  const polynomial = [secret, ...Array.from({ length: threshold - 1 }, () => randomScalar(randomness))];
  const terms = makeTerms(escrowId, epoch, holders, polynomial.map((coefficient) => BASE.multiply(coefficient)));
  const context = contextOf(terms);
  const pieces = holders.map((key, place) => seal(encodeScalar(evaluated(polynomial, place + 1)), [publicKeyFromHex(key)], context, randomness));
  return { terms, pieces };
}

/** Public: the dealer holds that share of the present terms, and shares out that share and nothing else. Throws EscrowError. */
export function checkDeal(deal: Deal, terms: Terms): void {
  checkQuorum(deal.quorum, deal.dealer, terms);
  if (!areEqual(deal.terms.escrowId, terms.escrowId) || deal.terms.epoch !== terms.epoch + 1) {
    throw new WrongDealError(deal.dealer, "is of another escrow or epoch");
  }
  if (deal.pieces.length !== deal.terms.custodians.length) throw new WrongDealError(deal.dealer, "has not one piece for each next custodian");
  const dealers = publicShare(terms, deal.dealer);
  if (!dealers.multiply(lagrangeAtZero(deal.dealer, deal.quorum)).equals(deal.terms.commitments[0] as Point)) {
    throw new WrongDealError(deal.dealer, "does not share out the dealer's own share");
  }
  if (!isProven(deal.proof, [BASE], [dealers], proofContext(deal, terms))) throw new WrongDealError(deal.dealer, "does not prove that its dealer holds a share");
}

/** The terms of the next epoch, from the deals of the whole quorum, each checked. Throws EscrowError. */
export function termsAfter(deals: readonly Deal[], terms: Terms): Terms {
  return summed(oneRound(deals, (deal) => checkDeal(deal, terms)));
}

/** A next holder's share, every deal and piece checked; a bad one names its dealer. Throws EscrowError. */
export function receiveDealt(deals: readonly Deal[], terms: Terms, own: KeyPair): { share: Share; terms: Terms } {
  const after = termsAfter(deals, terms);
  return { share: addedUp(deals, after, own, (deal) => pieceContext(terms, deal.dealer)), terms: after };
}

/** What a next holder gets (`wallet_cli/signing/pieces.py`): the terms before the round, and all its deals. */
export function packPieces(terms: Terms, deals: readonly Deal[]): Uint8Array {
  return canonicalJson({ terms: terms.written, deals: deals.map((deal) => toBase64(encodeDeal(deal))) });
}

/** This custodian's share under `terms`, which every deal and piece must bear out. Throws EscrowError or another SealingError. */
export function openPieces(data: Uint8Array, own: KeyPair, terms: Terms): Share {
  const value = parseCanonicalJson(data) as Readonly<Record<string, Json>>;
  if (!value || typeof value !== "object" || Object.keys(value).sort().join() !== "deals,terms" || !Array.isArray(value.deals)) {
    throw new EscrowError("share", "is of a kind that is not known");
  }
  const deals = (value.deals as Json[]).map((one) => parseDeal(parsePackedDeal(one)));
  const received = receiveDealt(deals, termsOf(value.terms as Json), own);
  if (hashOf(received.terms) !== hashOf(terms)) throw new EscrowError("share", "is of another escrow, or of other terms");
  return received.share;
}

function parsePackedDeal(text: Json): Uint8Array {
  try {
    return fromBase64(String(text));
  } catch {
    throw new EscrowError("deals", "must be base64");
  }
}

/** The terms of what checked deals of one round make together. */
export function summed(deals: readonly Deal[]): Terms {
  const [first, ...others] = deals as [Deal, ...Deal[]];
  const points = first.terms.commitments.map((point, place) => others.reduce((sum, deal) => sum.add(deal.terms.commitments[place] as Point), point));
  return makeTerms(first.terms.escrowId, first.terms.epoch, first.terms.custodians, points);
}

/** Every deal right by `check`, all of the same round, one from each of the quorum; in the quorum's order. Throws EscrowError. */
export function oneRound(deals: readonly Deal[], check: (deal: Deal) => void): Deal[] {
  const byDealer = new Map<number, Deal>();
  for (const deal of deals) {
    check(deal);
    if (byDealer.has(deal.dealer)) throw new WrongDealError(deal.dealer, "dealt twice");
    byDealer.set(deal.dealer, deal);
  }
  const rounds = new Set(deals.map((deal) => [deal.quorum, deal.terms.custodians, deal.terms.threshold].join(";")));
  const [first] = deals;
  if (!first || rounds.size > 1) throw new EscrowError("deals", "are of different rounds, or there are none");
  return first.quorum.map((dealer) => {
    const deal = byDealer.get(dealer);
    if (!deal) throw new WrongDealError(dealer, "is missing");
    return deal;
  });
}

/** The share that one piece of each deal makes together; a bad piece names its dealer. Throws EscrowError. */
export function addedUp(deals: readonly Deal[], after: Terms, own: KeyPair, contextOf: (deal: Deal) => Uint8Array): Share {
  const place = after.custodians.indexOf(publicKeyToHex(own.publicKey));
  if (place < 0) throw new EscrowError("share", "is another custodian's");
  const value = deals.reduce((sum, deal) => modulo(sum + pieceOf(deal, place, own, contextOf(deal))), 0n);
  const share = { index: place + 1, value };
  checkShare(share, after);
  return share;
}

function pieceOf(deal: Deal, place: number, own: KeyPair, context: Uint8Array): Scalar {
  try {
    const value = decodeScalar(openSealed(deal.pieces[place] as Uint8Array, own, context), "piece");
    checkShare({ index: place + 1, value }, deal.terms);
    return value;
  } catch (error) {
    if (error instanceof SealingError) throw new WrongDealError(deal.dealer, `has a piece for custodian ${place + 1} that does not fit`);
    throw error;
  }
}

function checkQuorum(quorum: readonly number[], dealer: number, terms: Terms): void {
  const isAscending = quorum.every((one, place) => place === 0 || one > (quorum[place - 1] ?? 0));
  const isWithin = (quorum[0] ?? 0) >= 1 && (quorum.at(-1) ?? 0) <= terms.custodians.length;
  if (quorum.length !== terms.threshold || !isAscending || !isWithin || !quorum.includes(dealer)) {
    throw new EscrowError("quorum", `must be ${terms.threshold} different custodians, the dealer among them`);
  }
}

type Unproven = Omit<Deal, "proof">;

function statement(deal: Unproven): Record<string, Json> {
  return { quorum: deal.quorum, dealer: deal.dealer, terms: deal.terms.written, pieces: deal.pieces.map(toBase64) };
}

/** 32 bytes that stand for everything in a deal but its proof. */
export function statementHash(deal: Unproven): Uint8Array {
  return blake2b(canonicalJson(statement(deal)), { dkLen: 32 });
}

function proofContext(deal: Unproven, terms: Terms): Uint8Array {
  return concatBytes(PROOF_LABEL, terms.commitmentsHash, statementHash(deal));
}

function pieceContext(terms: Terms, dealer: number): Uint8Array {
  return concatBytes(PIECE_LABEL, terms.commitmentsHash, Uint8Array.of(dealer));
}
