/** The way in: one link for each part that there is. */
import "./design/base.css";
import { mount } from "svelte";
import { setTheme, theme } from "./design/theme.ts";
import Index from "./Index.svelte";
import { speak } from "./words/words.svelte.ts";

setTheme(theme());
void speak().then(() => mount(Index, { target: document.getElementById("app") as HTMLElement }));
