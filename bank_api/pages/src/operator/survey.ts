/** A survey as it is written here: every entry as text until it is read; what it must be says `documents/survey.py`. */
import { newId } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";
import { Entries } from "../design/entries.ts";
import { label, say } from "../words/words.svelte.ts";
import { type Repeat, WAVES_MAX, areApart, openings, wavesOf } from "./series.ts";

export const QUESTIONS_MAX = 32;
export const ROLES = ["quasi-identifier", "sensitive", "harmless"] as const;

export interface QuestionEntry {
  key: string;
  label: string;
  kind: "number" | "choice";
  role: (typeof ROLES)[number] | "";
  required: boolean;
  coins: string;
  minimum: string;
  maximum: string;
  /** One choice a line; its number is its place, from 1. */
  choices: string;
}

export interface SurveyEntry {
  title: string;
  description: string;
  base: string;
  budget: string;
  closes: string;
  /** How often it comes again; "" for once. */
  repeat: Repeat | "";
  waves: string;
  questions: QuestionEntry[];
}

export function emptyQuestion(place: number): QuestionEntry {
  return { key: `q${place}`, label: "", kind: "choice", role: "", required: true, coins: "1", minimum: "0", maximum: "100", choices: "" };
}

type Question = Shapes["Survey"]["questions"][0];

/** The survey and, where it comes again, each of its waves; or what is wrong with it by the ids of the entries. */
export function readSurvey(entry: SurveyEntry): { survey: Shapes["Survey"] | null; waves: Shapes["Survey"][]; faults: Entries["faults"] } {
  const entries = new Entries();
  const now = Math.floor(Date.now() / 1000);
  const survey = {
    survey_id: newId(),
    title: entries.text("title", label("word-title"), entry.title),
    description: entries.text("description", say("desk-description"), entry.description),
    language: "ja",
    questions: entry.questions.map((one, index) => readQuestion(one, index, entries)),
    base_coins: entries.number("base", say("desk-base"), entry.base, 0, 65_535),
    budget_coins: entries.number("budget", say("desk-budget"), entry.budget, 0),
    opens_at: now,
    closes_at: entries.day("closes", label("word-closes"), entry.closes, now),
  };
  const keys = survey.questions.map((one) => one.key);
  keys.forEach((key, index) => entries.check(`q${index}-key`, say("desk-key-name"), keys.indexOf(key) === index, say("rule-same-key", { key })));
  const most = survey.base_coins + survey.questions.reduce((sum, one) => sum + (one.coins ?? 0), 0);
  entries.check("budget", say("desk-budget"), survey.budget_coins >= most, say("desk-rule-budget", { most }));
  const count = entry.repeat ? entries.number("waves", say("desk-waves"), entry.waves, 2, WAVES_MAX) : 0;
  const opens = entry.repeat && entries.areFine ? openings(survey.opens_at, entry.repeat, count) : [];
  entries.check("closes", label("word-closes"), areApart(survey, opens), say("rule-waves-overlap"));
  return { survey: entries.areFine ? survey : null, waves: entries.areFine ? wavesOf(survey, opens) : [], faults: entries.faults };
}

function readQuestion(one: QuestionEntry, index: number, entries: Entries): Question {
  const id = (field: string) => `q${index}-${field}`;
  entries.check(id("key"), say("desk-key-name"), /^[A-Za-z][A-Za-z0-9_]{0,39}$/.test(one.key), say("desk-rule-key-name"));
  entries.check(id("role"), say("desk-role"), one.role !== "", say("page-rule-empty"));
  const common = {
    key: one.key,
    label: entries.text(id("label"), say("desk-question"), one.label),
    kind: one.kind,
    role: one.role || "sensitive",
    required: one.required,
    coins: entries.number(id("coins"), label("word-coins"), one.coins, 0, 65_535),
  } as const;
  if (one.kind === "choice") {
    const labels = one.choices.split("\n").map((text) => text.trim()).filter(Boolean);
    entries.check(id("choices"), say("desk-choices"), labels.length >= 2, say("rule-two-choices"));
    return { ...common, choices: labels.map((text, place) => ({ value: place + 1, label: text })) } as Question;
  }
  const minimum = entries.number(id("minimum"), say("desk-minimum"), one.minimum, -1_000_000_000, 1_000_000_000);
  const maximum = entries.number(id("maximum"), say("desk-maximum"), one.maximum, -1_000_000_000, 1_000_000_000);
  entries.check(id("maximum"), say("desk-maximum"), minimum < maximum, say("rule-number-range"));
  return { ...common, minimum, maximum } as Question;
}
