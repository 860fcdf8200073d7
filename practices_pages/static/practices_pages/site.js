// Only what HTML and CSS cannot do. Without it every page works.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print] button")) print();
});
