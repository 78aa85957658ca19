/** What the operator signs beside its session, as `bank_api/protocol/order.py` writes it: a token alone moves nothing. */
import { sha256 } from "@noble/hashes/sha2";
import { toHex } from "../sealing/bytes.ts";

export const ORDER_HEADER = "Azukari-Order";
export const ORDER_SECONDS = 300;

/** The text (EIP-191) that the key of `account` signs. `url` is the bank's own address. */
export function orderText(url: string, account: string, method: string, path: string, body: Uint8Array, until: number): string {
  const digest = toHex(sha256(body)).slice(2);
  return `I order my information bank at ${url}\n\n${method} ${path}\nBody SHA-256: ${digest}\nAccount: ${account}\nUntil: ${until}`;
}
