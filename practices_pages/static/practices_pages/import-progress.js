/* Shows how far a run is, every few seconds. Without it the button "Refresh" does the same. */
(function () {
    "use strict";
    const id = "practice-import-state";

    async function look() {
        const answer = await fetch(window.location.href, { credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = page.getElementById(id);
        if (!answer.ok || !now || !now.hasAttribute("data-under-way")) {
            window.location.reload();
            return;
        }
        document.getElementById(id).replaceChildren(...now.childNodes);
        window.setTimeout(look, 3000);
    }

    if (document.querySelector("#" + id + "[data-under-way]")) {
        window.setTimeout(look, 3000);
    }
})();
