/** The partner's part. */
import Partner from "../partner/Partner.svelte";
import { start } from "../start.ts";

start("partner", Partner, ["desk"]);
