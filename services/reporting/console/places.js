// One household, and one area.
function loan(item) {
  return make("div", {class: "line", "data-loan": item.loan_id}, make("p", {}, make("b", {}, coded("programme", item.programme))),
    make("div", {}, make("p", {}, ...both(LOAN[item.status] || [item.status, ""])),
      make("p", {class: "money"}, `giải ngân / disbursed ${dong(item.disbursed)} · còn nợ / outstanding ${dong(item.outstanding)}`),
      ...item.disbursements.map(each => make("p", {class: "note"}, `${day(each.disbursed_on)}: ${dong(each.amount)}, `,
        each.checked_on ? `kiểm tra / checked ${day(each.checked_on)}` : "chưa kiểm tra / not checked"))));
}
function happened(item) {
  return make("div", {class: "line"}, make("p", {}, day(item.occurred_on)),
    make("p", {}, EVENT[item.type] || item.type, " ", en(item.type), make("br", {}),
      make("span", {class: "en"}, `${item.actor_id} · ${moment(item.recorded_at)}`)));
}
async function timeline(into, id) {
  const box = make("div", {}), more = make("button", {class: "plain", type: "button"}, "Xem thêm / More");
  into.append(heading("Diễn biến", "Timeline", "h3"), box);
  let cursor = null;
  async function page() {
    const query = "?limit=50" + (cursor ? `&cursor=${encodeURIComponent(cursor)}` : "");
    const said = await ask(`/reporting/v1/households/${id}/timeline${query}`);
    box.append(...said.items.map(happened));
    cursor = said.next_cursor;
    if (cursor) into.append(more); else more.remove();
  }
  more.addEventListener("click", () => page().catch(problem => box.append(wrong(problem))));
  await page();
}
async function unlessNotTheirs(path) {
  try {
    return await ask(path);
  } catch (problem) {
    if (problem.code === "role-missing") return null;
    throw problem;
  }
}
// Who may see the card of a household but not all that happened to it sees the card.
async function householdView(into, id) {
  const people = await card(id);
  const path = `/reporting/v1/households/${id}`;
  const item = people ? await unlessNotTheirs(path) : await ask(path);
  const own = item || people;
  await listed(["programme"]);
  const members = people && people.members ? people.members.filter(each => !each.left_on)
    .map(each => each.full_name || "(đã xóa / erased)").join(", ") : "";
  const open = await unlessNotTheirs(`/reporting/v1/findings?household_id=${id}&limit=50`);
  known.set(id, people ? headOf(people) : "");
  const targets = item ? item.targets : (people.exit_targets || []).filter(each => each.is_open);
  const plan = item ? [] : people.plan_items || [];
  const none = () => make("p", {class: "note"}, "Không có / none");
  into.replaceChildren(back(),
    make("h2", {}, known.get(id) || `Hộ / household ${id}`),
    facts([["Số / id", id],
      ["Nơi ở / place", people ? [`${people.village}, `, make("a", {href: `#/area/${people.commune.code}`}, people.commune.name)] :
        item.area ? make("a", {href: `#/area/${item.area}`}, item.area) : ""],
      ["Nhân khẩu / members", members], ["Diện / status", STATUS[own.status] ? both(STATUS[own.status]) : ""],
      ["Nhóm / groups", (own.groups || []).map(each => (GROUP[each] || [each])[0]).join(", ")],
      ["Vào sổ / registered", day(own.registered_on)], ["Ra khỏi sổ / closed", day(own.closed_on)],
      ["Mục tiêu / targets", targets.map(each => each.year).join(", ")],
      ...plan.map(each => ["Kế hoạch / plan", `${each.action} · hạn / due ${day(each.due_on)}`])]));
  if (open) {
    into.append(heading("Nghi vấn và việc đứng lại", "Findings", "h3"),
      open.items.length ? make("ul", {}, ...open.items.map(finding)) : none());
  }
  if (!item) return;
  into.append(heading("Khoản vay", "Loans", "h3"), ...(item.loans.length ? item.loans.map(loan) : [none()]));
  await timeline(into, id);
}
// Statuses on 1 January against those a year later: start − exits + entries = end.
function moved(item) {
  return Object.entries(item.statuses).map(([name, own]) => [(STATUS[name] || [name]).join(" / "),
    `${own.start} − ${own.exits} + ${own.entries} = ${own.end}`]);
}
const figure = (amount, vi, english) => make("div", {}, make("b", {}, amount), vi, " ", en(english));
async function areaView(into, code) {
  const item = await ask(`/reporting/v1/areas/${encodeURIComponent(code)}/overview`);
  const turned = await ask(`/reporting/v1/areas/${encodeURIComponent(code)}/movement`);
  const name = await called(code);
  await listed(["acknowledged"]);
  const count = number => number.toLocaleString("vi-VN");
  into.replaceChildren(back(),
    heading(name || `Địa bàn ${code}`, `${code} · ngày / on ${day(item.on)}`),
    make("div", {class: "figures"}, figure(count(item.households), "hộ trong sổ", "households"),
      ...Object.entries(STATUS).map(([name, [vi, english]]) => figure(count(item.statuses[name] || 0), vi, english)),
      figure(count(item.with_sponsor), "hộ có người giúp", "with a sponsor"),
      figure(count(item.with_plan), "hộ có kế hoạch", "with a plan"),
      figure(count(item.visits), "lần thăm trong năm", "visits this year"), figure(count(item.loans), "khoản vay", "loans")),
    heading("Vốn vay", "Loan money", "h3"),
    facts(Object.entries(MONEY).map(([name, pair]) => [`${pair[0]} / ${pair[1]}`, dong(item.money[name] || 0)])),
    heading(`Biến động năm ${item.year}`, "start − exits + entries = end", "h3"), facts(moved(turned)),
    heading("Số đang mở", "Open by rule", "h3"),
    make("ul", {id: "open-by-rule"}, ...Object.entries(item.open_findings).sort((one, other) => other[1] - one[1])
      .map(([rule, many]) => make("li", {}, make("b", {}, count(many)), ` ${coded("rules", rule)}`))));
  await list(into, `findings?area=${encodeURIComponent(code)}&status=${OPEN}`, "Đang mở", "Open findings", "h3");
}
