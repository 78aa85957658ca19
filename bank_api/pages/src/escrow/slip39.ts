/**
 * SLIP-0039 (SatoshiLabs) in the one form that stands on a custodian's paper: 1 of 1, as `pds_adapter/escrow/slip39.py`. The
 * libraries of npm need Node's own cryptography; of the standard only checksum and cipher are needed here, and the words
 * come from Python's library at the build. Held to the official vectors and to Python's own papers.
 */
import { pbkdf2 } from "@noble/hashes/pbkdf2";
import { sha256 } from "@noble/hashes/sha2";
import generated from "../generated/slip39.json" with { type: "json" };
import { concatBytes, fromHex, toHex, utf8 } from "../sealing/bytes.ts";
import { EscrowError } from "./errors.ts";

const WORDS: readonly string[] = generated.words;
const PLACES = new Map(WORDS.map((word, place) => [word.slice(0, 4), place]));
const WORD_BITS = 10n;
const RADIX = 1024n;
const HEAD_WORDS = 4;
const CHECKSUM_WORDS = 3;
const ROUNDS = [0, 1, 2, 3];
const ITERATIONS = 2500;
const GENERATORS = [0xe0e040, 0x1c1c080, 0x3838100, 0x7070200, 0xe0e0009, 0x1c0c2412, 0x38086c24, 0x3090fc48, 0x21b1f890, 0x3f3f120];

/** A word that is not on the list; `position` counts from one. */
export class PaperWordError extends EscrowError {
  readonly position: number;
  readonly word: string;
  readonly near: readonly string[];

  constructor(position: number, word: string) {
    super("words", `word ${position} is not on the list`);
    this.position = position;
    this.word = word;
    this.near = WORDS.filter((one) => one.startsWith(word.slice(0, 3))).slice(0, 3);
  }
}

/** The words are on the list, and together they are wrong: one was miscopied, or they stand in another order. */
export class PaperChecksumError extends EscrowError {
  constructor() {
    super("words", "have a wrong checksum");
  }
}

interface Mnemonic {
  readonly secret: Uint8Array;
  /** 15 bits that tell sets of words apart. */
  readonly identifier: number;
}

/** The words of a secret alone; read again by `secretOf`. */
export function wordsOf(secret: Uint8Array, identifier: number): string {
  const value = feistel(secret, ROUNDS, "", 0, new Uint8Array());
  // Identifier, extendable, exponent 0; group 0 of 1, member 0 of 1.
  const head = split(((BigInt(identifier) << 1n) | 1n) << 24n, HEAD_WORDS);
  const data = [...head, ...split(BigInt(toHex(value)), Math.ceil((value.length * 8) / Number(WORD_BITS)))];
  const checksum = polymod([...utf8("shamir_extendable"), ...data, 0, 0, 0]) ^ 1;
  return [...data, (checksum >> 20) & 1023, (checksum >> 10) & 1023, checksum & 1023].map((place) => WORDS[place]).join(" ");
}

/** Words are known by their first four letters and in any case. Throws EscrowError, and names a word that is unknown. */
export function secretOf(words: string, passphrase = ""): Mnemonic {
  const data = words.trim().split(/\s+/).filter(Boolean).map((word, place) => placeOf(word, place + 1));
  const valueBits = (data.length - HEAD_WORDS - CHECKSUM_WORDS) * Number(WORD_BITS);
  const padding = valueBits % 16;
  if (valueBits < 128 || padding > 8) throw new EscrowError("words", "are too few or too many");
  const head = joined(data.slice(0, 2));
  const [exponent, isExtendable, identifier] = [Number(head & 15n), Boolean(head & 16n), Number(head >> 5n)];
  if (polymod([...utf8(isExtendable ? "shamir_extendable" : "shamir"), ...data]) !== 1) throw new PaperChecksumError();
  if (joined(data.slice(2, HEAD_WORDS)) !== 0n) throw new EscrowError("words", "are one part of several");
  const value = joined(data.slice(HEAD_WORDS, -CHECKSUM_WORDS));
  const size = (valueBits - padding) / 8;
  if (value >> BigInt(size * 8)) throw new EscrowError("words", "have more in them than a secret");
  const encrypted = fromHex(value.toString(16).padStart(size * 2, "0"));
  const salt = isExtendable ? new Uint8Array() : concatBytes(utf8("shamir"), Uint8Array.of(identifier >> 8, identifier & 255));
  return { secret: feistel(encrypted, ROUNDS.toReversed(), passphrase, exponent, salt), identifier };
}

function placeOf(word: string, position: number): number {
  const small = word.toLowerCase();
  const place = PLACES.get(small.slice(0, 4));
  if (place === undefined || small.length < 4 || !WORDS[place]?.startsWith(small)) throw new PaperWordError(position, word);
  return place;
}

/** The standard's cipher, either way by the order of its rounds. */
function feistel(data: Uint8Array, rounds: readonly number[], passphrase: string, exponent: number, salt: Uint8Array): Uint8Array {
  const half = data.length / 2;
  let [left, right] = [data.subarray(0, half), data.subarray(half)];
  for (const round of rounds) {
    const password = concatBytes(Uint8Array.of(round), utf8(passphrase));
    const key = pbkdf2(sha256, password, concatBytes(salt, right), { c: ITERATIONS << exponent, dkLen: half });
    [left, right] = [right, left.map((byte, place) => byte ^ (key[place] ?? 0))];
  }
  return concatBytes(right, left);
}

function polymod(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const high = sum >> 20;
    sum = ((sum & 0xfffff) << 10) ^ value;
    GENERATORS.forEach((generator, place) => {
      if ((high >> place) & 1) sum ^= generator;
    });
  }
  return sum;
}

function split(value: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, place) => Number((value >> (WORD_BITS * BigInt(count - 1 - place))) % RADIX));
}

function joined(places: readonly number[]): bigint {
  return places.reduce((value, place) => value * RADIX + BigInt(place), 0n);
}
