/** An escrow's policy as the record has it: custodians trust it before they keep a share, owners before they open a document. */
import { type Value, structHash } from "./acts.ts";
import { NOBODY, NOTHING } from "./drafting.ts";
import type { Shapes } from "../bank/client.ts";
import { type Evidence, FalsehoodError } from "../record/evidence.ts";

/** What the bank shows of an escrow is what its owner signed, by the hash that the ledger has; else a FalsehoodError in the reader's words. */
export async function checkPolicy(evidence: Evidence, escrow: Shapes["EscrowView"], falsehood: string): Promise<number> {
  const block = await evidence.newest();
  const [digest = 0n] = await evidence.stored("escrow", "digest", [escrow.escrow_id], block);
  const policy = escrow.policy as Record<string, Value>;
  const isSame =
    BigInt(structHash("escrow_policy", policy)) === digest &&
    policy.escrow_id === escrow.escrow_id &&
    policy.owner === escrow.owner &&
    policy.threshold === escrow.threshold &&
    String(policy.custodians) === String(escrow.custodians) &&
    policy.commitments_hash === escrow.commitments_hash &&
    policy.document_hash === escrow.document_hash &&
    policy.heir === (escrow.heir ?? NOBODY) &&
    policy.replaces === (escrow.replaces ?? NOTHING);
  if (!isSame) throw new FalsehoodError(falsehood);
  return block;
}
