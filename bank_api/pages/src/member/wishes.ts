/** What this browser does not want to be shown of companies; the bank has no use for it. */
import { PROMOTION_WISHES } from "../person/forgetting.ts";

export interface Wishes {
  off: boolean;
  /** Accounts of companies. */
  muted: string[];
}

export function readWishes(): Wishes {
  try {
    const kept = JSON.parse(localStorage.getItem(PROMOTION_WISHES) ?? "{}") as Partial<Wishes>;
    return { off: kept.off === true, muted: Array.isArray(kept.muted) ? kept.muted.filter((one) => typeof one === "string") : [] };
  } catch {
    return { off: false, muted: [] };
  }
}

export function keepWishes(wishes: Wishes): void {
  localStorage.setItem(PROMOTION_WISHES, JSON.stringify(wishes));
}
