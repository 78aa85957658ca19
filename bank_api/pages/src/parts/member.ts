/** The member's part: with the network or without it. */
import Member from "../member/Member.svelte";
import { start } from "../start.ts";

start("member", Member);

if ("serviceWorker" in navigator) {
  const policy = globalThis.trustedTypes?.createPolicy("azukari", {
    createScriptURL: (url: string) => {
      if (url !== "/sw.js") throw new TypeError("no other script is loaded");
      return url;
    },
  });
  void navigator.serviceWorker.register((policy?.createScriptURL("/sw.js") ?? "/sw.js") as string).catch(() => undefined);
}
