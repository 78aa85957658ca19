/** An opening that nobody asked for, made and verified here to a key that is thrown away: nothing leaves this page. */
import type { Shapes } from "../bank/client.ts";
import { contribute, openContribution, parseDocument } from "../escrow/document.ts";
import type { Share } from "../escrow/shares.ts";
import { FalsehoodError } from "../record/evidence.ts";
import { fromBase64, systemRandomness } from "../sealing/bytes.ts";
import { SealingError } from "../sealing/errors.ts";
import { keyPairFromSeed } from "../sealing/keys.ts";

/** Throws FalsehoodError if this share would not help to open the document. */
export function drill(escrow: Shapes["EscrowView"], share: Share): void {
  const requester = keyPairFromSeed(systemRandomness(32));
  const opening = systemRandomness(32);
  try {
    const document = parseDocument(fromBase64(escrow.document_base64));
    openContribution(contribute(document, share, opening, requester.publicKey), requester, document, opening);
  } catch (error) {
    if (error instanceof SealingError) throw new FalsehoodError("desk-false-share");
    throw error;
  }
}
