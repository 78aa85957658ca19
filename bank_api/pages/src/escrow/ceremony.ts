/**
 * A key that nobody ever holds (`pds_adapter/escrow/ceremony.py`): each keeper deals a secret of its own, and the key is the
 * sum of all of them. Every keeper must deal; a bad piece names its dealer, and the ceremony is begun anew.
 */
import { type Randomness, areEqual, concatBytes, systemRandomness, utf8 } from "../sealing/bytes.ts";
import type { KeyPair } from "../sealing/keys.ts";
import { type Deal, addedUp, oneRound, shareOut, statementHash, summed } from "./deals.ts";
import { WrongDealError } from "./errors.ts";
import { BASE, type Point, randomScalar } from "./group.ts";
import { isProven, prove } from "./proofs.ts";
import type { Share } from "./shares.ts";
import type { Terms } from "./terms.ts";

const FIRST_EPOCH = 1;
const PROOF_LABEL = utf8("azukari ceremony proof 1\0");
const PIECE_LABEL = utf8("azukari ceremony piece 1\0");

/** Keeper `index`'s deal. The secret in it is forgotten at once: the keeper's own piece is sealed to it as well. */
export function dealFirst(keyId: Uint8Array, index: number, keepers: readonly string[], threshold: number, randomness: Randomness = systemRandomness): Deal {
  const secret = randomScalar(randomness);
  const dealt = shareOut(secret, threshold, keyId, FIRST_EPOCH, keepers, (terms) => pieceContext(terms, index), randomness);
  const unproven = { quorum: keepers.map((_key, place) => place + 1), dealer: index, ...dealt };
  const context = concatBytes(PROOF_LABEL, statementHash(unproven));
  return { ...unproven, proof: prove(secret, [BASE], [BASE.multiply(secret)], context, randomness) };
}

/** Public: the deal is of this ceremony, and its dealer knows what it deals. Throws EscrowError naming the dealer. */
export function checkFirst(deal: Deal, keyId: Uint8Array, keepers: readonly string[], threshold: number): void {
  const { terms } = deal;
  const isOfThis = areEqual(terms.escrowId, keyId) && terms.epoch === FIRST_EPOCH && terms.custodians.join() === keepers.join() && terms.threshold === threshold;
  const isByAll = deal.quorum.join() === keepers.map((_key, place) => place + 1).join() && deal.quorum.includes(deal.dealer);
  if (!isOfThis || !isByAll || deal.pieces.length !== keepers.length) throw new WrongDealError(deal.dealer, "is of another ceremony");
  if (!isProven(deal.proof, [BASE], [terms.commitments[0] as Point], concatBytes(PROOF_LABEL, statementHash(deal)))) {
    throw new WrongDealError(deal.dealer, "does not prove that its dealer knows what it deals");
  }
}

/** A keeper's share of the key, every deal and piece checked. Throws EscrowError. */
export function receiveFirst(deals: readonly Deal[], keyId: Uint8Array, keepers: readonly string[], threshold: number, own: KeyPair): { share: Share; terms: Terms } {
  const round = oneRound(deals, (deal) => checkFirst(deal, keyId, keepers, threshold));
  const terms = summed(round);
  return { share: addedUp(round, terms, own, (deal) => pieceContext(deal.terms, deal.dealer)), terms };
}

function pieceContext(terms: Terms, dealer: number): Uint8Array {
  return concatBytes(PIECE_LABEL, terms.commitmentsHash, Uint8Array.of(dealer));
}
