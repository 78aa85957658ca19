/** Questions to the ledger itself, passed on by the bank. The answers are anybody's word until they are checked. */
import { early } from "../early.ts";
import type { Hex } from "../sealing/bytes.ts";

/** The ledger did not answer, or refused the question. */
export class LedgerError extends Error {}

export interface Proof {
  accountProof: Hex[];
  storageHash: Hex;
  storageProof: { key: string; value: Hex; proof: Hex[] }[];
}

export interface RawLog {
  address: string;
  topics: Hex[];
  data: Hex;
  blockNumber: Hex;
  transactionHash: Hex;
  logIndex: Hex;
}

export class Ledger {
  #id = 0;

  async ask<T>(method: string, ...params: unknown[]): Promise<T> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++this.#id, method, params });
    let answer: { result?: T; error?: { message: string } };
    try {
      const asked = method === "debug_getRawHeader" && params[0] === "0x0" ? await early("/v1/ledger#0") : null;
      const response = asked ?? (await fetch("/v1/ledger", { method: "POST", headers: { "Content-Type": "application/json" }, body }));
      if (!response.ok) throw new LedgerError(`HTTP ${response.status}`);
      answer = (await response.json()) as typeof answer;
    } catch (error) {
      throw error instanceof LedgerError ? error : new LedgerError(String(error));
    }
    if (answer.error) throw new LedgerError(answer.error.message);
    if (answer.result === undefined) throw new LedgerError("no result");
    return answer.result;
  }

  async height(): Promise<number> {
    return Number(await this.ask<Hex>("eth_blockNumber"));
  }

  header(number: number): Promise<Hex> {
    return this.ask("debug_getRawHeader", quantity(number));
  }

  receipts(number: number): Promise<Hex[]> {
    return this.ask("debug_getRawReceipts", quantity(number));
  }

  proof(address: string, keys: readonly Hex[], number: number): Promise<Proof> {
    return this.ask("eth_getProof", address, keys, quantity(number));
  }
}

export function quantity(number: number): Hex {
  return `0x${number.toString(16)}`;
}
