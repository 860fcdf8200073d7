// Results in place: the same addresses and the same page, without leaving it. Whatever goes wrong
// ends in ordinary navigation.
const root = document.querySelector("[data-catalogue]");
const form = root?.querySelector("[data-catalogue-form]");
const status = root?.querySelector("[data-catalogue-status]");
let running = null;

function asked() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim()) query.append(name, value);
  return `${location.pathname}?${query}`;
}

async function fetched(address) {
  running?.abort();
  const mine = (running = new AbortController());
  root.classList.add("is-busy");
  const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(answer.status);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.querySelector("[data-catalogue-part]")) throw new Error("another page");
  return page;
}

function exchange(page) {
  const focused = document.activeElement?.id;
  const open = new Map([...form.querySelectorAll("details[id]")].map((d) => [d.id, d.open]));
  for (const part of root.querySelectorAll("[data-catalogue-part]")) {
    part.replaceWith(page.getElementById(part.id));
  }
  for (const [id, isOpen] of open) {
    const details = document.getElementById(id);
    if (details) details.open = isOpen;
  }
  const box = form.querySelector(".filters-box");
  box.querySelector("summary").innerHTML = page.querySelector(".filters-box > summary").innerHTML;
  document.title = page.title;
  const text = document.getElementById("find-text");
  if (document.activeElement !== text) text.value = page.getElementById("find-text").value;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  searchWithin();
}

async function show(address, { push = true, toResults = false, top = null } = {}) {
  try {
    exchange(await fetched(address));
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
    return;
  }
  root.classList.remove("is-busy");
  const found = document.getElementById("found");
  if (push) {
    history.replaceState({ top: scrollY }, "");
    history.pushState({}, "", found.dataset.address === "." ? location.pathname : found.dataset.address);
  }
  const count = document.getElementById("found-count");
  status.textContent = count.textContent;
  if (toResults) {
    count.focus({ preventScroll: true });
    count.scrollIntoView({ block: "start" });
  } else if (top !== null) scrollTo(0, top);
}

// A long list of units gets a field to look in it.
function searchWithin() {
  for (const more of form.querySelectorAll(".rest")) {
    const rows = [...more.closest("fieldset").querySelectorAll(".option")];
    if (rows.length < 20) continue;
    const field = document.createElement("input");
    field.type = "search";
    field.className = "within";
    field.setAttribute("aria-label", form.dataset.within);
    field.placeholder = form.dataset.within;
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLocaleLowerCase("pl");
      more.open ||= wanted !== "";
      for (const row of rows) row.hidden = !row.textContent.toLocaleLowerCase("pl").includes(wanted);
    });
    field.addEventListener("change", (event) => event.stopPropagation());
    field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    more.closest("fieldset").prepend(field);
  }
}

if (form) {
  root.classList.add("is-live");
  addEventListener("change", (event) => {
    if (event.target.form === form && event.target.name && event.target.type !== "search") show(asked());
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(asked(), { toResults: true });
  });
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-catalogue-link]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(link.href, { toResults: true });
  });
  addEventListener("popstate", (event) => {
    if (event.state) show(location.href, { push: false, top: event.state.top ?? 0 });
  });
  history.replaceState({ top: scrollY }, "");
  searchWithin();
  // Where the browser cannot open the box by style alone.
  const wide = matchMedia("(min-width: 60rem)");
  if (wide.matches && !CSS.supports("selector(::details-content)")) form.querySelector(".filters-box").open = true;
}
