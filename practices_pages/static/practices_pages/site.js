// Only what HTML and CSS cannot do. Without it every page works.
for (const holder of document.querySelectorAll("[data-print]")) {
  holder.hidden = false;
  holder.querySelector("button").addEventListener("click", () => window.print());
}
