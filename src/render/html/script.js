// Search, filters, keys and the two buttons. Without it the page still shows everything.
"use strict";
(() => {
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const one = (selector) => document.querySelector(selector);
  const rows = all(".row");
  const sections = all("section[data-section]");
  const lots = all(".lot");
  const tiles = all(".tile");
  const causes = all(".choice button");
  const search = one(".search");
  const shown = one(".shown");
  const none = one(".none");

  const ROW_HEIGHT = 62;

  // What is searched is what is read; gathered when first asked for, since most visits never search.
  let texts = null;
  const textOf = (index) => {
    texts ??= rows.map((row) => row.textContent.toLowerCase());
    return texts[index];
  };

  const number = new Intl.NumberFormat("en");
  const sectionOf = rows.map((row) => sections.indexOf(row.closest("section")));
  const lotNumber = new Map(lots.map((lot, index) => [lot, index]));
  const lotOf = rows.map((row) => lotNumber.get(row.parentNode));
  const causeOf = rows.map((row) => row.dataset.cause || "");

  function apply() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(tiles.filter((tile) => tile.ariaPressed === "true").map((tile) => tile.dataset.section));
    const cause = causes.find((button) => button.ariaPressed === "true")?.dataset.cause || "";
    const counts = sections.map(() => 0);
    const left = lots.map(() => 0);
    const open = sections.map((section) => wanted.size === 0 || wanted.has(section.dataset.section));
    let count = 0;
    rows.forEach((row, index) => {
      const section = sectionOf[index];
      const visible =
        open[section] &&
        (cause === "" || causeOf[index].split(" ").includes(cause)) &&
        words.every((word) => textOf(index).includes(word));
      if (row.hidden === visible) row.hidden = !visible;
      if (visible) {
        count += 1;
        counts[section] += 1;
        left[lotOf[index]] += 1;
      }
    });
    // A lot out of view is as high as it is said to be.
    lots.forEach((lot, index) => {
      lot.hidden = left[index] === 0;
      lot.style.containIntrinsicBlockSize = `${left[index] * ROW_HEIGHT}px`;
    });
    sections.forEach((section, index) => {
      section.hidden = counts[index] === 0;
      const total = section.dataset.total;
      section.querySelector("small").textContent =
        String(counts[index]) === total ? number.format(total) : `${number.format(counts[index])} of ${number.format(total)}`;
    });
    shown.textContent =
      count === rows.length ? `${number.format(count)} shown` : `${number.format(count)} of ${number.format(rows.length)} shown`;
    none.hidden = count !== 0;
  }

  let waiting = 0;
  search?.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(apply);
  });
  for (const tile of tiles) {
    tile.addEventListener("click", () => {
      tile.ariaPressed = String(tile.ariaPressed !== "true");
      apply();
    });
  }
  for (const button of causes) {
    button.addEventListener("click", () => {
      for (const other of causes) other.ariaPressed = String(other === button);
      apply();
    });
  }

  function step(forward) {
    const visible = rows.filter((row) => !row.hidden);
    if (visible.length === 0) return;
    const at = visible.indexOf(document.activeElement?.closest(".row"));
    const next = at < 0 ? (forward ? 0 : visible.length - 1) : Math.min(Math.max(at + (forward ? 1 : -1), 0), visible.length - 1);
    visible[next].focus({ preventScroll: true });
    visible[next].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target === search;
    if (event.key === "Escape" && search) {
      search.value = "";
      for (const tile of tiles) tile.ariaPressed = "false";
      for (const button of causes) button.ariaPressed = String(button.dataset.cause === "");
      apply();
      search.blur();
    } else if (event.key === "/" && !typing && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (typing ? event.key === "ArrowDown" : event.key === "j") {
      event.preventDefault();
      step(true);
    } else if (!typing && event.key === "k") {
      event.preventDefault();
      step(false);
    } else if (event.key === "Enter" && event.target.classList?.contains("row")) {
      const details = event.target.querySelector("details");
      if (details) details.open = !details.open;
    }
  });

  const theme = one("#theme");
  theme?.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  const copy = one("#copy");
  copy?.addEventListener("click", async () => {
    const digest = one("#digest");
    try {
      await navigator.clipboard.writeText(digest.textContent);
      copy.textContent = "Copied";
      setTimeout(() => (copy.textContent = "Copy"), 1500);
    } catch {
      getSelection().selectAllChildren(digest);
    }
  });

  // Paper has nothing to click on.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
})();
