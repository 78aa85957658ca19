/** What the board signs: its decision on a request, and that it takes an approval back. */
import { type Message, type Parts, STATEMENTS } from "../acts/acts.ts";
import { HANDED_SECONDS, type OnRequest } from "../approvals/handed.ts";
import { deadline, newId, now, requestDigest } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";
import { type Hex, fromHex, toHex, utf8 } from "../sealing/bytes.ts";
import { commit } from "../sealing/canonical.ts";

/** By the digest of the very words that the partner signed; the note is published and its salted hash signed. */
export function decidingOn(
  request: Shapes["RequestView"],
  account: string,
  approved: boolean,
  note: string,
): { message: Message<"decision">; parts: Parts<"decision"> } {
  const salt = newId();
  return {
    message: {
      request_id: request.request_id,
      board: account,
      request_digest: requestDigest(request),
      approved,
      decision_hash: toHex(commit(fromHex(salt), utf8(note))),
      deadline: deadline(),
    },
    parts: { note, salt, approvals: [] },
  };
}

/** The same words, for several seats to sign: they stay good for as long as files go from hand to hand. */
export function decidingTogether(request: Shapes["RequestView"], account: string, approved: boolean, note: string): ReturnType<typeof decidingOn> {
  const { message, parts } = decidingOn(request, account, approved, note);
  return { message: { ...message, deadline: now() + HANDED_SECONDS }, parts };
}

/** An approval is taken back by the same digest; the reason is told and its salted hash signed. */
export function revokingOn(
  request: Shapes["RequestView"],
  account: string,
  reason: string,
): { message: Message<"approval_revocation">; parts: Parts<"approval_revocation"> } {
  const salt = newId();
  return {
    message: {
      request_id: request.request_id,
      board: account,
      request_digest: requestDigest(request),
      statement: STATEMENTS.REVOCATION_STATEMENT,
      reason_hash: toHex(commit(fromHex(salt), utf8(reason))),
      deadline: deadline(),
    },
    parts: { note: reason, salt, approvals: [] },
  };
}

export function revokingTogether(request: Shapes["RequestView"], account: string, reason: string): ReturnType<typeof revokingOn> {
  const { message, parts } = revokingOn(request, account, reason);
  return { message: { ...message, deadline: now() + HANDED_SECONDS }, parts };
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
