/** Rows written as Parquet are read again, values and nulls alike, by the reader of the same makers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parquetReadObjects } from "hyparquet";
import { parquetOf } from "../src/partner/parquet.ts";

const ROWS = [
  { age: "20-29", days: 3, region: "東京" },
  { age: "30-39", days: null, region: "大阪" },
  { age: "no answer", days: -7, region: null },
];

test("what goes in comes out", async () => {
  const file = parquetOf(ROWS, ["age", "days", "region"]);
  assert.deepEqual(await parquetReadObjects({ file }), ROWS);
});

test("a column of one kind alone is what it says", async () => {
  const file = parquetOf([{ n: 2147483647 }, { n: "x" }], ["n"]);
  assert.deepEqual(await parquetReadObjects({ file }), [{ n: "2147483647" }, { n: "x" }]);
});
