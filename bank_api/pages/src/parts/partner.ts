/** The partner's part. */
import Partner from "../partner/Partner.svelte";
import { start } from "../start.ts";

void start("partner", Partner, ["desk"]);
