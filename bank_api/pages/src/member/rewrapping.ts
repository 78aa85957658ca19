/**
 * What is kept for an account, wrapped anew for its present key (`wallet_cli/rewrapping.py`, ADR 68): documents, records of
 * boxes, and what the owner holds of grants. Each step is one call, safe to repeat; the former key waits at the bank until
 * the last is done.
 */
import { sha256 } from "@noble/hashes/sha2";
import { type Bank, BankProblem, type Shapes } from "../bank/client.ts";
import type { Wallet } from "../keys/wallet.ts";
import { isSignedBy } from "../record/account.ts";
import { fromBase64, toBase64, toHex } from "../sealing/bytes.ts";
import { isSealedTo, narrow, widen } from "../sealing/envelope.ts";
import { type KeyPair, publicKeyToHex } from "../sealing/keys.ts";
import { admit, grantText, openRecord, ownBox, recordsOf, tokensOf } from "./boxing.ts";
import { type FormerKey, moved, wrapShares } from "./kept-keys.ts";

const [GRANTED, RECORDS] = ["granted.", "records."];
const TRIES = 3;

export interface Wrapped {
  documents: number;
  records: number;
  /** What neither key opens. */
  closed: number;
}

interface Hands {
  bank: Bank;
  url: string;
  wallet: Wallet;
  account: string;
}

/** Everything, and then the former key is dropped. */
export async function wrapAll(hands: Hands, former: FormerKey, told: (done: number, whole: number) => void): Promise<Wrapped> {
  const { bank, wallet, account } = hands;
  const { documents } = await bank.get<Shapes["StoredDocuments"]>("/v1/me/documents");
  const { files } = await bank.get<Shapes["Files"]>("/v1/me/files");
  const boxes = [...new Set(documents.filter((one) => one.box.startsWith(RECORDS)).map((one) => one.box.slice(RECORDS.length)))].sort();
  const whole = files.length + documents.filter((one) => one.box.startsWith(RECORDS)).length;
  const done: Wrapped = { documents: 0, records: 0, closed: 0 };
  for (const [place, one] of files.entries()) {
    const sealed = fromBase64(one.cover_base64);
    if (isSealedTo(sealed, former.pair.publicKey)) {
      const body: Shapes["CoverWrapped"] = { cover_base64: toBase64(moved(sealed, former.pair, wallet.encryption.publicKey)) };
      await bank.put(`/v1/me/files/${one.document}/versions/${one.version}/cover`, body);
      done.documents += 1;
    } else if (!isSealedTo(sealed, wallet.encryption.publicKey)) done.closed += 1;
    told(place + 1, whole);
  }
  if (former.renew) await renewGrants(hands, former, documents);
  const { grants } = await bank.get<Shapes["BoxGrants"]>("/v1/me/box-grants");
  let seen = files.length;
  for (const name of boxes) {
    const live = new Set(grants.filter((one) => one.box === name && one.is_live).map((one) => one.encryption_key));
    for (const record of await recordsOf(bank, { owner: account, name })) {
      if (await wrapRecord(hands, former.pair, name, record, live)) done.records += 1;
      else done.closed += 1;
      told((seen += 1), whole);
    }
  }
  await wrapShares(bank, former.pair, wallet.encryption.publicKey);
  await bank.remove("/v1/me/entrusted-key?former=true"); // it would open nothing any more; what this key entrusted stays
  await bank.remove(`/v1/me/former-keys/${publicKeyToHex(former.pair.publicKey)}`);
  // What was not signed anew is taken away at the stores when it is looked at.
  await Promise.all([bank.get("/v1/me/file-grants"), bank.get("/v1/me/box-grants")]);
  return done;
}

/** Whom the former key let read goes on by the present one's word, and nobody else. */
async function renewGrants(hands: Hands, former: FormerKey, documents: readonly Shapes["StoredDocument"][]): Promise<void> {
  const { bank, url, wallet, account } = hands;
  const now = Date.now() / 1000;
  const covers = new Map(documents.filter((one) => one.box.startsWith(GRANTED)).map((one) => [one.box.slice(GRANTED.length), one.sealed_base64]));
  const files = (await bank.get<Shapes["FileGrants"]>("/v1/me/file-grants")).grants;
  for (const one of files.filter((each) => each.owner === account && !each.revoked_at && now < each.until)) {
    const cover = covers.get(one.grant_id) ?? "";
    const text = fileGrantText(url, account, one, fromBase64(cover));
    if (!(await isSignedBy(text, one.signature ?? "", former.signer))) continue;
    const { document, version, recipient, until } = one;
    const body: Shapes["FileGranted"] = { document, version, recipient, until, elsewhere: false, cover_base64: cover, signature: await wallet.signText(text) };
    await taken(bank.put(`/v1/me/file-grants/${one.grant_id}`, body));
  }
  const boxes = (await bank.get<Shapes["BoxGrants"]>("/v1/me/box-grants")).grants;
  for (const one of boxes.filter((each) => each.owner === account && !each.revoked_at && now < each.until)) {
    if (await isSignedBy(grantText(url, one.owner, one), one.signature, former.signer)) await taken(admit(bank, url, one, wallet, account));
  }
}

/** A grant that the bank does not take any more has ended: who had it is gone, or has another key by now. */
async function taken(sent: Promise<unknown>): Promise<void> {
  await sent.catch((error: unknown) => {
    if (!(error instanceof BankProblem) || error.status >= 500) throw error;
  });
}

/** Whether one of the keys opens it. Sent again where it is wrapped already: a death may have left its tokens. */
async function wrapRecord(hands: Hands, former: KeyPair, name: string, first: Shapes["RecordView"], live: ReadonlySet<string>): Promise<boolean> {
  const { bank, wallet, account } = hands;
  const box = ownBox(account, name, wallet.encryption);
  const path = `/v1/boxes/${account}/${name}/records/${first.name}`;
  const own = publicKeyToHex(wallet.encryption.publicKey);
  let one = first;
  for (let attempt = 1; ; attempt += 1) {
    const sealed = fromBase64(one.sealed_base64);
    const pair = isSealedTo(sealed, former.publicKey) ? former : wallet.encryption;
    const { record } = openRecord(one, box, pair);
    if (!record) return false;
    const wrapped = narrow(widen(sealed, pair, [wallet.encryption.publicKey]), (recipient) => {
      const key = publicKeyToHex(recipient);
      return key === own || live.has(key);
    });
    try {
      await bank.put(path, { sealed_base64: toBase64(wrapped), tokens: tokensOf(box, record), over: one.etag });
      return true;
    } catch (error) {
      if (!(error instanceof BankProblem) || error.status !== 409 || attempt === TRIES) throw error;
      one = await bank.get<Shapes["RecordView"]>(path); // written meanwhile
    }
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
