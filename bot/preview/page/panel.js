/** Why an answer was given: a panel beside the chat where there is room, a line under the answer elsewhere. */

import { h, LANGUAGE_NAMES } from "./dom.js";

const DECISIONS = {
  sure: ["Sure", "It answered at once."],
  unsure: ["Not quite sure", "It asked which of these was meant."],
  unknown: ["Did not know", "Nothing fitted well enough, so it said so."],
};

/** A few words for the line under an answer. */
export function shortReason(why) {
  if (why.tapped) return "Chosen with a button";
  const word = DECISIONS[why.decision]?.[0] ?? "Answered";
  return why.decision === "unknown" || why.confidence === undefined ? word : `${word}, ${percent(why.confidence)}`;
}

/** The whole explanation; unknown fields are left out. */
export function reasons(why) {
  if (why.tapped) return [h("p", {}, "Shown because the button ", h("b", {}, `“${why.tapped}”`), " was pressed.")];
  const [word, sentence] = DECISIONS[why.decision] ?? ["Answered", ""];
  return [
    why.question && h("p", { class: "asked" }, `“${why.question}”`),
    h("p", { class: "verdict" }, h("span", { class: `badge ${why.decision}` }, word), sentence && h("span", {}, sentence)),
    why.confidence !== undefined && why.confidence !== null && meter(why.confidence, why.threshold),
    facts(why),
    why.lines?.length > 0 && h("ul", { class: "lines" }, why.lines.map((line) => h("li", {}, line))),
  ].filter(Boolean);
}

function facts(why) {
  const rows = [
    ["Answer", why.entry && h("code", {}, why.entry)],
    ["Closest phrasing", why.matched && `“${why.matched}”`],
    ["Language", why.language && (LANGUAGE_NAMES[why.language] ?? why.language)],
    ["Next best", why.runner_up?.entry && [h("code", {}, why.runner_up.entry), ` ${percent(why.runner_up.confidence)}`]],
    ["Read as", repairs(why.repaired)],
  ].filter(([, value]) => value);
  return rows.length > 0 && h("dl", {}, rows.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]).flat());
}

function repairs(repaired) {
  const pairs = Object.entries(repaired ?? {});
  return pairs.length > 0 && pairs.map(([from, to]) => h("span", { class: "repair" }, h("s", {}, from), " ", h("b", {}, to)));
}

function meter(confidence, threshold) {
  const bar = h("div", { class: "bar" });
  bar.style.inlineSize = percent(confidence, 1);
  const marks = Object.entries(threshold ?? {})
    .filter(([, value]) => typeof value === "number")
    .map(([name, value]) => {
      const mark = h("i", { class: "mark", title: `${name === "sure" ? "Answers at once" : "Asks back"} from ${percent(value)}` });
      mark.style.insetInlineStart = percent(value, 1);
      return mark;
    });
  const legend = [
    typeof threshold?.unsure === "number" && `asks back from ${percent(threshold.unsure)}`,
    typeof threshold?.sure === "number" && `answers from ${percent(threshold.sure)}`,
  ].filter(Boolean).join(", ");
  return h(
    "div",
    { class: "meter" },
    h("p", {}, h("strong", {}, percent(confidence)), " confidence"),
    h("div", { class: "track", "aria-hidden": "true" }, bar, marks),
    legend && h("p", { class: "legend" }, legend),
  );
}

function percent(value, digits = 0) {
  return `${(Number(value) * 100).toFixed(digits)}%`;
}

/** Fill the panel with one answer's explanation, or with what will be there. */
export function fillPanel(panel, why) {
  panel.replaceChildren(
    h("h2", {}, "Why this answer"),
    ...(why ? reasons(why) : [h("p", { class: "empty" }, "Ask something. How the answer was found appears here.")]),
  );
}
