// Which view the address asks for.
const VIEWS = {finding: findingView, household: householdView, area: areaView};
async function show() {
  const [, kind, id] = location.hash.split("/");
  const into = make("div", {});
  byId("view").replaceChildren(into);
  byId("health").hidden = kind in VIEWS;
  byId("ask").hidden = kind in VIEWS && Boolean(token());
  window.scrollTo(0, 0);
  try {
    if (kind in VIEWS && token()) {
      into.append(make("p", {class: "note"}, "đang tải / loading …"));
      await VIEWS[kind](into, decodeURIComponent(id || ""));
    } else {
      await lists(into);
    }
  } catch (problem) {
    into.replaceChildren(back(), wrong(problem));
  }
}
const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) {
  sessionStorage.setItem("token", given);
  history.replaceState(null, "", location.pathname);
}
byId("token").value = token();
byId("ask").addEventListener("submit", event => {
  event.preventDefault();
  sessionStorage.setItem("token", byId("token").value.trim());
  known.clear();
  show();
});
byId("forget").addEventListener("click", () => {
  sessionStorage.removeItem("token");
  byId("token").value = "";
  known.clear();
  show();
});
window.addEventListener("hashchange", show);
health();
show();
