/** Distributions of a release: what is certain and what is possible, from the boxes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { answersTogether, barsOf, crossed, isDealt } from "../src/partner/distribution.ts";
import { type OpenedRelease, type ReleasedTable, type Row, smallestClass, toldInClasses, written } from "../src/partner/release.ts";
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

const inRooms: ReleasedTable = { ...table, boxes: [[number(20, 29), names(["1"])], [number(30, 39), names(["1"])], [number(20, 29), names(["2"])]], classes: [0, 0, 1], rows: [[0, 3], [0, 5], [1, 3], [2, 5]] };

test("in homes an answer and a description are crossed by the numbers of each class, not row by row", () => {
  const found = crossed(inRooms, "place", "days", "none");
  assert.deepEqual(found.at("1", "3"), { low: 2, high: 2 }); // all three of one class live in 1, two of them gave 3
  assert.deepEqual(found.at("2", "5"), { low: 1, high: 1 });
  assert.deepEqual(crossed(inRooms, "age", "days", "none").at("20–21", "5"), { low: 0, high: 2 });
  assert.deepEqual(crossed(inRooms, "age", "place", "none").at("20–21", "1"), { low: 0, high: 2 }); // descriptions stand together
  assert.deepEqual([isDealt(inRooms, "age", "days"), isDealt(inRooms, "age", "place"), isDealt(table, "age", "days")], [true, false, false]);
  assert.deepEqual([answersTogether(inRooms), answersTogether(table)], [{ mean: 3, most: 3 }, { mean: 2, most: 2 }]);
});

test("what a document says of its classes follows from its table", () => {
  const together = { mean: 2.5, most: 3 }; // three rows and one
  const homes = { table: inRooms, come_and_go: true, answers_together: together };
  assert.ok(toldInClasses(homes));
  assert.ok(toldInClasses({ table }));
  for (const wrong of [
    { ...homes, answers_together: { mean: 900, most: 999 } },
    { ...homes, come_and_go: false },
    { table: inRooms, come_and_go: true },
    { ...homes, table },
    { ...homes, table: { ...inRooms, classes: [0, 0] } },
    { ...homes, table: { ...inRooms, classes: [0, 0, 0.5] } },
  ]) assert.ok(!toldInClasses(wrong));
});

test("k is of rows that are described alike and, in homes, of one class", () => {
  const rows: Row[] = [1, 2, 3, 4].map((days) => ({ age: "20-29", place: "1", days }));
  const alike: ReleasedTable = { ...table, boxes: [[number(20, 29), names(["1"])], [number(20, 29), names(["1"])]], rows: [[0, 1], [0, 2], [1, 3], [1, 4]] };
  assert.equal(smallestClass(alike, rows), 4);
  assert.equal(smallestClass({ ...alike, classes: [0, 1] }, rows), 2);
  assert.equal(smallestClass({ ...alike, classes: [0, 0] }, rows), 4);
});

test("rows are kept with their class, under a name that no question has", () => {
  const rows: Row[] = [{ class_of_answers: 7 }, { class_of_answers: 8 }];
  const opened = { rows, columns: ["class_of_answers"], classes: [2, 1] } as unknown as OpenedRelease;
  assert.deepEqual(written(opened), { classColumn: "class_of_answers_", columns: ["class_of_answers_", "class_of_answers"], rows: [{ class_of_answers_: 2, class_of_answers: 7 }, { class_of_answers_: 1, class_of_answers: 8 }] });
  assert.deepEqual(written({ ...opened, classes: null }), { classColumn: null, columns: ["class_of_answers"], rows });
});

interface Vectors {
  payloads: { rows: Row[]; salts: string[]; root: string }[];
}

test("the payload root is the bank's, for trees of every shape", () => {
  const { payloads } = JSON.parse(readFileSync(new URL("../vectors/pages.json", import.meta.url), "utf8")) as Vectors;
  assert.ok(payloads.length > 4);
  for (const { rows, salts, root } of payloads) assert.equal(toHex(payloadRoot(rows, salts.map(fromHex)) ?? new Uint8Array()), root);
});
