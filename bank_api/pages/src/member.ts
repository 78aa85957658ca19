/** The member's part: starts in the reader's language, then with the network or without it. */
import "./design/base.css";
import { mount } from "svelte";
import { followLinks } from "./design/address.svelte.ts";
import { setTheme, theme } from "./design/theme.ts";
import Member from "./member/Member.svelte";
import { speak } from "./words/words.svelte.ts";

setTheme(theme());
followLinks("/member");
void speak().then(() => mount(Member, { target: document.getElementById("app") as HTMLElement }));

if ("serviceWorker" in navigator) {
  const policy = globalThis.trustedTypes?.createPolicy("azukari", {
    createScriptURL: (url: string) => {
      if (url !== "/sw.js") throw new TypeError("no other script is loaded");
      return url;
    },
  });
  void navigator.serviceWorker.register((policy?.createScriptURL("/sw.js") ?? "/sw.js") as string).catch(() => undefined);
}
