/**
 * What this browser wrote down when it first came here, and believes ever since: the chain, its first block, who seals,
 * where the contracts stand. A bank that later names others is caught, whatever it says about it.
 */
import type { components } from "../generated/api.d.ts";
import { fromHex } from "../sealing/bytes.ts";
import { parseHeader } from "./header.ts";
import type { Ledger } from "./ledger.ts";

export interface Pins {
  chainId: number;
  genesis: string;
  signers: string[];
  contracts: Record<string, string>;
  operator: string;
  since: number;
}

/** Where the contracts stand, as somebody says. */
export interface Place {
  chainId: number;
  operator: string;
  contracts: Record<string, string>;
}

/** As a bank describes itself. Its own chain and that of its contracts must be one. */
export function placeOf(bank: components["schemas"]["BankInfo"]): Place {
  const deployment = bank.deployment as unknown as { chainId: number; contracts: Record<string, { address: string }> };
  const contracts = Object.fromEntries(Object.entries(deployment.contracts).map(([name, one]) => [name, one.address]));
  if (deployment.chainId !== bank.chain_id) throw new OtherThanPinnedError("chain");
  return { chainId: bank.chain_id, operator: bank.operator, contracts };
}

const STORED = "azukari.pins";

/** What the bank names now does not agree with what was written down; `field` says where. */
export class OtherThanPinnedError extends Error {
  readonly field: string;

  constructor(field: string) {
    super(field);
    this.field = field;
  }
}

export function storedPins(): Pins | null {
  const text = localStorage.getItem(STORED);
  return text === null ? null : (JSON.parse(text) as Pins);
}

/** The pins of before, held against what is said now; at the first visit, made from it. Throws OtherThanPinnedError. */
export async function pinned(said: Place, ledger: Ledger): Promise<Pins> {
  const first = parseHeader(fromHex(await ledger.header(0)));
  const pins = storedPins();
  if (!pins) {
    const made = { ...said, genesis: first.hash, signers: first.signers.map((one) => one.toLowerCase()), since: Math.floor(Date.now() / 1000) };
    localStorage.setItem(STORED, JSON.stringify(made));
    return made;
  }
  if (pins.chainId !== said.chainId) throw new OtherThanPinnedError("chain");
  if (pins.genesis !== first.hash) throw new OtherThanPinnedError("genesis");
  for (const [name, address] of Object.entries(pins.contracts)) {
    if (said.contracts[name] !== address) throw new OtherThanPinnedError(name);
  }
  return pins;
}
