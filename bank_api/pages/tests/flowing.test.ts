/** Lines that were wrapped by hand flow; points, paragraphs and ends of sentences stay. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { flowing } from "../src/words/flowing.ts";

test("a wrapped sentence is one line, in either script", () => {
  assert.equal(flowing("1. 同意はいつでも、\n  撤回できます。\n次の文。\n2. 二つ目"), "1. 同意はいつでも、撤回できます。\n次の文。\n2. 二つ目");
  assert.equal(flowing("Terms\n\n1. You may\nwithdraw at any time.\n2. Second"), "Terms\n\n1. You may withdraw at any time.\n2. Second");
});
