// The compared figures as lines of a file: the whole first, then ward by ward, with what they rest on.

import { config, t } from "../layers/page.js";

const CLASSES = ["covered", "recorded_only", "not_classifiable", "not_covered"];
const UNITS = ["buildings", "households", "people"];

/** `at` is when it was computed, as a text. */
export function csvOf(answer, { at, vehicle }) {
  const { scenario } = answer;
  const columns = UNITS.flatMap((unit) => CLASSES.map((each) => [`${unit}_${each}`, `${t(`compare.unit.${unit}`)}: ${config.classes[each]}`]))
    .concat([["buildings_households_unknown", t("compare.uncounted.households")], ["buildings_people_unknown", t("compare.uncounted.people")]]);
  const line = (code, name, { today, plan }) => [code, name, ...columns.flatMap(([key]) => [today[key], plan[key], plan[key] - today[key]])];
  return [
    [t("file.plan"), scenario.name], [t("file.version"), scenario.version], [t("file.at"), at], [t("file.vehicle"), vehicle || answer.question.vehicle],
    [t("file.roads"), answer.network_version], [t("file.data"), answer.data_version], [answer.sentence], [],
    [t("file.code"), t("compare.ward"), ...columns.flatMap(([, title]) => ["today", "plan", "difference"].map((side) => `${title} – ${t(`compare.${side}`)}`))],
    line("", t("file.all"), answer),
    ...answer.wards.map((ward) => line(ward.ward ?? "", ward.name || t("compare.no_ward"), ward)),
    [], ...answer.notes.map((note) => [note]),
  ];
}
