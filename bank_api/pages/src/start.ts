/** How each part of the pages starts: the reader's colours, its own addresses, the reader's language, its first screen. */
import "./design/base.css";
import { type Component, mount } from "svelte";
import { followLinks } from "./design/address.svelte.ts";
import { sayWhatIsLeftOut } from "./design/required.ts";
import { setTheme, theme } from "./design/theme.ts";
import { type Book, speak, use } from "./words/words.svelte.ts";

/** `part` is the first step of all addresses of the part; `books` is what it speaks from besides the common words. */
export async function start(part: string, screen: Component, books: readonly Book[] = []): Promise<void> {
  setTheme(theme());
  followLinks(`/${part}`);
  sayWhatIsLeftOut();
  use(books);
  await speak();
  const target = document.getElementById("app") as HTMLElement;
  target.replaceChildren();
  mount(screen, { target });
}
