/** The shop's part. */
import Shop from "../shop/Shop.svelte";
import { start } from "../start.ts";

start("shop", Shop, ["desk"]);
