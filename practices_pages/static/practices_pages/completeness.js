// Renews the list of what a page lacks after every save, and leads to the field that is meant.
(() => {
  const panel = document.querySelector('[data-completeness]');
  if (!panel) return;
  const counter = document.querySelector('[data-side-panel-toggle="completeness"] [data-side-panel-toggle-counter]');
  let asked;

  async function renew() {
    const page = location.pathname.match(/\/pages\/(\d+)\/edit\//);
    if (!page) return;
    asked?.abort();
    asked = new AbortController();
    try {
      const address = panel.dataset.completeness.replace('/0/', `/${page[1]}/`);
      const answer = await fetch(address, { signal: asked.signal });
      if (!answer.ok) return;
      panel.innerHTML = await answer.text();
      const count = Number(panel.querySelector('[data-completeness-count]').dataset.completenessCount);
      if (counter) {
        counter.textContent = count;
        counter.hidden = count === 0;
      }
    } catch {} // Saved again, or no network: the list stays as it was.
  }

  function go(event) {
    const name = event.target.closest('[data-completeness-go]')?.dataset.completenessGo;
    if (!name) return;
    const field = document.querySelector(`[data-contentpath="${CSS.escape(name)}"]`)
      || document.getElementById(`id_${name}`)
      || document.getElementById(`id_${name}-TOTAL_FORMS`)?.closest('section, .w-panel');
    if (!field) return;
    event.preventDefault();
    const tab = field.closest('[role="tabpanel"]');
    if (tab?.hidden) document.querySelector(`[role="tab"][href="#${CSS.escape(tab.id)}"]`)?.click();
    field.scrollIntoView({ block: 'center' });
    field.querySelector('[contenteditable], input:not([type=hidden]), textarea, select, button')?.focus();
  }

  document.addEventListener('w-autosave:success', renew);
  panel.addEventListener('click', go);
})();
