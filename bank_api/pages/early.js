// Runs while the page's own scripts are still on their way: what they ask for first is asked for now, so that it arrives
// beside them and not after them. They take it over by its address (`src/early.ts`), or ask again where it failed.
(() => {
  const places = "PLACES";
  const part = location.pathname.split("/")[1];
  const stored = localStorage.getItem("azukari.language");
  const language = stored === "ja" || stored === "en" ? stored : navigator.language.startsWith("ja") ? "ja" : "en";
  const asked = new Map();
  const ask = (address, init) => asked.set(address, fetch(address, init).catch(() => null));
  for (const book of ["member", "explorer", ""].includes(part) ? ["page"] : ["page", "desk"]) {
    const { url, integrity } = places[language][book];
    ask(url, { integrity });
  }
  if (part) {
    ask(part === "explorer" ? "/v1/deployment" : "/v1/bank", { headers: { Accept: "application/json" }, credentials: "omit", cache: "no-store" });
    const body = JSON.stringify({ jsonrpc: "2.0", id: 0, method: "debug_getRawHeader", params: ["0x0"] });
    ask("/v1/ledger#0", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  }
  globalThis.azukariEarly = asked;
})();
