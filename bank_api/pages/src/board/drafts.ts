/** What the board signs: its decision on a request. */
import type { Message, Parts } from "../acts/acts.ts";
import { HANDED_SECONDS } from "../approvals/handed.ts";
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

/** Whether a file's words are of this request as it is shown, and of the note that stands beside them. */
export function isOf(request: Shapes["RequestView"], body: Shapes["DecisionBody"]): boolean {
  const { request_digest, decision_hash } = body.decision.message;
  return request_digest === requestDigest(request) && decision_hash === toHex(commit(fromHex(body.salt as Hex), utf8(body.note)));
}
