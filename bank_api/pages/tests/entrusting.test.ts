/** What is entrusted here opens here: by its owner, by enough custodians, and by nobody else; every share fits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createEscrow } from "../src/escrow/create.ts";
import { contribute, openAsOwner, openContribution, openTogether, parseDocument } from "../src/escrow/document.ts";
import { EscrowError } from "../src/escrow/errors.ts";
import { openShare } from "../src/escrow/shares.ts";
import { concatBytes, systemRandomness, toHex, utf8 } from "../src/sealing/bytes.ts";
import { SealingError } from "../src/sealing/errors.ts";
import { keyPairFromSeed } from "../src/sealing/keys.ts";

const DOCUMENT = utf8("遺言 / a will");
const pairs = Array.from({ length: 4 }, () => keyPairFromSeed(systemRandomness(32)));
const [owner, ...custodians] = pairs as [(typeof pairs)[0], ...typeof pairs];
const made = createEscrow(DOCUMENT, custodians.map((one) => toHex(one.publicKey)), 2, owner.publicKey);
const document = parseDocument(made.encoded);
const opening = systemRandomness(32);

function contributions(who: readonly number[]) {
  const requester = keyPairFromSeed(systemRandomness(32));
  return who.map((place) => {
    const custodian = custodians[place] as (typeof pairs)[0];
    const share = openShare(made.sealedShares[place] as Uint8Array, custodian, made.terms);
    return openContribution(contribute(document, share, opening, requester.publicKey), requester, document, opening);
  });
}

test("its owner opens it, and no custodian alone", () => {
  assert.deepEqual(openAsOwner(document, owner), DOCUMENT);
  for (const custodian of custodians) assert.throws(() => openAsOwner(document, custodian), SealingError);
});

test("any two of three open it together; one does not, nor one twice", () => {
  for (const who of [[0, 1], [0, 2], [2, 1], [0, 1, 2]]) assert.deepEqual(openTogether(document, contributions(who)), DOCUMENT);
  assert.throws(() => openTogether(document, contributions([1])), EscrowError);
  assert.throws(() => openTogether(document, [...contributions([1]), ...contributions([1])]), EscrowError);
});

test("another document than was named is not handed out", () => {
  const other = createEscrow(utf8("x"), custodians.map((one) => toHex(one.publicKey)), 2, owner.publicKey);
  const mixed = { ...document, sealed: parseDocument(other.encoded).sealed };
  assert.throws(() => openAsOwner(mixed, owner), SealingError);
  assert.throws(() => openTogether({ ...document, label: concatBytes(document.label, utf8("x")) }, contributions([0, 1])), EscrowError);
});

test("a threshold that nobody can reach is refused", () => {
  const keys = custodians.map((one) => toHex(one.publicKey));
  assert.throws(() => createEscrow(DOCUMENT, keys, 4, owner.publicKey), EscrowError);
  assert.throws(() => createEscrow(DOCUMENT, keys, 1, owner.publicKey), EscrowError);
  assert.throws(() => createEscrow(DOCUMENT, [keys[0] as string, keys[0] as string], 2, owner.publicKey), EscrowError);
});
