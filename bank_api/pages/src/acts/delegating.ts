/** Letting another account act in one's name: a member's trusted person, or somebody of a partner's team. */
import { type Message, STATEMENTS } from "./acts.ts";
import { deadline, newId, sequence } from "./drafting.ts";

/** In which parts of the bank (`chaincode.bindings.Scope`). */
export const SCOPES = { survey: 1, consent: 2, coin: 4, coupon: 8, escrow: 16, request: 32, disclosure: 64, draw: 128 } as const;
export type Scope = keyof typeof SCOPES;

export function scopeOf(scopes: readonly Scope[]): number {
  return scopes.reduce((sum, one) => sum + SCOPES[one], 0);
}

export function scopesIn(scope: number): Scope[] {
  return (Object.keys(SCOPES) as Scope[]).filter((one) => scope & SCOPES[one]);
}

/** No scope at all ends it. */
export function delegating(delegate: string, scopes: readonly Scope[], until: number, account: string): Message<"delegation"> {
  const scope = scopeOf(scopes);
  return {
    delegation_id: newId(),
    account,
    statement: STATEMENTS.DELEGATION_STATEMENT,
    delegate,
    scope,
    until: scope ? until : 0,
    sequence: sequence(),
    deadline: deadline(),
  };
}
