"""A small page that lists a service's operations; nothing is fetched from elsewhere."""

from html import escape

_PAGE = """<!doctype html>
<html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>%(title)s</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
summary{cursor:pointer;padding:.4rem 0;overflow-wrap:anywhere}code{font-weight:600}
details{border-bottom:1px solid #ccc}pre{overflow:auto;background:#f5f5f5;padding:.6rem}
.m{display:inline-block;min-width:4rem;font-weight:700}
</style>
<h1>%(title)s</h1>
<p><a href="openapi.json">openapi.json</a> · <a href="asyncapi.json">asyncapi.json</a></p>
<main id="list">Đang tải… / Loading…</main>
<script>
const show=(d,x)=>{const p=document.createElement("pre");
p.textContent=JSON.stringify(x,null,1);d.append(p)};
const look=(all,x)=>x&&x.$ref?x.$ref.split("/").slice(1).reduce((o,k)=>o[k],all):x;
fetch("openapi.json").then(r=>r.json()).then(all=>{
const list=document.getElementById("list");list.textContent="";
for(const[path,ops]of Object.entries(all.paths))for(const[method,op]of Object.entries(ops)){
if(!op.responses)continue;
const d=document.createElement("details"),s=document.createElement("summary");
const m=document.createElement("span");m.className="m";m.textContent=method.toUpperCase();
const c=document.createElement("code");c.textContent=path;
s.append(m," ",c," — ",op.summary||"");d.append(s);
if(op.description){const p=document.createElement("p");p.textContent=op.description;d.append(p)}
const b=op.requestBody&&op.requestBody.content["application/json"];
if(b)show(d,look(all,b.schema));
show(d,Object.fromEntries(Object.entries(op.responses).map(([k,v])=>[k,v.description||""])));
list.append(d)}});
</script></html>
"""


def docs_page(title: str) -> str:
    """Give the page."""
    return _PAGE % {"title": escape(title)}
