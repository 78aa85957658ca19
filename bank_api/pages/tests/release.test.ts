/** Distributions of a release: what is certain and what is possible, from the boxes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { barsOf } from "../src/partner/distribution.ts";
import type { ReleasedTable, Row } from "../src/partner/release.ts";
import { payloadRoot } from "../src/record/merkle.ts";
import { fromHex, toHex } from "../src/sealing/bytes.ts";

const number = (from: number | null, to: number | null, missing = false) => ({ from, to, to_included: true, missing, text: `${from}-${to}` });
const names = (any_of: string[], missing = false) => ({ any_of, missing, text: any_of.join() });
const table: ReleasedTable = {
  generalized: [
    { name: "age", kind: "number", role: "quasi-identifier" },
    { name: "place", kind: "category", role: "quasi-identifier" },
  ],
  plain: [{ name: "days", kind: "number", role: "sensitive" }],
  boxes: [
    [number(20, 29), names(["1"])],
    [number(20, 119), names(["1", "2"], true)],
    [number(null, null, true), names([], true)],
  ],
  rows: [[0, 3], [0, 5], [1, 3], [2, null]],
};

test("a range that lies within a bar is certain, one that touches it is possible", () => {
  const bars = barsOf(table, "age", "none");
  assert.deepEqual(bars[0], { label: "20–29", low: 2, high: 3 });
  assert.deepEqual(bars.at(-2), { label: "110–119", low: 0, high: 1 });
  assert.deepEqual(bars.at(-1), { label: "none", low: 1, high: 1 });
});

test("a group of names is possible for each of them, and so is no answer", () => {
  assert.deepEqual(barsOf(table, "place", "none"), [
    { label: "1", low: 2, high: 3 },
    { label: "2", low: 0, high: 1 },
    { label: "none", low: 1, high: 2 },
  ]);
});

test("a plain column is counted exactly", () => {
  assert.deepEqual(barsOf(table, "days", "none"), [
    { label: "3", low: 2, high: 2 },
    { label: "4", low: 0, high: 0 },
    { label: "5", low: 1, high: 1 },
    { label: "none", low: 1, high: 1 },
  ]);
});

interface Vectors {
  payloads: { rows: Row[]; salts: string[]; root: string }[];
}

test("the payload root is the bank's, for trees of every shape", () => {
  const { payloads } = JSON.parse(readFileSync(new URL("../vectors/pages.json", import.meta.url), "utf8")) as Vectors;
  assert.ok(payloads.length > 4);
  for (const { rows, salts, root } of payloads) assert.equal(toHex(payloadRoot(rows, salts.map(fromHex)) ?? new Uint8Array()), root);
});
