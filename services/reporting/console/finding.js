// One finding: what was seen, against which limit, what to do next, and what was decided.
const NEEDS = {assign: ["assignee"], request_explanation: ["until"], snooze: ["until"]};
const EXPLAINERS = ["commune_officer", "district_officer", "bank_teller", "bank_controller", "union_inspector", "sponsor"];
const isDay = value => typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);
const isLong = value => typeof value === "string" && /^(h1:)?[0-9a-f-]{32,}$/.test(value);
function value(name, it) {
  if (isDay(it)) return day(it);
  if (name === "status" && STATUS[it]) return STATUS[it][0];
  if (Array.isArray(it)) return it.map(each => value(name, each)).join(", ");
  if (CHOSEN[name] && CHOSEN[name][it]) return CHOSEN[name][it];
  if (LISTED[name]) return coded(LISTED[name], it);
  if (name === "acknowledged") return coded("rules", it);
  // an id or a pseudonym is there to be compared: its beginning is enough for that
  if (isLong(it)) return `${it.replace(/^h1:/, "").slice(0, 8)}…`;
  if (typeof it === "number" && /amount|principal|interest|value|outstanding|budget/.test(name)) return dong(it);
  if (it === "sealed") return "(đã niêm kín / sealed)";
  if (typeof it !== "object") return String(it);
  return Object.entries(it).filter(([, inner]) => inner !== null)
    .map(([inside, inner]) => `${FIELD[inside] || inside}: ${value(inside, inner)}`).join(" · ");
}
const fields = data => facts(Object.entries(data)
  .filter(([name, it]) => it !== null && !(Array.isArray(it) && !it.length) && !/_id$|^household|_ref$/.test(name))
  .map(([name, it]) => [FIELD[name] || name, value(name, it)]));
function fact(item) {
  return make("div", {class: "line"}, make("p", {}, day(item.occurred_on)),
    make("div", {}, make("p", {}, make("b", {}, EVENT[item.type] || item.type), " ", en(item.type)),
      fields(item.data),
      make("p", {class: "note"}, `ghi bởi / recorded by ${item.actor_id}, ${moment(item.recorded_at)}`)));
}
function decided(item) {
  const said = DECISION[item.decision] || [item.type || item.decision, ""];
  return make("div", {class: "line", "data-decision": item.decision}, make("p", {}, day(item.occurred_on)),
    make("div", {}, make("p", {}, make("b", {}, said[0]), " ", en(said[1])),
      make("p", {}, [item.assignee && `→ ${item.assignee}`, item.until && `đến / until ${day(item.until)}`]
        .filter(Boolean).join(" · ")),
      item.note ? make("p", {}, item.note) : "",
      make("p", {class: "note"}, `${item.actor_id || ""} ${item.recorded_at ? moment(item.recorded_at) : ""}`)));
}
function field(name, vi, english, control) {
  control.id = `d-${name}`;
  control.name = name;
  return make("div", {class: control.tagName === "TEXTAREA" ? "field wide" : "field", "data-field": name},
    make("label", {for: control.id}, `${vi} `, en(english)), control);
}
function allowed() {
  const roles = claims().roles || [];
  if (roles.includes("inspector")) return Object.keys(DECISION);
  return roles.some(role => EXPLAINERS.includes(role)) ? ["explain"] : [];
}
// What is wrong with a field, by the name it has on the page.
const remark = each => make("p", {class: "wrong"}, `${named(each.pointer)}: ${each.message || each.detail || ""}`);
function named(pointer) {
  const label = ASKED[(pointer || "").slice(1)];
  return label ? (Array.isArray(label) ? label : label.snooze)[0].replace(/ \(.*/, "") : pointer || "";
}
function fitting(item) {
  const concluded = item.decisions.some(each => ["confirm", "dismiss", "remedy"].includes(each.decision));
  return FITTING[item.status] || (concluded ? ["reopen"] : []);
}
function deciding(item, again) {
  const mine = Object.entries(DECISION).filter(([code]) => allowed().includes(code) && fitting(item).includes(code));
  if (!mine.length) return "";
  const choice = make("select", {}, ...mine.map(([code, [vi, english]]) =>
    make("option", {value: code}, `${vi} / ${english}`)));
  const asked = {assignee: field("assignee", ...ASKED.assignee, make("input", {})),
    until: field("until", "", "", make("input", {type: "date"}))};
  const note = make("textarea", {required: ""});
  const said = make("div", {"aria-live": "polite"});
  const button = make("button", {type: "submit"}, "Ghi lại / Record");
  const form = make("form", {id: "decide"}, field("decision", ...ASKED.decision, choice),
    asked.assignee, asked.until, field("note", ...ASKED.note, note), button, said);
  const fit = () => {
    for (const [name, box] of Object.entries(asked)) box.hidden = !(NEEDS[choice.value] || []).includes(name);
    const [vi, english] = ASKED.until[choice.value] || ["", ""];
    asked.until.querySelector("label").replaceChildren(`${vi} `, en(english));
  };
  let sent = {};
  choice.addEventListener("change", fit);
  fit();
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const body = {decision: choice.value, note: note.value.trim()};
    for (const name of NEEDS[choice.value] || []) {
      const given = byId(`d-${name}`).value.trim();
      if (given) body[name] = given;
    }
    said.replaceChildren(make("p", {class: "note"}, "đang ghi / recording …"));
    button.disabled = true;
    // the same again after a lost line is the same command: it may have been recorded already
    if (JSON.stringify(body) !== sent.body) sent = {body: JSON.stringify(body), key: newKey()};
    try {
      await ask(`/reporting/v1/findings/${item.finding_id}/decisions`, body, sent.key);
      await again(item.decisions.length + 1);
    } catch (problem) {
      if (problem instanceof Refused) sent = {};
      said.replaceChildren(wrong(problem), ...(problem.errors || []).map(remark));
    }
    button.disabled = false;
  });
  return form;
}
// Whoever is asked to explain a finding may do so without being shown it.
function unseen(into, id) {
  const done = make("p", {class: "note"}, "Đã ghi giải trình của bạn / your explanation is recorded");
  into.replaceChildren(back(), make("p", {}, "Bạn không được xem phát hiện này, hoặc mã sai. Nếu được yêu cầu giải trình, hãy viết ở đây. ",
    en("You may not see this finding, or the id is wrong. If you are asked to explain it, do so here.")),
  deciding({finding_id: id, status: "open", decisions: []}, () => into.replaceChildren(back(), done)));
}
async function findingView(into, id, atLeast = 0) {
  let item;
  try {
    item = await ask(`/reporting/v1/findings/${id}`);
  } catch (problem) {
    if (![403, 404].includes(problem.status) || allowed().join() !== "explain") throw problem;
    unseen(into, id);
    return;
  }
  // what was just decided is shown as soon as reporting has folded it
  for (let tries = 0; item.decisions.length < atLeast && tries < 40; tries += 1) {
    await new Promise(done => setTimeout(done, 250));
    item = await ask(`/reporting/v1/findings/${id}`);
  }
  await learn(item.household_ids);
  await listed(item.facts.flatMap(each => Object.keys(each.data)));
  const status = FINDING[item.status] || [item.status, ""];
  const households = item.household_ids.flatMap((each, n) => [n ? "; " : "", household(each)]);
  into.replaceChildren(back(),
    make("div", {class: `finding ${item.severity}`},
      make("p", {}, make("span", {class: "tag"}, SEVERITY[item.severity]), make("b", {}, item.title)),
      make("p", {}, item.explanation.vi), make("p", {class: "note"}, item.explanation.en)),
    facts([["Tình trạng / status", both(status)],
      ["Từ ngày / since", day(item.opened_on)], ["Đến ngày / until", day(item.closed_on)],
      ["Giao cho / assigned to", item.assignee], ["Hạn giải trình / explain by", day(item.explain_by)],
      ["Tạm ẩn đến / snoozed until", day(item.snoozed_until)],
      ["Hộ / household", households.length ? households : ""], ["Địa bàn / area", place(item)],
      ["Quy tắc / rule", `${item.rule.code} (rulebook ${item.rule.rulebook})`],
      ["Căn cứ / legal basis", item.legal_basis],
      ["Chưa tính / not counted", item.held.map(each => `${each.records} bản ghi chờ từ / records wait since ${moment(each.held_at)}`).join("; ")]]),
    heading("Việc cần làm", "What to do next", "h3"),
    make("div", {class: "advice"}, item.runbook.vi, make("br", {}), en(item.runbook.en)),
    heading("Căn cứ đã ghi", "Evidence on record", "h3"), ...item.facts.map(fact),
    heading("Xử lý", "Decisions", "h3"),
    ...(item.decisions.length ? item.decisions.map(decided) : [make("p", {class: "note"}, "Chưa có / none yet")]),
    deciding(item, count => findingView(into, id, count)));
}
