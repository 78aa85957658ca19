/**
 * What people sign, from the two declarations of each act (`chaincode/acts.py`, `bank_api/protocol/acts`): the words are
 * exported at the build and never written here again. Typed data (EIP-712), bound to a chain and to a contract on it.
 */
import { hashStruct, hashTypedData } from "viem";
import type { TypedDataDefinition } from "viem";
import type { components } from "../generated/api.d.ts";
import declared from "../generated/acts.json" with { type: "json" };
import type { Hex } from "../sealing/bytes.ts";

type Schemas = components["schemas"];
/** The one act that travels under another name than its own. */
type CoinIssue = { coin_issue: Schemas["IssueBody"]["issue"] } & Omit<Schemas["IssueBody"], "issue">;

/** Each act by its name: its signed message, and what travels beside it. */
export interface Bodies {
  acceptance: Schemas["AcceptanceBody"];
  acknowledgement: Schemas["AcknowledgementBody"];
  answer: Schemas["AnswerBody"];
  closing: Schemas["ClosingBody"];
  coin_transfer: Schemas["CoinTransferBody"];
  approval_revocation: Schemas["ApprovalRevocationBody"];
  consent: Schemas["ConsentBody"];
  correction: Schemas["CorrectionBody"];
  contribution: Schemas["ContributionBody"];
  coupon_class: Schemas["CouponClassBody"];
  coupon_transfer: Schemas["CouponTransferBody"];
  data_request: Schemas["DataRequestBody"];
  decision: Schemas["DecisionBody"];
  delegation: Schemas["DelegationBody"];
  deletion: Schemas["DeletionBody"];
  draw_binding: Schemas["DrawBindingBody"];
  encryption_key: Schemas["EncryptionKeyBody"];
  entry: Schemas["EntryBody"];
  escrow_policy: Schemas["EscrowPolicyBody"];
  gift_order: Schemas["GiftOrderBody"];
  guardians: Schemas["GuardiansBody"];
  join: Schemas["JoinBody"];
  key_rotation: Schemas["KeyRotationBody"];
  opening_request: Schemas["OpeningRequestBody"];
  purchase: Schemas["PurchaseBody"];
  recovery_veto: Schemas["RecoveryVetoBody"];
  redemption: Schemas["RedemptionBody"];
  rule_end: Schemas["RuleEndBody"];
  share_receipt: Schemas["ShareReceiptBody"];
  standing_rule: Schemas["StandingRuleBody"];
  veto: Schemas["VetoBody"];
  withdrawal: Schemas["WithdrawalBody"];
  /** These gather the signatures of several, from hand to hand, and are not sent by one alone. */
  appointment: Schemas["AppointmentBody"];
  coin_issue: CoinIssue;
  quota: Schemas["QuotaBody"];
  recovery: Schemas["RecoveryBody"];
  seat: Schemas["SeatBody"];
}

export type ActName = keyof Bodies;
export type Message<A extends ActName> = Bodies[A] extends Record<A, { message: infer M }> ? M : never;
export type Parts<A extends ActName> = Omit<Bodies[A], A>;

export type Value = string | number | boolean | readonly Value[];

interface Declared {
  struct: string;
  contract: string;
  domain: string;
  path: string;
  stranger: boolean;
  fields: { name: string; camel: string; kind: string }[];
}

/** What a signature is bound to. */
export interface Deployed {
  chainId: number;
  contracts: Record<string, string>;
}

export const STATEMENTS = declared.statements;

export function declaration(act: ActName): Declared {
  return (declared.acts as Record<ActName, Declared>)[act];
}

/** The typed data that any wallet's eth_signTypedData_v4 takes. */
export function typedData<A extends ActName>(act: A, message: Message<A>, deployed: Deployed): TypedDataDefinition {
  const { struct, contract, domain, fields } = declaration(act);
  const values = message as unknown as Record<string, Value>;
  return {
    domain: {
      name: domain,
      version: declared.version,
      chainId: deployed.chainId,
      verifyingContract: deployed.contracts[contract] as Hex,
    },
    // viem types these by names known at compile time; ours come from the declarations.
    types: { [struct]: fields.map(({ camel, kind }) => ({ name: camel, type: kind })) } as unknown as TypedDataDefinition["types"],
    primaryType: struct,
    message: Object.fromEntries(fields.map(({ name, camel, kind }) => [camel, wide(values[name], kind, name)])),
  };
}

export function digest<A extends ActName>(act: A, message: Message<A>, deployed: Deployed): Hex {
  return hashTypedData(typedData(act, message, deployed));
}

/** The hash of a struct alone, bound to no contract: by it one act names another, as a consent names its request. */
export function structHash(act: keyof typeof declared.acts, values: Record<string, Value>): Hex {
  const { struct, fields } = declared.acts[act];
  return hashStruct({
    types: { [struct]: fields.map(({ camel, kind }) => ({ name: camel, type: kind })) },
    primaryType: struct,
    data: Object.fromEntries(fields.map(({ name, camel, kind }) => [camel, wide(values[name], kind, name)])),
  });
}

/** Where this very act is sent: ids in the path are the ids that are signed. */
export function pathOf<A extends ActName>(act: A, message: Message<A>): string {
  const values = message as unknown as Record<string, Value>;
  return declaration(act).path.replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name]));
}

/** Of the same width as moments, and none. */
const NO_MOMENTS = new Set(["sequence", "scope", "coins"]);

/** Every field that is signed, in order, as text; moments also as the reader's clock has them. */
export function fieldsOf<A extends ActName>(act: A, message: Message<A>, moment: (seconds: number) => string): { name: string; text: string }[] {
  const values = message as unknown as Record<string, Value>;
  return declaration(act).fields.map(({ name, kind }) => {
    const value = values[name];
    const isTime = kind === "uint64" && !NO_MOMENTS.has(name);
    const text = Array.isArray(value) ? value.join("; ") : isTime ? `${value} (${moment(Number(value))})` : String(value);
    return { name, text };
  });
}

/** The id of an act: always its first field. */
export function idOf<A extends ActName>(act: A, message: Message<A>): Hex {
  const first = declaration(act).fields[0]?.name ?? "";
  return (message as unknown as Record<string, Value>)[first] as Hex;
}

function wide(value: Value | undefined, kind: string, name: string): unknown {
  if (value === undefined) throw new TypeError(`${name} is missing`);
  return kind.startsWith("uint") ? BigInt(value as number) : value;
}
