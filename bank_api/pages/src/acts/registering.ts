/** The word by which somebody asks to become a member (`bank_api/protocol/registration.py`): for this bank, in sentences. */
import type { Shapes } from "../bank/client.ts";
import type { Wallet } from "../keys/wallet.ts";
import { now } from "./drafting.ts";

export type Registration = Shapes["RegistrationBody"];

/** The text (EIP-191) that the account's key signs. `url` is the bank's own address. */
export function registrationText(url: string, account: string, name: string, email: string | null, words: string, at: number): string {
  return (
    `I ask to become a member of the information bank at ${url}.\n\n` +
    `Name: ${name}\nE-mail: ${email ?? "none"}\nWhy: ${words}\n\nAccount: ${account}\nSigned at: ${at}`
  );
}

export interface Asked {
  name: string;
  email: string | null;
  words: string;
  at: number;
}

export async function registering(url: string, asked: Asked, wallet: Wallet): Promise<Registration> {
  const account = wallet.address;
  const signature = await wallet.signText(registrationText(url, account, asked.name, asked.email, asked.words, asked.at));
  return { account, ...asked, signature };
}

export function asking(name: string, email: string, words: string): Asked {
  return { name, email: email || null, words, at: now() };
}

/** What somebody joins with whose registration was approved: good for this account alone. */
export function registeredCode(account: string): string {
  return `registration:${account}`;
}
