/** An account as the record has it, by proof: its key, its roles, and the hash of the key that documents for it are sealed to. */
import { type Address, getAddress, recoverMessageAddress } from "viem";
import { textHash } from "../acts/drafting.ts";
import type { Hex } from "../sealing/bytes.ts";
import { type Evidence, FalsehoodError } from "./evidence.ts";

/** Bits of `membership`'s record (`chaincode/places.py`). */
const KEY_BITS = 160n;
const ROLES = 0xffffn;
const [SUSPENDED, RESTING] = [176n, 177n];
export const ROLE = { board: 16n, custodian: 32n } as const;

export interface ProvenAccount {
  readonly account: string;
  readonly key: Address;
  readonly roles: bigint;
  /** Has a role, and is neither suspended nor resting. */
  readonly isActive: boolean;
  readonly encryptionKeyHash: bigint;
}

export async function provenAccount(evidence: Evidence, account: string): Promise<ProvenAccount> {
  const block = await evidence.newest();
  const [[word = 0n], [encryptionKeyHash = 0n]] = await Promise.all([
    evidence.stored("membership", "record", [account], block),
    evidence.stored("membership", "encryption_key", [account], block),
  ]);
  const roles = (word >> KEY_BITS) & ROLES;
  const isAway = ((word >> SUSPENDED) & 1n) === 1n || ((word >> RESTING) & 1n) === 1n;
  const key = getAddress(`0x${(word & ((1n << KEY_BITS) - 1n)).toString(16).padStart(40, "0")}`);
  return { account, key, roles, isActive: roles !== 0n && !isAway, encryptionKeyHash };
}

/** Throws FalsehoodError unless the record has this very key for documents to an account that may act. */
export function checkKey(proven: ProvenAccount, encryptionKey: string, name: string): void {
  if (!proven.isActive || proven.encryptionKeyHash !== BigInt(textHash(encryptionKey))) throw new FalsehoodError("page-false-key", { name });
}

/** Whether a key signed a text (EIP-191). */
export async function isSignedBy(text: string, signature: string, key: string): Promise<boolean> {
  return recoverMessageAddress({ message: text, signature: signature as Hex }).then(
    (found) => found === key,
    () => false,
  );
}
