/** How the pages are built: one document a part, every file named by its content and bound to its document by hash. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

const DOCUMENTS = readdirSync("src/parts").map((name) => name.replace(/\.ts$/, ""));
const LANGUAGES = ["ja", "en"];
/** The files of the catalogue that pages speak from, by the book that holds them; the others are the command line's. */
const BOOKS = {
  desk: ["desk", "notice", "statutory"],
  page: ["page", "act", "ask", "done", "erasure", "inbox", "right", "row", "scope", "stays", "error", "hint", "kind", "line", "mail", "problem", "reason", "refusal", "rule", "state", "tell", "thing", "word"],
};
/** What nearly every part starts with; and what several need, but not the member's first screens. */
const EVERYWHERE = /node_modules\/(?!hyparquet|qr\/)|\/src\/(acts|bank|generated|keys|person|record|sealing|words)\/|\/src\/(early|later|start)|\/design\/(address|Contradiction|entries|Field|Loading|Mark|Problem|required|save|Shell|Sign|Signing|theme|Wrong|base)\b/;
const SEVERAL = /\/src\/(approvals|design|escrow)\/|node_modules\/qr\//;
const COMMAND_LINE = ["ask", "done", "delivery"];
/** Of these files of the common book, what desks alone name goes into theirs: members do not wait for an operator's words. */
const SHARED_OUT = ["page", "ask", "done", "word", "delivery", "error", "hint", "rule"];
/** Of these the bank sends some, by ids that its sources name (`sayable.json`); the rest is the command line's. */
const FROM_BANK = ["error", "hint", "rule"];
const SAYABLE = new Set(JSON.parse(readFileSync("src/generated/sayable.json", "utf8")) as string[]);
const DESKS = /^src\/(approvals|board|custodian|operator|partner|shop)\b/;
const SOURCES = readdirSync("src", { recursive: true, withFileTypes: true })
  .filter((one) => one.isFile())
  .map((one) => ({ isDesk: DESKS.test(one.parentPath), text: readFileSync(join(one.parentPath, one.name), "utf8") }))
  .map((one) => ({ ...one, beginnings: [...one.text.matchAll(/`([a-z][a-z0-9-]*-)\$\{/g)].map(([, begins]) => String(begins)) }));
/** What messages say by another message's name. */
const REFERRED = new Set(
  LANGUAGES.flatMap((language) => readdirSync(join("words", language)).flatMap((name) => [...readFileSync(join("words", language, name), "utf8").matchAll(/\{ ?([a-z][a-z0-9-]*) ?\}/g)].map(([, id]) => String(id)))),
);
const PACKED = /\.(js|css|html|ftl|svg|webmanifest)$/;

function integrity(content: Uint8Array | string): string {
  return `sha384-${createHash("sha384").update(content).digest("base64")}`;
}

/** One document a part, all alike. */
const template = readFileSync("document.html", "utf8");
for (const name of DOCUMENTS) writeFileSync(`${name}.html`, template.replace("PART", name));

/** The messages of a book: of what mostly the command line says only those that some source here names (no bank sends any of them). */
function spoken(book: string, language: string): string {
  const read = (word: string) => readFileSync(join("words", language, `${word}.ftl`), "utf8");
  const all = (BOOKS[book as keyof typeof BOOKS] as string[]).map((word) => {
    if (!SHARED_OUT.includes(word)) return read(word);
    return messagesOf(read(word)).filter((message) => bookOf(word, message) === book).join("");
  });
  const out = book === "desk" ? SHARED_OUT.flatMap((word) => messagesOf(read(word)).filter((message) => bookOf(word, message) === "desk")) : [];
  return [...all, ...out].join("\n");
}

function messagesOf(text: string): string[] {
  return text.split(/^(?=[a-z])/m);
}

/** The desks' where desks alone name a message, and neither the bank nor another message does; null where nobody here says it. */
function bookOf(word: string, message: string): "page" | "desk" | null {
  const id = String(/^[a-z0-9-]+/.exec(message)?.[0]);
  if (REFERRED.has(id) || (FROM_BANK.includes(word) && SAYABLE.has(id))) return "page";
  const naming = SOURCES.filter(({ text, beginnings }) => text.includes(`"${id}"`) || beginnings.some((begins) => id.startsWith(begins)));
  if (!naming.length) return COMMAND_LINE.includes(word) || FROM_BANK.includes(word) ? null : "page";
  return naming.every(({ isDesk }) => isDesk) ? "desk" : "page";
}

/** Whatever a source says by its id is in a book: a screen that speaks what no book holds would not come up. */
function checkSaid(books: string): void {
  const held = new Set([...books.matchAll(/^([a-z][a-z0-9-]*) =/gm)].map(([, id]) => id));
  const missing = SOURCES.flatMap(({ text }) => [...text.matchAll(/\b(?:say|label)\("([a-z0-9-]+)"/g)].map(([, id]) => String(id))).filter((id) => !held.has(id));
  if (missing.length) throw new Error(`in no book of the pages: ${[...new Set(missing)].join(", ")}`);
}

/** The message catalogue, a file a language and book; `virtual:words` tells where, and the hash that the page checks. */
function catalogue(): Plugin {
  const texts = LANGUAGES.flatMap((language) =>
    Object.keys(BOOKS).map((book) => {
      const text = spoken(book, language);
      const digest = createHash("sha256").update(text).digest("hex").slice(0, 8);
      return { language, book, text, name: `assets/words-${book}-${language}-${digest}.ftl` };
    }),
  );
  checkSaid(texts.map(({ text }) => text).join("\n"));
  const places: Record<string, Record<string, object>> = {};
  for (const { language, book, text, name } of texts) {
    places[language] = { ...places[language], [book]: { url: `/${name}`, integrity: integrity(text) } };
  }
  return {
    name: "azukari-words",
    resolveId: (id) => (id === "virtual:words" ? "\0virtual:words" : null),
    load(id) {
      if (id !== "\0virtual:words") return null;
      return `export default ${JSON.stringify(places)}`;
    },
    generateBundle() {
      for (const { name, text } of texts) this.emitFile({ type: "asset", fileName: name, source: text });
      const early = readFileSync("early.js", "utf8").replace('"PLACES"', JSON.stringify(places));
      const digest = createHash("sha256").update(early).digest("hex").slice(0, 8);
      this.emitFile({ type: "asset", fileName: `assets/early-${digest}.js`, source: early });
    },
  };
}

/** Names in each document the hash of every file it loads or may load, lists for the service worker what starts offline, packs. */
function sealed(): Plugin {
  let folder = "";
  const later = new Map<string, { name: string; file: string }[]>();
  return {
    name: "azukari-sealed",
    configResolved(config) {
      folder = config.build.outDir;
    },
    generateBundle(_options, bundle) {
      const chunk = (file: string) => (bundle[file]?.type === "chunk" ? bundle[file] : null);
      const closure = (file: string): string[] => [file, ...(chunk(file)?.imports ?? []).flatMap(closure)];
      for (const document of DOCUMENTS) {
        const first = Object.values(bundle).find((one) => one.type === "chunk" && one.isEntry && one.name === document);
        const start = new Set(first ? closure(first.fileName) : []);
        const wanted = new Set<string>();
        const want = (files: Iterable<string>): void => {
          for (const file of [...files].flatMap((one) => chunk(one)?.dynamicImports ?? [])) {
            if (wanted.has(file)) continue;
            wanted.add(file);
            want(closure(file));
          }
        };
        want(start);
        const lines = [...wanted].flatMap((file) => [...new Set(closure(file))].map((one) => ({ name: chunk(file)?.name ?? "", file: one })));
        later.set(document, lines.filter(({ file }) => !start.has(file)));
      }
    },
    closeBundle() {
      for (const document of DOCUMENTS) {
        const path = join(folder, `${document}.html`);
        const lines = (later.get(document) ?? []).map(({ name, file }) => `    <link rel="later" data-name="${name}" crossorigin href="/${file}">\n`);
        const early = readdirSync(join(folder, "assets")).find((name) => /^early-.*\.js$/.test(name));
        const first = `<script async src="/assets/${early}"></script>\n    <script type="module"`;
        const text = readFileSync(path, "utf8").replace('<script type="module"', first).replace("  </head>", `${lines.join("")}  </head>`).replace(
          /(<(?:script|link)\b[^>]*?(?:src|href)="\/(assets\/[^"]+\.(?:js|css))")/g,
          (tag: string, _all: string, name: string) => `${tag} integrity="${integrity(readFileSync(join(folder, name)))}"`,
        );
        writeFileSync(path, text);
      }
      const loads = readFileSync(join(folder, "member.html"), "utf8").matchAll(/"(\/assets\/[^"]+)"/g);
      const words = readdirSync(join(folder, "assets")).filter((name) => name.startsWith("words-page-"));
      const assets = [...loads].map(([, name]) => String(name)).concat(words.map((name) => `/assets/${name}`));
      const version = createHash("sha256").update(assets.sort().join("\n")).digest("hex").slice(0, 12);
      const worker = join(folder, "sw.js");
      const kept = [...new Set(assets), "/member", "/app.webmanifest", "/icon.svg"]; // what is twice in a list is kept by no browser
      writeFileSync(
        worker,
        readFileSync(worker, "utf8")
          .replace('"VERSION"', JSON.stringify(version))
          .replace('["FILES"]', JSON.stringify(kept)),
      );
      const names = readdirSync(folder, { recursive: true, withFileTypes: true });
      for (const entry of names) {
        if (!entry.isFile() || !PACKED.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
      }
    },
  };
}

export default defineConfig({
  plugins: [svelte(), catalogue(), sealed()],
  build: {
    target: "es2022",
    // What is loaded later is preloaded by `later.ts`, with its hash.
    modulePreload: { polyfill: false, resolveDependencies: (_file, files, { hostType }) => (hostType === "html" ? files : []) },
    assetsInlineLimit: 0,
    // One stylesheet for all: eight small files in a row cost a slow line more than the eight thousand bytes of all of them.
    cssCodeSplit: false,
    rolldownOptions: {
      input: DOCUMENTS.map((name) => `${name}.html`),
      // Few files: a browser asks for six at once, and each further turn costs a slow line a round trip.
      output: { codeSplitting: { groups: [{ name: "start", test: EVERYWHERE, priority: 2 }, { name: "desks", test: SEVERAL, priority: 1, minShareCount: 2 }] } },
    },
  },
});
