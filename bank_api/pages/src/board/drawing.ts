/** Being one of a draw's drawers (`wallet_cli/signing/draw.py`): nothing to keep, both keys and every term give each part. */
import { keccak_256 } from "@noble/hashes/sha3";
import type { Message } from "../acts/acts.ts";
import { NOTHING, deadline, newId } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";
import { FalsehoodError } from "../record/evidence.ts";
import { agreedSecret } from "../sealing/agreement.ts";
import { type Hex, concatBytes, fromHex, toHex } from "../sealing/bytes.ts";
import { canonicalJson } from "../sealing/canonical.ts";
import { type KeyPair, publicKeyFromHex, publicKeyToHex } from "../sealing/keys.ts";

const PARTS_IN_A_ROW = 8;
const TERMS = ["draw_id", "title", "prize", "price_coins", "prizes", "entries_maximum", "opens_at", "closes_at", "refunds_from"] as const;

export function binding(draw: Shapes["DrawView"], own: KeyPair, account: string): Message<"draw_binding"> {
  const secrets = secretsOf(draw, own, account);
  return {
    binding_id: newId(),
    drawer: account,
    draw_id: draw.draw_id,
    title: draw.title,
    commitments: draw.drawers.map((_, place) => {
      const secret = secrets.get(place);
      return secret ? commitment(draw.draw_id, secret) : NOTHING;
    }),
    deadline: deadline(),
  };
}

/** Every part that this drawer knows, by its number. */
export function partsOf(draw: Shapes["DrawView"], own: KeyPair, account: string): { part: number; secret: Hex }[] {
  const mine = draw.drawers.findIndex((one) => one.account === account);
  return [...secretsOf(draw, own, account)].map(([place, secret]) => ({ part: partNumber(mine, place), secret: toHex(secret) }));
}

export function partNumber(left: number, right: number): number {
  return Math.min(left, right) * PARTS_IN_A_ROW + Math.max(left, right);
}

export function commitment(drawId: string, secret: Uint8Array): Hex {
  return toHex(keccak_256(concatBytes(fromHex(drawId), secret)));
}

function secretsOf(draw: Shapes["DrawView"], own: KeyPair, account: string): Map<number, Uint8Array> {
  const mine = draw.drawers.findIndex((one) => one.account === account);
  if (draw.drawers[mine]?.encryption_key !== publicKeyToHex(own.publicKey)) throw new FalsehoodError("desk-false-drawer");
  const terms = Object.fromEntries(TERMS.map((name) => [name, draw[name]]));
  const purpose = canonicalJson({ azukari: "draw part 1", ...terms });
  return new Map(draw.drawers.flatMap((one, place) => (place === mine ? [] : [[place, agreedSecret(own, publicKeyFromHex(one.encryption_key), purpose)] as const])));
}
