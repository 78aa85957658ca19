/** What this custodian holds, and what was asked to be opened of it. */
import type { Shapes } from "../bank/client.ts";
import { bank, signer } from "../person/me.svelte.ts";

export interface Asked {
  escrow: Shapes["EscrowView"];
  opening: Shapes["OpeningView"];
}

export async function heldEscrows(): Promise<Shapes["EscrowView"][]> {
  const { escrows } = await bank.get<Shapes["Escrows"]>("/v1/escrows");
  return escrows.filter((one) => one.custodians.includes(signer().account)).toReversed();
}

export async function askedOpenings(escrows: readonly Shapes["EscrowView"][]): Promise<Asked[]> {
  const pairs = escrows.flatMap((escrow) => escrow.openings.map((id) => ({ escrow, id })));
  return Promise.all(pairs.map(async ({ escrow, id }) => ({ escrow, opening: await bank.get<Shapes["OpeningView"]>(`/v1/openings/${id}`) })));
}

/** A reason as it was written; the nonce after it keeps its public hash from being guessed. */
export function reasonOf(opening: Shapes["OpeningView"]): string {
  return (opening.reason ?? "").split("\n")[0] ?? "";
}
