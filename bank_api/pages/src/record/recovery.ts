/** The recovery under way of an account, as the record has it: which one, until when it can be stopped, and whether it can. */
import { toHex, fromHex } from "../sealing/bytes.ts";
import type { Evidence } from "./evidence.ts";

/** Bits of `recovery`'s record: when it may be completed, and whether every guardian approved. */
const READY_BITS = 64n;

export interface PendingRecovery {
  readonly id: string;
  readonly readyAt: number;
  /** Nobody can stop it. */
  readonly isFinal: boolean;
}

/** None where nobody is replacing the key; the bank is asked for the proof alone and believed in nothing. */
export async function pendingRecovery(evidence: Evidence, account: string): Promise<{ pending: PendingRecovery | null; block: number }> {
  const block = await evidence.newest();
  const [[id = 0n], [word = 0n]] = await Promise.all([
    evidence.stored("recovery", "pending_id", [account], block),
    evidence.stored("recovery", "pending", [account], block),
  ]);
  if (id === 0n) return { pending: null, block };
  const readyAt = Number(word & ((1n << READY_BITS) - 1n));
  return { pending: { id: toHex(fromHex(id.toString(16).padStart(64, "0"))), readyAt, isFinal: word >> READY_BITS !== 0n }, block };
}
