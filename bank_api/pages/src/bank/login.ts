/**
 * The text that a wallet signs to log in (EIP-4361), read as strictly as `bank_api/protocol/login.py` reads it. Signed is
 * only what names the very address this page came from, this wallet and this chain: nobody can have a login for another
 * place signed here.
 */
export const STATEMENT = "Sign in to your information bank. This moves no coins and gives no consent.";

export interface LoginText {
  url: string;
  address: string;
  chainId: number;
  expiresAt: number;
}

const SHAPE = new RegExp(
  "^(?<domain>[^\\s/]+) wants you to sign in with your Ethereum account:\\n(?<address>0x[0-9a-fA-F]{40})\\n\\n" +
    STATEMENT.replaceAll(".", "\\.") +
    "\\n\\nURI: (?<url>https?://[^\\s/]+)\\nVersion: 1\\nChain ID: (?<chain>[1-9][0-9]{0,19})\\n" +
    "Nonce: (?<nonce>[0-9a-f]{8,128})\\nIssued At: (?<issued>[0-9TZ:-]{20})\\nExpiration Time: (?<expires>[0-9TZ:-]{20})$",
);

/** Throws RangeError for a text that is not exactly a login of an information bank. */
export function parseLoginText(text: string): LoginText {
  const found = SHAPE.exec(text)?.groups;
  if (!found) throw new RangeError("is no login text of an information bank");
  const url = found.url as string;
  const expiresAt = Date.parse(found.expires as string) / 1000;
  if (new URL(url).host !== found.domain || Number.isNaN(expiresAt)) {
    throw new RangeError("names another domain than its URI, or a time in an unusual way");
  }
  return { url, address: found.address as string, chainId: Number(found.chain), expiresAt };
}

/** Throws RangeError unless the text is a login here, for this wallet, on this chain, and still good. */
export function checkLoginText(text: string, here: { origin: string; address: string; chainId: number; now: number }): void {
  const read = parseLoginText(text);
  if (read.url !== here.origin) throw new RangeError(`is a login at ${read.url}, and this page is from ${here.origin}`);
  if (read.address !== here.address) throw new RangeError("is for another wallet");
  if (read.chainId !== here.chainId) throw new RangeError("is for another chain");
  if (read.expiresAt < here.now) throw new RangeError("has expired");
}
