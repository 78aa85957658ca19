/** Waves of a series: their ids as the command line makes them, their windows, and what nobody could publish. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Shapes } from "../src/bank/client.ts";
import { areApart, openings, wavesOf } from "../src/operator/series.ts";

const { waves } = JSON.parse(readFileSync(new URL("../vectors/pages.json", import.meta.url), "utf8")) as { waves: { series: string; ids: string[] } };
const seconds = (year: number, month: number, day: number): number => new Date(year, month - 1, day, 9, 30).getTime() / 1000;

test("every wave is a survey by itself, under the id that the command line gives it", () => {
  const survey = { survey_id: waves.series, title: "声 / Voice", opens_at: 100, closes_at: 160 } as Shapes["Survey"];
  const made = wavesOf(survey, openings(100, "week", 12));
  assert.deepEqual([made[0], made[1], made[11]].map((one) => one?.survey_id), waves.ids);
  assert.equal(made[1]?.title, "声 (2/12) / Voice (2/12)");
  assert.deepEqual([made[1]?.opens_at, made[1]?.closes_at], [100 + 7 * 86_400, 160 + 7 * 86_400]);
  assert.deepEqual(made.map((one) => one.wave?.next_opens_at ?? null), [...made.slice(1).map((one) => one.opens_at), null]);
  assert.ok(made.every((one, place) => one.wave?.series_id === waves.series && one.wave.number === place + 1 && one.wave.waves === 12));
});

test("a month later is the same day, or the month's last where it has no such day", () => {
  const found = openings(seconds(2027, 10, 31), "month", 5);
  assert.deepEqual(found, [seconds(2027, 10, 31), seconds(2027, 11, 30), seconds(2027, 12, 31), seconds(2028, 1, 31), seconds(2028, 2, 29)]);
});

test("a wave that is still open when the next one opens is none", () => {
  const opens = openings(0, "week", 3);
  assert.equal(areApart({ opens_at: 0, closes_at: 7 * 86_400 - 1 }, opens), true);
  assert.equal(areApart({ opens_at: 0, closes_at: 7 * 86_400 }, opens), false);
  assert.equal(areApart({ opens_at: 0, closes_at: 99 * 86_400 }, []), true);
});
