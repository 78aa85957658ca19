/**
 * What this page checked itself. A block is believed when 1. a pinned signer sealed its header; its events when 2. all its
 * receipts together have the root that the header names; a stored value when 3. a proof leads to it from the header's
 * state root. 4. What is so today is asked of a block that was sealed within minutes, and of none older than one seen
 * before; where the ledger was quiet, the bank is asked to have one sealed (ADR 57). Nothing else is believed, and nothing is believed twice: a block that was checked is kept.
 */
import { keccak_256 } from "@noble/hashes/sha3";
import { fromRlp } from "viem";
import record from "../generated/record.json" with { type: "json" };
import { type Hex, areEqual, concatBytes, fromHex, toHex } from "../sealing/bytes.ts";
import { type RecordedEvent, logsOf, readLog } from "./events.ts";
import { type Header, parseHeader } from "./header.ts";
import type { Ledger, Proof } from "./ledger.ts";
import type { Pins } from "./pins.ts";
import { FORGETFUL, type Seen } from "./seen.ts";
import { provenValue, rootOfList } from "./trie.ts";

/** Something that the bank showed and that the record does not bear out. `what` is a message of the catalogue. */
export class FalsehoodError extends Error {
  readonly what: string;
  readonly values: Record<string, string | number>;

  constructor(what: string, values: Record<string, string | number> = {}) {
    super(what);
    this.what = what;
    this.values = values;
  }
}

/** How long ago the newest block may have been sealed, for what hangs on what is so today. */
export const FRESH_SECONDS = 300;

/** What belongs to who looks, not to the ledger: what was seen, the clock, and the way to ask for a new block. */
export interface Looker {
  readonly seen: Seen;
  readonly now: () => number;
  readonly pulse: () => Promise<unknown>;
}

const ANYBODY: Looker = { seen: FORGETFUL, now: () => Date.now() / 1000, pulse: () => Promise.resolve() };

const PLACES = record.places as Record<string, Record<string, number>>;
export const CONSENT_STATES = record.consent_states as Record<string, string>;

export class Evidence {
  readonly ledger: Ledger;
  readonly pins: Pins;
  readonly #looker: Looker;
  readonly #headers = new Map<number, Promise<Header>>();
  readonly #events = new Map<number, Promise<RecordedEvent[]>>();

  constructor(ledger: Ledger, pins: Pins, looker: Looker = ANYBODY) {
    this.ledger = ledger;
    this.pins = pins;
    this.#looker = looker;
  }

  /** The newest block: one of now, and none older than was seen here before. Throws FalsehoodError. */
  async newest(): Promise<number> {
    const header = await this.#head();
    if (this.#isFresh(header)) return header.number;
    await this.#looker.pulse().catch(() => null); // what is shown then tells whether it came
    const again = await this.#head();
    if (this.#isFresh(again)) return again.number;
    const minutes = Math.round((this.#looker.now() - again.timestamp) / 60);
    throw new FalsehoodError("page-false-stale", { number: again.number, minutes });
  }

  /** The newest block seen so far: to be asked for before somebody is asked what `notOlder` is to judge. */
  get seen(): number {
    return this.#looker.seen.newest();
  }

  /** A block as of which something was told: sealed, and none older than was seen when it was asked for. Throws FalsehoodError. */
  async notOlder(number: number, seen: number): Promise<Header> {
    if (number < seen) throw new FalsehoodError("page-false-older", { number, seen });
    const header = await this.header(number);
    this.#looker.seen.note(number);
    return header;
  }

  async #head(): Promise<Header> {
    const seen = this.seen;
    return this.notOlder(await this.ledger.height(), seen);
  }

  /** A time yet to come says as little as one long past: it would be fresh for ever. */
  #isFresh(header: Header): boolean {
    return Math.abs(this.#looker.now() - header.timestamp) <= FRESH_SECONDS;
  }

  /** A header that a pinned signer sealed. */
  header(number: number): Promise<Header> {
    return kept(this.#headers, number, async () => {
      const header = parseHeader(fromHex(await this.ledger.header(number)));
      if (header.number !== number) throw new FalsehoodError("page-false-block", { number });
      if (number === 0 && header.hash !== this.pins.genesis) throw new FalsehoodError("page-false-seal", { number });
      if (header.sealer !== null && !this.pins.signers.includes(header.sealer)) {
        throw new FalsehoodError("page-false-seal", { number });
      }
      return header;
    });
  }

  /** Everything that our contracts wrote in a block. */
  events(number: number): Promise<RecordedEvent[]> {
    return kept(this.#events, number, async () => {
      const [header, encoded] = await Promise.all([this.header(number), this.ledger.receipts(number)]);
      const receipts = encoded.map(fromHex);
      if (!areEqual(rootOfList(receipts), header.receiptsRoot)) throw new FalsehoodError("page-false-receipts", { number });
      return logsOf(receipts).flatMap((logs, transaction) =>
        logs.flatMap((log) => readLog(log, this.pins.contracts, number, transaction) ?? []),
      );
    });
  }

  /**
   * Values of a contract's variable under keys, or under lists of keys of maps in maps, proven at a block; 0 where there is none.
   * By a proof that somebody has shown already, where it is to be passed on. Throws FalsehoodError.
   */
  async stored(
    contract: string,
    variable: string,
    keys: readonly (string | readonly string[])[],
    number: number,
    shown?: Proof,
  ): Promise<bigint[]> {
    const place = PLACES[contract]?.[variable];
    const address = this.pins.contracts[contract];
    if (place === undefined || !address) throw new RangeError(`${contract}.${variable} is not known here`);
    const slots = keys.length ? keys.map((key) => slotOf(place, typeof key === "string" ? [key] : key)) : [toHex(word(place))];
    const [header, proof] = await Promise.all([this.header(number), shown ?? this.ledger.proof(address, slots, number)]);
    const account = provenValue(header.stateRoot, keccak_256(fromHex(address)), proof.accountProof.map(fromHex));
    if (!account) throw new FalsehoodError("page-false-state", { number });
    const [, , storageRoot] = fromRlp(account, "bytes") as Uint8Array[];
    return slots.map((slot, index) => {
      const entry = shown ? proof.storageProof.find((one) => BigInt(one.key) === BigInt(slot)) : proof.storageProof[index];
      const found = provenValue(storageRoot as Uint8Array, keccak_256(fromHex(slot)), (entry?.proof ?? []).map(fromHex));
      const value = found ? BigInt(toHex(fromRlp(found, "bytes") as Uint8Array)) : 0n;
      if (shown && (!entry || BigInt(entry.value) !== value)) throw new FalsehoodError("page-false-state", { number });
      return value;
    });
  }

  /** What an account holds in coins, at a block. */
  async coins(account: string, number: number): Promise<number> {
    const [purse = 0n] = await this.stored("coin", "purse", [account], number);
    return Number(purse & ((1n << 128n) - 1n));
  }
}

/** Vyper 0.4: a map's value stands at keccak(slot, key), the key as a word; in a map of maps so again. */
function slotOf(place: number, keys: readonly string[]): Hex {
  return toHex(keys.map(fromHex).reduce((slot, key) => keccak_256(concatBytes(slot, new Uint8Array(32 - key.length), key)), word(place)));
}

function word(value: number): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0"));
}

/** The promise made for a key before; one that failed is made again. */
function kept<T>(made: Map<number, Promise<T>>, key: number, make: () => Promise<T>): Promise<T> {
  const before = made.get(key);
  if (before) return before;
  const now = make();
  made.set(key, now);
  now.catch(() => made.delete(key));
  return now;
}
