"use strict";
// What every view is made with: elements, figures in Vietnamese form, and questions to the services.
const byId = id => document.getElementById(id);
const day = text => text ? text.slice(0, 10).split("-").reverse().join("/") : "";
const dong = amount => `${amount.toLocaleString("vi-VN")} đồng`;
const moment = text => new Date(text).toLocaleString("vi-VN", {timeZone: "Asia/Ho_Chi_Minh",
  day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit"});
function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
const en = text => make("span", {class: "en"}, text);
const heading = (vi, english, level = "h2") => make(level, {}, `${vi} `, en(english));
const both = pair => pair ? [pair[0], " ", en(pair[1])] : [""];
const facts = rows => make("dl", {}, ...rows.filter(row => row[1]).flatMap(([name, value]) =>
  [make("dt", {}, name), make("dd", {}, ...(Array.isArray(value) ? value : [value]))]));
const back = () => make("a", {class: "back", href: "#/"}, "← Việc đang mở / open findings");
const token = () => sessionStorage.getItem("token") || "";
function claims() {
  try {
    const part = token().split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), each => each.charCodeAt(0))));
  } catch (problem) {
    return {};
  }
}
class Refused extends Error {
  constructor(status, said) {
    const errors = said.errors || [];
    // the fields are named one by one below it
    super(said.title ? said.title + (said.detail && !errors.length ? `: ${said.detail}` : "") : `${status}`);
    this.status = status;
    this.code = said.code;
    this.errors = errors;
  }
}
async function ask(path, body, key) {
  const headers = {Authorization: `Bearer ${token()}`, "Accept-Language": "vi"};
  const options = {headers};
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["Idempotency-Key"] = key;
    options.method = "POST";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options);
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, said);
  return said;
}
// Names are asked of households with the reader's own token; who may not read them sees the number.
const known = new Map();
async function learn(ids) {
  const missing = [...new Set(ids)].filter(id => id && !known.has(id));
  if (!missing.length) return;
  try {
    const said = await ask("/households/v1/households/names", {ids: missing.slice(0, 100)}, newKey());
    for (const item of said.items) {
      known.set(item.household_id, [item.head_name || "(đã xóa tên / erased)", item.village].filter(Boolean).join(", "));
    }
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    // a sponsor is told the names of its own households one by one
    const cards = await Promise.all(missing.slice(0, 20).map(card));
    for (const own of cards) if (own && headOf(own)) known.set(own.household_id, `${headOf(own)}, ${own.village}`);
  }
}
async function card(id) {
  try {
    return await ask(`/households/v1/households/${id}`);
  } catch (problem) {
    if (problem instanceof Refused) return null;
    throw problem;
  }
}
const headOf = own => own.head_name ||
  ((own.members || []).find(each => each.member_id === own.head_id) || {}).full_name || "";
// Code lists, asked for once.
const codes = new Map();
async function listed(names) {
  for (const name of new Set(names.flatMap(each => (LISTED[each] || "").split(" ")).filter(each => each && !codes.has(each)))) {
    const said = await ask(`/reporting/v1/codes/${name}`).catch(() => ({items: []}));
    codes.set(name, new Map(said.items.map(item => [item.code, item])));
  }
  if (names.includes("acknowledged") && !codes.has("rules")) {
    const said = await ask("/reporting/v1/rules").catch(() => ({items: []}));
    codes.set("rules", new Map(said.items.map(item => [item.code, item.title])));
  }
}
const coded = (lists, code) => (lists.split(" ").map(each => (codes.get(each) || new Map()).get(code))
  .find(Boolean) || {vi: code}).vi;
// What an area is called, on today's map or else on the last day of the old one.
async function called(area) {
  const [code, on] = area.split("@");
  for (const query of on ? [`?on=${on}`] : ["", "?on=2025-06-30"]) {
    try {
      return (await ask(`/households/v1/areas/${encodeURIComponent(code)}${query}`)).name;
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
    }
  }
  return "";
}
const household = id => make("a", {href: `#/household/${id}`, "data-household": id, title: id},
  known.get(id) || `hộ / household ${id}`);
const newKey = () => crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`;
const wrong = problem => make("p", {class: "wrong", role: "alert"},
  problem instanceof Refused ? problem.message : "Không kết nối được, hãy thử lại / no connection, try again");
