// A table as a file for a spreadsheet: what stands on the screen, not computed again.

const [MARK, END] = ["\ufeff", "\r\n"]; // the mark tells spreadsheets that it is UTF-8

/** Hand a file over; `lines` are lists of texts and numbers. */
export function downloadCsv(name, lines) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([MARK, lines.map((line) => line.map(cell).join(",")).join(END), END], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function cell(value) {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value ?? "") ? `'${value}` : String(value ?? ""); // a name is no formula
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A name for a file out of the name of a plan. */
export const fileName = (name, end) => `${name.trim().replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "").slice(0, 60) || "plan"}${end}`;
