/** A file made here, handed to the person: it never leaves the device by us. */

export function saveFile(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type }));
}

export function saveBytes(name: string, bytes: Uint8Array | ArrayBuffer): void {
  saveBlob(name, new Blob([bytes as BlobPart], { type: "application/octet-stream" }));
}

function saveBlob(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** RFC 4180, with the mark by which spreadsheets know UTF-8; a cell is text and never a formula. */
export function saveTable(name: string, rows: readonly (readonly (string | number)[])[]): void {
  const cell = (value: string | number) => `"${String(value).replace(/^(?=[=+@\t\r]|-\D)/, "'").replaceAll('"', '""')}"`;
  saveFile(name, `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`, "text/csv");
}
