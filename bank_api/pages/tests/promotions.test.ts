/** Promotions are read as Python reads them: whose words they are, which answers fit and why, and which wallets show all of them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Answers, type Clause, type Condition, clauses, holds, isByChance, promotionText, reasons } from "../src/acts/promoting.ts";
import type { Shapes } from "../src/bank/client.ts";
import { Wallet } from "../src/keys/wallet.ts";
import { isSignedBy } from "../src/record/account.ts";
import { fromHex, toHex } from "../src/sealing/bytes.ts";

interface Vectors {
  key: string;
  promotions: {
    promotion: Shapes["PromotionView"];
    text: string;
    chance: { code: string; by_chance: boolean };
    fitting: { condition: Condition; answers: Answers; holds: boolean; reasons: Clause[] }[];
  };
}
const { key, promotions } = JSON.parse(readFileSync(new URL("../vectors/pages.json", import.meta.url), "utf8")) as Vectors;
const wallet = Wallet.fromKey(fromHex(key));

test("a partner's words are Python's, and other words are not signed", async () => {
  const { promotion, text } = promotions;
  assert.equal(promotionText("http://localhost:8600", promotion), text);
  assert.ok(await isSignedBy(text, promotion.signature, promotion.partner));
  for (const bent of [{ until: 1 }, { class_id: promotion.promotion_id }, { condition: { any_of: [] } }, { words: promotion.words.slice(1) }]) {
    assert.ok(!(await isSignedBy(promotionText("http://localhost:8600", { ...promotion, ...bent }), promotion.signature, promotion.partner)));
  }
});

test("what fits fits in both, for the same reasons", () => {
  for (const one of promotions.fitting) {
    assert.equal(holds(one.condition, one.answers), one.holds, JSON.stringify(one));
    if (one.holds) assert.deepEqual(reasons(one.condition, one.answers), one.reasons);
  }
  assert.ok(promotions.fitting.some((one) => one.holds) && promotions.fitting.some((one) => !one.holds));
  assert.equal(clauses(promotions.promotion.condition as unknown as Condition).length, 4);
});

test("a wallet shows everything by the same chance as at the command line", () => {
  assert.equal(toHex(wallet.chanceCode), promotions.chance.code);
  assert.equal(isByChance(wallet.chanceCode), promotions.chance.by_chance);
  assert.equal(Array.from({ length: 256 }, (_, first) => isByChance(new Uint8Array([first]))).filter(Boolean).length, 64);
});
