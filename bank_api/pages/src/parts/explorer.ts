/** The explorer: the record, for everybody. */
import Explorer from "../explorer/Explorer.svelte";
import { start } from "../start.ts";

start("explorer", Explorer);
