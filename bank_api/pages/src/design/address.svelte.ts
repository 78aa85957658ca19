/** The address bar as state: every screen has its address, back and forward work, links are links. */

const state = $state({ path: location.pathname, hash: location.hash });

export const address = {
  get path(): string {
    return state.path;
  },
  get hash(): string {
    return state.hash;
  },
};

export function go(path: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"](null, "", path);
  moved();
  scrollTo(0, 0);
  requestAnimationFrame(tell);
}

let awaited: MutationObserver | null = null;

/** A screen reader is told of the new screen by its heading; where that is still to come, when it does, unless the reader went on meanwhile. */
function tell(): void {
  awaited?.disconnect();
  const focus = (): boolean => {
    const heading = document.querySelector<HTMLElement>("main h1");
    heading?.focus();
    return heading !== null;
  };
  if (focus()) return;
  const observer = new MutationObserver(() => {
    if (document.activeElement !== document.body || focus()) observer.disconnect();
  });
  awaited = observer;
  observer.observe(document.body, { childList: true, subtree: true });
}

function moved(): void {
  state.path = location.pathname;
  state.hash = location.hash;
}

/** Follow links of one part of the pages without loading the document again. */
export function followLinks(part: string): void {
  addEventListener("popstate", moved);
  addEventListener("hashchange", moved);
  addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (link.origin !== location.origin || link.target || link.hasAttribute("download")) return;
    if (link.pathname === location.pathname && link.hash) return;
    if (link.pathname !== part && !link.pathname.startsWith(`${part}/`)) return;
    event.preventDefault();
    if (link.href !== location.href) go(link.pathname + link.search + link.hash);
  });
}
