// Puts YouTube's player in the place of the picture, when a visitor asks for it and not before.
const ORIGIN = "https://www.youtube-nocookie.com";

function play(screen) {
  const film = screen.dataset.film;
  if (!/^[\w-]{11}$/.test(film)) return;
  const frame = document.createElement("iframe");
  const language = document.documentElement.lang;
  frame.src = `${ORIGIN}/embed/${film}?autoplay=1&rel=0&cc_load_policy=1&hl=${language}`;
  frame.title = screen.dataset.title;
  frame.allow = "autoplay; fullscreen; encrypted-media; picture-in-picture";
  frame.allowFullscreen = true;
  // The site tells nobody where its visitors come from; this player refuses to play unless it
  // learns at least of which site it is a part (its error 153).
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  screen.replaceChildren(frame);
  frame.focus();
}

for (const screen of document.querySelectorAll("[data-film]")) {
  const button = screen.querySelector("button");
  screen.querySelector("a").hidden = true;
  button.hidden = false;
  button.addEventListener("click", () => play(screen));
}
