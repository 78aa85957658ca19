/** What somebody typed, and where it leads: a block's number, an account, a transaction, a block's hash, or any id. */
import type { Ledger } from "../record/ledger.ts";

/** The address of the screen that shows it; null if it is nothing that the record could have. */
export async function placeOf(text: string, ledger: Ledger): Promise<string | null> {
  const sought = text.trim().toLowerCase();
  if (/^\d{1,12}$/.test(sought)) return `/explorer/block/${Number(sought)}`;
  if (/^0x[0-9a-f]{40}$/.test(sought)) return `/explorer/account/${sought}`;
  if (!/^0x[0-9a-f]{64}$/.test(sought)) return null;
  if (await ledger.ask("eth_getTransactionReceipt", sought)) return `/explorer/transaction/${sought}`;
  const block = await ledger.ask<{ number: string } | null>("eth_getBlockByHash", sought, false);
  return block ? `/explorer/block/${Number(block.number)}` : `/explorer/id/${sought}`;
}
