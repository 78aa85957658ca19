/** A result for everybody: what is shown of it, and each way in which it is not what the record names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { surveyDigest } from "../src/acts/survey.ts";
import type { Shapes } from "../src/bank/client.ts";
import type { Evidence } from "../src/record/evidence.ts";
import { OPEN_WORDS, checkResult, openResult } from "../src/record/results.ts";
import { recordsOf } from "../src/record/statistics.ts";
import { type Json, canonicalJson } from "../src/sealing/canonical.ts";

const figures = [
  { kind: "count", of: ["vote"], at: ["1"], value: 9, low: 5, high: 13 },
  { kind: "rest", of: ["vote"], at: ["2"], value: 5, low: 1, high: 9 },
  { kind: "mean", of: ["age"], at: [], value: "41.5", low: "18", high: "60.25" },
];
const document = JSON.stringify({ format: "azukari-statistics-1", people: 14, k: 2, epsilon_thousandths: 1000, figures });
const salts = figures.map((_, place) => `0${place}`.repeat(32));
const survey = { survey_id: `0x${"5a".repeat(32)}`, title: "Life", description: "?", language: "ja", base_coins: 1, budget_coins: 9, opens_at: 1, closes_at: 2, questions: [{ key: "age", label: "Age", kind: "number", role: "sensitive" }] } as unknown as Shapes["SurveyView"];
const told = { release_id: `0x${"0a".repeat(32)}`, request_id: `0x${"0b".repeat(32)}`, purpose: `Tea ${OPEN_WORDS}`, survey_id: survey.survey_id, people: 14, k: 2, block_number: 7 };

function payload(changed: object = {}, of = salts): string {
  const release = { rows: recordsOf(document), k: 2, suppressed: 0, document, ...changed };
  return new TextDecoder().decode(canonicalJson({ release, salts: of } as unknown as Json));
}

function result(changed: object = {}): Shapes["ResultDetail"] {
  return { ...told, payload: payload(), ...changed } as Shapes["ResultDetail"];
}

/** The record of one release; `changed` is what it has otherwise. */
function ledger(root: string, changed: object = {}): Evidence {
  const values = { releaseId: told.release_id, requestId: told.request_id, payloadRoot: root, rows: 14n, k: 2n, legalClass: 2n, ...changed };
  const stored = { payload_root: BigInt(root), digest: BigInt(surveyDigest(survey)) } as Record<string, bigint>;
  return { stored: async (_: string, name: string) => [stored[name]], events: async () => [{ name: "Disclosed", values }] } as unknown as Evidence;
}

test("figures are read, and are those that the record names", async () => {
  const { document: shown, root } = openResult(result());
  assert.deepEqual([shown.people, shown.epsilon, shown.figures.at(-1)?.value], [14, 1, 41.5]);
  assert.equal(await checkResult(ledger(root), result(), survey, root), 7);
});

for (const [said, changed, what] of [
  ["a purpose that says nothing of everybody", { purpose: "Tea" }, "page-false-open"],
  ["other people", { people: 15 }, "page-false-result"],
  ["a greater least number", { k: 3 }, "page-false-result"],
  ["rows of another document", { payload: payload({ rows: recordsOf(document).toReversed() }) }, "page-false-result"],
  ["a row more", { payload: payload({ rows: [...recordsOf(document), ...recordsOf(document)] }, [...salts, ...salts]) }, "page-false-result"],
  ["a salt less", { payload: payload({}, salts.slice(1)) }, "page-false-result"],
  ["another spelling", { payload: ` ${payload()}` }, "page-false-result"],
  ["no payload", { payload: "{}" }, "page-false-result"],
  ["a salt that is no hex", { payload: payload({}, ["x", "y", "z"]) }, "page-false-result"],
  ["counts that do not add up", { payload: payload({ document: document.replace('"value":9', '"value":8') }) }, "page-false-figures"],
] as const) {
  test(`not shown: ${said}`, () => {
    assert.throws(() => openResult(result(changed)), { what });
  });
}

for (const [said, changed] of [
  ["another root", { payloadRoot: `0x${"01".repeat(32)}` }],
  ["another request", { requestId: `0x${"0c".repeat(32)}` }],
  ["other people", { rows: 13n }],
  ["rows and no figures", { legalClass: 1n }],
] as const) {
  test(`false by the record: ${said}`, async () => {
    const { root } = openResult(result());
    await assert.rejects(checkResult(ledger(root, changed), result(), survey, root), { what: "page-false-result" });
  });
}

test("false by the record: other questions, another survey, another root kept", async () => {
  const { root } = openResult(result());
  await assert.rejects(checkResult(ledger(root), result(), { ...survey, title: "Tea" }, root), { what: "page-false-survey" });
  await assert.rejects(checkResult(ledger(root), result({ survey_id: told.release_id }), survey, root), { what: "page-false-result" });
  const other = openResult(result({ payload: payload({}, salts.toReversed()) })).root;
  await assert.rejects(checkResult(ledger(root), result(), survey, other), { what: "page-false-result" });
});
