/** Events found by the node's own index: quick, and the node's word until their block is looked at and checked. */
import { type RecordedEvent, TOPICS, readLog } from "./events.ts";
import type { Evidence } from "./evidence.ts";
import { type RawLog, quantity } from "./ledger.ts";
import type { Hex } from "../sealing/bytes.ts";

/** How many blocks one question covers, so that no answer grows beyond what a phone takes. */
const BLOCKS_A_QUESTION = 5_000;

export interface FoundEvent extends RecordedEvent {
  readonly hash: Hex;
}

/** Every event of these kinds in a range of blocks, oldest first; `about` narrows to what is indexed, in its order. */
export async function eventsOf(
  evidence: Evidence,
  kinds: readonly [string, string][],
  from: number,
  to: number,
  about: readonly (string | null)[] = [],
): Promise<FoundEvent[]> {
  const topics = kinds.map(([contract, name]) => TOPICS[contract]?.[name]);
  const address = [...new Set(kinds.map(([contract]) => evidence.pins.contracts[contract]))];
  return asked(evidence, { address, topics: [topics, ...about] }, from, to);
}

/** Every event that names this account or id, wherever it stands among what is indexed. */
export async function eventsAbout(evidence: Evidence, what: string, to: number): Promise<FoundEvent[]> {
  const word = `0x${what.slice(2).toLowerCase().padStart(64, "0")}`;
  const address = Object.values(evidence.pins.contracts);
  const places = [[null, word], [null, null, word], [null, null, null, word]];
  const found = (await Promise.all(places.map((topics) => asked(evidence, { address, topics }, 0, to)))).flat();
  return found.sort((left, right) => left.block - right.block || left.transaction - right.transaction);
}

/** Every event of every contract, oldest first. */
export function allEvents(evidence: Evidence, to: number): Promise<FoundEvent[]> {
  return asked(evidence, { address: Object.values(evidence.pins.contracts) }, 0, to);
}

async function asked(evidence: Evidence, filter: object, from: number, to: number): Promise<FoundEvent[]> {
  const found: FoundEvent[] = [];
  for (let start = from; start <= to; start += BLOCKS_A_QUESTION) {
    const range = { fromBlock: quantity(start), toBlock: quantity(Math.min(start + BLOCKS_A_QUESTION - 1, to)) };
    const logs = await evidence.ledger.ask<RawLog[]>("eth_getLogs", { ...filter, ...range });
    for (const log of logs) {
      const event = readLog(log, evidence.pins.contracts, Number(log.blockNumber), Number(log.logIndex));
      if (event) found.push({ ...event, hash: log.transactionHash });
    }
  }
  return found;
}
