import { SealingError } from "../sealing/errors.ts";

/** Something of an escrow does not fit: its terms, a share, a contribution. */
export class EscrowError extends SealingError {}

/** A deal of a round is not right; `dealer` says whose, counting from one as shares do. */
export class WrongDealError extends EscrowError {
  readonly dealer: number;

  constructor(dealer: number, rule: string) {
    super("deal", rule);
    this.dealer = dealer;
  }
}
