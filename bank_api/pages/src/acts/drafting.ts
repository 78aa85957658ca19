/** What everything that is signed here is made of: ids, deadlines, texts by their hashes, and a request's own digest. */
import { keccak_256 } from "@noble/hashes/sha3";
import type { Shapes } from "../bank/client.ts";
import { type Evidence, FalsehoodError } from "../record/evidence.ts";
import { type Hex, systemRandomness, toHex, utf8 } from "../sealing/bytes.ts";
import { canonicalJson } from "../sealing/canonical.ts";
import { type Message, type Value, structHash } from "./acts.ts";

/** How long a signature waits to be taken: long enough for a slow line and a clock a little off. */
const SIGNATURE_SECONDS = 3600;
export const NOBODY: Hex = `0x${"00".repeat(20)}`;
export const NOTHING: Hex = `0x${"00".repeat(32)}`;

export const now = (): number => Math.floor(Date.now() / 1000);
export const deadline = (): number => now() + SIGNATURE_SECONDS;

/** A word's place among this wallet's words, in milliseconds since 1970: the later one stands. */
export const sequence = (): number => Date.now();

export function newId(): Hex {
  return toHex(systemRandomness(32));
}

export function textHash(text: string): Hex {
  return toHex(keccak_256(utf8(text)));
}

/** Throws FalsehoodError for a text that is not the one whose hash is to be signed. */
export function checkText(text: string, hash: string): void {
  if (textHash(text) !== hash) throw new FalsehoodError("page-false-text");
}

/** Fields that stand in the partner's signed words under the names under which they are shown. */
const SHOWN = [
  ...(["partner", "recipient", "purpose", "purpose_code", "legal_class", "k_minimum", "l_minimum", "t_percent"] as const),
  ...(["persons_maximum", "coins_base", "coins_per_item", "valid_until", "retention_days"] as const),
  ...(["request_id", "survey_id"] as const),
];

/** The digest of the words that the partner signed, once all that is shown of the request is held against them. */
export function requestDigest(request: Shapes["RequestView"]): Hex {
  const words = request.words as Record<string, Value>;
  const contract = canonicalJson({
    description: request.description ?? "",
    items: request.items,
    purpose: request.purpose,
    retention_days: request.retention_days,
    salt: request.contract_salt,
  });
  const differing = SHOWN.find((name) => words[name] !== request[name]);
  if (differing) throw new FalsehoodError("page-false-request", { field: differing });
  if (words.items !== request.item_mask) throw new FalsehoodError("page-false-request", { field: "items" });
  if (words.contract_hash !== toHex(keccak_256(contract))) throw new FalsehoodError("page-false-request", { field: "description" });
  return structHash("data_request", words);
}

/** Whether the record has this very encryption key for an account, by proof. */
export async function encryptionKeyOf(evidence: Evidence, account: string, key: string): Promise<boolean> {
  const [word = 0n] = await evidence.stored("membership", "encryption_key", [account], await evidence.newest());
  return word === BigInt(textHash(key));
}

export function publishing(account: string, key: string): Message<"encryption_key"> {
  return { key_id: newId(), account, encryption_key_hash: textHash(key), sequence: sequence(), deadline: deadline() };
}
