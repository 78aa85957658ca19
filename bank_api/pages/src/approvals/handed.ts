/**
 * What several sign under on its way from hand to hand (`bank_api/protocol/{seat,recovery,quota,appointment,decision}.py`): a file with
 * the words, the signature of whoever began, and the approvals that gather under it.
 */
import { recoverTypedDataAddress } from "viem";
import { type ActName, type Deployed, type Message, typedData } from "../acts/acts.ts";
import { newId, NOBODY, now, sequence, textHash } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";
import type { Hex } from "../sealing/bytes.ts";

/** Words that go from hand to hand stay good for a month. */
export const HANDED_SECONDS = 30 * 86_400;

export type Handed =
  | { act: "seat"; body: Shapes["SeatBody"] }
  | { act: "recovery"; body: Shapes["RecoveryBody"] }
  | { act: "quota"; body: Shapes["QuotaBody"] }
  | { act: "coin_issue"; body: Shapes["IssueBody"] }
  | { act: "appointment"; body: Shapes["AppointmentBody"] }
  | OnRequest;

/** What the board signs about one request. */
export type OnRequest = { act: "decision"; body: Shapes["DecisionBody"] } | { act: "approval_revocation"; body: Shapes["ApprovalRevocationBody"] };

type Signed = { message: Message<"seat"> | Message<"recovery"> | Message<"quota"> | Message<"coin_issue"> | Message<"appointment"> | Message<"decision"> | Message<"approval_revocation">; signature: string };

/** Under which name the signed words stand in the file. */
const FIELDS = { seat: "seat", recovery: "recovery", quota: "quota", coin_issue: "issue", appointment: "appointment", decision: "decision", approval_revocation: "approval_revocation" } as const;

/** The file is of no kind that several sign, or its key is not the one that its words name. */
export class HandedError extends Error {}

export function parseHanded(text: string): Handed {
  let body: Record<string, { message?: object } | string | undefined>;
  try {
    body = JSON.parse(text) as typeof body;
  } catch {
    throw new HandedError();
  }
  const act = (Object.keys(FIELDS) as (keyof typeof FIELDS)[]).find((one) => (body[FIELDS[one]] as { message?: object } | undefined)?.message);
  if (!act || (act === "seat" && typeof body.name !== "string")) throw new HandedError();
  const handed = { act, body } as unknown as Handed;
  if (handed.act === "recovery" && textHash(String(handed.body.encryption_key)) !== handed.body.recovery.message.encryption_key_hash) throw new HandedError();
  return handed;
}

function signedOf(handed: Handed): Signed {
  return (handed.body as unknown as Record<string, Signed>)[FIELDS[handed.act]] as Signed;
}

export function wordsOf(handed: Handed): Signed["message"] {
  return signedOf(handed).message;
}

/** The request that the words are about; null where they are about none. */
export function requestOf(handed: Handed): OnRequest | null {
  return handed.act === "decision" || handed.act === "approval_revocation" ? handed : null;
}

export function requestIdOf(handed: OnRequest): string {
  return String((wordsOf(handed) as { request_id: string }).request_id);
}

/** Whom the words are about; nobody where they are about no account. */
export function accountOf(handed: Handed): string | null {
  const { account } = wordsOf(handed) as { account?: string };
  return account && account !== NOBODY ? account : null;
}

/** The wallets that signed these words so far, whoever they may be. */
export async function signersOf(handed: Handed, deployed: Deployed): Promise<string[]> {
  const data = typedData(handed.act as ActName, wordsOf(handed) as never, deployed);
  const all = [signedOf(handed).signature, ...(handed.body.approvals ?? [])];
  return Promise.all(all.map((signature) => recoverTypedDataAddress({ ...data, signature: signature as Hex } as never)));
}

/** The same with one approval more. */
export function approved(handed: Handed, signature: Hex): Handed {
  const approvals = [...(handed.body.approvals ?? []), signature];
  return { ...handed, body: { ...handed.body, approvals } } as Handed;
}

/** Words signed by whoever begins, ready to be handed on. */
export function begun<A extends keyof typeof FIELDS>(act: A, message: Message<A>, signature: Hex, more: object = {}): Handed {
  return { act, body: { [FIELDS[act]]: { message, signature }, ...more, approvals: [] } } as unknown as Handed;
}

export function seating(account: string, role: number, seated: boolean): Message<"seat"> {
  return { seat_id: newId(), account, role, seated, sequence: sequence(), deadline: now() + HANDED_SECONDS };
}

export function quotaOf(coins: number, periodSeconds: number): Message<"quota"> {
  return { quota_id: newId(), coins, period_seconds: periodSeconds, sequence: sequence(), deadline: now() + HANDED_SECONDS };
}

/** Above the quota, once: `account` is the partner of a sale, or none for a survey's budget. */
export function issuing(issueId: string, account: string | null, coins: number): Message<"coin_issue"> {
  return { issue_id: issueId, account: account ?? NOBODY, coins, deadline: now() + HANDED_SECONDS };
}

export function appointing(ward: string, guardian: string, scope: number, until: number, evidenceHash: string): Message<"appointment"> {
  return { delegation_id: newId(), account: ward, guardian, scope, until, evidence_hash: evidenceHash, sequence: sequence(), deadline: now() + HANDED_SECONDS };
}
