/**
 * Somebody's own Ethereum wallet (EIP-6963 to find it, EIP-1193 to ask it): it signs, and its key never comes here. It is
 * told of this bank's chain first (EIP-3085), because wallets sign typed data for the chain alone that they are on.
 */
import { type TypedDataDefinition, getAddress, getTypesForEIP712Domain } from "viem";
import { type Hex, toHex, utf8 } from "../sealing/bytes.ts";
import type { Signing } from "./wallet.ts";

/** What this browser keeps of it: which wallet, and which of its accounts. */
export interface Outside {
  rdns: string;
  address: Hex;
}

interface Provider {
  request(asked: { method: string; params?: readonly unknown[] }): Promise<unknown>;
}

export interface Announced {
  info: { uuid: string; name: string; icon: string; rdns: string };
  provider: Provider;
}

/** The wallet is not here, has another account, or its owner said no; `what` is a message of the catalogue. */
export class OutsideError extends Error {
  readonly what: "page-outside-gone" | "page-outside-other" | "page-outside-no";

  constructor(what: OutsideError["what"]) {
    super(what);
    this.what = what;
  }
}

const UNKNOWN_CHAIN = 4902;
const ANNOUNCE_MILLISECONDS = 300;
const announced = new Map<string, Announced>();

/** Every wallet that answers within a moment. */
export async function outsideWallets(): Promise<Announced[]> {
  const hear = (event: Event): void => {
    const { detail } = event as CustomEvent<Announced>;
    if (detail?.info?.rdns && typeof detail.provider?.request === "function") announced.set(detail.info.rdns, detail);
  };
  addEventListener("eip6963:announceProvider", hear);
  dispatchEvent(new Event("eip6963:requestProvider"));
  await new Promise((resolve) => setTimeout(resolve, ANNOUNCE_MILLISECONDS));
  removeEventListener("eip6963:announceProvider", hear);
  return [...announced.values()];
}

/** Ask a wallet for the account that it lets this page use. Throws OutsideError. */
export async function chooseOutside(one: Announced): Promise<Outside> {
  const [address] = (await asked(one.provider, "eth_requestAccounts")) as string[];
  if (!address) throw new OutsideError("page-outside-no");
  return { rdns: one.info.rdns, address: getAddress(address) };
}

/** What signs with that very account, on this bank's chain. Throws OutsideError. */
export async function outsideSigning(kept: Outside, chainId: number, bankName: string): Promise<Signing> {
  const found = (await outsideWallets()).find(({ info }) => info.rdns === kept.rdns);
  if (!found) throw new OutsideError("page-outside-gone");
  const { provider } = found;
  const accounts = ((await asked(provider, "eth_requestAccounts")) as string[]).map((one) => getAddress(one));
  if (!accounts.includes(kept.address)) throw new OutsideError("page-outside-other");
  await onChain(provider, chainId, bankName);
  return {
    address: kept.address,
    signTypedData: (data) => asked(provider, "eth_signTypedData_v4", kept.address, written(data)) as Promise<Hex>,
    signMessage: ({ message }) => asked(provider, "personal_sign", toHex(utf8(message)), kept.address) as Promise<Hex>,
  };
}

async function onChain(provider: Provider, chainId: number, bankName: string): Promise<void> {
  const chain = { chainId: `0x${chainId.toString(16)}` };
  try {
    await provider.request({ method: "wallet_switchEthereumChain", params: [chain] });
  } catch (error) {
    if ((error as { code?: number }).code !== UNKNOWN_CHAIN) throw new OutsideError("page-outside-no");
    const nativeCurrency = { name: "none", symbol: "NONE", decimals: 18 };
    await asked(provider, "wallet_addEthereumChain", { ...chain, chainName: bankName, nativeCurrency, rpcUrls: [`${location.origin}/v1/ledger`] });
  }
}

async function asked(provider: Provider, method: string, ...params: unknown[]): Promise<unknown> {
  try {
    return await provider.request(params.length ? { method, params } : { method });
  } catch {
    throw new OutsideError("page-outside-no");
  }
}

/** Typed data as the wallet's method takes it: the domain's type beside the others, numbers as text. */
function written(data: TypedDataDefinition): string {
  const domain = getTypesForEIP712Domain({ domain: data.domain as never });
  const whole = { ...data, types: { EIP712Domain: domain, ...(data.types as object) } };
  return JSON.stringify(whole, (_name, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}
