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
  if (!parts().every((part) => page.getElementById(part.id))) throw new Error("another page");
  return page;
}

// What a state has of its own, anywhere in the document.
function parts() {
  return [...document.querySelectorAll("[data-catalogue-part]")];
}

function exchange(page) {
  const had = document.activeElement;
  const open = new Map([...form.querySelectorAll("details[id]")].map((d) => [d.id, d.open]));
  const within = new Map([...form.querySelectorAll(".within")].map((f) => [f.id, f.value]));
  for (const part of parts()) part.replaceWith(page.getElementById(part.id));
  for (const [id, isOpen] of open) {
    const details = document.getElementById(id);
    if (details) details.open = isOpen;
  }
  document.title = page.title;
  const text = document.getElementById("find-text");
  if (document.activeElement !== text) text.value = page.getElementById("find-text").value;
  searchWithin(within);
  if (!had.isConnected) focusAgain(had.id);
}

// An option may have gone, or be behind "more" now.
function focusAgain(id) {
  const again = document.getElementById(id);
  again?.closest("details:not([open])")?.setAttribute("open", "");
  again?.focus({ preventScroll: true });
  if (document.activeElement !== again) document.getElementById("found-count").focus({ preventScroll: true });
}

async function show(address, { push = true, toResults = false, top = null } = {}) {
  try {
    exchange(await fetched(address));
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
    return;
  }
  root.classList.remove("is-busy");
  const here = new URL(document.getElementById("found").dataset.address, location).href;
  if (push && here !== location.href) {
    history.replaceState({ top: scrollY }, "");
    history.pushState({}, "", here);
  }
  const count = document.getElementById("found-count");
  status.textContent = count.textContent;
  if (toResults) {
    count.focus({ preventScroll: true });
    count.scrollIntoView({ block: "start" });
  } else if (top !== null) scrollTo(0, top);
}

// A long list of units gets a field to look in it.
function searchWithin(typed = new Map()) {
  for (const more of form.querySelectorAll(".rest")) {
    const rows = [...more.closest("fieldset").querySelectorAll(".option")];
    if (rows.length < 20) continue;
    const field = document.createElement("input");
    field.type = "search";
    field.id = `within-${more.id}`;
    field.className = "within";
    field.ariaLabel = field.placeholder = form.dataset.within;
    field.value = typed.get(field.id) ?? "";
    const look = () => {
      const wanted = field.value.trim().toLocaleLowerCase("pl");
      more.open ||= wanted !== "";
      for (const row of rows) row.hidden = !row.textContent.toLocaleLowerCase("pl").includes(wanted);
    };
    look();
    field.addEventListener("input", look);
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
