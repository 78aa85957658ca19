/** The shop's part. */
import Shop from "../shop/Shop.svelte";
import { start } from "../start.ts";

void start("shop", Shop, ["desk"]);
