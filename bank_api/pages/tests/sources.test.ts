/** Who signed which value of an answer: each case as Python finds it, and what a correction keeps, byte for byte. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Shapes } from "../src/bank/client.ts";
import { correcting, openAnswer } from "../src/member/drafts.ts";
import { type Source, stillTrue, told } from "../src/member/sources.ts";
import { fromBase64, toHex, utf8 } from "../src/sealing/bytes.ts";
import { seal } from "../src/sealing/envelope.ts";
import { keyPairFromSeed, publicKeyToHex } from "../src/sealing/keys.ts";

interface Case {
  description: string;
  source: Source;
  told: { key: string; issuer: string; kind: string; issued_at: number }[] | null;
  corrected: Record<string, number>;
  now: number;
  kept: Source[] | null;
}

interface Sources {
  survey: Shapes["SurveyView"];
  values: Record<string, number>;
  holder: string;
  document: string;
  commitment: string;
  cases: Case[];
}

const { sources } = JSON.parse(readFileSync(new URL("../vectors/pages.json", import.meta.url), "utf8")) as { sources: Sources };
const { survey, values, holder } = sources;

for (const one of sources.cases) {
  test(`a source: ${one.description}`, () => {
    if (!one.told) return assert.throws(() => told([one.source], survey, values), { name: "Error", what: "page-false-source" });
    const found = [...told([one.source], survey, values)].map(([key, who]) => [key, who.issuer, who.kind, who.issuedAt]);
    assert.deepEqual(found, one.told.map(({ key, issuer, kind, issued_at }) => [key, issuer, kind, issued_at]));
    assert.deepEqual(stillTrue([one.source], survey, one.corrected, [holder], one.now), one.kept);
  });
}

test("two sources answer no question together", () => {
  const [{ source } = {} as Case] = sources.cases;
  assert.throws(() => told([source, source], survey, values), { what: "page-false-source" });
});

test("the commitment covers the sources, and a correction is sealed with those that it keeps", () => {
  const [own, bank] = [keyPairFromSeed(new Uint8Array(32).fill(1)), keyPairFromSeed(new Uint8Array(32).fill(2))];
  const context = utf8(`answer:${survey.survey_id.slice(2)}:${holder}`);
  const before = openAnswer(seal(utf8(sources.document), [own.publicKey], context), own, survey.survey_id, holder);
  assert.equal(before.commitment, sources.commitment);
  assert.equal(before.sources.length, 1);
  const now = sources.cases[0]?.now ?? 0;
  const corrected = { ...values, age: 42 };
  const kept = stillTrue(before.sources, survey, corrected, [holder], now);
  const { parts, message } = correcting(survey, toHex(new Uint8Array(32)), corrected, holder, own.publicKey, publicKeyToHex(bank.publicKey), kept);
  const after = openAnswer(fromBase64(parts.sealed_base64), bank, survey.survey_id, holder);
  assert.deepEqual(after.sources, kept);
  assert.equal(after.commitment, message.commitment);
  assert.deepEqual([...told(after.sources, survey, after.values).keys()], ["income", "vote"]);
});
