/** What the board signs: its decision on a request, and that it takes an approval back. */
import { type Message, type Parts, STATEMENTS } from "../acts/acts.ts";
import { HANDED_SECONDS, type OnRequest } from "../approvals/handed.ts";
import { deadline, newId, now, requestDigest } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";
import { type Hex, fromHex, toHex, utf8 } from "../sealing/bytes.ts";
import { commit } from "../sealing/canonical.ts";

type OnRequestAct = "decision" | "approval_revocation";

export interface Draft<A extends OnRequestAct> {
  message: Message<A>;
  parts: Parts<A>;
}

/** By the digest of the very words that the partner signed; the note is published and its salted hash signed. */
function saying(request: Shapes["RequestView"], account: string, note: string) {
  const salt = newId();
  return {
    words: { request_id: request.request_id, board: account, request_digest: requestDigest(request), deadline: deadline() },
    told: toHex(commit(fromHex(salt), utf8(note))),
    parts: { note, salt, approvals: [] },
  };
}

export function decidingOn(request: Shapes["RequestView"], account: string, approved: boolean, note: string): Draft<"decision"> {
  const { words, told, parts } = saying(request, account, note);
  return { message: { ...words, approved, decision_hash: told }, parts };
}

export function revokingOn(request: Shapes["RequestView"], account: string, reason: string): Draft<"approval_revocation"> {
  const { words, told, parts } = saying(request, account, reason);
  return { message: { ...words, statement: STATEMENTS.REVOCATION_STATEMENT, reason_hash: told }, parts };
}

/** The same words, for several seats to sign: they stay good for as long as files go from hand to hand. */
export function together<A extends OnRequestAct>({ message, parts }: Draft<A>): Draft<A> {
  return { message: Object.assign({}, message, { deadline: now() + HANDED_SECONDS }), parts };
}

/** Whether a file's words are of this request as it is shown, and of the note that stands beside them. */
export function isOf(request: Shapes["RequestView"], handed: OnRequest): boolean {
  const { note, salt } = handed.body;
  const told = toHex(commit(fromHex(salt as Hex), utf8(note)));
  const digest = requestDigest(request);
  if (handed.act === "decision") {
    const { request_digest, decision_hash } = handed.body.decision.message;
    return request_digest === digest && decision_hash === told;
  }
  const { request_digest, reason_hash, statement } = handed.body.approval_revocation.message;
  return request_digest === digest && reason_hash === told && statement === STATEMENTS.REVOCATION_STATEMENT;
}
