/** Rounds of deals are Python's, byte for byte; what is received fits, and whose fault it is where it does not is told. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { sha256 } from "@noble/hashes/sha2";
import { shake256 } from "@noble/hashes/sha3";
import { dealFirst, receiveFirst } from "../src/escrow/ceremony.ts";
import { type Deal, dealAnew, encodeDeal, openPieces, packPieces, parseDeal, receiveDealt, statementHash, termsAfter } from "../src/escrow/deals.ts";
import { EscrowError, WrongDealError } from "../src/escrow/errors.ts";
import { BASE, decodeScalar, encodeScalar, randomScalar } from "../src/escrow/group.ts";
import { prove } from "../src/escrow/proofs.ts";
import { contributeToRelease, wrappedAnswer } from "../src/escrow/releases.ts";
import { hashOf, termsOf } from "../src/escrow/terms.ts";
import { type Randomness, concatBytes, fromHex, toHex, utf8 } from "../src/sealing/bytes.ts";
import type { Json } from "../src/sealing/canonical.ts";
import { seal } from "../src/sealing/envelope.ts";
import { SealingError } from "../src/sealing/errors.ts";
import { keyPairFromSeed } from "../src/sealing/keys.ts";

interface Dealt {
  index: number;
  value: string;
}
interface Round {
  description: string;
  terms: Json;
  quorum: number[];
  threshold: number;
  custodians: string[];
  custodian_seeds: string[];
  dealers: (Dealt & { stream: string })[];
  deals: string[];
  pieces: string;
  commitments_hash: string;
  shares: Dealt[];
}
interface Vectors {
  dealt_anew: Round[];
  ceremony: {
    key_id: string;
    keepers: string[];
    keeper_seeds: string[];
    threshold: number;
    streams: string[];
    deals: string[];
    commitments_hash: string;
    shares: Dealt[];
    part: { keeper: number; listed: { owner: string; box: string; name: string; shared: string }[]; release_id: string; stream: string; part: string };
  };
  invalid: { description: string; terms: Json; deals: string[]; dealer: number | null }[];
}

const { dealt_anew: rounds, ceremony, invalid } = JSON.parse(readFileSync(new URL("../vectors/rounds.json", import.meta.url), "utf8")) as Vectors;
const pair = (seed: string) => keyPairFromSeed(fromHex(seed));
const shareOf = ({ index, value }: Dealt) => ({ index, value: decodeScalar(fromHex(value), "share") });
const told = (share: { index: number; value: bigint }) => ({ index: share.index, value: toHex(encodeScalar(share.value)).slice(2) });
const parsed = (texts: readonly string[]): Deal[] => texts.map((text) => parseDeal(utf8(text)));

/** As `scripts/fixed_bytes.py` makes it. */
function stream(name: string): Randomness {
  const label = sha256(utf8(`azukari vectors: ${name}`));
  let count = 0;
  return (size) => {
    count += 1;
    return shake256(concatBytes(label, Uint8Array.of(0, 0, 0, count)), { dkLen: size });
  };
}

for (const one of rounds) {
  const terms = termsOf(one.terms);

  test(`the very deals are made here: ${one.description}`, () => {
    one.dealers.forEach((dealer, place) => {
      const made = dealAnew(shareOf(dealer), terms, one.quorum, one.custodians, one.threshold, stream(dealer.stream));
      assert.equal(new TextDecoder().decode(encodeDeal(made)), one.deals[place]);
    });
    assert.equal(new TextDecoder().decode(packPieces(terms, parsed(one.deals))), one.pieces);
  });

  test(`each next custodian has its share, and nobody else has: ${one.description}`, () => {
    const after = termsAfter(parsed(one.deals), terms);
    assert.equal(hashOf(after).slice(2), one.commitments_hash);
    one.custodian_seeds.forEach((seed, place) => {
      assert.deepEqual(told(openPieces(utf8(one.pieces), pair(seed), after)), one.shares[place]);
    });
    assert.throws(() => openPieces(utf8(one.pieces), pair("11".repeat(32)), after), EscrowError);
    assert.throws(() => openPieces(utf8(one.pieces), pair(one.custodian_seeds[0] as string), terms), EscrowError);
    assert.throws(() => openPieces(utf8(one.pieces.replace('"deals"', '"Deals"')), pair(one.custodian_seeds[0] as string), after), SealingError);
  });
}

for (const one of invalid) {
  test(`refused, and laid at the right door: ${one.description}`, () => {
    assert.throws(
      () => termsAfter(parsed(one.deals), termsOf(one.terms)),
      (error) => (one.dealer === null ? error instanceof SealingError && !(error instanceof WrongDealError) : error instanceof WrongDealError && error.dealer === one.dealer),
    );
  });
}

test("a piece that does not fit names its dealer, though the deal proves itself", () => {
  const [round] = rounds as [Round];
  const terms = termsOf(round.terms);
  const [dealer] = round.dealers as [Round["dealers"][0]];
  const share = shareOf(dealer);
  const good = dealAnew(share, terms, round.quorum, round.custodians, round.threshold);
  const context = concatBytes(utf8("azukari deal piece 1\0"), terms.commitmentsHash, Uint8Array.of(dealer.index));
  const piece = seal(encodeScalar(randomScalar()), [fromHex(round.custodians[0] as string)], context);
  const bent = { ...good, pieces: [piece, ...good.pieces.slice(1)] };
  const proofContext = concatBytes(utf8("azukari deal proof 1\0"), terms.commitmentsHash, statementHash(bent));
  const proven = { ...bent, proof: prove(share.value, [BASE], [BASE.multiply(share.value)], proofContext) };
  const deals = [proven, ...parsed(round.deals).slice(1)];
  const receive = (place: number) => receiveDealt(deals, terms, pair(round.custodian_seeds[place] as string));
  assert.throws(() => receive(0), (error) => error instanceof WrongDealError && error.dealer === dealer.index);
  assert.equal(receive(1).share.index, 2, "who was not cheated has a share");
});

test("a share of one's own that does not fit is not dealt", () => {
  const [round] = rounds as [Round];
  const share = shareOf(round.dealers[0] as Dealt);
  const deal = (given: typeof share, quorum: number[], threshold: number) => dealAnew(given, termsOf(round.terms), quorum, round.custodians, threshold);
  assert.throws(() => deal({ ...share, value: share.value + 1n }, round.quorum, 3), EscrowError);
  assert.throws(() => deal(share, [2, 3], 3), EscrowError);
  assert.throws(() => deal(share, round.quorum, 9), EscrowError);
});

test("a key that nobody holds: the very deals, every keeper's share, and no other ceremony's", () => {
  const keyId = fromHex(ceremony.key_id);
  ceremony.streams.forEach((name, place) => {
    const made = dealFirst(keyId, place + 1, ceremony.keepers, ceremony.threshold, stream(name));
    assert.equal(new TextDecoder().decode(encodeDeal(made)), ceremony.deals[place]);
  });
  const deals = parsed(ceremony.deals);
  ceremony.keeper_seeds.forEach((seed, place) => {
    const { share, terms } = receiveFirst(deals, keyId, ceremony.keepers, ceremony.threshold, pair(seed));
    assert.equal(hashOf(terms).slice(2), ceremony.commitments_hash);
    assert.deepEqual(told(share), ceremony.shares[place]);
  });
  const own = pair(ceremony.keeper_seeds[0] as string);
  const foreign = dealFirst(keyId, 2, ceremony.keepers, 3);
  for (const [others, whose] of [[[deals[0], foreign, deals[2]], 2], [[deals[0], deals[1]], 3]] as const) {
    assert.throws(
      () => receiveFirst(others as readonly unknown[] as Deal[], keyId, ceremony.keepers, ceremony.threshold, own),
      (error) => error instanceof WrongDealError && error.dealer === whose,
    );
  }
  assert.throws(() => receiveFirst(deals, new Uint8Array(32), ceremony.keepers, ceremony.threshold, own), WrongDealError);
});

test("a keeper's part of one list is Python's, and an altered answer gets none", async () => {
  const { part } = ceremony;
  const keyId = fromHex(ceremony.key_id);
  const share = shareOf(ceremony.shares[part.keeper - 1] as Dealt);
  const answers = part.listed.map((one) => wrappedAnswer(fromHex(one.shared), keyId, one.owner, one.box, one.name));
  const made = await contributeToRelease(answers, share, fromHex(part.release_id), undefined, stream(part.stream));
  assert.equal(toHex(made).slice(2), part.part);
  const [first] = part.listed as [(typeof part.listed)[0]];
  const moved = wrappedAnswer(fromHex(first.shared), keyId, first.owner, first.box, "another");
  await assert.rejects(() => contributeToRelease([moved, ...answers.slice(1)], share, fromHex(part.release_id)), EscrowError);
  await assert.rejects(() => contributeToRelease([], share, fromHex(part.release_id)), EscrowError);
  assert.throws(() => wrappedAnswer(fromHex(first.shared), new Uint8Array(32), first.owner, first.box, first.name), EscrowError);
});
