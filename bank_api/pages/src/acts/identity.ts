/** An account and its key for documents, as `azukari wallet export-address --json` prints them and the pages show them. */
import { getAddress } from "viem";

export interface Identity {
  account: string;
  key: string | null;
}

/** Null for a text that is none. */
export function parseIdentity(text: string): Identity | null {
  try {
    const read = JSON.parse(text) as { account?: string; encryption_key?: string };
    const { account = "", encryption_key: key = null } = read;
    if (!/^0x[0-9a-fA-F]{40}$/.test(account) || (key !== null && !/^0x[0-9a-f]{64}$/.test(key))) return null;
    return { account: getAddress(account), key };
  } catch {
    return null;
  }
}
