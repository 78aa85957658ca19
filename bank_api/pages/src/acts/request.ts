/** A request as the record has it: the very words that its partner signed, how far it has come, and who decided it. */
import { recoverTypedDataAddress } from "viem";
import type { Shapes } from "../bank/client.ts";
import { type Evidence, FalsehoodError } from "../record/evidence.ts";
import type { Hex } from "../sealing/bytes.ts";
import { type Deployed, type Message, typedData } from "./acts.ts";
import { requestDigest } from "./drafting.ts";

type Request = Shapes["RequestView"];
/** As `request` numbers them. */
const STATES = ["unknown", "filed", "approved", "refused", "closed", "revoked"];
const STATE_BITS = 168n;

/** Words and state are the record's, at the block as of which they were read, or now. Throws FalsehoodError. */
export async function checkRequest(evidence: Evidence, request: Request, read?: number): Promise<number> {
  const block = read ?? (await evidence.newest());
  const [[digest = 0n], [head = 0n]] = await Promise.all([
    evidence.stored("request", "digestOf", [request.request_id], block),
    evidence.stored("request", "head", [request.request_id], block),
  ]);
  if (BigInt(requestDigest(request)) !== digest) throw new FalsehoodError("page-false-request-words");
  const recorded = STATES[Number((head >> STATE_BITS) & 0xffn)] ?? "unknown";
  if (recorded !== request.state) throw new FalsehoodError("page-false-request-state", { said: request.state, recorded });
  return block;
}

/** Each signature under a decision is of the key that is said to have made it, over these words and this outcome. Throws FalsehoodError. */
export async function checkSigners(request: Request, deployed: Deployed): Promise<void> {
  if (!request.decision) return;
  const words = request.decision.words as unknown as Message<"decision">;
  const isOf = words.request_digest === requestDigest(request) && (request.state === "closed" || words.approved === (request.state !== "refused"));
  if (!isOf) throw new FalsehoodError("page-false-decision");
  const data = typedData("decision", words, deployed);
  for (const one of request.decision.signers) {
    const key = await recoverTypedDataAddress({ ...data, signature: one.signature as Hex } as never).catch(() => null);
    if (key !== one.key) throw new FalsehoodError("page-false-signer", { name: one.name });
  }
}
