/** The same vectors that hold `pds_adapter` hold the browser's own sealing, invalid ones by the same errors. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fromHex, toHex, utf8 } from "../src/sealing/bytes.ts";
import { type Json, canonicalJson, commit, parseCanonicalJson } from "../src/sealing/canonical.ts";
import { isSealedTo, openSealed, seal, widen } from "../src/sealing/envelope.ts";
import { CanonicalFormError, SealingError } from "../src/sealing/errors.ts";
import { type KeyPair, keyPairFromSeed, keyPairFromWalletKey, publicKeyFromHex, publicKeyToHex } from "../src/sealing/keys.ts";

function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8")) as T;
}

interface Valid {
  keys: { description: string; material: string; from_seed: string; from_wallet_key: string }[];
  canonical: { description: string; value: Json; canonical: string }[];
  commitments: { salt: string; content: string; commitment: string }[];
  sealed: { description: string; seeds: string[]; context: string; content: string; sealed: string }[];
}

const valid = vectors<Valid>("envelope_valid");

for (const one of valid.keys) {
  test(`${one.description}: ${one.from_seed.slice(0, 10)}`, () => {
    const material = fromHex(one.material);
    assert.equal(publicKeyToHex(keyPairFromSeed(material).publicKey), one.from_seed);
    assert.equal(publicKeyToHex(keyPairFromWalletKey(material).publicKey), one.from_wallet_key);
  });
}

for (const one of valid.canonical) {
  test(one.description, () => {
    assert.equal(toHex(canonicalJson(one.value)), `0x${one.canonical}`);
    assert.deepEqual(parseCanonicalJson(fromHex(one.canonical)), one.value);
  });
}

test("a commitment is the wallet's", () => {
  for (const one of valid.commitments) {
    assert.equal(toHex(commit(fromHex(one.salt), fromHex(one.content))), `0x${one.commitment}`);
  }
});

for (const one of valid.sealed) {
  test(`opened here as sealed there: ${one.description}`, () => {
    for (const seed of one.seeds) {
      const content = openSealed(fromHex(one.sealed), keyPairFromSeed(fromHex(seed)), fromHex(one.context));
      assert.equal(toHex(content), `0x${one.content}`);
    }
  });
}

interface Invalid {
  description: string;
  seed: string;
  context: string;
  sealed: string;
  error: string;
  field: string | null;
}

for (const one of vectors<Invalid[]>("envelope_invalid")) {
  test(`refused: ${one.description}`, () => {
    const open = () => openSealed(fromHex(one.sealed), keyPairFromSeed(fromHex(one.seed)), fromHex(one.context));
    assert.throws(open, (error: unknown) => {
      assert.ok(error instanceof SealingError);
      assert.equal(error.name, one.error);
      if (one.field) assert.equal(error.field, one.field);
      return true;
    });
  });
}

test("what is sealed here opens here, for each recipient and in its context alone", () => {
  const [member, bank] = [keyPairFromSeed(new Uint8Array(32).fill(1)), keyPairFromSeed(new Uint8Array(32).fill(2))];
  const sealed = seal(utf8("はい"), [member.publicKey, bank.publicKey, member.publicKey], utf8("answer:1"));
  for (const pair of [member, bank]) {
    assert.equal(new TextDecoder().decode(openSealed(sealed, pair, utf8("answer:1"))), "はい");
    assert.throws(() => openSealed(sealed, pair, utf8("answer:2")), { name: "EnvelopeForgedError" });
  }
});

test("whoever can open a document lets another read it, and nobody else can", () => {
  const [owner, friend, stranger] = [1, 2, 3].map((byte) => keyPairFromSeed(new Uint8Array(32).fill(byte))) as [KeyPair, KeyPair, KeyPair];
  const sealed = seal(utf8("はい"), [owner.publicKey], utf8("record:1"));
  const wider = widen(sealed, owner, [friend.publicKey]);
  for (const pair of [owner, friend]) assert.equal(new TextDecoder().decode(openSealed(wider, pair, utf8("record:1"))), "はい");
  assert.deepEqual(widen(wider, friend, [owner.publicKey, friend.publicKey]), wider, "nobody is in it twice");
  assert.deepEqual([isSealedTo(sealed, friend.publicKey), isSealedTo(wider, friend.publicKey), isSealedTo(wider, stranger.publicKey)], [false, true, false]);
  assert.throws(() => widen(sealed, stranger, [stranger.publicKey]), { name: "NotARecipientError" });
});

test("nothing is sealed to a key that anybody could open", () => {
  assert.throws(() => publicKeyFromHex(`0x${"00".repeat(32)}`), { name: "KeyFormatError" });
  assert.throws(() => publicKeyFromHex(`0x${"ff".repeat(32)}`), { name: "KeyFormatError" });
  assert.throws(() => seal(utf8("x"), [], utf8("c")), { name: "EnvelopeFormatError" });
});

const spellings = ['{"a":1 }', '{"b":1,"a":2}', "1.0", "1e3", '"\\u0041"', '{"a":1,"a":1}', "-0", "\ufeff1"];
for (const spelled of spellings) {
  test(`another spelling is refused: ${spelled}`, () => {
    assert.throws(() => parseCanonicalJson(utf8(spelled)), CanonicalFormError);
  });
}

for (const value of [1.5, 2 ** 53, "\ud800", Number.NaN] as Json[]) {
  test(`no canonical spelling: ${JSON.stringify(value)}`, () => {
    assert.throws(() => canonicalJson(value), CanonicalFormError);
  });
}
