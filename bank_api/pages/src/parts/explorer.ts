/** The explorer: the record, for everybody. */
import Explorer from "../explorer/Explorer.svelte";
import { start } from "../start.ts";

void start("explorer", Explorer);
