/** The board's part. */
import Board from "../board/Board.svelte";
import { start } from "../start.ts";

void start("board", Board, ["desk"]);
