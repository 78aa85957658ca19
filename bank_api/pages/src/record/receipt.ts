/**
 * The receipt of a consent, section by section as `wallet_cli/receipt.py` makes it (ISO/IEC TS 27560 in terms of DPV): for
 * anybody, offline, by `azukari receipt verify`. Nothing is written into it that the record does not bear out.
 */
import { getAddress, recoverTypedDataAddress } from "viem";
import { type Deployed, type Message, STATEMENTS, type Value, structHash, typedData } from "../acts/acts.ts";
import { textHash } from "../acts/drafting.ts";
import type { components } from "../generated/api.d.ts";
import told from "../generated/receipt.json" with { type: "json" };
import { type Hex, fromHex } from "../sealing/bytes.ts";
import { type Evidence, FalsehoodError } from "./evidence.ts";
import { parseHeader } from "./header.ts";
import type { Proof } from "./ledger.ts";

type Shown = components["schemas"]["ConsentEvidence"];
interface Request {
  request_id: string;
  partner: string;
  purpose_code: number;
  legal_class: number;
  k_minimum: number;
  l_minimum: number;
  t_percent: number;
  retention_days: number;
}

const STATES = told.states as Record<string, string>;
const MEASURES = told.measures as Record<string, string>;
/** The kind of category under which `rule` keeps names of purposes. */
const PURPOSES = "0x02";
const DIGEST_BITS = 160n;

function bits(word: bigint, from: bigint, many: bigint): number {
  return Number((word >> from) & ((1n << many) - 1n));
}

function account(word: bigint): string {
  return getAddress(`0x${(word & ((1n << 160n) - 1n)).toString(16).padStart(40, "0")}`);
}

function demand(holds: boolean): void {
  if (!holds) throw new FalsehoodError("page-false-evidence");
}

/** Throws FalsehoodError if what the bank shows of this consent, its proofs among it, is not what the record has. */
export async function receiptOf(from: Evidence, shown: Shown, consentId: string, deployed: Deployed): Promise<object> {
  demand(shown.chain_id === deployed.chainId && shown.genesis_hash === from.pins.genesis);
  const number = parseHeader(fromHex(shown.proof.header)).number;
  const header = await from.header(number);
  demand(parseHeader(fromHex(shown.proof.header)).hash === header.hash);
  const words = shown.consent as unknown as Message<"consent">;
  const request = shown.request as unknown as Request;
  const proof = shown.proof.proof as unknown as Proof;
  const [head = 0n] = await from.stored("consent", "head", [consentId], number, proof);
  const [body = 0n] = await from.stored("consent", "body", [consentId], number, proof);
  const hash = BigInt(structHash("consent", words as unknown as Record<string, Value>));
  demand(words.consent_id === consentId && account(head) === getAddress(words.member as Hex) && body >> DIGEST_BITS === hash >> DIGEST_BITS);
  demand(request.request_id === words.request_id && new Set(shown.disclosures.map((one) => one.release_id)).size === shown.disclosures.length);
  demand(structHash("data_request", shown.request as unknown as Record<string, Value>) === words.request_digest && textHash(shown.notice.text) === words.notice_hash);
  const signer = await recoverTypedDataAddress({ ...typedData("consent", words, deployed), signature: shown.signature as Hex } as never);
  const used = bits(body, 64n, 16n);
  demand(shown.disclosures.length >= used);
  const disclosures = await Promise.all(shown.disclosures.map((one) => disclosureOf(from, one, words.request_id, number)));
  const receipt = {
    "@context": told.context,
    "@type": "dpv:ConsentReceipt",
    "dct:conformsTo": "ISO/IEC TS 27560:2023",
    header: { schema_version: told.format, receipt_id: consentId, record_id: consentId, pii_principal_id: words.member },
    processing: {
      "dpv:hasNotice": { "dct:language": shown.notice.language, text: shown.notice.text },
      "dpv:hasPurpose": { "dct:title": words.purpose, code: request.purpose_code, ...(await purposeOf(from, shown, request.purpose_code, number)) },
      "dpv:hasLegalBasis": "dpv:Consent",
      "dpv:hasPersonalData": words.items,
      "dpv:hasTechnicalOrganisationalMeasure": {
        "@type": MEASURES[String(request.legal_class)] ?? "azukari:Unknown",
        k: request.k_minimum,
        l: request.l_minimum,
        t_percent: request.t_percent,
      },
      "dpv:hasStorageCondition": { retention_days_at_recipient: request.retention_days },
      "dpv:hasJurisdiction": "JP",
      "dpv:hasApplicableLaw": "legal-jp:law-APPI",
      "dpv:hasConsentControl": { "@type": "dpv:WithdrawConsent", method: `azukari member withdraw ${consentId}` },
      "azukari:coins": words.coins,
    },
    party_identification: [
      { party_id: words.member, party_role: "dpv:DataSubject" },
      { party_name: shown.bank, party_role: "dpv:DataController" },
      { party_id: request.partner, party_name: words.recipient, party_role: "dpv:Recipient" },
    ],
    event: {
      event_type: words.decision === STATEMENTS.CONSENT_GIVEN ? "dpv:ExplicitlyExpressedConsent" : "azukari:Refusal",
      event_time: Math.floor(Number(words.sequence) / 1000),
      event_state: STATES[String(bits(head, 160n, 8n))] ?? "dpv:ConsentUnknown",
      validity: { from: words.valid_from, until: words.valid_until },
      uses: { used, maximum: words.uses_maximum },
      signed_by: signer,
    },
    disclosures,
    ledger: { chain_id: shown.chain_id, genesis_hash: shown.genesis_hash, block: number, block_hash: header.hash, time: header.timestamp },
  };
  return { format: told.format, receipt, evidence: shown };
}

async function disclosureOf(from: Evidence, shown: Shown["disclosures"][number], request: string, number: number): Promise<object> {
  const [release, proof] = [shown.release_id, shown.proof as unknown as Proof];
  const [word = 0n] = await from.stored("disclosure", "release", [release], number, proof);
  const [of = 0n] = await from.stored("disclosure", "request_of", [release], number, proof);
  const [root = 0n] = await from.stored("disclosure", "payload_root", [release], number, proof);
  demand(of === BigInt(request));
  return {
    release_id: release,
    party_id: account(word),
    event_time: bits(word, 168n, 40n),
    payload_root: `0x${root.toString(16).padStart(64, "0")}`,
    acknowledged: bits(word, 208n, 1n) === 1,
    deletion_declared: bits(word, 209n, 1n) === 1,
  };
}

/** The purpose by its DPV term and IRI, and the operator's name for it, where it has one. */
async function purposeOf(from: Evidence, shown: Shown, code: number, number: number): Promise<object> {
  const name = shown.purpose?.name ?? null;
  if (name === null) return { "@type": "dpv:Purpose" };
  const key = `0x${code.toString(16).padStart(2, "0")}`;
  const [named = 0n] = await from.stored("rule", "name", [[PURPOSES, key]], number, shown.purpose?.proof as unknown as Proof);
  demand(named === BigInt(textHash(name)));
  const term = /\((dpv:\w+)\)$/.exec(name)?.[1];
  return { ...(term ? { "@type": term, "dct:identifier": told.context.dpv + term.slice("dpv:".length) } : { "@type": "dpv:Purpose" }), "azukari:name": name };
}
