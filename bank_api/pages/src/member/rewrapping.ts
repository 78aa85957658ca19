/**
 * What is kept for an account, wrapped anew for its present key (`wallet_cli/rewrapping.py`, ADR 68): documents, records of
 * boxes, and what the owner holds of grants. Each step is one call, safe to repeat; the former key waits at the bank until
 * the last is done.
 */
import { BankProblem, type Shapes } from "../bank/client.ts";
import { FalsehoodError } from "../record/evidence.ts";
import { fromBase64, toBase64 } from "../sealing/bytes.ts";
import { isSealedTo, narrow, widen } from "../sealing/envelope.ts";
import { type KeyPair, publicKeyToHex } from "../sealing/keys.ts";
import { openRecord, ownBox, recordsOf, tokensOf } from "./boxing.ts";
import { type FormerKey, moved, wrapShares } from "./kept-keys.ts";
import { type Hands, renewGrants } from "./open-grants.ts";

const RECORDS = "records.";
const TRIES = 3;

export interface Wrapped {
  documents: number;
  records: number;
  /** What neither key opens. */
  closed: number;
}

/** Everything, and then the former key is dropped. */
export async function wrapAll(hands: Hands, former: FormerKey, told: (done: number, whole: number) => void): Promise<Wrapped> {
  const { bank, wallet, account } = hands;
  const { files } = await bank.get<Shapes["Files"]>("/v1/me/files");
  const kept = await ownRecords(hands);
  const whole = files.length + kept.length;
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
  await renewGrants(hands, former.signer, former.renew);
  const { grants } = await bank.get<Shapes["BoxGrants"]>("/v1/me/box-grants");
  const live = (box: string) => new Set(grants.filter((one) => one.box === box && one.is_live).map((one) => one.encryption_key));
  const closed = new Set<string>();
  const wrap = async ({ box, record }: Kept) => {
    if (await wrapRecord(hands, former.pair, box, record, live(box))) done.records += 1;
    else closed.add(`${box}/${record.name}`);
  };
  for (const [place, one] of kept.entries()) {
    await wrap(one);
    told(files.length + place + 1, whole);
  }
  // An app that read the former key before the change may have written meanwhile.
  for (let round = 1; ; round += 1) {
    const late = (await ownRecords(hands)).filter(({ box, record }) => isSealedTo(fromBase64(record.sealed_base64), former.pair.publicKey) && !closed.has(`${box}/${record.name}`));
    if (!late.length) break;
    if (round > TRIES) throw new FalsehoodError("error-still-written");
    for (const one of late) await wrap(one);
  }
  done.closed += closed.size;
  await wrapShares(bank, former.pair, wallet.encryption.publicKey);
  await bank.remove("/v1/me/entrusted-key?former=true"); // it would open nothing any more; what this key entrusted stays
  await bank.remove(`/v1/me/former-keys/${publicKeyToHex(former.pair.publicKey)}`);
  // What was not signed anew is taken away at the stores when it is looked at.
  await Promise.all([bank.get("/v1/me/file-grants"), bank.get("/v1/me/box-grants")]);
  return done;
}

interface Kept {
  box: string;
  record: Shapes["RecordView"];
}

/** Of every own box, as they are now. */
async function ownRecords({ bank, account }: Hands): Promise<Kept[]> {
  const { documents } = await bank.get<Shapes["StoredDocuments"]>("/v1/me/documents");
  const boxes = [...new Set(documents.filter((one) => one.box.startsWith(RECORDS)).map((one) => one.box.slice(RECORDS.length)))].sort();
  const found = await Promise.all(boxes.map(async (box) => (await recordsOf(bank, { owner: account, name: box })).map((record) => ({ box, record }))));
  return found.flat();
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
