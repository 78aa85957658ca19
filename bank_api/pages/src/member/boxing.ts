/**
 * Records in boxes (`wallet_cli/sealed_records.py`, ADR 51): opened here, found by tokens that the bank cannot read; the box's
 * key follows from its owner's key, and who is let in gets it sealed, by the owner's signed word.
 */
import { blake2b } from "@noble/hashes/blake2";
import { textHash } from "../acts/drafting.ts";
import { type Bank, BankProblem, type Shapes } from "../bank/client.ts";
import type { Wallet } from "../keys/wallet.ts";
import { isSignedBy, provenAccount } from "../record/account.ts";
import { type Evidence, FalsehoodError } from "../record/evidence.ts";
import { concatBytes, fromBase64, toBase64, toHex, utf8 } from "../sealing/bytes.ts";
import { type Json, canonicalJson, parseCanonicalJson } from "../sealing/canonical.ts";
import { isSealedTo, openSealed, seal, widen } from "../sealing/envelope.ts";
import { SealingError } from "../sealing/errors.ts";
import { type KeyPair, publicKeyFromHex, publicKeyToHex } from "../sealing/keys.ts";

const STORED = "records.";
const TOKEN_BYTES = 16;
const RECORD_LABEL = utf8("azukari record 1\0");
const KEY_LABEL = utf8("azukari box key 1\0");
const KEY_PERSONALIZATION = utf8("azukari box key1");

type View = Pick<Shapes["RecordView"], "name" | "sealed_base64">;
export interface Record {
  fields: { readonly [name: string]: string | number | boolean };
  labels: readonly string[];
  links: readonly (readonly [string, string])[];
}
/** A record as it lies there; null where it is not sealed to this key, or is something else than it should be. */
export interface Opened {
  name: string;
  record: Record | null;
}
export interface Box {
  owner: string;
  name: string;
  key: Uint8Array;
}

/** A box as somebody knows it who may write there: with the keys that a new record is sealed to. */
export interface Writable extends Box {
  readers: readonly Uint8Array[];
}

/** The names of one's own boxes, by what is kept in them and by who was let in. */
export function namesOf(documents: readonly Shapes["StoredDocument"][], grants: readonly Shapes["BoxGrant"][]): string[] {
  const kept = documents.filter((one) => one.box.startsWith(STORED)).map((one) => one.box.slice(STORED.length));
  return [...new Set([...kept, ...grants.map((one) => one.box)])].sort();
}

export function countIn(documents: readonly Shapes["StoredDocument"][], box: string): number {
  return documents.filter((one) => one.box === STORED + box).length;
}

export function ownBox(account: string, name: string, pair: KeyPair): Box {
  const key = blake2b(canonicalJson([account, name]), { key: pair.secret, dkLen: 32, personalization: KEY_PERSONALIZATION });
  return { owner: account, name, key };
}

export function openRecord(one: View, box: Pick<Box, "owner" | "name">, pair: KeyPair): Opened {
  try {
    const value = parseCanonicalJson(openSealed(fromBase64(one.sealed_base64), pair, contextOf(box, one.name)));
    return { name: one.name, record: isRecord(value) ? value : null };
  } catch (error) {
    if (error instanceof SealingError) return { name: one.name, record: null };
    throw error;
  }
}

/** By what a record is found: one token for each field, label and link. */
export function tokensOf(box: Box, record: Record): string[] {
  const fields = Object.keys(record.fields).sort(byCodePoint);
  const values: Json[] = [
    ...fields.map((name) => ["field", name, record.fields[name] as Json]),
    ...record.labels.map((label) => ["label", label, true]),
    ...record.links.map(([rel, other]) => ["link", rel, other]),
  ];
  const made = values.map((one) => toHex(blake2b(canonicalJson(one), { key: box.key, dkLen: TOKEN_BYTES })).slice(2));
  return [...new Set(made)];
}

/** The text (EIP-191) by which an owner lets somebody in (`bank_api/protocol/box_grant.py`). */
export function grantText(url: string, owner: string, one: Pick<Shapes["BoxGrant"], "box" | "grantee" | "encryption_key" | "may_write" | "until">): string {
  return (
    `I let ${one.grantee} into a box that my information bank at ${url} keeps for me.\n\n` +
    `Box: ${one.box}\nMay: ${one.may_write ? "read and write" : "read"}\nSealed to: ${one.encryption_key}\n` +
    `Account: ${owner}\nUntil: ${one.until}`
  );
}

/** Whether a live grant is of this very key's signing: a token alone lets nobody in. */
export function isOwnGrant(url: string, one: Shapes["BoxGrant"], wallet: Wallet): Promise<boolean> {
  return isSignedBy(grantText(url, one.owner, one), one.signature, wallet.address);
}

/** Whether a delegate let itself in, by the key that the record has of it: nothing is sealed to it by that. */
export async function isDelegates(url: string, one: Shapes["BoxGrant"], keyOf: KeyOf): Promise<boolean> {
  return one.grantee.startsWith("0x") && isSignedBy(grantText(url, one.owner, one), one.signature, await keyOf(one.grantee));
}

/** The key that the record has of an account. */
export type KeyOf = (account: string) => Promise<string>;

export interface Admission {
  box: string;
  grantee: string;
  encryption_key: string;
  may_write: boolean;
  until: number;
}

/** Let somebody in, and seal to them what is there as well; how many records that was. Safe to repeat. */
export async function letIn(bank: Bank, url: string, admission: Admission, wallet: Wallet, account: string): Promise<number> {
  const box = ownBox(account, admission.box, wallet.encryption);
  const key = publicKeyFromHex(admission.encryption_key);
  await admit(bank, url, admission, wallet, account);
  let count = 0;
  for (const one of await recordsOf(bank, box)) {
    const kept = fromBase64(one.sealed_base64);
    const { record } = openRecord(one, box, wallet.encryption);
    const isNew = !isSealedTo(kept, key);
    // What a delegate kept by a key of its own is found by this box's from now on (ADR 63).
    if (!record || !(isNew || one.writer === admission.grantee)) continue;
    const sealed = isNew ? widen(kept, wallet.encryption, [key]) : kept;
    await bank.put(`/v1/boxes/${box.owner}/${box.name}/records/${one.name}`, { sealed_base64: toBase64(sealed), tokens: tokensOf(box, record), over: one.etag });
    count += isNew ? 1 : 0;
  }
  return count;
}

/** The box's key, sealed to whom is let in, and the owner's word for it. */
export async function admit(bank: Bank, url: string, admission: Admission, wallet: Wallet, account: string): Promise<void> {
  const box = ownBox(account, admission.box, wallet.encryption);
  const sealed = seal(box.key, [publicKeyFromHex(admission.encryption_key)], concatBytes(KEY_LABEL, canonicalJson([box.owner, box.name])));
  const body: Shapes["BoxGrantBody"] = {
    encryption_key: admission.encryption_key,
    may_write: admission.may_write,
    until: admission.until,
    key_base64: toBase64(sealed),
    signature: await wallet.signText(grantText(url, account, admission)),
  };
  await bank.put(`/v1/me/boxes/${admission.box}/grants/${admission.grantee}`, body);
}

/** One's own box to write into: what is kept there is sealed to whoever is let in now, by this key's word. Throws FalsehoodError. */
export async function ownToWrite(
  url: string,
  name: string,
  grants: readonly Shapes["BoxGrant"][],
  wallet: Wallet,
  account: string,
  keyOf: KeyOf,
): Promise<Writable> {
  const readers = [wallet.encryption.publicKey];
  for (const one of grants.filter((each) => each.is_live && each.box === name)) {
    if (await isOwnGrant(url, one, wallet)) {
      if (Date.now() / 1000 < one.until) readers.push(publicKeyFromHex(one.encryption_key)); // the end is the owner's word, not the bank's
    } else if (!(await isDelegates(url, one, keyOf))) throw new FalsehoodError("error-grant-not-signed", { grantee: one.grantee, box: name });
  }
  return { ...ownBox(account, name, wallet.encryption), readers };
}

/**
 * What others wrote into one's own box goes on to all whom its owner let in, as the wallet's `find` does it: they do not know
 * of each other. How many records that was. One that is written meanwhile, or finds no room, waits for the next time.
 */
export async function passOn(bank: Bank, box: Writable, pair: KeyPair, records: readonly Shapes["RecordView"][]): Promise<number> {
  let count = 0;
  for (const one of records) {
    const sealed = fromBase64(one.sealed_base64);
    const { record } = openRecord(one, box, pair);
    const missing = box.readers.filter((key) => !isSealedTo(sealed, key));
    if (!record || !missing.length) continue;
    const body: Shapes["RecordBody"] = { sealed_base64: toBase64(widen(sealed, pair, missing)), tokens: tokensOf(box, record), over: one.etag };
    try {
      await bank.put(`/v1/boxes/${box.owner}/${box.name}/records/${one.name}`, body);
      count += 1;
    } catch (error) {
      if (!(error instanceof BankProblem)) throw error;
    }
  }
  return count;
}

/** Somebody else's box, for its owner and oneself: whom else it is open to only the owner knows. `checkLetIn` comes before. */
export function receivedToWrite(one: Shapes["BoxReceived"], pair: KeyPair): Writable {
  const key = openSealed(fromBase64(one.key_base64), pair, concatBytes(KEY_LABEL, canonicalJson([one.owner, one.box])));
  return { owner: one.owner, name: one.box, key, readers: [publicKeyFromHex(one.owner_key), pair.publicKey] };
}

/** Keep a record, in the place of one that has its name. */
export function writeRecord(bank: Bank, box: Writable, name: string, record: Record): Promise<Shapes["RecordKept"]> {
  const content = canonicalJson({ fields: { ...record.fields }, labels: [...record.labels], links: record.links.map((link) => [...link]) });
  const body: Shapes["RecordBody"] = { sealed_base64: toBase64(seal(content, box.readers, contextOf(box, name))), tokens: tokensOf(box, record) };
  return bank.put(`/v1/boxes/${box.owner}/${box.name}/records/${name}`, body);
}

/** A text as the value it spells: a whole number, yes or no (`true`, `false`), else itself; as the wallet reads it. */
export function valueOf(text: string): string | number | boolean {
  const read = text.normalize("NFKC").trim();
  if (read === "true" || read === "false") return read === "true";
  const number = /^-?(0|[1-9][0-9]*)$/.test(read) ? Number(read) : Number.NaN;
  return Number.isSafeInteger(number) && !Object.is(number, -0) ? number : text.trim();
}

/** That its owner's key, as the record has it, signed that this wallet's key is let in, and that the owner's own key is this one. */
export async function checkLetIn(evidence: Evidence, one: Shapes["BoxReceived"], url: string, own: KeyPair): Promise<number> {
  const owner = await provenAccount(evidence, one.owner);
  const text = grantText(url, one.owner, { ...one, encryption_key: publicKeyToHex(own.publicKey) });
  if (!(await isSignedBy(text, one.signature, owner.key))) throw new FalsehoodError("error-not-let-in", { owner: one.owner, box: one.box });
  // Also of an account that rests: who is let in may read on.
  if (owner.encryptionKeyHash !== BigInt(textHash(one.owner_key))) throw new FalsehoodError("page-false-key", { name: one.owner });
  return evidence.newest();
}

/** All records of a box, page by page. */
export async function recordsOf(bank: Bank, box: Pick<Box, "owner" | "name">): Promise<Shapes["RecordView"][]> {
  const found: Shapes["RecordView"][] = [];
  for (let after: string | null | undefined = ""; after != null; ) {
    const page: Shapes["Records"] = await bank.get(`/v1/boxes/${box.owner}/${box.name}/records?after=${encodeURIComponent(after)}`);
    found.push(...page.records);
    after = page.more;
  }
  return found;
}

function contextOf(box: Pick<Box, "owner" | "name">, name: string): Uint8Array {
  return concatBytes(RECORD_LABEL, canonicalJson([box.owner, box.name, name]));
}

/** As Python sorts text. */
function byCodePoint(left: string, right: string): number {
  const [one, other] = [left, right].map((text) => Array.from(text, (sign) => (sign.codePointAt(0) ?? 0).toString(16).padStart(6, "0")).join(""));
  return (one ?? "") < (other ?? "") ? -1 : 1;
}

function isRecord(value: Json): value is Json & Record {
  const found = value as unknown as Partial<Record> | null;
  if (!found || typeof found !== "object" || Object.keys(found).sort().join() !== "fields,labels,links") return false;
  const areLinks = Array.isArray(found.links) && found.links.every((one) => Array.isArray(one) && one.length === 2);
  return areLinks && Array.isArray(found.labels) && typeof found.fields === "object" && found.fields !== null;
}
