/**
 * A seat or a recovery on its way from hand to hand (`bank_api/protocol/{seat,recovery}.py`): a file with the words, the
 * signature of whoever began, and the approvals that gather under it.
 */
import { recoverTypedDataAddress } from "viem";
import { type ActName, type Deployed, type Message, typedData } from "../acts/acts.ts";
import { newId, now, sequence, textHash } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";
import type { Hex } from "../sealing/bytes.ts";

/** Words that go from hand to hand stay good for a month. */
const HANDED_SECONDS = 30 * 86_400;

export type Handed = { act: "seat"; body: Shapes["SeatBody"] } | { act: "recovery"; body: Shapes["RecoveryBody"] };

/** The file is no seat and no recovery, or its key is not the one that its words name. */
export class HandedError extends Error {}

export function parseHanded(text: string): Handed {
  let body: Partial<Shapes["SeatBody"] & Shapes["RecoveryBody"]>;
  try {
    body = JSON.parse(text) as typeof body;
  } catch {
    throw new HandedError();
  }
  if (body.seat?.message && typeof body.name === "string") return { act: "seat", body: body as Shapes["SeatBody"] };
  if (!body.recovery?.message || typeof body.encryption_key !== "string") throw new HandedError();
  if (textHash(body.encryption_key) !== body.recovery.message.encryption_key_hash) throw new HandedError();
  return { act: "recovery", body: body as Shapes["RecoveryBody"] };
}

export function wordsOf(handed: Handed): Message<"seat"> | Message<"recovery"> {
  return handed.act === "seat" ? handed.body.seat.message : handed.body.recovery.message;
}

/** The wallets that signed these words so far, whoever they may be. */
export async function signersOf(handed: Handed, deployed: Deployed): Promise<string[]> {
  const first = handed.act === "seat" ? handed.body.seat.signature : handed.body.recovery.signature;
  const data = typedData(handed.act as ActName, wordsOf(handed) as never, deployed);
  const all = [first, ...(handed.body.approvals ?? [])];
  return Promise.all(all.map((signature) => recoverTypedDataAddress({ ...data, signature: signature as Hex } as never)));
}

/** The same with one approval more. */
export function approved(handed: Handed, signature: Hex): Handed {
  const approvals = [...(handed.body.approvals ?? []), signature];
  return { ...handed, body: { ...handed.body, approvals } } as Handed;
}

export function seating(account: string, role: number, seated: boolean): Message<"seat"> {
  return { seat_id: newId(), account, role, seated, sequence: sequence(), deadline: now() + HANDED_SECONDS };
}
