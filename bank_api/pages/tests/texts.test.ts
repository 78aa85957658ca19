/** Texts that are signed for this bank alone are Python's, letter by letter; a box's records open, and are found by the same tokens. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Asked, registeredCode, registering, registrationText } from "../src/acts/registering.ts";
import { NoRoundError, beginRound, parseDealt, parseRound, roundText } from "../src/acts/resharing.ts";
import { confirmationText, dealText, dueOf } from "../src/board/keeping.ts";
import { type Bank, BankProblem, type Shapes } from "../src/bank/client.ts";
import { Wallet } from "../src/keys/wallet.ts";
import { grantText, isOwnGrant, namesOf, openRecord, ownBox, ownToWrite, passOn, tokensOf, valueOf, writeRecord } from "../src/member/boxing.ts";
import { escrowIdOf, markOf } from "../src/member/kept-keys.ts";
import { fileGrantText, markOfText } from "../src/member/open-grants.ts";
import { isSignedBy } from "../src/record/account.ts";
import { FalsehoodError } from "../src/record/evidence.ts";
import { fromHex, toHex, utf8 } from "../src/sealing/bytes.ts";
import { keyPairFromSeed, publicKeyToHex } from "../src/sealing/keys.ts";

interface Vectors {
  key: string;
  texts: {
    registrations: (Asked & { account: string; text: string; code: string })[];
    rounds: { escrow_id: string; custodians: string[]; threshold: number; dealers: string[]; until: number; text: string }[];
    deals: { account: string; key_id: string; epoch: number; deal: string; text: string }[];
    confirmations: { account: string; key_id: string; epoch: number; terms: string; text: string }[];
    former_keys: { seed: string; account: string; public_key: string; content: string; mark: string }[];
    entrusted_keys: { account: string; nonce: string; id: string }[];
    file_grants: { owner: string; grant_id: string; document: string; version: number; recipient: string; until: number; text: string; cover: string; mark: string }[];
    grants: { owner: string; box: string; grantee: string; encryption_key: string; may_write: boolean; until: number; text: string }[];
  };
  box: {
    seed: string;
    account: string;
    box: string;
    key: string;
    name: string;
    fields: Record<string, string | number | boolean>;
    labels: string[];
    links: [string, string][];
    tokens: string[];
    sealed_base64: string;
  };
}

const { key, texts, box } = JSON.parse(readFileSync(new URL("../vectors/pages.json", import.meta.url), "utf8")) as Vectors;
const HERE = "http://localhost:8600";
const wallet = Wallet.fromKey(fromHex(key));

test("who asks to become a member signs Python's words, and joins with the code that follows", async () => {
  for (const one of texts.registrations) {
    assert.equal(registrationText(HERE, one.account, one.name, one.email, one.words, one.at), one.text);
    assert.equal(registeredCode(one.account), one.code);
    const body = await registering(HERE, { name: one.name, email: one.email, words: one.words, at: one.at }, wallet);
    assert.ok(await isSignedBy(one.text.replace(one.account, wallet.address), body.signature, wallet.address));
    assert.ok(!(await isSignedBy(one.text, body.signature, wallet.address)));
  }
});

test("a round's words are Python's, and a file that is none is refused", () => {
  for (const one of texts.rounds) {
    const { text, ...round } = one;
    assert.equal(roundText(round), text);
    const file = { ...round, signature: "0x00" };
    assert.deepEqual(parseRound(JSON.stringify(file)), file);
    for (const bent of [{ ...file, dealers: ["me", "you"] }, { ...file, escrow_id: "x" }, { ...file, threshold: "2" }, { ...file, custodians: [round.custodians[0]] }]) {
      assert.throws(() => parseRound(JSON.stringify(bent)), NoRoundError);
    }
    for (const text of ["", "[]", "7", JSON.stringify({ escrow_id: round.escrow_id })]) assert.throws(() => parseDealt(text), NoRoundError);
  }
});

test("those who stay deal first; those who leave help where too few stay", () => {
  const escrow = { escrow_id: "0x01", custodians: ["a", "b", "c"], threshold: 2 } as unknown as Shapes["EscrowView"];
  const { custodians, dealers } = beginRound(escrow, ["c", "d", "b"], 2);
  assert.deepEqual([custodians, dealers], [["b", "c", "d"], ["b", "c"]]);
  assert.deepEqual(beginRound(escrow, ["d", "c"], 2).dealers, ["c", "a"]);
});

test("what keepers of the release key sign is Python's", () => {
  for (const one of texts.deals) assert.equal(dealText(HERE, one.account, one.key_id, one.epoch, utf8(one.deal)), one.text);
  for (const one of texts.confirmations) assert.equal(confirmationText(HERE, one.account, one.key_id, one.epoch, one.terms), one.text);
});

test("who is let into a box is named in Python's words, and another's signature is not the owner's", async () => {
  for (const one of texts.former_keys) {
    const pair = keyPairFromSeed(fromHex(one.seed));
    assert.equal(toHex(markOf(pair, one.account, one.public_key, utf8(one.content))).slice(2), one.mark);
  }
  for (const one of texts.entrusted_keys) assert.equal(toHex(escrowIdOf(one.account, fromHex(one.nonce))).slice(2), one.id);
  for (const one of texts.file_grants) {
    assert.equal(fileGrantText(HERE, one.owner, one, utf8(one.cover)), one.text);
    assert.equal(markOfText(one.text), one.mark);
  }
  for (const one of texts.grants) {
    assert.equal(grantText(HERE, one.owner, one), one.text);
    const given = { ...one, owner: wallet.address, signature: await wallet.signText(grantText(HERE, wallet.address, one)) } as unknown as Shapes["BoxGrant"];
    assert.ok(await isOwnGrant(HERE, given, wallet));
    assert.ok(!(await isOwnGrant(HERE, { ...given, until: one.until + 1 }, wallet)));
    assert.ok(!(await isOwnGrant(HERE, { ...given, signature: "0x" }, wallet)));
  }
});

test("a record opens for its owner, in its place alone, and is found by Python's tokens", () => {
  const pair = keyPairFromSeed(fromHex(box.seed));
  const own = ownBox(box.account, box.box, pair);
  assert.equal(toHex(own.key).slice(2), box.key);
  const { record } = openRecord(box, own, pair);
  assert.deepEqual(record, { fields: box.fields, labels: box.labels, links: box.links });
  assert.deepEqual(record && tokensOf(own, record), box.tokens);
  assert.equal(openRecord({ ...box, name: "another" }, own, pair).record, null);
  assert.equal(openRecord(box, own, keyPairFromSeed(new Uint8Array(32).fill(9))).record, null);
});

test("what is written opens again, for its owner and whoever was let in by the owner's signature", async () => {
  const friend = keyPairFromSeed(new Uint8Array(32).fill(3));
  const terms = { owner: wallet.address, box: "diary", grantee: "tea-diary", encryption_key: publicKeyToHex(friend.publicKey), may_write: false, until: 4_000_000_000 };
  const grant = { ...terms, is_live: true, signature: await wallet.signText(grantText(HERE, wallet.address, terms)) } as unknown as Shapes["BoxGrant"];
  const record = { fields: { 気分: "穏やか", cups: 2, rain: false }, labels: ["茶"], links: [["after", "first"]] as const };
  const sent: { path: string; body: Shapes["RecordBody"] }[] = [];
  const bank = { put: async (path: string, body: Shapes["RecordBody"]) => void sent.push({ path, body }) } as unknown as Bank;
  const nobody = async () => "0x";
  const own = await ownToWrite(HERE, "diary", [grant, { ...grant, box: "other" }, { ...grant, is_live: false }], wallet, wallet.address, nobody);
  await writeRecord(bank, own, "second", record);
  const [{ path, body }] = sent as [(typeof sent)[0]];
  assert.equal(path, `/v1/boxes/${wallet.address}/diary/records/second`);
  for (const pair of [wallet.encryption, friend]) assert.deepEqual(openRecord({ name: "second", ...body }, own, pair).record, record);
  assert.deepEqual(body.tokens, tokensOf(own, record));
  await assert.rejects(ownToWrite(HERE, "diary", [{ ...grant, until: terms.until + 1 }], wallet, wallet.address, nobody), FalsehoodError);
  // A delegate lets itself in by its own key: no lie of the bank's, and nothing is sealed to it by that.
  const guardian = Wallet.fromKey(new Uint8Array(32).fill(5));
  const own_terms = { ...terms, grantee: guardian.address };
  const itself = { ...grant, ...own_terms, signature: await guardian.signText(grantText(HERE, wallet.address, own_terms)) } as unknown as Shapes["BoxGrant"];
  const { readers } = await ownToWrite(HERE, "diary", [itself], wallet, wallet.address, async (account) => (account === guardian.address ? guardian.address : "0x"));
  assert.equal(readers.length, 1);
  await assert.rejects(ownToWrite(HERE, "diary", [itself], wallet, wallet.address, nobody), FalsehoodError);
});

test("what one of several wrote goes on to the others when its owner comes by, and nothing is written twice", async () => {
  const [one, other] = [keyPairFromSeed(new Uint8Array(32).fill(3)), keyPairFromSeed(new Uint8Array(32).fill(4))];
  const own = ownBox(wallet.address, "diary", wallet.encryption);
  const record = { fields: { cups: 2 }, labels: [], links: [] };
  const sent: { path: string; body: Shapes["RecordBody"] }[] = [];
  const bank = { put: async (path: string, body: Shapes["RecordBody"]) => void sent.push({ path, body }) } as unknown as Bank;
  await writeRecord(bank, { ...own, readers: [wallet.encryption.publicKey, one.publicKey] }, "theirs", record);
  const theirs = { name: "theirs", etag: "7", ...sent[0]?.body } as unknown as Shapes["RecordView"];
  const everybody = { ...own, readers: [wallet.encryption.publicKey, one.publicKey, other.publicKey] };
  assert.equal(await passOn(bank, everybody, wallet.encryption, [theirs]), 1);
  const { body } = sent[1] as (typeof sent)[0];
  assert.equal(body.over, "7");
  for (const pair of [wallet.encryption, one, other]) assert.deepEqual(openRecord({ name: "theirs", ...body }, own, pair).record, record);
  assert.equal(await passOn(bank, everybody, wallet.encryption, [{ ...theirs, ...body } as Shapes["RecordView"]]), 0);
  const full = { put: () => Promise.reject(new BankProblem(409, {})) } as unknown as Bank;
  assert.equal(await passOn(full, everybody, wallet.encryption, [theirs]), 0);
});

test("a value is read as the wallet reads it", () => {
  const read = ["5", "-12", "０７", "７", "true", " false ", "1.5", "", "五", "9007199254740993"].map(valueOf);
  assert.deepEqual(read, [5, -12, "０７", 7, true, false, "1.5", "", "五", "9007199254740993"]);
});

test("who has dealt sends it again where all have and the bank has not gone on", () => {
  const epoch = { state: "dealing", dealers: ["a", "b"], deals: [{ account: "a" }], keepers: [{ account: "a" }, { account: "b", confirmation: "0x" }] } as unknown as Shapes["KeyEpoch"];
  assert.deepEqual(["a", "b", "c"].map((one) => dueOf(epoch, one)), [null, "deal", null]);
  const all = { ...epoch, deals: [{ account: "a" }, { account: "b" }] } as unknown as Shapes["KeyEpoch"];
  assert.deepEqual(["a", "b", "c"].map((one) => dueOf(all, one)), ["again", "again", null]);
  assert.deepEqual(["a", "b", "c"].map((one) => dueOf({ ...all, state: "confirming" }, one)), ["confirmation", null, null]);
});

test("boxes are those in which something is kept, and those into which somebody was let", () => {
  const documents = [{ box: "answers" }, { box: "records.tea" }, { box: "records.tea" }] as unknown as Shapes["StoredDocument"][];
  assert.deepEqual(namesOf(documents, [{ box: "diary" }] as unknown as Shapes["BoxGrant"][]), ["diary", "tea"]);
});
