/** What a shop signs at the till: one coupon of a class, for whoever holds one and signs the same words. */
import type { Message } from "../acts/acts.ts";
import { NOTHING, newId, now } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";

/** How long an offer waits for the member. */
export const OFFER_SECONDS = 900;

export function offeringOne(offer: Shapes["CouponOffer"], shop: string): Message<"redemption"> {
  return { redemption_id: newId(), class_id: offer.class_id, title: offer.title, shop, member_hash: NOTHING, deadline: now() + OFFER_SECONDS };
}

/** A short sound, where the device makes any: the person at the till looks at the customer, not at the screen. */
export function chime(): void {
  try {
    const context = new AudioContext();
    const tone = context.createOscillator();
    const volume = context.createGain();
    volume.gain.setValueAtTime(0.2, context.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.4);
    tone.frequency.setValueAtTime(880, context.currentTime);
    tone.connect(volume).connect(context.destination);
    tone.start();
    tone.stop(context.currentTime + 0.4);
    tone.onended = () => void context.close();
  } catch {
    // No sound here: the tick is large enough.
  }
}
