/** What a partner signs: requests and their end, coupons, and its word about the releases it received. */
import { keccak_256 } from "@noble/hashes/sha3";
import { type Message, type Parts, STATEMENTS } from "../acts/acts.ts";
import { NOTHING, deadline, newId, textHash } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";
import { toHex } from "../sealing/bytes.ts";
import { canonicalJson } from "../sealing/canonical.ts";

/** The forms that the bank makes: rows in which nobody can be told apart, and figures with noise. */
export const FORMS = { anonymized: 1, statistical: 2 } as const;
/** No class may agree in a sensitive answer. */
export const L_MINIMUM = 2;
const T_UNBOUNDED = 100;

export interface Terms {
  recipient: string;
  purpose: string;
  description: string;
  form: keyof typeof FORMS;
  items: readonly string[];
  kMinimum: number;
  personsMaximum: number;
  coinsBase: number;
  coinsPerItem: number;
  validUntil: number;
  retentionDays: number;
}

export function maskOf(survey: Shapes["SurveyView"], items: readonly string[]): number {
  return survey.questions.reduce((mask, question, index) => (items.includes(question.key) ? mask + 2 ** index : mask), 0);
}

/** What is locked when the request is filed: the most that it can cost. */
export function coinsAtMost(terms: Pick<Terms, "coinsBase" | "coinsPerItem" | "items" | "personsMaximum">): number {
  return (terms.coinsBase + terms.coinsPerItem * terms.items.length) * terms.personsMaximum;
}

export function asking(survey: Shapes["SurveyView"], terms: Terms, account: string): { message: Message<"data_request">; parts: Parts<"data_request"> } {
  const salt = newId();
  const items = survey.questions.map(({ key }) => key).filter((key) => terms.items.includes(key));
  const { purpose, description, retentionDays } = terms;
  const contract = canonicalJson({ description, items, purpose, retention_days: retentionDays, salt });
  return {
    message: {
      request_id: newId(),
      partner: account,
      survey_id: survey.survey_id,
      recipient: terms.recipient,
      purpose,
      items: maskOf(survey, items),
      purpose_code: 0,
      legal_class: FORMS[terms.form],
      k_minimum: terms.kMinimum,
      l_minimum: L_MINIMUM,
      t_percent: T_UNBOUNDED,
      persons_maximum: terms.personsMaximum,
      coins_base: terms.coinsBase,
      coins_per_item: terms.coinsPerItem,
      valid_until: terms.validUntil,
      retention_days: retentionDays,
      contract_hash: toHex(keccak_256(contract)),
      deadline: deadline(),
    },
    parts: { items, description, salt },
  };
}

export function closing(requestId: string, account: string): Message<"closing"> {
  return { request_id: requestId, partner: account, deadline: deadline() };
}

/** Only for a payload whose root was computed from what arrived. */
export function acknowledging(releaseId: string, root: string, account: string): Message<"acknowledgement"> {
  return { release_id: releaseId, partner: account, payload_root: root, deadline: deadline() };
}

export function deleting(releaseId: string, account: string): Message<"deletion"> {
  return { release_id: releaseId, partner: account, statement: STATEMENTS.DELETION_STATEMENT, evidence_hash: NOTHING, deadline: deadline() };
}

export interface CouponTerms {
  title: string;
  description: string;
  priceCoins: number;
  stock: number;
  opensAt: number;
  closesAt: number;
  redeemUntil: number;
  premiumRequest: string | null;
}

export function offering(terms: CouponTerms, account: string): { message: Message<"coupon_class">; parts: Parts<"coupon_class"> } {
  return {
    message: {
      class_id: newId(),
      issuer: account,
      title: terms.title,
      price: terms.priceCoins,
      stock: terms.stock,
      opens_at: terms.opensAt,
      closes_at: terms.closesAt,
      redeem_until: terms.redeemUntil,
      premium_request: terms.premiumRequest ?? NOTHING,
      content_hash: textHash(terms.description),
      deadline: deadline(),
    },
    parts: { description: terms.description },
  };
}

/** Premium coupons for so many members of one's releases: the bank gives them, and tells nobody to whom. */
export function orderingGifts(offer: Shapes["CouponOffer"], countEach: number, persons: number, account: string): Message<"gift_order"> {
  return { order_id: newId(), issuer: account, class_id: offer.class_id, title: offer.title, count_each: countEach, persons, deadline: deadline() };
}
