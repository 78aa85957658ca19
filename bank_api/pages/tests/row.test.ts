/** A released value and the answer behind it; a row under its root; the codes that a member's camera may find. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { invitationIn, keyfileIn, shopScreenIn } from "../src/member/transfer.ts";
import { isIncluded, leafHash, treeRoot } from "../src/record/merkle.ts";
import { covers, ownPart } from "../src/record/row.ts";
import { MADE_UP_WORDS, areRowsOf, readMadeUp, wantsMadeUp } from "../src/record/made-up.ts";
import { readStatistics } from "../src/record/statistics.ts";
import { FalsehoodError } from "../src/record/evidence.ts";

const COVERS: [unknown, number | null, boolean][] = [
  [34, 34, true], [34, 35, false], [null, null, true], [34, null, false], ["34", 34, true], ["*", 7, true], ["*", null, false],
  ["30-39", 34, true], ["30-39", 40, false], ["-5 to -1", -3, true], ["30 to below 40", 40, false], ["30 to below 40", 30, true],
  ["60 or more", 60, true], ["60 or more", 59, false], ["20 or less", 20, true], ["20 or less", 21, false], ["below 20", 20, false], ["below 20", 19, true],
  ["{1, 2; 3}", 3, true], ["{1, 2}", 3, false], ["no answer", null, true], ["no answer", 1, false],
  ["30-39 or no answer", null, true], ["30-39 or no answer", 31, true], ["30-39 or no answer", 41, false], ["something else", 3, false],
];

for (const [told, own, is] of COVERS) test(`${String(told)} is ${is ? "" : "not "}true of ${own}`, () => assert.equal(covers(told, own), is));

test("in homes only the answers are told of a member, and a description where it fits", () => {
  const row = { age: "20-29", vote: 1 };
  const homes = { inHomes: true, sensitive: ["vote"] };
  assert.deepEqual(ownPart(row, { age: 25, vote: 1 }, homes), row);
  assert.deepEqual(ownPart(row, { age: 35, vote: 1 }, homes), { vote: 1 });
  assert.deepEqual(ownPart(row, { age: 25, vote: 1 }, { ...homes, sensitive: [] }), {}); // a bank that calls no answer sensitive shows nothing
  assert.deepEqual(ownPart(row, { age: 35, vote: 1 }, { ...homes, inHomes: false }), row);
});

test("each of any number of rows stands at its own place, and at no other", () => {
  for (let count = 1; count <= 9; count++) {
    const leaves = Array.from({ length: count }, (_, index) => leafHash(new Uint8Array(16).fill(index), { row: index }));
    const root = treeRoot(leaves);
    for (let index = 0; index < count; index++) {
      const path = pathOf(leaves, index);
      assert.ok(isIncluded(leaves[index] as Uint8Array, index, count, path, root));
      assert.ok(!isIncluded(leaves[index] as Uint8Array, (index + 1) % count || count, count, path, root));
      if (count > 1) assert.ok(!isIncluded(leaves[(index + 1) % count] as Uint8Array, index, count, path, root));
    }
  }
});

function pathOf(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (leaves.length === 1) return [];
  const half = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  if (index < half) return [...pathOf(leaves.slice(0, half), index), treeRoot(leaves.slice(half))];
  return [...pathOf(leaves.slice(half), index - half), treeRoot(leaves.slice(0, half))];
}

test("figures that do not add up to everybody are not shown", () => {
  const cell = (at: string, value: number) => ({ kind: "count", of: ["age"], at: [at], value, low: value - 1, high: value + 1 });
  const text = (people: number) => JSON.stringify({ format: "azukari-statistics-1", people, k: 5, epsilon_thousandths: 500, figures: [cell("20-29", 7), cell("30-39", 5)] });
  assert.equal(readStatistics(text(12)).epsilon, 0.5);
  assert.throws(() => readStatistics(text(13)), FalsehoodError);
});

test("made-up rows are as many as the document says, and hold nothing else", () => {
  const told = { format: "azukari-synthetic-1", people: 9, k: 5, rows: 2, epsilon_thousandths: 2000, delta_billionths: 1000, count_error: 31, columns: [{ name: "age", cells: 10, low: 18, high: 100 }, { name: "vote", cells: 2, values: [0, 1] }] };
  const document = readMadeUp(JSON.stringify(told));
  assert.deepEqual([document.epsilon, document.delta, document.countError], [2, 1e-6, 31]);
  const row = { age: 20, vote: 1 };
  assert.ok(areRowsOf([row, row], document));
  for (const wrong of [{ age: 17, vote: 1 }, { age: 20, vote: 2 }, { age: 20.5, vote: 1 }, { age: 20 }, { ...row, name: 1 }]) assert.ok(!areRowsOf([row, wrong], document));
  assert.ok(!areRowsOf([row], document));
  assert.throws(() => readMadeUp(JSON.stringify({ ...told, format: "azukari-statistics-1" })), FalsehoodError);
  assert.ok(wantsMadeUp({ purpose: `Tea ${MADE_UP_WORDS}`, legal_class: 2 }));
  assert.ok(!wantsMadeUp({ purpose: `Tea ${MADE_UP_WORDS}`, legal_class: 1 }));
});

test("a code leads where it should, and another bank's or a stranger's nowhere", () => {
  const [id, account, here] = [`0x${"12".repeat(32)}`, `0x${"aB".repeat(20)}`, "https://bank.example"];
  assert.equal(shopScreenIn(`${here}/member/redeem/${id}`, here), `/member/redeem/${id}`);
  assert.equal(shopScreenIn(`azukari:redeem:${id}`, here), `/member/redeem/${id}`);
  assert.equal(shopScreenIn(`${here}/member/pay/${account}/20`, here), `/member/pay/${account}/20`);
  for (const other of [`https://evil.example/member/redeem/${id}`, `${here}/member/pay/${account}/0`, `${here}/member/erase`, "hello"]) assert.equal(shopScreenIn(other, here), null);
  assert.equal(invitationIn(`${here}/member/join#code`, here), "code");
  assert.equal(invitationIn("https://evil.example/member/join#code", here), null);
  assert.equal(keyfileIn("hello"), null);
  assert.throws(() => keyfileIn("azukari:wallet:{}"));
});
