/** The operator's part. */
import Operator from "../operator/Operator.svelte";
import { start } from "../start.ts";

start("operator", Operator, ["desk"]);
