/** What a member says of a company, corrects and half answers: the words against Python's, the drafts against whoever else opens this browser. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import type { Shapes } from "../src/bank/client.ts";
import { AnswerDrafts } from "../src/member/answer-drafts.ts";
import { standing } from "../src/member/drafts.ts";
import { goesBeyond, preferenceText } from "../src/member/preferring.ts";
import { forgetAnswerDrafts } from "../src/person/forgetting.ts";
import { keyPairFromSeed } from "../src/sealing/keys.ts";

interface Preference {
  url: string;
  account: string;
  partner: string;
  forms: string[];
  items: string[];
  at: number;
  text: string;
}

const vectors = JSON.parse(readFileSync(new URL("../vectors/pages.json", import.meta.url), "utf8")) as { preferences: Preference[] };

for (const one of vectors.preferences) {
  test(`the word about a company: ${one.forms.join() || "nothing"}, ${one.items.join() || "all"}`, () => {
    assert.equal(preferenceText(one.url, one.account, one.partner, one.forms, one.items, one.at), one.text);
  });
}

test("a request goes beyond a preference by its form or by one question", () => {
  const asks = (legal_class: number, ...items: string[]) => ({ legal_class, items });
  const allowed = (forms: string[], items: string[]): Shapes["PreferenceView"] => ({ partner: "0x", name: "Tea", forms, items, at: 1, signature: "0x" });
  assert.equal(goesBeyond(asks(1, "age"), undefined), false);
  assert.equal(goesBeyond(asks(1, "age"), allowed(["anonymized", "statistical"], [])), false);
  assert.equal(goesBeyond(asks(1, "age"), allowed(["statistical"], [])), true);
  assert.equal(goesBeyond(asks(2, "age"), allowed(["statistical"], ["age", "vote"])), false);
  assert.equal(goesBeyond(asks(2, "age", "income"), allowed(["statistical"], ["age", "vote"])), true);
  assert.equal(goesBeyond(asks(2, "age"), allowed([], [])), true);
  assert.equal(goesBeyond(asks(3, "age"), allowed(["anonymized", "statistical"], [])), true);
});

test("of answers and their corrections one stands, and one stood before each block", () => {
  const answer = (answer_id: string, replaces: string | null, block_number: number): Shapes["StoredAnswer"] =>
    ({ answer_id, replaces, block_number, survey_id: "0x5a", title: null, commitment: "0x", coins: 0, stands: false, time: 0 });
  const all = [answer("0x01", null, 5), answer("0x02", "0x01", 9), answer("0x03", "0x02", 12)];
  assert.equal(standing(all, "0x5a")?.answer_id, "0x03");
  assert.equal(standing(all, "0x5a", 12)?.answer_id, "0x02");
  assert.equal(standing(all, "0x5a", 9)?.answer_id, "0x01");
  assert.equal(standing(all, "0x5a", 5), null);
  assert.equal(standing(all, "0x5b"), null);
});

/** As browsers keep it: text by name, names enumerable. */
class Kept {
  [name: string]: unknown;
  getItem(name: string): string | null {
    return Object.hasOwn(this, name) ? String(this[name]) : null;
  }
  setItem(name: string, value: string): void {
    this[name] = value;
  }
  removeItem(name: string): void {
    delete this[name];
  }
}

beforeEach(() => {
  Object.defineProperty(globalThis, "localStorage", { value: new Kept(), configurable: true });
});

const survey = { survey_id: `0x${"5a".repeat(32)}`, questions: [{ key: "age" }, { key: "vote" }] } as Shapes["SurveyView"];
const [mine, other] = [keyPairFromSeed(new Uint8Array(32).fill(1)), keyPairFromSeed(new Uint8Array(32).fill(2))];

test("a draft is read by its own key alone, and nothing of it stands in the browser", () => {
  const drafts = new AnswerDrafts(mine, "0xme");
  assert.deepEqual(drafts.read(survey), {});
  drafts.keep(survey.survey_id, { vote: 777, age: 41, gone: 3 });
  assert.deepEqual(drafts.read(survey), { age: 41, vote: 777 });
  assert.deepEqual(new AnswerDrafts(other, "0xme").read(survey), {});
  assert.deepEqual(new AnswerDrafts(mine, "0xyou").read(survey), {});
  const [kept] = Object.values(localStorage) as [string];
  for (const text of [kept, atob(kept)]) assert.ok(!text.includes('"vote":'), text);
  drafts.keep(survey.survey_id, {});
  assert.equal(Object.keys(localStorage).length, 0);
});

test("a spoiled draft is none, and drafts go with the wallet while all else stays", () => {
  const drafts = new AnswerDrafts(mine, "0xme");
  drafts.keep(survey.survey_id, { age: 41 });
  const [name] = Object.keys(localStorage) as [string];
  const kept = localStorage.getItem(name) as string;
  localStorage.setItem(name, `${kept.slice(0, -8)}AAAAAAA=`);
  assert.deepEqual(drafts.read(survey), {});
  localStorage.setItem("azukari.language", "ja");
  forgetAnswerDrafts();
  assert.deepEqual(Object.keys(localStorage), ["azukari.language"]);
});
