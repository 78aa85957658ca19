/** The operator's part. */
import Operator from "../operator/Operator.svelte";
import { start } from "../start.ts";

void start("operator", Operator, ["desk"]);
