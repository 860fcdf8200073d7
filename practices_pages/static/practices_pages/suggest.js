// Suggestions below <input data-suggest="address">: an ARIA combobox. The form works without.

const WAIT = 150;

for (const [number, input] of document.querySelectorAll("input[data-suggest^='/']").entries()) {
  const list = document.createElement("ul");
  list.id = `suggestions-${number}`;
  list.className = "suggestions";
  list.role = "listbox";
  list.ariaLabel = input.labels[0]?.textContent.trim();
  list.hidden = true;
  input.after(list);
  input.role = "combobox";
  input.autocomplete = "off";
  input.ariaAutoComplete = "list";
  input.setAttribute("aria-controls", list.id);

  let timer;
  let asked = new AbortController();
  let chosen = -1;

  const choose = (place) => {
    chosen = place;
    input.removeAttribute("aria-activedescendant");
    for (const [at, option] of [...list.children].entries()) {
      option.ariaSelected = String(at === place);
      if (at !== place) continue;
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  };

  const show = (suggestions) => {
    list.replaceChildren(...suggestions.map((suggestion, at) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${at}`;
      option.role = "option";
      option.dataset.url = suggestion.url;
      const label = document.createElement("span");
      label.lang = suggestion.lang;
      label.textContent = suggestion.label;
      const about = document.createElement("small");
      about.textContent = [suggestion.kind, suggestion.detail].filter(Boolean).join(", ");
      option.append(label, " ", about);
      return option;
    }));
    list.hidden = !suggestions.length;
    input.ariaExpanded = String(!list.hidden);
    choose(-1);
  };

  const stop = () => {
    clearTimeout(timer);
    asked.abort();
  };

  const close = () => {
    stop();
    show([]);
  };

  const ask = async () => {
    asked = new AbortController();
    try {
      const address = `${input.dataset.suggest}?q=${encodeURIComponent(input.value.trim())}`;
      const answer = await fetch(address, { signal: asked.signal });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch {} // Typed on, or no network: searching itself still works.
  };

  const open = (option) => option && location.assign(option.dataset.url);

  close();
  input.addEventListener("blur", close);
  input.addEventListener("input", () => {
    stop();
    if (input.value.trim().length < 2) close();
    else timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "Enter" && chosen >= 0) open(list.children[chosen]);
    else if (event.key === "Escape" && count) close();
    else if (event.key === "ArrowDown" && count) choose((chosen + 1) % count);
    else if (event.key === "ArrowUp" && count) choose(chosen > 0 ? chosen - 1 : count - 1);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // The field keeps the focus.
    if (!event.button) open(event.target.closest("li"));
  });
}
