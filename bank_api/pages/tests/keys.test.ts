/** Wallet files, signatures and logins, against what Python made (`vectors/pages.json`, by scripts/vectors.py). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type ActName, digest } from "../src/acts/acts.ts";
import { orderText } from "../src/bank/order.ts";
import { checkLoginText, parseLoginText } from "../src/bank/login.ts";
import { type Keyfile, KeyfileError, WrongPassphraseError, decryptKey, parseKeyfile } from "../src/keys/keyfile.ts";
import { Wallet } from "../src/keys/wallet.ts";
import { commitment, partNumber, partsOf } from "../src/board/drawing.ts";
import { fromHex, toHex, utf8 } from "../src/sealing/bytes.ts";
import { keyPairFromSeed, publicKeyToHex } from "../src/sealing/keys.ts";

interface Vectors {
  key: string;
  address: string;
  deployed: { chainId: number; contracts: Record<string, string> };
  keyfiles: { description: string; passphrase: string; file: Keyfile }[];
  acts: { act: ActName; message: Record<string, unknown>; digest: string; signature: string }[];
  orders: { url: string; account: string; path: string; body: string; until: number; text: string }[];
  agreements: { own_seed: string; other: string; draw: Record<string, unknown>; secret: string; commitment: string }[];
  logins: { description: string; text: string; origin: string; chain_id: number; now: number; error: string | null }[];
}

const vectors = JSON.parse(readFileSync(new URL("../vectors/pages.json", import.meta.url), "utf8")) as Vectors;

for (const one of vectors.keyfiles) {
  test(`the command line's wallet opens here: ${one.description}`, async () => {
    const file = parseKeyfile(JSON.stringify(one.file));
    assert.equal(toHex(await decryptKey(file, one.passphrase)), vectors.key);
    await assert.rejects(decryptKey(file, `${one.passphrase}!`), WrongPassphraseError);
  });
}

test("a wallet made here opens again, and with its passphrase only", async () => {
  const wallet = Wallet.create();
  const file = parseKeyfile(JSON.stringify(await wallet.export("correct horse")));
  assert.equal((await Wallet.open(file, "correct horse")).address, wallet.address);
  await assert.rejects(Wallet.open(file, "correct house"), WrongPassphraseError);
  assert.ok(!JSON.stringify(wallet).includes("key"), "nothing of the key shows");
});

test("a damaged wallet file is refused", async () => {
  const { file } = vectors.keyfiles[0] as Vectors["keyfiles"][0];
  for (const text of ["", "[]", "null", '{"version":3}', JSON.stringify({ ...file, version: 1 })]) {
    assert.throws(() => parseKeyfile(text), KeyfileError);
  }
  const greedy = { ...file, crypto: { ...file.crypto, kdf: "scrypt", kdfparams: { dklen: 32, salt: "00", n: 2 ** 30, r: 8, p: 1 } } };
  await assert.rejects(decryptKey(greedy, "x"), KeyfileError);
  const short = { ...file, crypto: { ...file.crypto, ciphertext: "00" } };
  await assert.rejects(decryptKey(short, "x"), KeyfileError);
});

for (const one of vectors.acts) {
  test(`signed here as there: ${one.act}`, async () => {
    const wallet = Wallet.fromKey(fromHex(vectors.key));
    assert.equal(wallet.address, vectors.address);
    assert.equal(digest(one.act, one.message as never, vectors.deployed), one.digest);
    const signature = await wallet.signAct(one.act, one.message as never, vectors.deployed);
    assert.equal(signature, one.signature);
  });
}

for (const one of vectors.logins) {
  test(`login: ${one.description}`, () => {
    const here = { origin: one.origin, address: vectors.address, chainId: one.chain_id, now: one.now };
    if (one.error === null) {
      assert.equal(parseLoginText(one.text).url, one.origin);
      checkLoginText(one.text, here);
    } else {
      assert.throws(() => checkLoginText(one.text, here), new RegExp(one.error));
    }
  });
}

test("an order is written here as the bank writes it", () => {
  for (const one of vectors.orders) assert.equal(orderText(one.url, one.account, "POST", one.path, utf8(one.body), one.until), one.text);
});

test("two drawers come to the same part of a draw, and to its commitment", () => {
  for (const { own_seed, other, draw, secret, commitment: committed } of vectors.agreements) {
    const own = keyPairFromSeed(fromHex(own_seed));
    const drawers = [
      { account: "0xa", name: "", encryption_key: publicKeyToHex(own.publicKey), is_bound: false },
      { account: "0xb", name: "", encryption_key: other, is_bound: false },
    ];
    const whole = { ...draw, drawers } as never;
    assert.deepEqual(partsOf(whole, own, "0xa"), [{ part: partNumber(0, 1), secret }]);
    assert.equal(commitment(String(draw.draw_id), fromHex(secret)), committed);
    assert.throws(() => partsOf({ ...draw, drawers: drawers.map((one) => ({ ...one, encryption_key: other })) } as never, own, "0xa"));
  }
});
