/**
 * To entrust a document (`pds_adapter.escrow.document.create_escrow`): a random scalar is shared among the custodians, the
 * document is sealed to its owner and to a key pair of its own, and that pair's seed is wrapped under the shared scalar.
 */
import { SALT_BYTES, canonicalJson, commit } from "../sealing/canonical.ts";
import { concatBytes, systemRandomness, toBase64, toHex } from "../sealing/bytes.ts";
import { seal } from "../sealing/envelope.ts";
import { KEY_BYTES, keyPairFromSeed } from "../sealing/keys.ts";
import { CONTEXT_LABEL, FORMAT, LABEL } from "./document.ts";
import { EscrowError } from "./errors.ts";
import { BASE, type Scalar, evaluated, randomScalar } from "./group.ts";
import { sealShare } from "./shares.ts";
import { type Terms, makeTerms } from "./terms.ts";
import { wrapKey } from "./threshold.ts";

export interface CreatedEscrow {
  readonly terms: Terms;
  readonly documentHash: Uint8Array;
  /** What anybody may see, in its one spelling. */
  readonly encoded: Uint8Array;
  readonly encodedTerms: Uint8Array;
  /** Share i, counting from one, sealed to custodian i. */
  readonly sealedShares: readonly Uint8Array[];
}

/** `custodians` are keys in hex, in order; any `threshold` of them open it, and `owner` alone. Throws EscrowError. */
export function createEscrow(document: Uint8Array, custodians: readonly string[], threshold: number, owner: Uint8Array, escrowId = systemRandomness(32)): CreatedEscrow {
  if (threshold < 2 || threshold > custodians.length) throw new EscrowError("threshold", "must be from 2 to the number of custodians");
  const polynomial = Array.from({ length: threshold }, () => randomScalar());
  const terms = makeTerms(escrowId, 0, custodians, polynomial.map((coefficient) => BASE.multiply(coefficient)));
  const [salt, seed] = [systemRandomness(SALT_BYTES), systemRandomness(KEY_BYTES)];
  const documentHash = commit(salt, document);
  const wrapped = wrapKey(seed, BASE.multiply(polynomial[0] as Scalar), concatBytes(LABEL, escrowId, documentHash));
  const context = concatBytes(CONTEXT_LABEL, escrowId, documentHash);
  const sealed = seal(concatBytes(salt, document), [keyPairFromSeed(seed).publicKey, owner], context);
  const encoded = canonicalJson({
    format: FORMAT,
    terms: terms.written,
    document_hash: toHex(documentHash),
    wrapped_key: toHex(wrapped.encoded),
    sealed: toBase64(sealed),
  });
  const shares = custodians.map((_key, place) => ({ index: place + 1, value: evaluated(polynomial, place + 1) }));
  return { terms, documentHash, encoded, encodedTerms: canonicalJson(terms.written), sealedShares: shares.map((share) => sealShare(share, terms)) };
}
