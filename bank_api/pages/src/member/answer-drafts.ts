/**
 * Answers half done, kept in this browser alone: sealed to the wallet's own key as `wallet_cli/drafts.py` seals them, never
 * sent. Whoever opens this browser without the wallet sees that there is a draft, and nothing of it.
 */
import type { Shapes } from "../bank/client.ts";
import { ANSWER_DRAFTS } from "../person/forgetting.ts";
import { fromBase64, toBase64, utf8 } from "../sealing/bytes.ts";
import { canonicalJson, parseCanonicalJson } from "../sealing/canonical.ts";
import { openSealed, seal } from "../sealing/envelope.ts";
import { SealingError } from "../sealing/errors.ts";
import type { KeyPair } from "../sealing/keys.ts";
import type { Values } from "./drafts.ts";

export class AnswerDrafts {
  readonly #own: KeyPair;
  readonly #account: string;

  constructor(own: KeyPair, account: string) {
    this.#own = own;
    this.#account = account;
  }

  /** What is answered so far and is still asked; nothing if there is no draft, or if another key sealed it. */
  read(survey: Shapes["SurveyView"]): Record<string, number> {
    const text = localStorage.getItem(this.#place(survey.survey_id));
    if (text === null) return {};
    try {
      const values = parseCanonicalJson(openSealed(fromBase64(text), this.#own, this.#context(survey.survey_id))) as Values;
      return Object.fromEntries(survey.questions.flatMap(({ key }) => (key in values ? [[key, values[key] as number]] : [])));
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      return {};
    }
  }

  /** In place of an earlier draft; none where nothing is answered. */
  keep(surveyId: string, values: Values): void {
    if (!Object.keys(values).length) return this.discard(surveyId);
    const sealed = seal(canonicalJson({ ...values }), [this.#own.publicKey], this.#context(surveyId));
    localStorage.setItem(this.#place(surveyId), toBase64(sealed));
  }

  discard(surveyId: string): void {
    localStorage.removeItem(this.#place(surveyId));
  }

  #place(surveyId: string): string {
    return `${ANSWER_DRAFTS}${this.#account}.${surveyId}`;
  }

  #context(surveyId: string): Uint8Array {
    return utf8(`draft:${surveyId.slice(2)}:${this.#account}`);
  }
}
