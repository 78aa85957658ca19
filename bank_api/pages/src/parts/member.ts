/** The member's part: with the network or without it. */
import Member from "../member/Member.svelte";
import { start } from "../start.ts";

const mounted = start("member", Member);

// Not before the first screen is there: what it keeps for later would come in the way of what is needed now.
if ("serviceWorker" in navigator) {
  const policy = globalThis.trustedTypes?.createPolicy("azukari", {
    createScriptURL: (url: string) => {
      if (url !== "/sw.js") throw new TypeError("no other script is loaded");
      return url;
    },
  });
  void mounted.then(() => navigator.serviceWorker.register((policy?.createScriptURL("/sw.js") ?? "/sw.js") as string)).catch(() => undefined);
}
