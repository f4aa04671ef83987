// The first page: health of the services, and what is open in the reader's area.
async function health() {
  for (const [name, vi, english] of SERVICES) {
    const dot = make("span", {class: "dot"}), said = make("small", {}, "…");
    byId("services").append(make("li", {"data-service": name}, make("b", {}, dot, vi, en(english)), said, " ",
      make("a", {href: `/${name}/docs`}, "API"), " · ",
      make("a", {href: `/${name}/openapi.json`}, "OpenAPI")));
    try {
      const answer = await fetch(`/${name}/health/ready`);
      dot.classList.add(answer.ok ? "ok" : "bad");
      said.textContent = answer.ok ? "sẵn sàng / ready" : "chưa sẵn sàng / not ready";
    } catch (problem) {
      dot.classList.add("bad");
      said.textContent = "không trả lời / no answer";
    }
  }
}
function place(item) {
  return item.area ? make("a", {href: `#/area/${item.area}`}, item.area_name || item.area) : "";
}
function whose(item) {
  const shown = item.household_id ? [household(item.household_id)] :
    item.household_ids.length ? [`${item.household_ids.length} hộ / households`] : [];
  const where = place(item);
  return where ? [...shown, shown.length ? " · " : "", where] : shown;
}
function finding(item) {
  return make("li", {class: `finding ${item.severity}`, "data-finding": item.finding_id},
    make("p", {}, make("span", {class: "tag"}, SEVERITY[item.severity]),
      make("a", {class: "title", href: `#/finding/${item.finding_id}`}, item.title)),
    make("p", {}, item.reason),
    make("p", {class: "note"}, `từ / since ${day(item.opened_on)} · `, ...whose(item)),
    worked(item));
}
// Where people's work on it stands; nothing for what nobody has taken up yet.
function worked(item) {
  const said = [...(item.status === "open" ? [] : [FINDING[item.status].join(" / ")]),
    ...(item.assignee ? [`người xử lý / assignee ${item.assignee}`] : []),
    ...(item.explain_by ? [`hạn giải trình / explain by ${day(item.explain_by)}`] : []),
    ...(item.snoozed_until ? [`ẩn đến / snoozed until ${day(item.snoozed_until)}`] : [])];
  return said.length ? make("p", {class: "note", "data-status": item.status}, said.join(" · ")) : "";
}
// A list page by page; false where the reader's role has no such list.
async function list(into, path, vi, english, level = "h2") {
  const box = make("div", {"data-list": path.split("?")[0]}, heading(vi, english, level));
  const items = make("ul", {}), more = make("button", {class: "plain", type: "button"}, "Xem thêm / More");
  box.append(items);
  into.append(box);
  let cursor = null;
  async function page() {
    const query = `${path.includes("?") ? "&" : "?"}limit=20` + (cursor ? `&cursor=${encodeURIComponent(cursor)}` : "");
    try {
      const said = await ask(`/reporting/v1/${path}${query}`);
      await learn(said.items.map(item => item.household_id));
      for (const item of said.items) items.append(finding(item));
      if (!items.children.length) items.append(make("li", {class: "note"}, "Không có / none"));
      cursor = said.next_cursor;
      if (cursor) box.append(more); else more.remove();
    } catch (problem) {
      if (problem.status === 401) throw problem;
      if (problem.code !== "role-missing") items.append(wrong(problem)); else box.remove();
    }
  }
  more.addEventListener("click", () => page().catch(problem => items.append(wrong(problem))));
  await page();
  return box.isConnected;
}
// The areas of the reader, for the roles that are told the figures of one.
function areas() {
  const said = claims(), codes = (said.areas || [])
    .map(each => each.on ? `${each.code}@${each.on}` : each.code || each);
  if (!(said.roles || []).some(role => FIGURES.includes(role))) return [];
  return codes.includes("*") ? [PROVINCE] : codes;
}
async function lists(into) {
  if (!token()) {
    into.append(make("p", {class: "note"}, "Nhập mã truy cập để xem các việc trong địa bàn của bạn. ",
      en("Enter a token to see what is open in your area.")));
    return;
  }
  const mine = await Promise.all(areas().map(async code => [code, await called(code) || code]));
  if (mine.length) into.append(make("p", {id: "mine"}, "Địa bàn của bạn ", en("your area"), ": ",
    ...mine.flatMap(([code, name], n) => [n ? ", " : "", make("a", {href: `#/area/${code}`}, name)])));
  let shown = false;
  for (const [name, vi, english] of LISTS) shown = await list(into, name, vi, english) || shown;
  if (!shown) into.append(make("p", {class: "note"}, "Vai trò của bạn không có danh sách phát hiện. Nếu được yêu cầu giải trình, ",
    "hãy mở đường dẫn của phát hiện mà thanh tra gửi cho bạn. ",
    en("Your role has no lists of findings. If you are asked to explain one, open the link that the inspector gives you.")));
}
