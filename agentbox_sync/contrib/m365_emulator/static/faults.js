// The form of a fault asks only for what the chosen misfortune needs.
(() => {
  "use strict";
  const kind = document.getElementById("kind");
  const asked = [...document.querySelectorAll("#builder [data-field]")].filter((field) =>
    [...kind.options].some((option) => option.dataset.asks.split(" ").includes(field.dataset.field))
  );

  function show() {
    const asks = kind.selectedOptions[0].dataset.asks.split(" ");
    for (const field of asked) field.hidden = !asks.includes(field.dataset.field);
  }

  kind.addEventListener("change", show);
  show();
})();
