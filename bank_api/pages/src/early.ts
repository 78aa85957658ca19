/** What the document asked for before this script was here (`early.js`): each answer is taken over once. */
declare global {
  var azukariEarly: Map<string, Promise<Response | null>> | undefined;
}

/** The answer that is here or on its way; null if nobody asked, if it was taken, or if it failed. */
export async function early(address: string): Promise<Response | null> {
  const asked = globalThis.azukariEarly?.get(address);
  globalThis.azukariEarly?.delete(address);
  return (await asked) ?? null;
}
