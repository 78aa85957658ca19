/** Escrows are Python's, byte for byte: shares open and fit, contributions made there verify here, and what is bent does not. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { contribute, openContribution, parseDocument } from "../src/escrow/document.ts";
import { EscrowError } from "../src/escrow/errors.ts";
import { BASE, ORDER, decodePoint, decodeScalar, encodeScalar } from "../src/escrow/group.ts";
import { openShare } from "../src/escrow/shares.ts";
import { hashOf } from "../src/escrow/terms.ts";
import { checkWrapped } from "../src/escrow/threshold.ts";
import { concatBytes, fromHex, toHex, utf8 } from "../src/sealing/bytes.ts";
import { SealingError } from "../src/sealing/errors.ts";
import { keyPairFromSeed } from "../src/sealing/keys.ts";

interface Case {
  description: string;
  escrow: string;
  commitments_hash: string;
  document_hash: string;
  custodian_seeds: string[];
  sealed_shares: string[];
  opening_id: string;
  requester_seed: string;
  contributions: string[];
}

const cases = JSON.parse(readFileSync(new URL("../vectors/escrow_valid.json", import.meta.url), "utf8")) as Case[];
const pair = (seed: string) => keyPairFromSeed(fromHex(seed));
const bent = (bytes: Uint8Array, at: number) => bytes.map((byte, place) => (place === at ? byte ^ 1 : byte));

for (const one of cases) {
  const document = parseDocument(utf8(one.escrow));
  const opening = fromHex(one.opening_id);

  test(`the terms and the wrapped key are the owner's: ${one.description}`, () => {
    assert.equal(hashOf(document.terms).slice(2), one.commitments_hash);
    assert.equal(toHex(document.documentHash).slice(2), one.document_hash);
    checkWrapped(document.wrapped, document.label);
    assert.throws(() => checkWrapped(document.wrapped, concatBytes(document.label, utf8("x"))), EscrowError);
  });

  test(`each share opens for its custodian alone and fits the commitments: ${one.description}`, () => {
    one.sealed_shares.forEach((sealed, place) => {
      assert.equal(openShare(fromHex(sealed), pair(one.custodian_seeds[place] as string), document.terms).index, place + 1);
      const other = one.custodian_seeds[(place + 1) % one.custodian_seeds.length] as string;
      assert.throws(() => openShare(fromHex(sealed), pair(other), document.terms), SealingError);
    });
  });

  test(`contributions made there are right here, for this opening alone: ${one.description}`, () => {
    const requester = pair(one.requester_seed);
    one.contributions.forEach((sealed, place) => {
      assert.equal(openContribution(fromHex(sealed), requester, document, opening).index, place + 1);
      assert.throws(() => openContribution(fromHex(sealed), requester, document, bent(opening, 0)), SealingError);
    });
  });

  test(`what is contributed here is right, and a wrong share is not: ${one.description}`, () => {
    const requester = pair(one.requester_seed);
    const share = openShare(fromHex(one.sealed_shares[0] as string), pair(one.custodian_seeds[0] as string), document.terms);
    assert.equal(openContribution(contribute(document, share, opening, requester.publicKey), requester, document, opening).index, 1);
    const wrong = contribute(document, { ...share, value: share.value + 1n }, opening, requester.publicKey);
    assert.throws(() => openContribution(wrong, requester, document, opening), EscrowError);
  });
}

test("points and scalars have one spelling", () => {
  assert.ok(decodePoint(BASE.toRawBytes(), "base").equals(BASE));
  for (const encoded of [new Uint8Array(32).fill(255), Uint8Array.from({ length: 32 }, (_, place) => (place ? 0 : 1)), new Uint8Array(32)]) {
    assert.throws(() => decodePoint(encoded, "point"), EscrowError);
  }
  assert.equal(decodeScalar(encodeScalar(ORDER - 1n), "scalar"), ORDER - 1n);
  assert.throws(() => decodeScalar(encodeScalar(ORDER), "scalar"), EscrowError);
});
