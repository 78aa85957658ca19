/** Words on paper: the standard's own vectors as far as one sheet reaches, Python's papers, and what a tired hand writes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openWithShares, parseDocument } from "../src/escrow/document.ts";
import { fileName } from "../src/member/entrusting.ts";
import { EscrowError } from "../src/escrow/errors.ts";
import { shareOfWords, wordsOfShare } from "../src/escrow/paper.ts";
import { PaperChecksumError, PaperWordError, secretOf, wordsOf } from "../src/escrow/slip39.ts";
import { fromHex, toHex, utf8 } from "../src/sealing/bytes.ts";

interface Official {
  description: string;
  mnemonics: string[];
  master_secret: string;
}
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), "utf8"));
const { vectors } = read("slip39_official.json") as { vectors: Official[] };
const papers = read("escrow_valid.json") as { description: string; document: string; escrow: string; words: string[] }[];
const [paper] = papers as [(typeof papers)[0]];

for (const one of vectors.filter(({ mnemonics }) => mnemonics.length === 1)) {
  const [words] = one.mnemonics as [string];
  test(`official: ${one.description}`, () => {
    if (one.master_secret) assert.equal(toHex(secretOf(words, "TREZOR").secret).slice(2), one.master_secret);
    else assert.throws(() => secretOf(words, "TREZOR"), EscrowError);
  });
}

test("one sheet of several is refused", () => {
  for (const one of vectors.filter(({ mnemonics, master_secret: secret }) => mnemonics.length > 1 && secret)) {
    for (const words of one.mnemonics) assert.throws(() => secretOf(words, "TREZOR"), EscrowError, one.description);
  }
});

test("what was written is read again, whatever the secret", () => {
  for (const byte of [0, 1, 127, 255]) {
    const secret = new Uint8Array(32).fill(byte);
    const words = wordsOf(secret, 12_345 + byte);
    assert.equal(words.split(" ").length, 33);
    assert.deepEqual(secretOf(words), { secret, identifier: 12_345 + byte });
  }
});

const { terms } = parseDocument(utf8(paper.escrow));

test("Python's papers are read here, and the same are written", () => {
  paper.words.forEach((words, place) => {
    const share = shareOfWords(words, place + 1, terms);
    assert.equal(wordsOfShare(share, terms), words);
    assert.deepEqual(shareOfWords(` ${words.toUpperCase().replaceAll(" ", "\n")} `, place + 1, terms), share);
    assert.deepEqual(shareOfWords(words.split(" ").map((word) => word.slice(0, 4)).join(" "), place + 1, terms), share);
  });
});

test("what is wrong on a paper is told", () => {
  const words = (paper.words[0] as string).split(" ");
  const bent = (place: number, word: string) => words.map((one, at) => (at === place ? word : one)).join(" ");
  assert.throws(() => shareOfWords(bent(4, "acadamic"), 1, terms), (error) => error instanceof PaperWordError && error.position === 5 && error.near.includes("academic"));
  assert.throws(() => shareOfWords(bent(6, words[6] === "academic" ? "acid" : "academic"), 1, terms), PaperChecksumError);
  assert.throws(() => shareOfWords(words.slice(1).join(" "), 1, terms), EscrowError);
  assert.throws(() => shareOfWords("", 1, terms), EscrowError);
  assert.throws(() => shareOfWords(paper.words[1] as string, 1, terms), EscrowError, "the words of another custodian");
  assert.throws(() => shareOfWords(wordsOf(fromHex("01".repeat(32)), secretOf(paper.words[0] as string).identifier), 1, terms), EscrowError, "another secret");
});

test("enough papers open the document and nobody is asked; too few, or one twice, open nothing", () => {
  for (const one of papers) {
    const escrow = parseDocument(utf8(one.escrow));
    const all = one.words.map((words, place) => shareOfWords(words, place + 1, escrow.terms));
    const { threshold } = escrow.terms;
    assert.deepEqual(openWithShares(escrow, all.slice(-threshold)), fromHex(one.document), one.description);
    assert.throws(() => openWithShares(escrow, all.slice(0, threshold - 1)), EscrowError);
    assert.throws(() => openWithShares(escrow, Array(threshold).fill(all[0])), EscrowError);
  }
});

test("a document without a name is called by what it is", () => {
  assert.equal(fileName(utf8("%PDF-1.7")), "document.pdf");
  assert.equal(fileName(utf8("遺言書")), "document.txt");
  assert.equal(fileName(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13)), "document.png");
  assert.equal(fileName(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)), "document.jpg");
  assert.equal(fileName(Uint8Array.of(0xff, 0xfe, 0x00)), "document");
});
