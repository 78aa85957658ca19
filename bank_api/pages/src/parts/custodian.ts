/** The custodian's part. */
import Custodian from "../custodian/Custodian.svelte";
import { start } from "../start.ts";

void start("custodian", Custodian, ["desk"]);
