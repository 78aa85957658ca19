/** The way in: one link for each part that there is. */
import Index from "../Index.svelte";
import { start } from "../start.ts";

void start("", Index);
