/** The custodian's part. */
import Custodian from "../custodian/Custodian.svelte";
import { start } from "../start.ts";

start("custodian", Custodian, ["desk"]);
