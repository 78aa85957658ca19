/** Roots, proofs and seals against what Python's trie and the ledger made (`vectors/pages.json`). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { surveyDigest } from "../src/acts/survey.ts";
import { Evidence, FRESH_SECONDS, FalsehoodError } from "../src/record/evidence.ts";
import { parseHeader } from "../src/record/header.ts";
import type { Ledger } from "../src/record/ledger.ts";
import type { Pins } from "../src/record/pins.ts";
import { ProofError, provenValue, rootOfList } from "../src/record/trie.ts";
import { fromHex, toHex } from "../src/sealing/bytes.ts";

interface Vectors {
  lists: { size: number; root: string }[];
  proofs: { description: string; root: string; key: string; proof: string[]; value: string | null; error: boolean }[];
  surveys: { survey: unknown; digest: string }[];
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

for (const [place, one] of vectors.surveys.entries()) {
  const survey = one.survey as Parameters<typeof surveyDigest>[0];
  test(`survey ${place} has the word that the ledger keeps of it, and no other question has`, () => {
    assert.equal(surveyDigest(survey), one.digest);
    const bent = structuredClone(survey);
    bent.questions[1]!.choices![0]!.label = "Yes, and sell it";
    assert.notEqual(surveyDigest(bent), one.digest);
  });
}

/** A ledger whose newest block is always this one; how often it was asked to have a newer one sealed. */
function quiet(seconds: number, seen = 0): { evidence: Evidence; kept: { newest: number; pulses: number } } {
  const { encoded, number, sealer } = vectors.header;
  const kept = { newest: seen, pulses: 0 };
  const ledger = { height: async () => number, header: async () => encoded } as unknown as Ledger;
  const pins = { signers: [sealer.toLowerCase()], genesis: "" } as unknown as Pins;
  const looker = {
    seen: { newest: () => kept.newest, note: (block: number) => (kept.newest = Math.max(kept.newest, block)) },
    now: () => parseHeader(fromHex(encoded)).timestamp + seconds,
    pulse: async () => (kept.pulses += 1),
  };
  return { evidence: new Evidence(ledger, pins, looker), kept };
}

test("a block of now is the newest, and is remembered", async () => {
  const { evidence, kept } = quiet(FRESH_SECONDS);
  assert.equal(await evidence.newest(), vectors.header.number);
  assert.deepEqual(kept, { newest: vectors.header.number, pulses: 0 });
});

test("an older block than one seen before is refused, however well it is sealed", async () => {
  const { evidence } = quiet(0, vectors.header.number + 1);
  await assert.rejects(evidence.newest(), (error) => error instanceof FalsehoodError && error.what === "page-false-older");
});

for (const seconds of [FRESH_SECONDS + 1, -FRESH_SECONDS - 1]) {
  test(`where no block of now comes when it is asked for, nothing is believed: ${seconds} s`, async () => {
    const { evidence, kept } = quiet(seconds);
    await assert.rejects(evidence.newest(), (error) => error instanceof FalsehoodError && error.what === "page-false-stale");
    assert.equal(kept.pulses, 1);
  });
}

test("what was asked for before a newer block was seen is not called old", async () => {
  const { evidence, kept } = quiet(0);
  const { seen } = evidence;
  kept.newest = vectors.header.number + 5;
  assert.equal((await evidence.notOlder(vectors.header.number, seen)).number, vectors.header.number);
});
