/** Trusted Types (W3C), as far as the pages use them. */
interface TrustedTypePolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown };
}

declare var trustedTypes: TrustedTypePolicyFactory | undefined;
