import { SealingError } from "../sealing/errors.ts";

/** Something of an escrow does not fit: its terms, a share, a contribution. */
export class EscrowError extends SealingError {}
