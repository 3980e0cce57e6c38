// The dashboard: shows what the server's stream of events says, asks for plans, and confirms them. Whatever comes from
// outside becomes text (textContent), never markup.
"use strict";

const $ = (id) => document.getElementById(id);
let token = null;
let stream = null;
let shown = null;      // the plan in the dialog: { name, digest, confirmation }
let opener = null;     // what had the focus before the dialog

// Marks that turn the reading direction around, and what else steers, show as their numbers.
const visible = (text) => String(text).replace(
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu,
  (mark) => `\\u{${mark.codePointAt(0).toString(16).toUpperCase()}}`);

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = visible(text);
  return made;
}

// Only what differs is written, so that a screen reader is told of changes alone and open details stay open.
function say(node, text) {
  const told = visible(text);
  if (node.textContent !== told) node.textContent = told;
}
function mark(node, className) { if (node.className !== className) node.className = className; }

// Lua knows no empty list: it may come as {}.
const list = (value) => Array.isArray(value) ? value : [];
const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

async function ask(path, body) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers["X-Token"] = token;
  const answer = await fetch(path, body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) });
  const document = await answer.json().catch(() => ({}));
  if (answer.ok) return document;
  const problem = document.error || { message: `the server answers ${answer.status}` };
  if (problem.code === "NotSignedIn" && token) signedOut();
  const error = new Error(problem.hint ? `${problem.message} (${problem.hint})` : problem.message);
  error.diagnostics = list(problem.diagnostics);
  throw error;
}

// ---------------------------------------------------------------- signing in

function signedOut() {
  token = null;
  if (stream) stream.close();
  stream = null;
  $("stacks").replaceChildren();
  if ($("plan").open) $("plan").close();
  $("sign-out").hidden = true;
  $("sign-in").hidden = false;
  say($("connection"), "signed out");
  mark($("connection"), "");
  $("key").focus();
}

function signedIn(answer) {
  token = answer.token;
  $("sign-in").hidden = true;
  $("sign-out").hidden = false;
  say($("sign-in-problem"), "");
  $("key").value = "";
  listen();
}

async function signIn(key) {
  try {
    signedIn(await ask("dashboard/session", { key }));
    $("main").focus();
  } catch (problem) {
    $("sign-in").hidden = false;
    say($("sign-in-problem"), problem.message);
    $("key").focus();
  }
}

// ---------------------------------------------------------------- the stream

function listen() {
  if (stream) stream.close();
  stream = new EventSource("dashboard/events");
  stream.addEventListener("board", (event) => {
    say($("connection"), "live");
    mark($("connection"), "live");
    board(JSON.parse(event.data));
  });
  stream.addEventListener("error", async () => {
    say($("connection"), "connecting again");
    mark($("connection"), "");
    if (stream && stream.readyState === EventSource.CLOSED) {
      stream = null;
      // The server refused: the session has ended, or it is down for a while.
      try {
        signedIn(await ask("dashboard/session"));
      } catch {
        if (token) setTimeout(() => { if (token && !stream) listen(); }, 3000);
      }
    }
  });
}

// The children of `parent` become one for each item, found again by their key.
function keep(parent, items, keyOf, make, update) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  items.forEach((item, i) => {
    const key = String(keyOf(item, i));
    let node = known.get(key);
    if (node) {
      known.delete(key);
    } else {
      node = make(item);
      node.dataset.key = key;
    }
    if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] || null);
    update(node, item);
  });
  for (const node of known.values()) node.remove();
}

function board(document) {
  keep($("stacks"), list(document.stacks), (stack) => stack.name, makeStack, showStack);
}

function makeStack(stack) {
  const node = $("stack-template").content.firstElementChild.cloneNode(true);
  node.querySelector("h2").textContent = stack.name;
  node.querySelector(".plan").addEventListener("click", (event) => plan(stack.name, event.currentTarget));
  return node;
}

function showStack(node, stack) {
  const services = list(stack.services);
  say(node.querySelector(".age"), stack.at ? count(services.filter((one) => one.kind !== "task").length, "service")
    : "looking");
  say(node.querySelector(".problem"), stack.problem ? stack.problem.message : "");
  showRun(node.querySelector(".run"), stack.run);
  const running = Boolean(stack.run && stack.run.state === "running");
  node.querySelector(".plan").disabled = running;
  say(node.querySelector(".why-not"), running ? "an apply is running" : "");
  keep(node.querySelector(".services"), services, (service) => service.address,
    () => $("service-template").content.firstElementChild.cloneNode(true), showService);
}

function time(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([],
    { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
}

function summaryText(summary) {
  const parts = [];
  for (const [key, word] of [["create", "created"], ["update", "updated"], ["replace", "replaced"],
    ["delete", "deleted"], ["import", "imported"], ["forget", "forgotten"], ["register", "registered"],
    ["run", "run"], ["deregister", "deregistered"]]) {
    if (summary && summary[key]) parts.push(`${summary[key]} ${word}`);
  }
  return parts.join(", ") || "nothing to do";
}

function runText(run) {
  if (run.state === "running") return `running since ${time(run.began)}`;
  const span = `${Math.max(0, Math.round(run.ended - run.began))} s`;
  if (run.state === "done") return `done in ${span}: ${run.task ? `exit ${run.exit_code}` : summaryText(run.summary)}`;
  return `failed after ${span}: ${run.error ? run.error.message : ""}`;
}

function showRun(node, run) {
  node.hidden = !run;
  if (!run) return;
  const failures = list(run.failures);
  mark(node, `run ${run.state}${run.state === "running" && failures.length > 0 ? " failing" : ""}`);
  say(node.querySelector("h3"), `${run.task ? `Task ${run.task}` : "Latest apply"}, by ${run.by}`);
  say(node.querySelector(".run-state"), runText(run));
  const latest = node.querySelector(".latest");
  latest.hidden = run.state !== "running";
  say(latest, (list(run.lines).slice(-1)[0] || { text: "" }).text);
  keep(node.querySelector(".failures"), run.state === "running" ? failures : [], (one, i) => i, () => element("li"),
    (item, one) => say(item, `${one.service} has failed: ${one.message || ""}`));
  showCauses(node.querySelector(".causes"), run.causes);
  showWritten(node.querySelector(".written"), list(run.written));
  showLines(node.querySelector("details"), run);
}

// The newest line is in sight, unless somebody has scrolled away from it.
function showLines(details, run) {
  const lines = details.querySelector(".lines");
  const follows = lines.dataset.run !== run.id || lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
  lines.dataset.run = run.id;
  keep(lines, list(run.lines), (line, i) => `${line.at} ${i}`, () => {
    const item = element("li");
    item.append(element("time"), element("span"));
    return item;
  }, (item, line) => {
    say(item.children[0], line.at ? time(line.at) : "");
    say(item.children[1], line.text);
  });
  if (follows) lines.scrollTop = lines.scrollHeight;
  details.ontoggle = () => { if (details.open) lines.scrollTop = lines.scrollHeight; };
}

// What containers wrote last that something failed for.
function showWritten(node, things) {
  keep(node, things, (one, i) => `${one.service} ${i}`, () => {
    const item = element("li");
    item.append(element("p", "what"), element("ol", "out"));
    return item;
  }, (item, one) => {
    const exit = one.exit_code === undefined ? "" : `, exit ${one.exit_code}`;
    say(item.children[0], `${one.service ? `${one.service}${exit}: ` : ""}${one.note || "what it wrote last"}`);
    keep(item.children[1], list(one.lines), (line, i) => `${line.at} ${i}`, () => {
      const row = element("li");
      row.append(element("time"), element("span"));
      return row;
    }, (row, line) => {
      say(row.children[0], line.at ? time(line.at) : "");
      say(row.children[1], line.text);
    });
  });
}

function showCauses(node, causes) {
  keep(node, list(causes), (cause, i) => i, () => {
    const item = element("li");
    item.append(element("p", "what"), element("p", "hint"));
    return item;
  }, (item, cause) => {
    say(item.children[0], (cause.service ? `${cause.service}: ` : "") + (cause.summary || ""));
    say(item.children[1], cause.hint || cause.meaning || "");
  });
}

const STRATEGIES = { BLUE_GREEN: "blue/green", LINEAR: "linear", CANARY: "canary" };

function inWords(name) { return String(name || "").toLowerCase().replaceAll("_", " "); }

function percent(weight) { return `${Number(weight || 0)} %`; }

function waits(service) {
  return list(service.stage && service.stage.hooks).some((hook) => hook.status === "AWAITING_ACTION");
}

// "canary 10 %, baking; hook smoke: succeeded"
function stageOf(stage) {
  const baking = stage.bake_seconds ? "baking" : inWords(stage.stage);
  const hooks = list(stage.hooks).map((hook) => `hook ${hook.name}: ${hook.status === "AWAITING_ACTION"
    ? "waits for a decision" : inWords(hook.status)}`);
  return [`${STRATEGIES[stage.strategy] || inWords(stage.strategy)} ${percent(stage.production_weight)}, ${baking}`,
    ...hooks].join("; ");
}

function showTraffic(node, service) {
  const stage = node.querySelector(".stage"), traffic = node.querySelector(".traffic");
  stage.hidden = !service.stage;
  say(stage, service.stage ? stageOf(service.stage) : "");
  traffic.hidden = list(service.traffic).length === 0;
  keep(traffic, list(service.traffic), (one, i) => i, () => element("li"), (item, one) => {
    const groups = list(one.target_groups).join(" and ");
    say(item, `${percent(one.weight)} of the traffic: ${one.task_definition || "?"}${groups ? ` by ${groups}` : ""}`);
  });
}

const TASKS = { NEVER_RUN: ["not run yet", ""], RUNNING: ["running", "busy"], SUCCEEDED: ["ended", "good"],
  FAILED: ["failed", "bad"] };

// The word, and the look that goes with it.
function condition(service) {
  if (service.kind === "task") return TASKS[service.status] || [service.status.toLowerCase(), "busy"];
  const deployments = list(service.deployments);
  if (service.status === "MISSING") return ["not there", ""];
  if (service.status !== "ACTIVE") return [service.status.toLowerCase(), "busy"];
  const failed = deployments.find((one) => one.rollout_state === "FAILED");
  if (failed) return [failed.status === "PRIMARY" ? "failed" : "rolled back", "bad"];
  if (list(service.causes).length > 0) return ["in trouble", "bad"];
  if (waits(service)) return ["waits for a decision", "busy"];
  return service.at_rest ? ["steady", "good"] : ["deploying", "busy"];
}

// How the last run of a task went.
function lastRun(task) {
  return [task.revision, task.exit_code === undefined ? "" : `exit ${task.exit_code}`,
    task.took === undefined ? "" : `after ${task.took} s`, task.at ? `at ${time(task.at)}` : ""].filter(Boolean).join(", ");
}

function showService(node, service) {
  const [word, look] = condition(service);
  say(node.querySelector("h3"), service.address);
  say(node.querySelector(".badge"), word);
  mark(node.querySelector(".badge"), `badge ${look}`);
  say(node.querySelector(".place"), service.kind === "task" ? lastRun(service)
    : `${service.cluster}/${service.name || service.address}`);
  const counts = node.querySelector(".counts");
  counts.hidden = service.status === "MISSING" || service.kind === "task";
  if (counts.childNodes.length === 0) counts.append(element("strong"), document.createTextNode(""));
  say(counts.firstChild, String(service.running || 0));
  const over = service.running > service.desired;
  const rest = (over ? ` ${service.running === 1 ? "task" : "tasks"} running, ${service.desired} desired`
    : ` of ${count(service.desired || 0, "task")} running`) + (service.pending ? `, ${service.pending} starting` : "");
  if (counts.lastChild.data !== rest) counts.lastChild.data = rest;
  keep(node.querySelector(".rollouts"), list(service.deployments), (one, i) => i, makeRollout, showRollout);
  showTraffic(node, service);
  showCauses(node.querySelector(".causes"), service.causes);
  showWritten(node.querySelector(".written"), service.written ? [service.written] : []);
  const events = list(service.events);
  node.querySelector(".events").hidden = events.length === 0;
  keep(node.querySelector(".events ol"), events, (event, i) => i, () => {
    const item = element("li");
    item.append(element("time"), element("span"));
    return item;
  }, (item, event) => {
    say(item.children[0], event.at ? time(event.at) : "");
    say(item.children[1], event.message);
  });
}

function makeRollout() {
  const node = element("div");
  const head = element("div", "rollout-head");
  head.append(element("span"), element("span"));
  node.append(head, element("progress"), element("p", "rollout-note"));
  return node;
}

function showRollout(node, one) {
  const isNew = one.status === "PRIMARY", failed = one.rollout_state === "FAILED";
  mark(node, failed ? "failed" : isNew ? "new" : "old");
  const name = `${one.task_definition || "?"}${failed ? " (failed)" : isNew ? "" : " (old)"}`;
  say(node.children[0].children[0], name);
  say(node.children[0].children[1], isNew ? `${one.running}/${one.desired}` : `${one.running} left`);
  const bar = node.children[1];
  bar.max = Math.max(one.desired, one.running, 1);
  bar.value = one.running;
  bar.setAttribute("aria-label", `${name}: ${one.running} of ${one.desired} running`);
  const notes = [];
  if (one.failed) notes.push(`${count(one.failed, "task")} failed`);
  if (failed && one.reason) notes.push(one.reason);
  say(node.children[2], notes.join("; "));
}

// ---------------------------------------------------------------- plan and apply

const LOOKS = { create: "good", register: "good", update: "busy", run: "busy" };

function changeNode(change) {
  const node = element("section", "change");
  const title = element("h3");
  title.append(element("span", "", change.address),
    element("span", `badge ${LOOKS[change.action] || "bad"}`, change.action));
  node.append(title);
  if (change.service) {
    node.append(element("p", "place", `${change.cluster || ""}/${change.service}`
      + (change.deploys ? ", starts a deployment" : "")));
  }
  if (change.command) node.append(element("p", "place", change.command));
  if (change.reason) node.append(element("p", "", change.reason));
  if (change.rollout) node.append(element("p", "rollout-line", `rollout: ${change.rollout}`));
  const rows = list(change.rows);
  if (rows.length > 0) node.append(tableNode(rows, change));
  return node;
}

// A value as it stands in a declaration; nothing for one that is not there.
function literal(value) {
  if (value === undefined || value === null) return "";
  if (typeof value !== "object") return JSON.stringify(value);
  const parts = Array.isArray(value) ? value.map(literal) : Object.entries(value).map(([key, member]) =>
    `${/^[A-Za-z_]\w*$/.test(key) ? key : `[${JSON.stringify(key)}]`} = ${literal(member)}`);
  return parts.length > 0 ? `{ ${parts.join(", ")} }` : "{}";
}

function tableNode(rows, change) {
  const table = element("table"), head = element("thead"), body = element("tbody"), titles = element("tr");
  table.setAttribute("aria-label", `Changes of ${change.address}`);
  const isNew = change.action === "create"; // which has no "now"
  for (const title of isNew ? ["Argument", "Then"] : ["Argument", "Now", "Then"]) {
    const cell = element("th", "", title);
    cell.scope = "col";
    titles.append(cell);
  }
  head.append(titles);
  for (const row of rows) {
    const line = element("tr"), name = element("th", "", row.path);
    name.scope = "row";
    const note = row.replaces ? "forces replacement" : row.deploys && change.action === "update" ? "starts a deployment" : "";
    if (note) name.append(element("span", "note", note));
    line.append(name);
    if (!isNew) line.append(element("td", "was", literal(row.before)));
    line.append(element("td", "will", row.sensitive ? "(sensitive value)"
      : row.known_after_apply ? "(known after apply)" : literal(row.after)));
    body.append(line);
  }
  table.append(head, body);
  return table;
}

function planned(name, document) {
  shown = { name, digest: document.digest, confirmation: document.confirmation };
  say($("plan-title"), `Plan of ${name}`);
  say($("plan-summary"), document.empty ? "No changes: everything is as it is declared." : summaryText(document.summary)
    .replace(/created/, "to create").replace(/updated/, "to update").replace(/replaced/, "to replace")
    .replace(/deleted/, "to delete").replace(/imported/, "to import").replace(/forgotten/, "to forget")
    .replace(/deregistered/, "to deregister").replace(/registered/, "to register").replace(/(\d+) run\b/, "$1 to run"));
  const changes = list(document.changes).map(changeNode);
  for (const warning of list(document.warnings)) {
    changes.push(element("p", "problem", [warning.path, warning.message, warning.hint].filter(Boolean).join(": ")));
  }
  $("plan-changes").replaceChildren(...changes);
  $("plan-confirm").hidden = Boolean(document.empty);
  $("plan-confirm").disabled = false;
}

function refused(name, problem) {
  shown = null;
  say($("plan-title"), `Plan of ${name}`);
  say($("plan-summary"), "");
  $("plan-changes").replaceChildren(...problem.diagnostics.map((one) =>
    element("p", "", [one.address, one.path, one.message].filter(Boolean).join(": "))));
  $("plan-confirm").hidden = true;
  say($("plan-problem"), problem.message);
}

async function plan(name, button) {
  opener = button;
  button.disabled = true;
  say($("plan-problem"), "");
  try {
    planned(name, await ask(`dashboard/plan/${encodeURIComponent(name)}`, {}));
  } catch (problem) {
    if (!token) return;
    refused(name, problem);
  } finally {
    button.disabled = false;
  }
  $("plan").showModal();
  $("plan-title").focus();
}

async function apply() {
  if (!shown) return;
  const { name, digest, confirmation } = shown;
  shown = null;
  $("plan-confirm").disabled = true;
  try {
    await ask(`dashboard/apply/${encodeURIComponent(name)}`, { digest, confirmation, by: $("name").value });
    $("plan").close();
  } catch (problem) {
    if (token) say($("plan-problem"), problem.message);
  }
}

$("plan-confirm").addEventListener("click", apply);
$("plan-cancel").addEventListener("click", () => $("plan").close());
$("plan").addEventListener("close", () => {
  shown = null;
  if (opener && opener.isConnected && !opener.disabled) opener.focus(); else $("main").focus();
});
$("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  signIn($("key").value);
});
$("sign-out").addEventListener("click", async () => {
  await ask("dashboard/session", { sign_out: true }).catch(() => {});
  signedOut();
});

// The name stays in this browser, for the next time.
try { $("name").value = localStorage.getItem("name") || ""; } catch { /* no storage: it is asked for again */ }
$("name").addEventListener("change", () => {
  try { localStorage.setItem("name", $("name").value); } catch { /* as above */ }
});

// A link may bring the key behind its #, which no server is sent; it goes from the address at once. It may come into a
// page that is shown already.
function keyOfAddress() {
  const key = decodeURIComponent(location.hash.slice(1));
  if (!/^[\w-]{32,}$/.test(key)) return false;
  history.replaceState(null, "", location.pathname);
  signIn(key);
  return true;
}
window.addEventListener("hashchange", keyOfAddress);
if (!keyOfAddress()) ask("dashboard/session").then(signedIn, signedOut);
