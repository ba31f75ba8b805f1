// The time of the server. What the clock of this computer says is nobody's evidence: ages are reckoned without it.

import { config, once, t } from "./page.js";

const JITTER_MS = 2_000; // an HTTP date has whole seconds, and an answer is under way for a while

let told = null;

/** The server said what time it is; `time` is ISO 8601 or an HTTP date. */
export function hear(time) {
  const moment = Date.parse(time);
  if (Number.isNaN(moment)) return;
  if (told === null || Math.abs(now() - moment) > JITTER_MS) told = { moment, at: performance.now() };
}

/** Milliseconds since 1970 by the server's clock, which this computer only carries on. */
export const now = () => told.moment + performance.now() - told.at;

const clock = once(() => new Intl.DateTimeFormat(config.language, { timeZone: config.timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }));
const moments = once(() => new Intl.DateTimeFormat(config.language, { timeZone: config.timeZone, dateStyle: "short", timeStyle: "short", hourCycle: "h23" }));
const days = once(() => new Intl.DateTimeFormat("en-CA", { timeZone: config.timeZone, year: "numeric", month: "2-digit", day: "2-digit" }));
const relative = once(() => new Intl.RelativeTimeFormat(config.language, { numeric: "always" }));
const UNITS = [["year", 365 * 86_400], ["month", 30.44 * 86_400], ["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

/** The time of day on the server's wall: "22:14:03". */
export const timeOfDay = (ms) => clock().format(ms);

/** Day and time on the server's wall. */
export const moment = (ms) => moments().format(ms);

/** How long ago it was, in the reader's words; what lies ahead by the server's clock is told as now. */
export function ago(ms) {
  const seconds = Math.max(0, (now() - ms) / 1000);
  const [unit, size] = UNITS.find(([, each]) => seconds >= each) ?? UNITS.at(-1);
  return seconds < 2 ? t("age.now") : relative().format(-Math.floor(seconds / size), unit);
}

/** The day on the server's wall, "2026-11-30". */
const today = () => days().format(now());

/** How old a fact of a day is: "6 months ago"; "" where no day is known. What is announced lies ahead: "in 2 days". */
export function daysAgo(iso) {
  const day = Date.parse(String(iso ?? "").slice(0, 10));
  if (Number.isNaN(day)) return "";
  const ahead = Math.round((day - Date.parse(today())) / 86_400_000); // from day to day, whatever the hour
  if (ahead === 0) return t("age.today");
  const [unit, size] = UNITS.find(([name, each]) => Math.abs(ahead) * 86_400 >= each && name !== "hour");
  return relative().format(Math.trunc((ahead * 86_400) / size), unit);
}

hear(config.now);
