// Tables that are sorted by a click or a key on the head of a column; the order is told to those who do not see it.

import { el, replace, say } from "../layers/dom.js";
import { t } from "../layers/page.js";

/**
 * A table of `rows` under `columns`: [{key, title, value(row), show(row), text}]. `value` sorts, `show` gives what stands
 * in the cell; `text` columns are words and grow upwards first, others are numbers and the largest come first.
 */
export class SortableTable {
  constructor({ name, caption, columns, rows, by, attributes = () => ({}) }) {
    Object.assign(this, { name, columns, rows, by, attributes, down: !columns.find(({ key }) => key === by)?.text });
    this.table = el("table", { class: "grid", "data-table": name }, el("caption", {}, caption), el("thead", {}), el("tbody", {}));
    this.element = el("div", { class: "scrolled", tabindex: "0", role: "region", "aria-label": caption }, this.table);
    this.fill();
  }

  sortBy(key) {
    const { text, title } = this.columns.find((column) => column.key === key);
    this.down = key === this.by ? !this.down : !text;
    this.by = key;
    this.fill();
    say(t(this.down ? "table.sorted_down" : "table.sorted_up", { column: title }));
  }

  get sorted() {
    const { value } = this.columns.find(({ key }) => key === this.by) ?? this.columns[0];
    const order = (a, b) => {
      const [one, other] = [value(a), value(b)];
      if (one === other) return 0;
      if (one === null) return 1; // what nobody knows comes last, whichever way
      if (other === null) return -1;
      return (typeof one === "string" ? one.localeCompare(other, document.documentElement.lang) : one - other) * (this.down ? -1 : 1);
    };
    return [...this.rows].sort(order);
  }

  fill() {
    replace(this.table.tHead, el("tr", {}, ...this.columns.map((column) => this.head(column))));
    this.table.tBodies[0].replaceChildren(...this.sorted.map((row) => el("tr", this.attributes(row), ...this.columns.map((column, i) => (
      i === 0 ? el("th", { scope: "row" }, column.show(row)) : el("td", { class: column.text ? "words" : null }, column.show(row)))))));
  }

  head({ key, title, text }) {
    const sorted = key === this.by ? (this.down ? "descending" : "ascending") : "none";
    const sign = { ascending: "▲", descending: "▼", none: "" }[sorted];
    return el("th", { scope: "col", class: text ? "words" : null, "aria-sort": sorted },
      el("button", { type: "button", "data-key": `${this.name}-${key}`, onclick: () => this.sortBy(key) }, title, " ", el("span", { "aria-hidden": "true" }, sign)));
  }
}
