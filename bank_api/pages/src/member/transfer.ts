/** What a member's camera may find: a wallet from another device, an invitation, a shop's offer, an amount to pay. */
import { type Keyfile, parseKeyfile } from "../keys/keyfile.ts";

const WALLET = "azukari:wallet:";

/** A sealed wallet as a code; the passphrase is not in it. */
export function codeOf(keyfile: Keyfile): string {
  return WALLET + JSON.stringify(keyfile);
}

/** Throws KeyfileError for a damaged one; null if the code is of something else. */
export function keyfileIn(code: string): Keyfile | null {
  return code.startsWith(WALLET) ? parseKeyfile(code.slice(WALLET.length)) : null;
}

/** The invitation in a link or code of this bank; null if there is none. */
export function invitationIn(code: string, origin: string): string | null {
  return code.startsWith(`${origin}/member/join#`) ? code.slice(`${origin}/member/join#`.length) : null;
}

/** Where a shop's code leads: the screen for its offer or its amount; null if it is no shop's, or another bank's. */
export function shopScreenIn(code: string, origin: string): string | null {
  const path = code.startsWith(`${origin}/`) ? code.slice(origin.length) : code;
  if (/^\/member\/(redeem\/0x[0-9a-f]{64}|pay\/0x[0-9a-fA-F]{40}\/[1-9][0-9]{0,9})$/.test(path)) return path;
  const id = /^(?:azukari:redeem:)?(0x[0-9a-f]{64})$/.exec(code.trim())?.[1];
  return id ? `/member/redeem/${id}` : null;
}
