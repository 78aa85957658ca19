/**
 * A keeper's part in opening one list of answers (`pds_adapter/escrow/{releases,shared}.py`): a point for each answer, in the
 * list's order, and one proof for all of them (RFC 9497, ComputeComposites). Refused: a wrapped key that does not prove itself.
 */
import { blake2b } from "@noble/hashes/blake2";
import { type Randomness, concatBytes, systemRandomness, utf8 } from "../sealing/bytes.ts";
import { canonicalJson } from "../sealing/canonical.ts";
import { EscrowError } from "./errors.ts";
import { BASE, type Point, encodePoint, hashedScalar } from "./group.ts";
import { encodeProof, prove } from "./proofs.ts";
import type { Share } from "./shares.ts";
import { type WrappedKey, checkWrapped, parseWrapped } from "./threshold.ts";

const VERSION = 1;
const KEY_ID_BYTES = 32;
const SHARED_LABEL = utf8("azukari shared document 1\0");
const LIST_LABEL = utf8("azukari release list 1\0");
const PART_LABEL = utf8("azukari release part 1\0");
const WEIGHT_LABEL = utf8("azukari release weight 1\0");
/** So many answers are worked on before the screen is given a turn. */
const TURN = 16;

/** The wrapped key of one answer; `label` says whose answer to which survey it is. */
export interface WrappedAnswer {
  readonly label: Uint8Array;
  readonly wrapped: WrappedKey;
}

/** An answer of a list, from what its document carries. Throws EscrowError for one that is under another key. */
export function wrappedAnswer(shared: Uint8Array, keyId: Uint8Array, owner: string, box: string, name: string): WrappedAnswer {
  if (shared.subarray(0, KEY_ID_BYTES).join() !== keyId.join()) throw new EscrowError("shared", "is under another key");
  return { label: concatBytes(SHARED_LABEL, canonicalJson([owner, box, name])), wrapped: parseWrapped(shared.subarray(KEY_ID_BYTES)) };
}

/** The part in its one spelling. `told` hears how many answers were worked on. Throws EscrowError. */
export async function contributeToRelease(
  answers: readonly WrappedAnswer[],
  share: Share,
  releaseId: Uint8Array,
  told: (done: number) => void = () => undefined,
  randomness: Randomness = systemRandomness,
): Promise<Uint8Array> {
  const points: Point[] = [];
  for (const [place, { wrapped, label }] of answers.entries()) {
    checkWrapped(wrapped, label);
    points.push(wrapped.ephemeral.multiply(share.value));
    if (place % TURN === TURN - 1) await turn(told, place + 1);
  }
  const image = BASE.multiply(share.value);
  const context = contextOf(answers, share.index, releaseId);
  const seed = seedOf(answers, points, image, context);
  let base: Point | null = null;
  for (const [place, { wrapped }] of answers.entries()) {
    const weighted = wrapped.ephemeral.multiply(hashedScalar(WEIGHT_LABEL, seed, four(place)));
    base = base ? base.add(weighted) : weighted;
    if (place % TURN === TURN - 1) await turn(told, answers.length);
  }
  if (!base) throw new EscrowError("list", "has nothing on it");
  const proof = prove(share.value, [BASE, base], [image, base.multiply(share.value)], context, randomness);
  return concatBytes(Uint8Array.of(VERSION, share.index), four(answers.length), ...points.map(encodePoint), encodeProof(proof));
}

async function turn(told: (done: number) => void, done: number): Promise<void> {
  told(done);
  await new Promise((resolve) => setTimeout(resolve));
}

/** This keeper, this release, this list in this order. */
function contextOf(answers: readonly WrappedAnswer[], index: number, releaseId: Uint8Array): Uint8Array {
  const digest = blake2b.create({ dkLen: 32 }).update(LIST_LABEL);
  for (const { label, wrapped } of answers) digest.update(concatBytes(four(label.length), label, wrapped.encoded));
  return concatBytes(PART_LABEL, Uint8Array.of(index), digest.digest(), releaseId);
}

/** What every answer's weight follows from, and nobody can choose before all points stand. */
function seedOf(answers: readonly WrappedAnswer[], points: readonly Point[], image: Point, context: Uint8Array): Uint8Array {
  const digest = blake2b.create({ dkLen: 64 }).update(concatBytes(WEIGHT_LABEL, context, encodePoint(image)));
  answers.forEach(({ wrapped }, place) => digest.update(concatBytes(encodePoint(wrapped.ephemeral), encodePoint(points[place] as Point))));
  return digest.digest();
}

function four(number: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}
