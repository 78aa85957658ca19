/** What the board signs: its decision on a request. */
import type { Message, Parts } from "../acts/acts.ts";
import { deadline, newId, requestDigest } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";
import { fromHex, toHex, utf8 } from "../sealing/bytes.ts";
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
    parts: { note, salt },
  };
}
