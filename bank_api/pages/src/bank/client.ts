/**
 * The bank over HTTP. A session's token lives in this page's memory and nowhere else: when the page goes, it goes. What
 * the bank refuses becomes a BankProblem with the catalogue's message; what got lost is sent again with the same ids,
 * which changes nothing twice.
 */
import type { components } from "../generated/api.d.ts";
import { type ActName, type Deployed, type Message, type Parts, declaration, pathOf } from "../acts/acts.ts";
import type { Wallet } from "../keys/wallet.ts";
import { early } from "../early.ts";
import { utf8 } from "../sealing/bytes.ts";
import { checkLoginText } from "./login.ts";
import { ORDER_HEADER, ORDER_SECONDS, orderText } from "./order.ts";

export type Shapes = components["schemas"];

/** An answer of the bank that says no (RFC 9457). */
export class BankProblem extends Error {
  readonly status: number;
  readonly problem: Partial<Shapes["Problem"]>;

  constructor(status: number, problem: Partial<Shapes["Problem"]>) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

/** Nobody answers: no network, or no bank. */
export class UnreachableError extends Error {}

/** A reading, and the block through which the bank had read the ledger for it, at least. */
export interface AsOf<T> {
  value: T;
  block: number;
}

/** The two headers of `bank_api/protocol/as_of.py`. */
const AS_OF = "Azukari-As-Of-Block";
const WARD = "Azukari-For";
const NOT_BEFORE = "Azukari-Not-Before-Block";
const RETRIED = new Set([429, 502, 503, 504]);
const WAITS_MILLISECONDS = [250, 1000, 3000];

export class Bank {
  #token: string | null = null;
  /** The newest block that a receipt named, or that was seen on the ledger: what is read from now on knows it. */
  #notBefore = 0;
  /** The permanent account of whoever is logged in; after a key was replaced it is not the wallet's address. */
  account: string | null = null;
  roles: readonly string[] = [];
  /** The account that is acted for (`bank_api/protocol/ward.py`). */
  ward: string | null = null;

  /** Of a block that was seen: what is read from now on knows it. */
  heard(block: number): void {
    this.#notBefore = Math.max(this.#notBefore, block);
  }

  about(): Promise<Shapes["BankInfo"]> {
    return this.get("/v1/bank");
  }

  async logIn(wallet: Wallet, chainId: number): Promise<void> {
    const asked = { address: wallet.address };
    const { message } = (await this.#send<Shapes["LoginChallenge"]>("POST", "/v1/session/challenge", asked)).value;
    checkLoginText(message, { origin: location.origin, address: wallet.address, chainId, now: Date.now() / 1000 });
    const signature = await wallet.signText(message);
    const login = (await this.#send<Shapes["Login"]>("POST", "/v1/session", { message, signature })).value;
    this.#token = login.token;
    this.account = login.account;
    this.roles = login.roles;
  }

  async logOut(): Promise<void> {
    if (this.#token) await this.#send("DELETE", "/v1/session").catch(() => null);
    this.#token = this.account = this.ward = null;
    this.roles = [];
  }

  async get<T>(path: string): Promise<T> {
    return (await this.getAsOf<T>(path)).value;
  }

  getAsOf<T>(path: string): Promise<AsOf<T>> {
    return this.#send<T>("GET", path);
  }

  /** Sign an act and send it; its receipt comes once the block is sealed. */
  async send<A extends ActName>(act: A, message: Message<A>, parts: Parts<A>, wallet: Wallet, deployed: Deployed): Promise<Shapes["Receipt"]> {
    const signature = await wallet.signAct(act, message, deployed);
    if (!declaration(act).stranger && !this.#token) await this.logIn(wallet, deployed.chainId);
    const body = { [act]: { message, signature }, ...parts };
    const receipt = (await this.#send<Shapes["Receipt"]>("POST", pathOf(act, message), body)).value;
    this.heard(receipt.block_number);
    return receipt;
  }

  /** Something that is neither signed nor an order: a mark, a choice of one's own. */
  async put<T>(path: string, body: object): Promise<T> {
    return (await this.#send<T>("PUT", path, body)).value;
  }

  async remove<T>(path: string): Promise<T> {
    return (await this.#send<T>("DELETE", path)).value;
  }

  /** A question that needs a body; nothing is written for it. */
  async question<T>(path: string, body: object): Promise<T> {
    return (await this.#send<T>("POST", path, body)).value;
  }

  /** Something that several signed, from hand to hand: its way in is the caller's to name. */
  async hand(path: string, body: object): Promise<Shapes["Receipt"]> {
    const receipt = (await this.#send<Shapes["Receipt"]>("POST", path, body)).value;
    this.heard(receipt.block_number);
    return receipt;
  }

  /** A request that the key signs besides (`bank_api/protocol/order.py`): what the operator does. Ids come from the caller. */
  async order<T>(path: string, body: object, wallet: Wallet): Promise<T> {
    if (!this.account) throw new Error("nobody is logged in");
    const content = JSON.stringify(body);
    const until = Math.floor(Date.now() / 1000) + ORDER_SECONDS;
    const text = orderText(location.origin, this.account, "POST", path, utf8(content), until);
    const signature = await wallet.signText(text);
    const made = (await this.#send<T & Partial<Shapes["Receipt"]>>("POST", path, body, { [ORDER_HEADER]: `${until}.${signature}` })).value;
    this.heard(made.block_number ?? 0);
    return made;
  }

  async #send<T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<AsOf<T>> {
    for (const wait of [...WAITS_MILLISECONDS, null]) {
      const response = await this.#try(method, path, body, more);
      if (response && !(RETRIED.has(response.status) && wait !== null)) return read<T>(response);
      if (wait === null) throw new UnreachableError();
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    throw new UnreachableError();
  }

  async #try(method: string, path: string, body: unknown, more: Record<string, string>): Promise<Response | null> {
    const headers: Record<string, string> = { Accept: "application/json", ...more };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.#notBefore) headers[NOT_BEFORE] = String(this.#notBefore);
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    if (this.ward && this.#token) headers[WARD] = this.ward;
    const init: RequestInit = { method, headers, credentials: "omit", cache: "no-store" };
    if (body !== undefined) init.body = JSON.stringify(body);
    return (method === "GET" ? await early(path) : null) ?? fetch(path, init).catch(() => null);
  }
}

async function read<T>(response: Response): Promise<AsOf<T>> {
  const block = Number(response.headers.get(AS_OF) ?? "0");
  if (response.status === 204) return { value: undefined as T, block };
  const document = (await response.json().catch(() => ({}))) as unknown;
  if (!response.ok) throw new BankProblem(response.status, document as Partial<Shapes["Problem"]>);
  return { value: document as T, block };
}
