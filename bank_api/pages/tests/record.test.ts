/** Roots, proofs and seals against what Python's trie and the ledger made (`vectors/pages.json`). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseHeader } from "../src/record/header.ts";
import { ProofError, provenValue, rootOfList } from "../src/record/trie.ts";
import { fromHex, toHex } from "../src/sealing/bytes.ts";

interface Vectors {
  lists: { size: number; root: string }[];
  proofs: { description: string; root: string; key: string; proof: string[]; value: string | null; error: boolean }[];
  header: { encoded: string; hash: string; number: number; sealer: string };
}

const vectors = JSON.parse(readFileSync(new URL("../vectors/pages.json", import.meta.url), "utf8")) as Vectors;

for (const { size, root } of vectors.lists) {
  test(`the root of ${size} receipts`, () => {
    const values = Array.from({ length: size }, (_, place) => new Uint8Array(place % 70).fill(place % 256));
    assert.equal(toHex(rootOfList(values.map((value) => Uint8Array.of(1, ...value)))), root);
  });
}

for (const one of vectors.proofs) {
  test(one.description, () => {
    const prove = () => provenValue(fromHex(one.root), fromHex(one.key), one.proof.map(fromHex));
    if (one.error) assert.throws(prove, ProofError);
    else {
      const found = prove();
      assert.equal(found && toHex(found), one.value);
    }
  });
}

test("a header tells who sealed it, and every bit of it is sealed", () => {
  const { encoded, hash, number, sealer } = vectors.header;
  const header = parseHeader(fromHex(encoded));
  assert.deepEqual([header.hash, header.number, header.sealer], [hash, number, sealer.toLowerCase()]);
  const bent = fromHex(encoded);
  const at = bent.length - 200;
  bent[at] = (bent[at] ?? 0) ^ 1;
  let found: string | null = null;
  try {
    found = parseHeader(bent).sealer;
  } catch {
    // No key could have made that seal over these words.
  }
  assert.notEqual(found, sealer.toLowerCase());
});
