/** Rows as an Apache Parquet file, written here; loaded only when somebody saves one. */
import { parquetWriteBuffer } from "hyparquet-writer";
import type { Row } from "./release.ts";

export function parquetOf(rows: readonly Row[], columns: readonly string[]): ArrayBuffer {
  return parquetWriteBuffer({
    columnData: columns.map((name) => {
      const values = rows.map((row) => row[name] ?? null);
      const isNumber = values.every((value) => value === null || typeof value === "number");
      const data = isNumber ? values : values.map((value) => (value === null ? null : String(value)));
      return { name, data, type: isNumber ? ("INT32" as const) : ("STRING" as const), nullable: true };
    }),
  });
}
