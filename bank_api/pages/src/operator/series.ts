/** A survey again and again: every wave a survey by itself, published ahead, as `wallet_cli/series.py` makes them. */
import { textHash } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";

export const WAVES_MAX = 53;
export const REPEATS = ["week", "month"] as const;
export type Repeat = (typeof REPEATS)[number];

const WEEK_SECONDS = 7 * 86_400;
const BOTH = " / ";

/** When each wave opens: the same hour, every seven days or on the same day of each month (its last, where there is no such day). */
export function openings(first: number, repeat: Repeat, waves: number): number[] {
  return Array.from({ length: waves }, (_, place) => (repeat === "week" ? first + place * WEEK_SECONDS : monthsLater(first, place)));
}

function monthsLater(first: number, months: number): number {
  const begun = new Date(first * 1000);
  const lastDay = new Date(begun.getFullYear(), begun.getMonth() + months + 1, 0).getDate();
  const then = new Date(begun);
  then.setDate(1);
  then.setMonth(begun.getMonth() + months, Math.min(begun.getDate(), lastDay));
  return Math.floor(then.getTime() / 1000);
}

/** Whether each wave closes before the next opens. */
export function areApart(survey: Pick<Shapes["Survey"], "opens_at" | "closes_at">, opens: readonly number[]): boolean {
  const length = survey.closes_at - survey.opens_at;
  return opens.every((opening, place) => place === 0 || opening > (opens[place - 1] ?? 0) + length);
}

/** Ids follow from the series' own: a publishing that broke off goes on, and nothing is there twice. */
export function wavesOf(survey: Shapes["Survey"], opens: readonly number[]): Shapes["Survey"][] {
  const length = survey.closes_at - survey.opens_at;
  return opens.map((opening, place) => ({
    ...survey,
    survey_id: textHash(`wave ${place + 1} of ${survey.survey_id}`),
    title: survey.title.split(BOTH).map((half) => `${half} (${place + 1}/${opens.length})`).join(BOTH),
    opens_at: opening,
    closes_at: opening + length,
    wave: { series_id: survey.survey_id, series: survey.title, number: place + 1, waves: opens.length, next_opens_at: opens[place + 1] ?? null },
  }));
}
