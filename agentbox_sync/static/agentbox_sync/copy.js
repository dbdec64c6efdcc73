/* A button that copies what stands in a field. Without this script the field is marked and copied
   by hand. */
(() => {
  "use strict";

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-agentbox-copied]").forEach((field) => field.select());
    if (!navigator.clipboard) return; // only where the page came over https, or from localhost
    document.querySelectorAll("[data-agentbox-copy]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const field = document.getElementById(button.dataset.agentboxCopy);
        field.select();
        try {
          await navigator.clipboard.writeText(field.value);
        } catch {
          return; // the browser does not allow it: what is marked can be copied by hand
        }
        button.parentElement.querySelector("[data-agentbox-copy-status]").textContent =
          button.dataset.done;
      });
    });
  });
})();
