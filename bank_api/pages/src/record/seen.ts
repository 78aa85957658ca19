/**
 * The newest block that this browser saw sealed, of the chain that it wrote down: an older one is not taken for today's
 * again, whoever shows it and however rightly it is sealed.
 */
export interface Seen {
  newest(): number;
  note(number: number): void;
}

const STORED = "azukari.newest";

/** What is kept of a chain by its first block; `heard` is told of what is known at once, and of each newer block. */
export function seenOf(genesis: string, heard: (number: number) => void): Seen {
  const newest = (): number => {
    const kept = JSON.parse(localStorage.getItem(STORED) ?? "{}") as { genesis?: string; number?: number };
    return kept.genesis === genesis ? (kept.number ?? 0) : 0;
  };
  heard(newest());
  return {
    newest,
    note(number) {
      if (number <= newest()) return;
      localStorage.setItem(STORED, JSON.stringify({ genesis, number }));
      heard(number);
    },
  };
}

/** Nothing is remembered: a reader of many chains, or of a stranger's follower. */
export const FORGETFUL: Seen = { newest: () => 0, note: () => undefined };
