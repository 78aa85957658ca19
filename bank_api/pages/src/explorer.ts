/** The explorer: the record, for everybody. */
import "./design/base.css";
import { mount } from "svelte";
import { followLinks } from "./design/address.svelte.ts";
import { setTheme, theme } from "./design/theme.ts";
import Explorer from "./explorer/Explorer.svelte";
import { speak } from "./words/words.svelte.ts";

setTheme(theme());
followLinks("/explorer");
void speak().then(() => mount(Explorer, { target: document.getElementById("app") as HTMLElement }));
