/**
 * Whom an owner's key lets read, as its own signatures say it (`wallet_cli/open_grants.py`, ADR 68): shown at a change of keys,
 * and signed anew only then. Only the bank says what was taken back, and who had the old key for a minute may have signed.
 */
import { blake2b } from "@noble/hashes/blake2";
import { sha256 } from "@noble/hashes/sha2";
import { type Bank, BankProblem, type Shapes } from "../bank/client.ts";
import type { Wallet } from "../keys/wallet.ts";
import { isSignedBy } from "../record/account.ts";
import { fromBase64, toBase64, toHex, utf8 } from "../sealing/bytes.ts";
import { admit, grantText } from "./boxing.ts";

const GRANTED = "granted.";
const MARK_BYTES = 16;

export interface Hands {
  bank: Bank;
  url: string;
  wallet: Wallet;
  account: string;
}

export interface OpenGrant {
  /** A box's name; null for a document's. */
  box: string | null;
  grantee: string;
  mayWrite: boolean;
  until: number;
  /** What is signed, and who signed it. */
  text: string;
  signature: string;
  renew: () => Promise<unknown>;
}

/** Of the account, whose words have not ended; the bank alone says which it took back. */
export async function openGrants(hands: Hands): Promise<OpenGrant[]> {
  const { bank, url, wallet, account } = hands;
  const stands = (one: { owner: string; revoked_at?: number | null; until: number }) => one.owner === account && !one.revoked_at && Date.now() / 1000 < one.until;
  const { documents } = await bank.get<Shapes["StoredDocuments"]>("/v1/me/documents");
  const covers = new Map(documents.filter((one) => one.box.startsWith(GRANTED)).map((one) => [one.box.slice(GRANTED.length), one.sealed_base64]));
  const files = (await bank.get<Shapes["FileGrants"]>("/v1/me/file-grants")).grants.filter(stands).map((one) => {
    const cover = covers.get(one.grant_id) ?? "";
    const text = fileGrantText(url, account, one, fromBase64(cover));
    const renew = async () => {
      const { document, version, recipient, until } = one;
      const body: Shapes["FileGranted"] = { document, version, recipient, until, elsewhere: false, cover_base64: cover, signature: await wallet.signText(text) };
      await bank.put(`/v1/me/file-grants/${one.grant_id}`, body);
    };
    return { box: null, grantee: one.recipient, mayWrite: false, until: one.until, text, signature: one.signature ?? "", renew };
  });
  const boxes = (await bank.get<Shapes["BoxGrants"]>("/v1/me/box-grants")).grants.filter(stands).map((one) => {
    const renew = () => admit(bank, url, one, wallet, account);
    return { box: one.box, grantee: one.grantee, mayWrite: one.may_write, until: one.until, text: grantText(url, one.owner, one), signature: one.signature, renew };
  });
  return [...files, ...boxes];
}

/** Those that a key signed, by its address. */
export async function signedBy(found: readonly OpenGrant[], address: string): Promise<OpenGrant[]> {
  const own = await Promise.all(found.map((one) => isSignedBy(one.text, one.signature, address)));
  return found.filter((_, place) => own[place]);
}

/** Of the words that are signed: equal before and after they are signed anew. */
export function markOfText(text: string): string {
  return toHex(blake2b(utf8(text), { dkLen: MARK_BYTES })).slice(2);
}

/** What the former key signed and its owner saw when the keys were changed; nobody else, and nothing new. */
export async function renewGrants(hands: Hands, signer: string, marks: readonly string[]): Promise<void> {
  if (!marks.length) return;
  for (const one of await signedBy(await openGrants(hands), signer)) {
    if (!marks.includes(markOfText(one.text))) continue;
    await one.renew().catch((error: unknown) => {
      if (!(error instanceof BankProblem) || error.status >= 500) throw error; // who had it is gone, or has another key by now
    });
  }
}

/** The text (EIP-191) by which an owner lets somebody read (`bank_api/protocol/file_grant.py`). */
export function fileGrantText(url: string, owner: string, one: Pick<Shapes["FileGrant"], "grant_id" | "document" | "version" | "recipient" | "until">, cover: Uint8Array): string {
  return (
    `I let ${one.recipient} read a document that my information bank at ${url} keeps for me.\n\n` +
    `Document: ${one.document}, version ${one.version}\nCover SHA-256: ${toHex(sha256(cover)).slice(2)}\n` +
    `Account: ${owner}\nGrant: ${one.grant_id}\nUntil: ${one.until}`
  );
}
