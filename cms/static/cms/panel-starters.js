// Wagtail starts its choosers and rows with inline scripts, which our content policy refuses. The
// site serves them as inert notes (cms/content_policy.py); this reads the three forms that Wagtail
// writes and does what they say. Anything else in such a note is never run.
(() => {
  const CHOOSER = /^\s*(?:new )?(\w*Chooser)\("([^"]*)", (\{.*\})\);\s*$/s;
  const ROWS = /new (InlinePanel|MultipleChooserPanel)\(JSON\.parse\("([^"]*)"\)\);/;

  const start = (note) => {
    if (note.dataset.started) return;
    note.dataset.started = "true";
    const text = note.textContent;
    const chooser = text.match(CHOOSER);
    const rows = text.match(ROWS);
    if (chooser) {
      const [, name, id, options] = chooser;
      const starter = window[name];
      const field = JSON.parse(`"${id}"`);
      if (name.startsWith("init")) starter(field, JSON.parse(options));
      else new starter(field, JSON.parse(options));
    } else if (rows) {
      new window[rows[1]](JSON.parse(JSON.parse(`"${rows[2]}"`)));
    } else {
      console.error("An inline script of the panel is not understood", text.slice(0, 200));
    }
  };

  const startAll = (element) => element.querySelectorAll('script[type="text/x-panel-note"]').forEach(start);

  document.addEventListener("DOMContentLoaded", () => {
    startAll(document);
    new MutationObserver((changes) => {
      // Rows that an editor adds, and forms that come in a dialogue, bring notes of their own.
      if (changes.some((change) => change.addedNodes.length)) startAll(document);
    }).observe(document.body, { childList: true, subtree: true });
  });
})();
