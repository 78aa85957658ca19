/** What contracts wrote, read by the ABI that was built into the page: the bank's own list is not asked. */
import { type Abi, decodeEventLog, fromRlp, toEventSelector } from "viem";
import record from "../generated/record.json" with { type: "json" };
import { type Hex, toHex } from "../sealing/bytes.ts";

export interface RecordedEvent {
  readonly contract: string;
  readonly name: string;
  /** By the names of the ABI; ids and addresses as hex, numbers as bigint. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly block: number;
  readonly transaction: number;
}

interface Log {
  address: string;
  topics: readonly Hex[];
  data: Hex;
}

const ABIS = record.events as unknown as Record<string, Abi>;

/** Every kind of event of a contract with its first topic. */
export const TOPICS: Readonly<Record<string, Readonly<Record<string, Hex>>>> = Object.fromEntries(
  Object.entries(ABIS).map(([contract, abi]) => [
    contract,
    Object.fromEntries(abi.map((event) => ["name" in event ? event.name : "", toEventSelector(event as never)])),
  ]),
);

/** The kind of event that a first topic names: viem hashes every kind it is given, at every log. */
const BY_TOPIC: Readonly<Record<string, ReadonlyMap<string, Abi>>> = Object.fromEntries(
  Object.entries(ABIS).map(([contract, abi]) => [
    contract,
    new Map(abi.map((event) => [TOPICS[contract]?.["name" in event ? event.name : ""] ?? "", [event]])),
  ]),
);

/** Read one log; null if it is of none of the contracts, or of a kind that this page does not know. */
export function readLog(log: Log, contracts: Readonly<Record<string, string>>, block: number, transaction: number): RecordedEvent | null {
  const address = log.address.toLowerCase();
  const contract = Object.keys(contracts).find((name) => contracts[name]?.toLowerCase() === address);
  const abi = contract && BY_TOPIC[contract]?.get(log.topics[0] ?? "");
  if (!abi) return null;
  try {
    const { eventName, args } = decodeEventLog({ abi, topics: log.topics as [Hex, ...Hex[]], data: log.data });
    return { contract, name: String(eventName), values: (args ?? {}) as Record<string, unknown>, block, transaction };
  } catch {
    return null;
  }
}

/** The logs of receipts as the block commits to them (EIP-2718: a typed one has its type before it). */
export function logsOf(receipts: readonly Uint8Array[]): Log[][] {
  return receipts.map((encoded) => {
    const body = (encoded[0] ?? 0) < 0x80 ? encoded.subarray(1) : encoded;
    const [, , , logs] = fromRlp(body, "bytes") as unknown as [Uint8Array, Uint8Array, Uint8Array, [Uint8Array, Uint8Array[], Uint8Array][]];
    return logs.map(([address, topics, data]) => ({ address: toHex(address), topics: topics.map(toHex), data: toHex(data) }));
  });
}

/** Whether any value of the event is this id or this account. */
export function mentions(event: RecordedEvent, what: string): boolean {
  const sought = what.toLowerCase();
  return Object.values(event.values).some((value) => typeof value === "string" && value.toLowerCase() === sought);
}
